// Names the feeling of a message from what the rules found in it and what its intent suggests. Has no word list of its own.
import type { Emotion, EmotionName, RiskKind, RiskSignal } from '../contract/decision.ts';
import type { Mood } from './risk-rule.ts';

/** One finding that says something about the feeling. */
export interface Cue {
  mood: Mood;
  /** The rule or intent it comes from. */
  by: string;
  evidence: string;
}

/** The feeling the likeliest intent suggests, and how sure that intent is. */
export interface EmotionHint {
  name: EmotionName;
  intent: string;
  score: number;
}

/** What a grave matter says about the one who reports it, where its rule says nothing itself. */
const KIND_MOODS: Partial<Record<RiskKind, Mood>> = {
  safety: { name: 'anxious', strength: 0.5 },
  law: { name: 'angry', strength: 0.6 },
  complaint: { name: 'angry', strength: 0.6 },
  scam: { name: 'anxious', strength: 0.4 },
};

/** Of two feelings that are equally strong the earlier is named: the one that wants more care. */
const ORDER: readonly EmotionName[] = ['angry', 'sarcastic', 'disappointed', 'anxious', 'confused', 'happy'];

const NAMED_FROM = 0.3;
/** A second finding of the same feeling adds this share of its strength. */
const SECOND = 0.25;
/** An intent's own hint is half a reason: it needs words beside it. */
const HINT = 0.29;
const LOUD = /[!?]{2,}|[!]$|死了|极了|(?<!\p{L})(太|超级|非常|特别|真的)/u;
const MILD = /有点|有些|稍微|略/;
/** What comes after one of these is what the writer means. */
const TURN = /但是?|不过|可是|就是(?!不)|结果|然而|只是|居然|竟然|却/gu;

export const moodOf = (signal: RiskSignal, own: Mood | undefined): Mood | undefined => own ?? KIND_MOODS[signal.kind];

/** The strongest cue of a feeling; the others add to it. */
interface Found {
  best: Cue;
  bestStrength: number;
  strength: number;
}

function add(found: Map<EmotionName, Found>, cue: Cue, share: number): void {
  const strength = cue.mood.strength * share;
  const one = found.get(cue.mood.name);
  if (one === undefined) found.set(cue.mood.name, { best: cue, bestStrength: strength, strength });
  else if (strength <= one.bestStrength) one.strength += strength * SECOND;
  else found.set(cue.mood.name, { best: cue, bestStrength: strength, strength: strength + one.strength * SECOND });
}

/** `text` is the normalised message. */
export function readEmotion(text: string, cues: readonly Cue[], hint: EmotionHint | null): Emotion {
  const turn = [...text.matchAll(TURN)].at(-1)?.index ?? 0;
  const isBefore = ({ evidence }: Cue) => evidence !== '' && text.includes(evidence) && text.indexOf(evidence) < turn;
  const found = new Map<EmotionName, Found>();
  for (const cue of cues) add(found, cue, isBefore(cue) ? 0.5 : 1);
  if (hint !== null && hint.name !== 'neutral') {
    const mood = { name: hint.name, strength: HINT * hint.score };
    add(found, { mood, by: `intent:${hint.intent}`, evidence: '' }, 1);
  }
  // thanks and praise beside blame are irony or politeness, never joy; what only the learned alarm suspects is no blame
  const isBlamed = [...found].some(
    ([name, one]) =>
      name !== 'happy' && name !== 'confused' && one.strength >= 0.5 && !one.best.by.startsWith('model:'),
  );
  if (isBlamed) found.delete('happy');
  const [name, top] = [...found].sort(
    (a, b) => b[1].strength - a[1].strength || ORDER.indexOf(a[0]) - ORDER.indexOf(b[0]),
  )[0] ?? ['neutral' as const, null];
  if (top === null || top.strength < NAMED_FROM) return { name: 'neutral', strength: 0, evidence: '', by: '' };
  const loud = (LOUD.test(text) ? 0.15 : 0) - (MILD.test(text) ? 0.15 : 0);
  const strength = Math.min(1, Math.max(0.1, top.strength + loud));
  return { name, strength: Math.round(strength * 100) / 100, evidence: top.best.evidence, by: top.best.by };
}
