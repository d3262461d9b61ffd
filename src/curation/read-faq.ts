// Reads one FAQ file (front matter and wordings) into its parts. Knows nothing of other files.
import { Style } from '../contract/decision.ts';
import { checkText, describe } from './check-shape.ts';
import { quoted } from './content-problems.ts';
import { readYaml, type YamlText } from './read-yaml.ts';

export interface FaqText {
  head: YamlText;
  answers: Partial<Record<Style, string>>;
  problems: { line: number; text: string }[];
}

const ANSWER_MAX = 2000;
const STYLES = Style.anyOf.map((style) => style.const);

/** Never throws; what is wrong is in `problems` (and in `head.problems` for the front matter). */
export function readFaq(text: string): FaqText {
  const lines = text.split(/\r\n|\n|\r/);
  const none: YamlText = { value: undefined, lineOf: () => 1, problems: [] };
  if (lines[0]?.trimEnd() !== '---') {
    return { head: none, answers: {}, problems: [{ line: 1, text: '缺少文件头，第一行应为 ---' }] };
  }
  const end = lines.findIndex((line, at) => at > 0 && line.trimEnd() === '---');
  if (end < 0) {
    return { head: none, answers: {}, problems: [{ line: 1, text: '文件头没有结束，应以单独一行 --- 收尾' }] };
  }
  const head = readYaml(lines.slice(1, end).join('\n'), 2);
  return { head, ...readAnswers(lines, end + 1) };
}

function readAnswers(lines: readonly string[], from: number) {
  const problems: FaqText['problems'] = [];
  const sections = new Map<string, { line: number; body: string[] }>();
  let current: string[] | null = null;
  for (let at = from; at < lines.length; at++) {
    const line = lines[at]!;
    const heading = /^(#{1,6})\s+(.*?)\s*$/.exec(line);
    if (heading === null) {
      if (current !== null) current.push(line);
      else if (line.trim() !== '') {
        problems.push({ line: at + 1, text: `小节之前有内容${quoted(line.trim())}，应写在 ## standard 之下` });
        current = [];
      }
      continue;
    }
    const name = heading[2]!;
    current = [];
    if (heading[1] !== '##' || !STYLES.some((style) => style === name)) {
      problems.push({ line: at + 1, text: `不认识的小节${quoted(line.trim())}，应为 ## 加 ${describe(Style)}` });
    } else if (sections.has(name)) {
      problems.push({ line: at + 1, text: `小节 ## ${name} 写了两次，应只写一次` });
    } else {
      sections.set(name, { line: at + 1, body: current });
    }
  }
  const answers: Partial<Record<Style, string>> = {};
  for (const style of STYLES) {
    const section = sections.get(style);
    if (section === undefined) continue;
    const body = section.body.join('\n').trim();
    const at = { line: section.line };
    if (body === '') problems.push({ ...at, text: `小节 ## ${style} 是空的，应写出回答` });
    if (body.length > ANSWER_MAX)
      problems.push({ ...at, text: `小节 ## ${style} 有 ${body.length} 个字，应最多 ${ANSWER_MAX} 个字` });
    for (const bad of checkText(body, [`## ${style}`])) problems.push({ ...at, text: bad.text });
    answers[style] = body;
  }
  if (!sections.has('standard')) problems.push({ line: from, text: '缺少小节 ## standard，每条都应有标准回答' });
  return { answers, problems };
}
