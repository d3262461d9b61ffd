// Makes a notice fit to leave: masked, free of markup, and short enough. Knows no platform.
import { maskPersonalData } from '../../policy/mask.ts';
import type { Notice } from './robot.ts';

const TITLE_MAX = 60;
const LINE_MAX = 400;
const LINES_MAX = 40;
const LEFT_OUT = '（内容过长，后面的省略了）';

/** A shopper's words must not become a link, a heading or a call to the whole group: marks become their full-width twins. */
const TWINS: Readonly<Record<string, string>> = {
  '[': '［',
  ']': '］',
  '<': '＜',
  '>': '＞',
  '*': '＊',
  _: '＿',
  '`': '｀',
  '#': '＃',
  '@': '＠',
  '~': '～',
  '\\': '＼',
  '|': '｜',
};

const cut = (text: string, max: number): string => {
  const characters = [...text];
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
};

function plain(text: string, max: number): string {
  const oneLine = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim();
  return cut(maskPersonalData(oneLine), max).replace(/[[\]<>*_`#@~\\|]/g, (mark) => TWINS[mark] ?? mark);
}

export function plainNotice(notice: Notice): Notice {
  const lines = notice.lines.map((line) => plain(line, LINE_MAX)).filter((line) => line !== '');
  return {
    ...notice,
    title: plain(notice.title, TITLE_MAX),
    lines: lines.length <= LINES_MAX ? lines : [...lines.slice(0, LINES_MAX - 1), LEFT_OUT],
    ...(notice.link && { link: { label: plain(notice.link.label, TITLE_MAX), url: notice.link.url } }),
  };
}

/** Leaves out lines from the end until it fits, at last the link; a title alone fits everywhere. */
export function fitted(notice: Notice, fits: (notice: Notice) => boolean): Notice {
  if (fits(notice)) return notice;
  for (let keep = notice.lines.length - 1; keep >= 0; keep--) {
    const shorter = { ...notice, lines: [...notice.lines.slice(0, keep), LEFT_OUT] };
    if (fits(shorter)) return shorter;
  }
  const { link: _, ...bare } = notice;
  return { ...bare, lines: [LEFT_OUT] };
}
