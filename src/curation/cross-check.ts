// What only shows when all content files lie side by side: duplicates, references to nothing, impossible dates.
import type { FaqFile, IntentFile } from '../contract/content.ts';
import type { Path } from './check-shape.ts';
import { type ContentProblem, quoted } from './content-problems.ts';

export interface Located<T> {
  file: string;
  value: T;
  lineOf(path: Path): number;
}

/** `known` are the intents that have a file, sound or not. */
export function crossCheck(
  intents: readonly Located<IntentFile>[],
  entries: readonly Located<FaqFile>[],
  known: ReadonlySet<string>,
): ContentProblem[] {
  return [...checkIntents(intents, known), ...checkEntries(entries, known)];
}

function checkIntents(intents: readonly Located<IntentFile>[], known: ReadonlySet<string>): ContentProblem[] {
  const problems: ContentProblem[] = [];
  const owners = new Map<string, { name: string; file: string; line: () => number; text: string }>();
  for (const { file, value, lineOf } of intents) {
    value.examples.forEach((text, index) => {
      const line = () => lineOf(['examples', index]);
      const key = exampleKey(text);
      const first = owners.get(key);
      if (first === undefined) {
        owners.set(key, { name: value.name, file, line, text });
      } else if (first.name !== value.name || first.text.trim() === text.trim()) {
        // Inside one intent 人工 and 人工！！ are two honest examples; across intents a sentence may belong to one only.
        problems.push({
          file,
          line: line(),
          text: `例句${quoted(text)}已在 ${first.file}:${first.line()} 出现，一句话应只属于一个意图`,
        });
      }
    });
  }
  for (const { file, value, lineOf } of intents) {
    (value.counter_examples ?? []).forEach(({ text, intent }, index) => {
      const tell = (what: string) => problems.push({ file, line: lineOf(['counter_examples', index]), text: what });
      if (intent === value.name) tell(`反例${quoted(text)}指向本意图，应指向另一个意图`);
      else if (!known.has(intent)) tell(`反例指向的意图${quoted(intent)}没有定义，应为已有的意图名`);
      if (owners.get(exampleKey(text))?.name === value.name) {
        tell(`反例${quoted(text)}同时是本意图的例句，应只留一处`);
      }
    });
    problems.push(...checkConsequences(file, value, lineOf, known));
  }
  return problems;
}

/** What follows may only name what is there, and only ask what the intent has. Entries are the shop's own: a missing one is passed over. */
function checkConsequences(
  file: string,
  { by_order, asks, slots }: IntentFile,
  lineOf: (path: Path) => number,
  known: ReadonlySet<string>,
): ContentProblem[] {
  const problems: ContentProblem[] = [];
  for (const [state, name] of Object.entries(by_order ?? {})) {
    if (!name.includes('-') && !known.has(name))
      problems.push({
        file,
        line: lineOf(['by_order', state]),
        text: `by_order 的 ${state} 指向${quoted(name)}，应为已有的意图名或问答 id`,
      });
  }
  (asks?.slots ?? []).forEach((slot, index) => {
    const isThere = slots.includes(slot) || (slot === 'sku' && (slots.includes('size') || slots.includes('color')));
    if (!isThere)
      problems.push({
        file,
        line: lineOf(['asks', 'slots', index]),
        text: `asks 里的 ${slot} 应同时写在 slots 里`,
      });
  });
  return problems;
}

function checkEntries(entries: readonly Located<FaqFile>[], known: ReadonlySet<string>): ContentProblem[] {
  const problems: ContentProblem[] = [];
  const ids = new Map<string, string>();
  const questions = new Map<string, () => string>();
  for (const { file, value, lineOf } of entries) {
    const problem = (path: Path, text: string) => problems.push({ file, line: lineOf(path), text });
    const first = ids.get(value.id);
    if (first === undefined) ids.set(value.id, file);
    else problem(['id'], `id ${value.id} 已被 ${first} 使用，应不重复`);

    value.intents.forEach((intent, index) => {
      if (!known.has(intent))
        problem(['intents', index], `意图${quoted(intent)}没有定义，应为 intents/ 下已有的意图名`);
    });
    const asked: [string, Path][] = [[value.question, ['question']]];
    value.similar.forEach((text, index) => {
      asked.push([text, ['similar', index]]);
    });
    for (const [text, path] of asked) {
      const key = questionKey(text);
      const place = questions.get(key);
      if (place === undefined) questions.set(key, () => `${file}:${lineOf(path)}`);
      else problem(path, `问法${quoted(text)}已在 ${place()} 出现，全部问法应互不相同`);
    }
    for (const field of ['reviewed', 'valid_from', 'valid_until'] as const) {
      const day = value[field];
      if (day !== undefined && !isDay(day)) problem([field], `${field} 的日期 ${day} 不存在，应为日历上的一天`);
    }
    if (value.valid_from !== undefined && value.valid_until !== undefined && value.valid_from > value.valid_until) {
      problem(['valid_until'], `valid_until ${value.valid_until} 早于 valid_from ${value.valid_from}，应不早于它`);
    }
  }
  return problems;
}

const exampleKey = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');

/** A question mark does not make another question. */
export const questionKey = (text: string) => exampleKey(text).replace(/[\p{P}~]+$/u, '') || exampleKey(text);

export function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
