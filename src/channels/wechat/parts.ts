// Sends what one of our messages became on a platform of Tencent's, part by part, without ever repeating one that arrived. Knows no platform's fields.
import { type Attachment, type Outgoing, PICTURE_TEXT } from '../../contract/conversation.ts';
import { type Media, SendError } from '../channel.ts';
import type { ChannelTools } from '../definition.ts';

type Said = Pick<Outgoing, 'text' | 'payload'>;

const PART_PAUSE_MS = 500;
const PART_ATTEMPTS = 3;
/** Longer waits the platform asks for are the delivery queue's to keep. */
const SHORT_WAIT_MS = 2000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const mayTryAgain = (error: unknown): boolean =>
  error instanceof SendError &&
  error.failure.kind === 'retry' &&
  error.failure.notSent &&
  (error.failure.afterMs ?? 0) <= SHORT_WAIT_MS;

/**
 * Once a part has arrived the message can no longer count as not sent: a resend would repeat that part.
 * So later parts are retried here and now, and what still fails is reported as uncertain.
 */
async function sendLater(send: () => Promise<void>, sentBefore: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (mayTryAgain(error) && attempt < PART_ATTEMPTS) {
        await pause(PART_PAUSE_MS * attempt);
        continue;
      }
      if (!(error instanceof SendError)) throw error;
      const isOpen = error.failure.kind === 'retry' && !error.failure.notSent;
      const rest = isOpen ? '其余不确定是否发出' : '其余未发出';
      const detail = `前 ${sentBefore} 段已发出，${rest}：${error.failure.detail}`;
      throw new SendError(
        error.failure.kind === 'retry'
          ? { ...error.failure, notSent: false, detail }
          : { ...error.failure, untilShopper: false, detail },
      );
    }
  }
}

/** `number` counts from 1. @throws SendError, also for a message that became nothing */
export async function sendParts<P>(
  parts: readonly P[],
  send: (part: P, number: number) => Promise<void>,
): Promise<void> {
  const [first, ...rest] = parts;
  if (first === undefined)
    throw new SendError({ kind: 'permanent', code: 'empty', detail: '消息没有文字，平台无法发送' });
  await send(first, 1);
  for (const [index, part] of rest.entries()) await sendLater(() => send(part, index + 2), index + 1);
}

export interface PictureRules {
  picture: ChannelTools['picture'];
  /** As the bytes say they are. */
  types: ReadonlySet<string>;
  bytesMax: number;
  /** Puts it at the platform; what it is called there. @throws SendError with `notSent` where it may be tried again */
  keep(picture: Media): Promise<string>;
}

/** What it is called at the platform; null when it does not take it. @throws SendError with `notSent` */
async function keepOne({ picture, types, bytesMax, keep }: PictureRules, { kind, id }: Attachment) {
  const found = kind === 'image' && id !== undefined ? await picture(id) : null;
  if (found === null || !types.has(found.type) || found.bytes.length > bytesMax) return null;
  try {
    return await keep(found);
  } catch (error) {
    if (error instanceof SendError && error.failure.kind === 'permanent') return null;
    throw error;
  }
}

/**
 * The words of a message, null when its pictures say it all, and the names of those the platform took. All of them are put
 * there before the first word is sent, so that a failure up to then may be tried again. @throws SendError
 */
export async function withKeptPictures<M extends Said>(
  message: M,
  rules: PictureRules,
): Promise<{ words: M | null; pictures: string[] }> {
  const pictures: string[] = [];
  const left: Attachment[] = [];
  for (const attachment of message.payload.attachments ?? []) {
    const id = await keepOne(rules, attachment);
    if (id === null) left.push(attachment);
    else pictures.push(id);
  }
  const isOnlyPictures = pictures.length > 0 && message.text === PICTURE_TEXT && left.length === 0;
  return {
    words: isOnlyPictures ? null : { ...message, payload: { ...message.payload, attachments: left } },
    pictures,
  };
}

/** So many messages the platform counts at most: each picture it takes is one of its own. */
export function countParts(message: Said, countWords: (words: Said) => number): number {
  const pictures = message.payload.attachments?.length ?? 0;
  if (pictures === 0) return countWords(message);
  if (message.text === PICTURE_TEXT) return pictures;
  return pictures + countWords({ text: message.text, payload: { ...message.payload, attachments: [] } });
}
