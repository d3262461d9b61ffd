// A model's drafts for an editor, made safe to look at: what no shop may say is thrown away, what nobody vouches for is named. Publishes nothing.
import { checkOutgoing } from '../policy/check.ts';
import { numbersIn } from '../policy/facts.ts';
import { findPersonalData, maskPersonalData } from '../policy/mask.ts';
import { normaliseForRules } from '../policy/normalise.ts';
import type { Finding } from '../policy/rule.ts';
import type { Drafter } from '../providers/language-model.ts';

/** A published entry near the question: the only source of facts. */
export interface RelatedEntry {
  title: string;
  answer: string;
}

export interface EntryDraft {
  /** `form`: the model gave nothing usable; the editor gets an empty form with the question in it. */
  from: 'model' | 'form';
  question: string;
  answer: string;
  /** Facts that no related entry vouches for; the editor confirms or removes them. */
  toCheck: Finding[];
}

const TITLE_MAX = 100;
/** So many other ways to ask an entry's question are drafted at once. */
const SIMILAR_MAX = 10;
const BLANK = '【待填：怎么办】【待填：时限、条件和费用】';
/** Findings that compare with the related entries; everything else is forbidden whoever says it. */
const UNVOUCHED = /^(?:invented-|turned-round)/;

export async function draftEntry(
  drafter: Drafter,
  request: { question: string; related: readonly RelatedEntry[] },
): Promise<EntryDraft> {
  const form: EntryDraft = {
    from: 'form',
    question: maskPersonalData(request.question).trim().slice(0, TITLE_MAX),
    answer: BLANK,
    toCheck: [],
  };
  const drafted = await drafter.draft(request);
  if (drafted === null) return form;
  const source = request.related.map(({ title, answer }) => `${title}\n${answer}`).join('\n');
  const findings = [findingsOf(drafted.answer, source), findingsOf(drafted.question, source)].flat();
  if (findings.some(({ rule }) => !UNVOUCHED.test(rule))) return form;
  return { from: 'model', ...drafted, toCheck: findings };
}

function findingsOf(text: string, source: string): Finding[] {
  const context = { channel: 'web', author: 'agent', allowedHosts: [] } as const;
  const checked = checkOutgoing(text, { ...context, source });
  // without a source the rows that excuse what it says hold too: another entry's licence is not this one's
  const strict = checkOutgoing(text, context);
  const all = [...(strict.ok ? [] : strict.findings), ...(checked.ok ? [] : checked.findings)];
  return all.filter((one, at) => all.findIndex((o) => o.rule === one.rule && o.evidence === one.evidence) === at);
}

const QUESTION_MAX = 60;
const bare = (text: string): string => normaliseForRules(text).replace(/[^\p{L}\p{N}]/gu, '');

/** At most ten other wordings of a question; none when the model gave nothing usable. */
export async function similarQuestions(
  drafter: Drafter,
  request: { question: string; known: readonly string[] },
): Promise<string[]> {
  const offered = (await drafter.similar(request)) ?? [];
  const seen = new Set([request.question, ...request.known].map(bare));
  const numbers = new Set(numbersIn(normaliseForRules(request.question)).map(({ value }) => value));
  const kept = offered.filter((text) => {
    const key = bare(text);
    if (key.length < 2 || text.length > QUESTION_MAX || text.includes('\n') || seen.has(key)) return false;
    seen.add(key);
    // a condition the entry knows nothing of would teach the models a wrong question
    if (numbersIn(normaliseForRules(text)).some(({ value }) => !numbers.has(value))) return false;
    if (findPersonalData(text).length > 0 || /[〔〕{}<>`]/.test(text)) return false;
    const checked = checkOutgoing(text, { channel: 'web', author: 'agent', allowedHosts: [] });
    return checked.ok || checked.findings.every(({ rule }) => /^absolute-|over-promise|medical/.test(rule));
  });
  return kept.slice(0, SIMILAR_MAX);
}
