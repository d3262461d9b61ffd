// What a shop's own systems are told about, and in which form: the outgoing events (Standard Webhooks).
import { type Static, Type } from 'typebox';

/** One word for what happened, and one sentence for who has to choose. */
export const HOOK_KINDS = {
  'handoff.requested': '会话需要人工，正在排队',
  'handoff.accepted': '客服接入了会话',
  'handoff.resolved': '人工处理结束，会话交回机器人',
  'conversation.closed': '会话长时间没有新消息，已关闭',
  'csat.received': '顾客给出了评价',
  'commitment.due': '对顾客的承诺到期',
} as const;
export type HookKind = keyof typeof HOOK_KINDS;

const KINDS = Object.keys(HOOK_KINDS) as HookKind[];
export const HookKind = Type.Enum(KINDS);

export const HookEvent = Type.Object(
  {
    type: HookKind,
    timestamp: Type.String({ description: 'when it happened, ISO 8601' }),
    sequence: Type.Integer({
      description: 'grows with every event of the shop; kinds that are not subscribed leave gaps',
    }),
    data: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]), {
      description: 'ids and codes; words of people are read over the API',
    }),
  },
  { $id: 'HookEvent' },
);
export type HookEvent = Static<typeof HookEvent>;
