// What a client of Bot Framework's activities says, in words: its text, what a button or a card submits, files. Pure; one reading for all channels that take activities.
import { PICTURE_TEXT } from '../contract/conversation.ts';

/** Cards of Web Chat have a dozen. What is read deeper than the stack reaches could not be written again. */
export const LEVELS_MAX = 100;

export const isWithin = (value: unknown, levels = LEVELS_MAX): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isWithin(inner, levels - 1)));

export interface Submitted {
  text?: string | undefined;
  value?: unknown;
  attachments?: readonly { contentType: string }[] | undefined;
}

/** What the shopper said. A button without a text (postBack) says its value; what a card submits is written as JSON. Empty: nothing. */
export function wordsOf({ text, value, attachments }: Submitted): string {
  if (text !== undefined && text.trim() !== '') return text;
  if (typeof value === 'string' && value.trim() !== '') return value;
  if (attachments && attachments.length > 0)
    return attachments.every((a) => a.contentType.startsWith('image/')) ? PICTURE_TEXT : '[文件]';
  return value === undefined || value === null || typeof value === 'string' ? '' : JSON.stringify(value);
}

/** The choice a card names. */
export const choiceIn = (value: unknown): string | undefined => {
  const choice = typeof value === 'object' && value !== null ? (value as Record<string, unknown>).choice : undefined;
  return typeof choice === 'string' && choice.length <= 200 ? choice : undefined;
};
