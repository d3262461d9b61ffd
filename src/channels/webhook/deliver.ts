// Posts one signed event to the shop's own bridge and names the failure. Knows no database and no queue: who calls it retries.
import type { Webhook } from 'standardwebhooks';
import type { Outgoing as OutgoingMessage } from '../../contract/conversation.ts';
import type { Outgoing } from '../../providers/outgoing.ts';
import { type ChannelEvent, SendError } from '../channel.ts';
import { post, retryAfterMs } from '../outbound.ts';
import { withoutPictures } from '../pictures.ts';
import { signedHeaders } from './signing.ts';

/** An event of the generic webhook; `id` is the idempotency key over all attempts. */
export interface WebhookEvent extends Omit<ChannelEvent, 'data'> {
  data: Record<string, unknown>;
}

/** `message.created` as the bridge receives it. */
export function messageEvent(message: OutgoingMessage): WebhookEvent {
  const { choices, source, agentName } = message.payload;
  return {
    id: message.id,
    type: 'message.created',
    timestamp: message.at,
    data: {
      id: message.id,
      conversation_id: message.conversationId,
      sequence: message.seq,
      occurred_at: message.at,
      user: { id: message.shopperId },
      from: message.author,
      text: withoutPictures(message),
      ...(choices?.length && { choices }),
      ...(source && { source }),
      ...(agentName && { agent_name: agentName }),
      in_reply_to: message.inReplyTo,
    },
  };
}

/** Statuses by which a receiver says "not now": the request was fine. */
const NOT_NOW = new Set([408, 425, 429]);
/**
 * What a bridge says that has not got the new secret yet, or is just being put up: no success, and by the standard no reason
 * to stop either (standard-webhooks.md, "Responses"); but when it lasts a person has to know soon.
 */
const NOT_YET = new Set([401, 403, 404]);
/** About three quarters of a minute. */
const NOT_YET_TRIES = 5;

/** Posts what is already signed. @throws SendError */
export async function postSigned(
  outgoing: Outgoing,
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<void> {
  if (url === '')
    throw new SendError({ kind: 'permanent', code: 'no_deliver_url', detail: '没有设置推送地址，回复无处可发' });
  const answer = await post(outgoing, url, body, headers);
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  const detail = `推送地址返回 ${status}`;
  if (status >= 500 || NOT_NOW.has(status)) {
    const afterMs = retryAfterMs(answer.headers);
    const notSent = NOT_NOW.has(status);
    throw new SendError({ kind: 'retry', notSent, detail, ...(afterMs !== undefined && { afterMs }) });
  }
  if (NOT_YET.has(status)) throw new SendError({ kind: 'retry', notSent: true, triesMax: NOT_YET_TRIES, detail });
  throw new SendError({ kind: 'permanent', code: String(status), detail });
}

/** @throws SendError */
export async function postEvent(
  outgoing: Outgoing,
  url: string,
  secrets: readonly Webhook[],
  event: WebhookEvent,
): Promise<void> {
  const { id, ...rest } = event;
  const body = JSON.stringify(rest);
  await postSigned(outgoing, url, body, signedHeaders(secrets, id, body, new Date()));
}
