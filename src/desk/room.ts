// Whether a platform still takes a message of the desk's in a conversation, and what an agent is told when it does not. Sends nothing.
import type { Channel } from '../channels/channel.ts';
import type { ConversationId, MessagePayload } from '../contract/conversation.ts';
import { readQuota } from '../conversations/quota.ts';
import type { PoolClient } from '../db/database.ts';
import { AppError } from '../errors.ts';

interface Words {
  text: string;
  payload: MessagePayload;
}

const sizeOf = (channel: Channel, words: Words): number => channel.partsOf?.(words) ?? 1;

/** `spare`: so many are left for others. */
export async function hasRoom(
  tx: PoolClient,
  channel: Channel,
  conversationId: ConversationId,
  words: Words,
  spare = 0,
): Promise<boolean> {
  const quota = channel.delivery === 'push' ? await readQuota(tx, conversationId, channel) : null;
  return quota === null || sizeOf(channel, words) + spare <= quota.left;
}

/** What goes out with the shopper's next message goes out as one text. @throws AppError `invalid_request` */
function requireOneText(channel: Channel, words: Words): void {
  if (sizeOf(channel, words) === 1 && !words.payload.attachments?.length) return;
  throw new AppError(
    'invalid_request',
    '这条回复没有发送：这个账号没有客服接口，只能跟着顾客的下一条消息回一段文字（最多约 680 个汉字），发不了图片。请改短一些，或分成几条发。',
  );
}

/** @throws AppError `wrong_state`, `invalid_request` */
export async function requireRoom(
  tx: PoolClient,
  channel: Channel,
  conversationId: ConversationId,
  words: Words,
): Promise<void> {
  if (channel.delivery === 'passive') return requireOneText(channel, words);
  const quota = channel.delivery === 'push' ? await readQuota(tx, conversationId, channel) : null;
  if (quota === null) return;
  const size = sizeOf(channel, words);
  if (size <= quota.left) return;
  const why =
    quota.until === null
      ? '平台的回复窗口已经关闭，或者可发的条数已用完，要等顾客再发一条消息'
      : `平台只剩 ${quota.left} 条可发，这条回复要占 ${size} 条，请改短一些`;
  throw new AppError('wrong_state', `这条回复没有发送：${why}`, { quota });
}
