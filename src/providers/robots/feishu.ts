// 飞书 custom bot: its signature, its rich text, its numbers. Source: open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
import { createHmac } from 'node:crypto';
import type { RobotRules } from './robot.ts';

/** The other way round than anybody else: the key is `<seconds>\n<secret>`, and nothing is what gets signed. */
const signature = (timestamp: string, secret: string): string =>
  createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');

const MEANINGS: Readonly<Record<number, string>> = {
  9499: '消息的格式不对，或超过 20 KB',
  19001: '机器人地址不对，或机器人已被移除',
  19022: '服务器 IP 不在机器人的白名单内',
  19024: '消息里没有机器人要求的关键词',
};

export const feishu: RobotRules = {
  title: '飞书',
  // 100 a minute and 5 a second for one bot
  perMinute: 100,
  gapMs: 200,
  shutOutMs: 60_000,
  bytesMax: 20_000,
  write({ url, secret }, { title, lines, link, everyone }, at) {
    const timestamp = String(Math.floor(at.getTime() / 1000));
    const content: Record<string, string>[][] = lines.map((text) => [{ tag: 'text', text }]);
    if (link) content.push([{ tag: 'a', text: link.label, href: link.url }]);
    if (everyone) content.push([{ tag: 'at', user_id: 'all' }]);
    const body = JSON.stringify({
      timestamp,
      sign: signature(timestamp, secret),
      msg_type: 'post',
      content: { post: { zh_cn: { title, content } } },
    });
    return { url, body, bytes: Buffer.byteLength(body) };
  },
  // older hosts answer with `StatusCode` alone
  codeOf: (answer) => answer.code ?? answer.StatusCode,
  judge(code, message) {
    if (code === 0) return { kind: 'done' };
    if (code === 11232 || (code === 9499 && /too many/i.test(message))) return { kind: 'too-fast' };
    if (code === 19021) return { kind: 'signature' };
    return { kind: 'refused', means: MEANINGS[code] ?? '平台拒绝了这条消息' };
  },
};
