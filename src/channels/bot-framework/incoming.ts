// An activity that Bot Framework posts, read and checked. Pure; knows no HTTP and no token.
import { type Activity, ActivityTypes, type ConversationReference, TurnContext } from 'botbuilder';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { type Inbound, PICTURE_TEXT, STORABLE } from '../../contract/conversation.ts';

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
    return Value.Check(Posted, parsed) ? (parsed as unknown as Activity) : null;
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
  /** Somebody came, a reaction, a card of another bot: acknowledged and left. */
  | { kind: 'ignored' };

export function toIncoming(activity: Activity): Incoming {
  if (activity.type === ActivityTypes.Typing) return { kind: 'typing' };
  // our own words come back on some channels
  const isOurs = activity.from?.role === 'bot' || activity.from?.id === undefined || activity.id === undefined;
  if (activity.type !== ActivityTypes.Message || isOurs) return { kind: 'ignored' };
  const said = withoutMention(activity) || activity.text || '';
  const value = typeof activity.value === 'string' ? activity.value : '';
  const files = (activity.attachments ?? []).filter(isFile);
  const stands = files.every(({ contentType }) => contentType.startsWith('image/')) ? PICTURE_TEXT : '[文件]';
  const text = said.trim() || value || (files.length > 0 ? stands : '');
  if (text.trim() === '') return { kind: 'ignored' };
  return {
    kind: 'message',
    inbound: {
      externalId: `${shopperOf(activity)}:${activity.id}`,
      shopperId: shopperOf(activity),
      ...(activity.from.name && { shopperName: activity.from.name.slice(0, 200) }),
      text,
      payload: { platform: { channelId: activity.channelId, userId: activity.from.id } },
    },
  };
}
