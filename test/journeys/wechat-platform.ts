// WeChat's API as a journey needs it: gives tokens, takes messages, misbehaves as scripted; what each shopper was sent is counted here.
import { type Answer, type FakePlatform, openFakePlatform } from '../channels/fake-platform.ts';

export const SEND = '/cgi-bin/message/custom/send';
export const TOKEN = '/cgi-bin/stable_token';
export const says = (errcode: number, errmsg = 'rid: 1'): Answer => ({ status: 200, body: { errcode, errmsg } });
export const gives = (token: string): Answer => ({ status: 200, body: { access_token: token, expires_in: 7200 } });

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const textOf = (body: Record<string, unknown>): string =>
  (body.text as { content: string } | undefined)?.content ??
  (body.msgmenu as { head_content: string } | undefined)?.head_content ??
  '';

export interface WechatPlatform extends FakePlatform {
  /** Everything that was tried to be sent to the shopper, refused or not. */
  to(shopper: string): { text: string; token: string; body: Record<string, unknown> }[];
  /** Waits for so many tries to send. */
  until(shopper: string, count: number, ms?: number): Promise<string[]>;
}

export async function openWechatPlatform(): Promise<WechatPlatform> {
  const platform = await openFakePlatform();
  platform.script(TOKEN, gives('token-1'));
  const to = (shopper: string) =>
    platform
      .at(SEND)
      .filter((r) => r.body.touser === shopper)
      .map((r) => ({ text: textOf(r.body), token: r.query.access_token!, body: r.body }));
  return {
    ...platform,
    to,
    async until(shopper, count, ms = 10_000) {
      for (const end = performance.now() + ms; performance.now() < end && to(shopper).length < count; ) await pause(20);
      return to(shopper).map(({ text }) => text);
    },
  };
}
