// 企业微信 group robot: the key in its address is all its security. Source: developer.work.weixin.qq.com/document/path/91770.
import type { Notice, RobotRules } from './robot.ts';

const MARKDOWN_BYTES_MAX = 4096;
const TEXT_BYTES_MAX = 2048;

function markdown({ title, lines, link }: Notice): string {
  const parts = [`### ${title}`, ...lines.map((line) => `> ${line}`)];
  return (link ? [...parts, '', `[${link.label}](${link.url})`] : parts).join('\n');
}

const text = ({ title, lines, link }: Notice): string =>
  [title, ...lines, ...(link ? [`${link.label}：${link.url}`] : [])].join('\n');

const MEANINGS: Readonly<Record<number, string>> = {
  40058: '消息的格式不对，或过长',
  93000: '机器人地址里的 key 不对，或机器人已被移除',
};

export const wecom: RobotRules = {
  title: '企业微信',
  perMinute: 20,
  gapMs: 0,
  shutOutMs: 60_000,
  bytesMax: MARKDOWN_BYTES_MAX,
  write({ url }, notice) {
    // Markdown cannot call everybody, text can; text may be half as long
    const content = notice.everyone ? text(notice) : markdown(notice);
    const message = notice.everyone
      ? { msgtype: 'text', text: { content, mentioned_list: ['@all'] } }
      : { msgtype: 'markdown', markdown: { content } };
    const share = notice.everyone ? MARKDOWN_BYTES_MAX / TEXT_BYTES_MAX : 1;
    return { url, body: JSON.stringify(message), bytes: Buffer.byteLength(content) * share };
  },
  codeOf: (answer) => answer.errcode,
  judge(code) {
    if (code === 0) return { kind: 'done' };
    if (code === -1) return { kind: 'busy' };
    if (code === 45009 || code === 45033) return { kind: 'too-fast' };
    return { kind: 'refused', means: MEANINGS[code] ?? '平台拒绝了这条消息' };
  },
};
