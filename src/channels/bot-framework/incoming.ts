// An activity that Bot Framework posts, read and checked. Pure; knows no HTTP and no token.
import { randomUUID } from 'node:crypto';
import { type Activity, ActivityTypes, type ConversationReference, TurnContext } from 'botbuilder';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { type Inbound, STORABLE } from '../../contract/conversation.ts';
import { choiceIn, isWithin, wordsOf } from '../submitted.ts';

const Id = Type.String({ minLength: 1, maxLength: 500, pattern: STORABLE });
const Posted = Type.Object({
  type: Type.String({ minLength: 1, maxLength: 100 }),
  id: Type.Optional(Id),
  channelId: Id,
  serviceUrl: Type.String({ minLength: 1, maxLength: 2_000 }),
  conversation: Type.Object({ id: Id }),
  from: Type.Optional(Type.Object({ id: Id, name: Type.Optional(Type.String()) })),
  text: Type.Optional(Type.String()),
  attachments: Type.Optional(Type.Array(Type.Object({ contentType: Type.String() }))),
});

/** Null when it is no activity. */
export function readPosted(body: Buffer): Activity | null {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
    return isWithin(parsed) && Value.Check(Posted, parsed) ? (parsed as unknown as Activity) : null;
  } catch {
    return null;
  }
}

/** One conversation is one shopper: that is where answers go, whoever else may be in it. */
export const shopperOf = ({ channelId, conversation }: Activity): string => `${channelId}:${conversation.id}`;

/** Where answers go later. */
export const referenceOf = (activity: Activity): Partial<ConversationReference> =>
  TurnContext.getConversationReference(activity);

/** HTML of Teams attachments is the text once more. */
const isFile = ({ contentType }: { contentType: string }): boolean => !contentType.startsWith('text/html');

/** Null where entities or recipient are not what the library takes them for. */
function withoutMention(activity: Activity): string | null {
  try {
    return TurnContext.removeRecipientMention(activity);
  } catch {
    return null;
  }
}

export type Incoming =
  | { kind: 'message'; inbound: Inbound }
  | { kind: 'typing' }
  | { kind: 'refused'; why: string }
  /** Somebody came, a reaction, our own words: acknowledged and left. */
  | { kind: 'ignored' };

export function toIncoming(activity: Activity): Incoming {
  if (activity.type === ActivityTypes.Typing) return { kind: 'typing' };
  // our own words come back on some channels
  if (activity.type !== ActivityTypes.Message || activity.from?.role === 'bot') return { kind: 'ignored' };
  if (activity.from?.id === undefined) return { kind: 'refused', why: '消息需要 from.id：谁说的' };
  const said = (withoutMention(activity) || activity.text || '').trim();
  const text = wordsOf({ text: said, value: activity.value, attachments: activity.attachments?.filter(isFile) });
  if (text.trim() === '') return { kind: 'ignored' };
  const choice = choiceIn(activity.value);
  return {
    kind: 'message',
    inbound: {
      // the protocol lets a channel leave out the id: then nothing can be known as a repeat
      externalId: `${shopperOf(activity)}:${activity.id ?? randomUUID()}`,
      shopperId: shopperOf(activity),
      ...(activity.from.name && { shopperName: activity.from.name.slice(0, 200) }),
      text,
      payload: {
        ...(choice !== undefined && { choice }),
        platform: { channelId: activity.channelId, userId: activity.from.id },
      },
    },
  };
}
