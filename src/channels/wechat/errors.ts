// What WeChat's error numbers mean for delivery and for the agent who reads of them. Pure; knows no request.
import type { SendFailure } from '../channel.ts';

type Verdict =
  | { kind: 'retry'; afterMs: number; means: string }
  | { kind: 'permanent'; means: string; untilShopper?: true };

/** The token ran out or was replaced elsewhere: worth one more try with a fresh one. */
export const TOKEN_ERRORS: ReadonlySet<number> = new Set([40001, 40014, 41001, 42001]);

const final = (means: string): Verdict => ({ kind: 'permanent', means });
const untilShopper = (means: string): Verdict => ({ kind: 'permanent', means, untilShopper: true });

/**
 * Errors worth a sentence of their own; any other number is permanent: a request refused once is refused again.
 * developers.weixin.qq.com/doc/offiaccount/en/Getting_Started/Global_Return_Code.html
 */
const VERDICTS: Readonly<Record<number, Verdict>> = {
  [-1]: { kind: 'retry', afterMs: 1000, means: '系统繁忙' },
  45011: { kind: 'retry', afterMs: 60_000, means: '调用太频繁，每分钟的次数已用完' },
  40001: final('AppSecret 不正确，或 access_token 已失效'),
  40003: final('顾客的 openid 不属于这个账号'),
  40007: final('图片或文件已过期（媒体文件只保留三天）'),
  40013: final('AppID 不正确'),
  40014: final('access_token 不正确'),
  40033: final('内容含有平台不接受的转义字符'),
  40125: final('AppSecret 不正确'),
  40164: final('服务器 IP 不在账号的白名单内'),
  41001: final('请求里缺少 access_token'),
  42001: final('access_token 已过期，换新之后仍被拒绝'),
  43004: final('顾客没有关注公众号'),
  44002: final('内容为空'),
  45002: final('内容过长'),
  45009: final('接口当天的调用次数已用完'),
  45015: untilShopper('窗口已关闭：顾客超过 48 小时没有发言，或已取消关注；等顾客再次发言后才能发送'),
  45047: untilShopper('窗口已关闭：顾客再次发言之前，可发的条数已用完'),
  47001: final('平台看不懂请求的格式'),
  48001: final('账号没有客服消息接口的权限'),
  48004: final('接口已被平台封禁'),
  50002: final('顾客的账号受限'),
  61004: final('服务器 IP 不在白名单内'),
};

/** What an error number of the platform means for delivery. The platform answered, so the message was not taken. */
export function failureOf(errcode: number, errmsg: string): SendFailure {
  const verdict = VERDICTS[errcode];
  const detail = `微信 ${errcode}: ${verdict?.means ?? errmsg}`;
  return verdict?.kind === 'retry'
    ? { kind: 'retry', notSent: true, afterMs: verdict.afterMs, detail }
    : { kind: 'permanent', code: String(errcode), untilShopper: verdict?.untilShopper ?? false, detail };
}
