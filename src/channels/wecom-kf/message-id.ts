// Our own ids for what we send, so that a failure the platform reports later finds its message. Pure.
import { createHash } from 'node:crypto';
import type { Outgoing } from '../../contract/conversation.ts';

/** `[0-9a-zA-Z_-]{0,32}`; developer.work.weixin.qq.com/document/path/94677 */
const OURS = /^(jb-[0-9A-Za-z]{1,20}-)\d{1,2}(-[0-9A-Za-z_-]{4})$/;

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Of the part counted from 1. The same over all attempts, and another for another installation with the same numbers. */
export function partId(
  { id, conversationId, at }: Pick<Outgoing, 'id' | 'conversationId' | 'at'>,
  part: number,
): string {
  const name = /^\d{1,19}$/.test(id) ? id : digest(id).replace(/[_-]/g, '0').slice(0, 20);
  return `jb-${name}-${Math.min(part, 99)}-${digest(`${id} ${conversationId} ${at}`).slice(0, 4)}`;
}

/** The id of the whole message, which is its first part's; null when it is none of ours. */
export function messageIdOf(part: string): string | null {
  const found = OURS.exec(part);
  return found && `${found[1]}1${found[2]}`;
}
