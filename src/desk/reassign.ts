// A supervisor gives a conversation to an agent, whoever has it: for the machine the agent takes it over.
import { randomUUID } from 'node:crypto';
import type { ConversationId, HandoffId, StaffId } from '../contract/conversation.ts';
import { shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { ALIVE_MS } from '../handoff/guards.ts';
import { move, type Sight } from '../handoff/moves.ts';
import type { Staff } from '../staff/accounts.ts';
import type { DeskDeps } from './desk.ts';
import { say } from './say.ts';

/** Somebody who is there. A full desk is the supervisor's to judge, an empty chair is not. */
const isThere = ({ agent }: Sight): boolean =>
  agent !== null &&
  (agent.presence === 'online' || agent.presence === 'busy') &&
  (agent.awayMs ?? Infinity) <= ALIVE_MS;

/**
 * The reason stands in the conversation as a note and with the assignment. Capacity is not asked for.
 * @throws AppError `not_found`, `invalid_request` for somebody who is no agent, `wrong_state` when they are not there or have it
 */
export async function reassign(
  deps: DeskDeps,
  supervisor: Staff,
  id: HandoffId,
  to: { agent: StaffId; reason: string },
): Promise<{ conversationId: ConversationId }> {
  const { rows } = await shopQuery<{ name: string; role: string; team: string | null }>(
    deps.pool,
    supervisor.shopId,
    'select name, role, teams[1] as team from staff where id = $1',
    [to.agent],
  );
  const agent = rows[0];
  if (!agent || !['agent', 'supervisor'].includes(agent.role))
    throw new AppError('invalid_request', '指派的对象不是本店的客服，请从列表里选一位');
  const result = await move(
    deps.pool,
    supervisor.shopId,
    { handoff: id },
    { kind: 'take-over', by: to.agent, team: agent.team ?? 'insale' },
    {
      agent: to.agent,
      why: { chosen: 'supervisor', by: supervisor.id, reason: to.reason },
      when: isThere,
    },
  );
  if (result.status === 'not-found') throw new AppError('not_found', '没有这个接待请求');
  if (result.status === 'refused') {
    if (result.why === 'not-now')
      throw new AppError('wrong_state', `${agent.name} 现在不在线，会话没有转过去；请选一位在线的客服`);
    if (result.why === 'same-owner') throw new AppError('wrong_state', `会话已经由 ${agent.name} 接待`);
    throw new AppError('wrong_state', '会话已经结束或状态刚刚变了，请刷新后再试');
  }
  const { conversationId } = result;
  const text = `主管 ${supervisor.name} 把会话转给 ${agent.name}：${to.reason}`;
  await say(deps, supervisor, conversationId, { clientMessageId: randomUUID(), text, kind: 'note' });
  deps.onChange({ shopId: supervisor.shopId, conversationId, outboxId: null, desk: true });
  return { conversationId };
}
