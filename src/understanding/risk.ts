// Names what is dangerous in a message and says by which rule and on which words. Confidence of other judgements never reaches it.
import { RISK_ORDER, type RiskSignal } from '../contract/decision.ts';
import { type Cue, moodOf } from './emotion.ts';
import { foldedForRisk, plainForRisk } from './risk-fold.ts';
import type { RiskRule } from './risk-rule.ts';
import { RISK_RULES } from './risk-rules.ts';

interface CompiledRule {
  rule: RiskRule;
  any: RegExp[];
  hints: RegExp[];
  unless: RegExp | null;
}

export interface RiskReader {
  /** Worst first; one signal per rule. A hint has the score `HINT`, all others 1. */
  read(text: string, channel: string): RiskSignal[];
  /** The same, and what was found about the writer's feeling. */
  readWithCues(text: string, channel: string): { signals: RiskSignal[]; cues: Cue[] };
  /** The text without look-alikes and denials, which would mislead who only counts words; as it is when there are none. */
  withoutLookAlikes(text: string): string;
}

/** The score of a signal that only the learned alarm can confirm. */
export const HINT = 0.5;

/** Longer messages are read at both ends only: a shopper's own words are short, a pasted page is not. */
const LENGTH_MAX = 2_000;

export function createRiskReader(rules: readonly RiskRule[] = RISK_RULES): RiskReader {
  const compiled = rules.map(compile);
  const lookAlikes = new RegExp(
    rules
      .flatMap((rule) => rule.lookAlikes ?? [])
      .map((one) => `(?:${one})`)
      .join('|') || '(?!)',
    'giu',
  );
  const readWithCues: RiskReader['readWithCues'] = (text, channel) => {
    const plain = plainForRisk(bounded(text));
    const folded = foldedForRisk(plain);
    const views = folded === plain ? [plain] : [plain, folded];
    const signals: RiskSignal[] = [];
    const cues: Cue[] = [];
    for (const one of compiled) {
      if (one.rule.channels?.some((kind) => kind === channel) === false) continue;
      const sure = firstMatch(one.any, one.unless, views);
      const evidence = sure ?? firstMatch(one.hints, one.unless, views);
      if (evidence === null) continue;
      const score = sure === null ? HINT : 1;
      const { name, level, kind, why, answer } = one.rule;
      const signal: RiskSignal = {
        rule: name,
        level,
        kind,
        evidence,
        score,
        ...(why === undefined ? {} : { why }),
        ...(answer === undefined ? {} : { answer }),
      };
      const mood = score === 1 ? moodOf(signal, one.rule.mood) : undefined;
      if (mood !== undefined) cues.push({ mood, by: name, evidence });
      if (level !== 'none') signals.push(signal);
    }
    return { signals: sortSignals(signals), cues };
  };
  return {
    readWithCues,
    read: (text, channel) => readWithCues(text, channel).signals,
    withoutLookAlikes(text) {
      const rest = text.replace(lookAlikes, ' ').trim();
      return rest.length > 0 ? rest : text;
    },
  };
}

export function sortSignals(signals: RiskSignal[]): RiskSignal[] {
  return signals.sort((a, b) => RISK_ORDER.indexOf(a.level) - RISK_ORDER.indexOf(b.level));
}

function compile(rule: RiskRule): CompiledRule {
  const harmless = [...(rule.lookAlikes ?? []), ...(rule.unless ?? [])];
  return {
    rule,
    any: rule.any.map((pattern) => new RegExp(pattern, 'u')),
    hints: (rule.hints ?? []).map((pattern) => new RegExp(pattern, 'u')),
    unless: harmless.length === 0 ? null : new RegExp(harmless.map((pattern) => `(?:${pattern})`).join('|'), 'gu'),
  };
}

function bounded(text: string): string {
  return text.length <= LENGTH_MAX ? text : `${text.slice(0, LENGTH_MAX / 2)} ${text.slice(-LENGTH_MAX / 2)}`;
}

function firstMatch(patterns: readonly RegExp[], unless: RegExp | null, views: readonly string[]): string | null {
  for (const view of views) {
    if (!patterns.some((pattern) => pattern.test(view))) continue;
    const rest = unless === null ? view : view.replace(unless, '\u0000');
    for (const pattern of patterns) {
      const found = pattern.exec(rest);
      if (found !== null) return found[0].trim().slice(0, 60) || found[0];
    }
  }
  return null;
}

const REJECTS =
  /(不是(问)?这个|不是我(想|要)?(问|说)?(的|要的)|没(有)?(解决|帮助|帮到|回答|用)|没用(啊|的|!|$)?|不(管用|顶用|解决问题)|答非所问|驴(唇|头)不对马嘴|文不对题|牛头不对马嘴|(回答|答|说|理解)(得)?(的)?(不对|错)|^(不对|不是|错了|不行|没用|不是的)[!。啊呀吧,~ ]*$|(听|看|搞)不懂(你)?(在)?(说|讲|我)|(没|不)(看|听|理解)(懂|明白)(我)?(的)?(意思|问题|话|在说)|(废话|说了等于没说|等于没说)|我(问|说)的(不是|是)|(还是|依然|仍)(没|不)(有)?(解决|行|懂|明白|会)|你没(听|看|明白)|重新回答|别(复制|粘贴|重复|老?发)(粘贴|这)?|复读机)/u;
const REJECTS_UNLESS =
  /(不是这个(颜色|尺码|码|款|价|号)|没(有)?用(过|完|坏|券|优惠|到)|(没|不)有用(券|优惠)|(用不用|有没有用|没用完|没用过)|不对(称|外)|(颜色|尺码|码数|数量|地址|价格|金额|款式|东西|货)(都)?(不对|错了|不是))/gu;

/** True when the shopper says that the last answer did not help. */
export function rejectsAnswer(text: string): boolean {
  return REJECTS.test(foldedForRisk(plainForRisk(bounded(text))).replace(REJECTS_UNLESS, ' '));
}
