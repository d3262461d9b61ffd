// The few answers every channel route gives to a platform; knows nothing of the platforms.

import type { ChannelAccount } from '../contract/conversation.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import type { ChannelRequest, ChannelResponse } from './channel.ts';

export const plainText = (status: number, body: string, headers?: Record<string, string>): ChannelResponse => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body,
  ...(headers && { headers }),
});

export const json = (status: number, value: unknown): ChannelResponse => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
});

export function problem(code: ErrorCode, detail?: string, headers?: Record<string, string>): ChannelResponse {
  const error = new AppError(code, detail);
  return {
    status: error.status,
    contentType: 'application/problem+json; charset=utf-8',
    body: JSON.stringify({
      type: 'about:blank',
      title: error.title,
      status: error.status,
      code,
      detail: error.message,
    }),
    ...(headers && { headers }),
  };
}

/** The message could not be stored: the platform has to send it again. */
export const tryAgain = (): ChannelResponse => problem('overloaded', undefined, { 'retry-after': '2' });

/** The same for a platform that shows the shopper whatever it is told, and asks again when it is told nothing. */
export const noAnswer = (): ChannelResponse => ({ ...tryAgain(), cut: true });

/** What holds before anything is looked at: the request is for this account, and no larger than its route takes. */
export function refusedAtTheDoor(
  account: ChannelAccount,
  request: Pick<ChannelRequest, 'account' | 'body'>,
  bodyLimit: number,
): ChannelResponse | null {
  if (request.account !== account.name) return problem('channel_off');
  return request.body.length > bodyLimit ? problem('too_large') : null;
}
