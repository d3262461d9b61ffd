// 钉钉 custom robot: its signature, its Markdown, its numbers. Source: open.dingtalk.com/document/orgapp/custom-robot-access and .../customize-robot-security-settings.
import { createHmac } from 'node:crypto';
import type { Notice, RobotRules, Verdict } from './robot.ts';

/** HmacSHA256 with the secret over `<milliseconds>\n<secret>`; goes into the address next to the time. */
function signedUrl(url: string, secret: string, at: Date): string {
  const timestamp = String(at.getTime());
  const signed = new URL(url);
  signed.searchParams.set('timestamp', timestamp);
  signed.searchParams.set('sign', createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64'));
  return signed.href;
}

function markdown({ title, lines, link }: Notice): string {
  const parts = [`### ${title}`, ...lines.map((line) => `- ${line}`)];
  // an empty line before the link, or it becomes part of the last item
  return (link ? [...parts, '', `[${link.label}](${link.url})`] : parts).join('\n');
}

/** One number for three refusals: the platform's sentence tells them apart. */
function securityVerdict(message: string): Verdict {
  if (/keyword/i.test(message)) return { kind: 'refused', means: '消息里没有机器人要求的关键词' };
  if (/whitelist/i.test(message)) return { kind: 'refused', means: '服务器 IP 不在机器人的白名单内' };
  return { kind: 'signature' };
}

const MEANINGS: Readonly<Record<number, string>> = {
  300001: '机器人地址里的 access_token 不存在',
  300005: '机器人地址里的 access_token 不存在',
  400101: '机器人地址里的 access_token 不存在',
  400013: '群已解散',
  400102: '机器人已停用',
  400106: '机器人已不在群里',
  460101: '消息过长',
};

export const dingtalk: RobotRules = {
  title: '钉钉',
  // more than twenty in a minute and the robot is not heard for ten
  perMinute: 20,
  gapMs: 0,
  shutOutMs: 600_000,
  // errcode 460101: "message too long, exceed 20000 bytes"
  bytesMax: 20_000,
  write({ url, secret }, notice, at) {
    const body = JSON.stringify({
      msgtype: 'markdown',
      markdown: { title: notice.title, text: markdown(notice) },
      at: { isAtAll: notice.everyone === true },
    });
    return { url: signedUrl(url, secret, at), body, bytes: Buffer.byteLength(body) };
  },
  codeOf: (answer) => answer.errcode,
  judge(code, message) {
    if (code === 0) return { kind: 'done' };
    if (code === -1) return { kind: 'busy' };
    if (code === 130101 || code === 410100) return { kind: 'too-fast' };
    if (code === 310000) return securityVerdict(message);
    return { kind: 'refused', means: MEANINGS[code] ?? '平台拒绝了这条消息' };
  },
};
