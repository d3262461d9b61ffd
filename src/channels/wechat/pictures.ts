// Sends a message with its pictures, as far as WeChat takes them; the others are put into words. Knows no HTTP and no files.
import type { Attachment, Outgoing } from '../../contract/conversation.ts';
import { PICTURE_TEXT } from '../../contract/conversation.ts';
import { type Media, SendError } from '../channel.ts';
import type { ChannelTools } from '../definition.ts';
import type { WechatApi } from './api.ts';
import { countParts, sendLaterPart, sendMessage } from './send.ts';

export interface PictureSending {
  api: WechatApi;
  menus: boolean;
  picture: ChannelTools['picture'];
}

/** bmp, png, jpeg and gif up to 10 MB: developers.weixin.qq.com/doc/offiaccount/en/Asset_Management/New_temporary_materials.html */
const TAKEN = new Set(['image/jpeg', 'image/png', 'image/gif']);
const BYTES_MAX = 10 * 1024 * 1024;

const isTaken = (found: Media | null): found is Media =>
  found !== null && TAKEN.has(found.type) && found.bytes.length <= BYTES_MAX;

/** What it is called at the platform; null when it does not take it. @throws SendError with `notSent` */
async function keep({ api, picture }: PictureSending, { kind, id }: Attachment): Promise<string | null> {
  const found = kind === 'image' && id !== undefined ? await picture(id) : null;
  if (!isTaken(found)) return null;
  try {
    return await api.keepPicture(found);
  } catch (error) {
    if (error instanceof SendError && error.failure.kind === 'permanent') return null;
    throw error;
  }
}

/** All of them are put there before the first word is sent, so that a failure up to then may be tried again. @throws SendError */
export async function sendWithPictures(sending: PictureSending, message: Outgoing): Promise<undefined> {
  const kept: string[] = [];
  const left: Attachment[] = [];
  for (const attachment of message.payload.attachments ?? []) {
    const id = await keep(sending, attachment);
    if (id === null) left.push(attachment);
    else kept.push(id);
  }
  const { api, menus } = sending;
  if (kept.length === 0) return sendMessage(api, message, menus);
  const isOnlyPictures = message.text === PICTURE_TEXT && left.length === 0;
  if (!isOnlyPictures)
    await sendMessage(api, { ...message, payload: { ...message.payload, attachments: left } }, menus);
  for (const [index, mediaId] of kept.entries()) {
    const part = { touser: message.shopperId, msgtype: 'image', image: { media_id: mediaId } };
    const before = index + Number(!isOnlyPictures);
    await (before === 0 ? api.send(part) : sendLaterPart(api, part, before));
  }
}

/** So many messages the platform counts at most: each picture it takes is one of its own. */
export function countWithPictures(message: Pick<Outgoing, 'text' | 'payload'>, menus: boolean): number {
  const pictures = message.payload.attachments?.length ?? 0;
  if (pictures === 0) return countParts(message, menus);
  if (message.text === PICTURE_TEXT) return pictures;
  return pictures + countParts({ text: message.text, payload: { ...message.payload, attachments: [] } }, menus);
}
