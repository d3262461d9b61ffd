// Standard Webhooks signatures, made and checked, with an old and a new secret side by side. Knows no message.
import { Webhook } from 'standardwebhooks';
import { AppError } from '../../errors.ts';

/**
 * The secrets of one setting: `whsec_…`, two separated by a space while they are rotated.
 * @throws AppError `bad_setting`
 */
export function readSecrets(setting: string, name: string): Webhook[] {
  const secrets = setting.split(/\s+/).filter((s) => s !== '');
  try {
    if (secrets.length === 0 || secrets.some((s) => !s.startsWith('whsec_'))) throw new Error('no whsec_ secret');
    return secrets.map((secret) => new Webhook(secret));
  } catch {
    throw new AppError(
      'bad_setting',
      `${name}: 应为 whsec_ 开头的 Standard Webhooks 密钥（轮换时可写两个，用空格分开）`,
    );
  }
}

/** Five minutes either way; github standard-webhooks/standard-webhooks spec/standard-webhooks.md */
const TOLERANCE_SECONDS = 300;

/** `timestamp` in seconds as sent; the clock is the house's. */
export const isFresh = (timestamp: string, nowMs: number): boolean =>
  /^\d{1,12}$/.test(timestamp) && Math.abs(nowMs / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS;

/** True when any of the secrets signed exactly this body, within five minutes by the machine's clock, which the library asks itself. */
export function isSigned(
  secrets: readonly Webhook[],
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): boolean {
  return secrets.some((secret) => {
    try {
      secret.verify(body, { ...headers }, { jsonParse: false });
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Headers of one attempt: the id stays, the time is the attempt's, and every secret signs so that the receiver may rotate at leisure.
 * The id must not contain a full stop.
 */
export function signedHeaders(secrets: readonly Webhook[], id: string, body: string, at: Date): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => secret.sign(id, at, body)).join(' '),
  };
}
