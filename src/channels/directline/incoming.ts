// What a Direct Line client sends, read and checked. Pure; knows no HTTP and no token.
import { createHash, randomUUID } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Inbound } from '../../contract/conversation.ts';
import { choiceIn, isWithin, LEVELS_MAX, wordsOf } from '../submitted.ts';

const Short = Type.String({ maxLength: 200 });

/** Whatever else stands in an activity is kept and given back as it came. */
const Sent = Type.Object({
  type: Type.String({ minLength: 1, maxLength: 100 }),
  text: Type.Optional(Type.String()),
  value: Type.Optional(Type.Unknown()),
  from: Type.Optional(Type.Object({ id: Type.Optional(Short), name: Type.Optional(Type.String()) })),
  channelData: Type.Optional(Type.Unknown()),
  attachments: Type.Optional(
    Type.Array(Type.Object({ contentType: Type.String(), contentUrl: Type.Optional(Type.String()) }), { maxItems: 10 }),
  ),
});
export type Sent = Static<typeof Sent> & Record<string, unknown>;

export type ReadActivity = { kind: 'activity'; activity: Sent } | { kind: 'malformed'; why: string };

export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

export function readActivity(body: Buffer): ReadActivity {
  const parsed = parseJson(body);
  if (parsed === undefined) return { kind: 'malformed', why: 'The body is not JSON' };
  if (!isWithin(parsed)) return { kind: 'malformed', why: `The body is nested deeper than ${LEVELS_MAX} levels` };
  if (!Value.Check(Sent, parsed)) {
    const first = Value.Errors(Sent, parsed)[0];
    return {
      kind: 'malformed',
      why: `activity${first?.instancePath ?? ''}: ${first?.message ?? 'is not an activity'}`,
    };
  }
  return { kind: 'activity', activity: parsed };
}

/** The database takes neither NUL nor half a surrogate pair and shortens long texts: as plain ASCII in pieces everything comes back untouched. */
const PIECE = 3_900;

export function pack(value: unknown): string[] {
  const ascii = JSON.stringify(value).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Array.from({ length: Math.ceil(ascii.length / PIECE) }, (_, i) => ascii.slice(i * PIECE, (i + 1) * PIECE));
}

export function unpack(pieces: unknown): Record<string, unknown> {
  if (!Array.isArray(pieces)) return {};
  const value = parseJson(Buffer.from(pieces.join('')));
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/**
 * Direct Line gives clients no way to name a message, but Web Chat does (`clientActivityID`): the same name with the same words
 * is the same message. Without one every message is new.
 */
function externalIdOf(conversation: string, activity: Sent): string {
  const data = activity.channelData as Record<string, unknown> | null | undefined;
  const id = typeof data === 'object' ? data?.clientActivityID : undefined;
  if (typeof id !== 'string' || id === '' || id.length > 200) return `${conversation}:${randomUUID()}`;
  const said = createHash('sha256')
    .update(JSON.stringify([id, activity.text, activity.value]))
    .digest('base64url');
  return `${conversation}:${said}`;
}

/** Null when nothing was said. `userId` is who the token says it is. */
export function toInbound(
  conversation: string,
  activity: Sent,
  userId: string,
  attachments: Inbound['payload']['attachments'] = [],
): Inbound | null {
  const text = wordsOf(activity);
  if (text.trim() === '') return null;
  const choice = choiceIn(activity.value);
  return {
    externalId: externalIdOf(conversation, activity),
    shopperId: conversation,
    ...(activity.from?.name && { shopperName: activity.from.name.slice(0, 200) }),
    text,
    payload: {
      ...(choice !== undefined && { choice }),
      ...(attachments.length > 0 && { attachments }),
      platform: { userId, activity: pack(activity) },
    },
  };
}
