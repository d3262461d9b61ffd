// Reads what an API of Tencent's answers: an error number and fields, or nothing that was agreed. Knows no path and no error.
import { SendError } from '../channel.ts';
import { type PlatformAnswer, retryAfterMs } from '../outbound.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface TencentAnswer {
  /** 0: done. */
  errcode: number;
  errmsg: string;
  fields: Fields;
}

const ERRMSG_MAX = 200;

function fieldsIn(text: string): Fields | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Fields) : null;
  } catch {
    return null;
  }
}

/** Some gateways write numbers as text. */
function numberIn(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : null;
}

/**
 * Without an error number nobody has said that it was done: something in between has answered, and the platform may have
 * taken it or not. `given` names the field by which an answer without one is known, where the platform leaves it out when
 * all is well. @throws SendError
 */
export function readAnswer(
  platform: string,
  { status, headers, text }: Pick<PlatformAnswer, 'status' | 'headers' | 'text'>,
  given?: string,
): TencentAnswer {
  const fields = status === 200 ? fieldsIn(text) : null;
  const isGiven = given !== undefined && typeof fields?.[given] === 'string' && fields.errcode === undefined;
  const errcode = isGiven ? 0 : numberIn(fields?.errcode);
  if (fields !== null && errcode !== null) {
    return { errcode, errmsg: typeof fields.errmsg === 'string' ? fields.errmsg.slice(0, ERRMSG_MAX) : '', fields };
  }
  const afterMs = retryAfterMs(headers);
  throw new SendError({
    kind: 'retry',
    // A gateway in between may have failed after the platform took the message; only 429 is certain.
    notSent: status === 429,
    detail: `${platform}接口返回 ${status}，不是约定的 JSON`,
    ...(afterMs !== undefined && { afterMs }),
  });
}
