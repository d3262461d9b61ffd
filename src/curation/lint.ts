// Everything that speaks against an entry as an editor has it before them: shape, law and platform words, personal data, wordings of others.
import { type FaqFile, FaqHead } from '../contract/content.ts';
import { Style } from '../contract/decision.ts';
import { checkOutgoing } from '../policy/check.ts';
import { findPersonalData } from '../policy/mask.ts';
import type { Finding } from '../policy/rule.ts';
import { checkShape, checkText } from './check-shape.ts';
import { quoted } from './content-problems.ts';
import { isDay, questionKey } from './cross-check.ts';

export interface LintFinding {
  /** An error keeps the entry from being published. `shape`: it cannot even be saved. */
  level: 'shape' | 'error' | 'warning';
  /** A field of the entry; an answer is `answers.standard`. */
  field: string;
  text: string;
  evidence?: string;
  /** The law or the platform's rule behind it. */
  source?: string;
}

export interface LintContext {
  intents: ReadonlySet<string>;
  /** Who asks this already: by `questionKey`, without the entry itself. */
  wordings: Wordings;
}

export type Wordings = ReadonlyMap<string, { id: string; title: string; text: string }[]>;

/** All wordings of the entries; made once for many entries. */
export function wordingsOf(entries: readonly FaqFile[]): Wordings {
  const found = new Map<string, { id: string; title: string; text: string }[]>();
  for (const { id, question, similar } of entries) {
    for (const text of new Set([question, ...similar])) {
      const key = questionKey(text);
      const list = found.get(key);
      if (list === undefined) found.set(key, [{ id, title: question, text }]);
      else list.push({ id, title: question, text });
    }
  }
  return found;
}

const ANSWER_MAX = 2000;
/** With fewer the models know too little of how people ask. */
const SIMILAR_WANTED = 5;
/** Parts of addresses of this API. */
const RESERVED = new Set(['changes', 'export', 'import', 'lint', 'retire', 'summary', 'template']);
const STYLES = new Set<string>(Style.anyOf.map((style) => style.const));
/** Nothing fills these in: an answer goes out as it stands. */
const DANGLING = /\{\{?[^{}\n]{1,40}\}?\}|\$\{[^}\n]{1,40}\}|【待填[^】]*】|〔[^〔〕\n]{1,12}〕/g;

/** What a form usually lacks, without the names of fields in files. */
const SHAPE_WORDS: Record<string, string> = {
  id: '编号只含小写字母、数字和连字符，最多 80 个字',
  question: '标准问应有 2–100 个字',
  intents: '请选择 1–5 个分类',
  stage: '请选择适用阶段',
  source: '请写出依据来源，最多 200 个字',
  reviewed: '请选择复核日期',
};

export function lintEntry(entry: FaqFile, context: LintContext): LintFinding[] {
  return [
    ...lintShape(entry),
    ...lintReferences(entry, context.intents),
    ...lintWordings(entry, context.wordings),
    ...lintAnswers(entry),
  ];
}

function lintShape({ answers, ...head }: FaqFile): LintFinding[] {
  const findings: LintFinding[] = checkShape(FaqHead, head).flatMap(({ path, text }) => {
    // files of a corpus have five; an editor may publish sooner
    if (path.length === 1 && path[0] === 'similar' && Array.isArray(head.similar)) return [];
    const field = String(path[0] ?? 'id');
    return [{ level: 'shape' as const, field, text: SHAPE_WORDS[field] ?? text }];
  });
  if (RESERVED.has(head.id)) findings.push({ level: 'shape', field: 'id', text: `编号 ${head.id} 另有用途，请换一个` });
  if (Array.isArray(head.similar) && head.similar.length < SIMILAR_WANTED)
    findings.push({
      level: 'warning',
      field: 'similar',
      text: `相似问只有 ${head.similar.length} 条，建议至少 ${SIMILAR_WANTED} 条，机器人才认得出各种问法`,
    });
  if ((answers.standard ?? '').trim() === '')
    findings.push({ level: 'shape', field: 'answers.standard', text: '标准回答是空的，应写出回答' });
  for (const [style, answer] of Object.entries(answers)) {
    const field = `answers.${style}`;
    const shape = (text: string) => findings.push({ level: 'shape', field, text });
    if (!STYLES.has(style)) shape(`不认识的语气${quoted(style)}`);
    if (typeof answer !== 'string') continue;
    if (answer.length > ANSWER_MAX) shape(`有 ${answer.length} 个字，应最多 ${ANSWER_MAX} 个字`);
    for (const bad of checkText(answer, ['回答'])) shape(bad.text);
  }
  return findings;
}

function lintReferences(entry: FaqFile, intents: ReadonlySet<string>): LintFinding[] {
  const findings: LintFinding[] = [];
  const error = (field: string, text: string) => findings.push({ level: 'error', field, text });
  for (const intent of entry.intents)
    if (!intents.has(intent)) error('intents', `意图${quoted(intent)}没有定义，应为已有的意图`);
  for (const field of ['reviewed', 'valid_from', 'valid_until'] as const) {
    const day = entry[field];
    if (day !== undefined && !isDay(day)) error(field, `日期 ${quoted(day)}不存在，应为日历上的一天`);
  }
  const { valid_from, valid_until } = entry;
  if (valid_from !== undefined && valid_until !== undefined && valid_from > valid_until)
    error('valid_until', `失效日 ${valid_until} 早于生效日 ${valid_from}，应不早于它`);
  return findings;
}

function lintWordings(entry: FaqFile, wordings: Wordings): LintFinding[] {
  const findings: LintFinding[] = [];
  const own = new Set<string>();
  for (const [field, text] of [['question', entry.question], ...entry.similar.map((s) => ['similar', s])] as [
    'question' | 'similar',
    string,
  ][]) {
    const key = questionKey(text);
    const other = wordings.get(key)?.find(({ id }) => id !== entry.id);
    if (other !== undefined)
      findings.push({
        level: 'error',
        field,
        text: `问法${quoted(text)}已属于「${other.title}」（${other.id}），一种问法应只属于一条知识`,
      });
    else if (own.has(key))
      findings.push({ level: 'error', field, text: `问法${quoted(text)}在本条里重复，应只留一个` });
    own.add(key);
    for (const { kind, value } of findPersonalData(text).filter(({ kind }) => LEAKS.has(kind)))
      findings.push({
        ...LEAK,
        field,
        text: `问法里有个人信息（${value.slice(0, 2)}***），应删去或打码`,
        evidence: kind,
      });
  }
  return findings;
}

const LEAKS = new Set<string>(['phone', 'landline', 'id_card', 'bank_card', 'email']);
const LEAK = { level: 'error' as const, source: '《中华人民共和国个人信息保护法》第六条、第五十一条' };

function lintAnswers({ answers }: FaqFile): LintFinding[] {
  return Object.entries(answers).flatMap(([style, answer]) => {
    if (typeof answer !== 'string') return [];
    const field = `answers.${style}`;
    const checked = checkOutgoing(answer, { channel: 'web', author: 'bot', allowedHosts: [] });
    const found: LintFinding[] = (checked.ok ? [] : checked.findings).map((finding) => toLint(finding, field));
    for (const [dangling] of answer.matchAll(DANGLING))
      found.push({
        level: 'error',
        field,
        text: `${quoted(dangling)}不会被替换，顾客会原样看到，应写成确定的内容`,
        evidence: dangling,
      });
    return found;
  });
}

const toLint = ({ why, evidence, source }: Finding, field: string): LintFinding => ({
  level: 'error',
  field,
  text: why,
  evidence,
  source,
});
