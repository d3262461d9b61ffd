// What a channel that cannot carry our pictures says in their place, so that nobody waits for what never comes. Pure.
import { type Outgoing, PICTURE_TEXT } from '../contract/conversation.ts';

/** The words of a message, with an honest line when pictures belong to it. */
export function withoutPictures({ text, payload }: Pick<Outgoing, 'text' | 'payload'>): string {
  const count = payload.attachments?.length ?? 0;
  if (count === 0) return text;
  const instead = `（客服发来 ${count} 张图片，这里暂时显示不了图片，客服会用文字为您说明）`;
  return text === PICTURE_TEXT ? instead : `${text}\n${instead}`;
}
