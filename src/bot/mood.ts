// How the shopper's feeling moves over the turns. Pure.
import { type Emotion, type EmotionName, VERY_BAD } from '../contract/decision.ts';

/** What the conversation's memory keeps of a feeling. */
export type Mood = Pick<Emotion, 'name' | 'strength'>;

export type Trend = 'rising' | 'steady' | 'easing';

const MOODS_KEPT = 5;

/** How near to anger a feeling is; its strength counts with it. */
const HEAT: Record<EmotionName, number> = {
  happy: 0,
  neutral: 0,
  confused: 0.2,
  anxious: 0.4,
  disappointed: 0.5,
  sarcastic: 0.8,
  angry: 1,
};
/** Two turns this near are the same: the figures are no finer. */
const SAME = 0.1;

const heatOf = ({ name, strength }: Mood): number => HEAT[name] * strength;

export const isUpset = ({ name }: Mood): boolean => HEAT[name] > 0;

const isCross = ({ name }: Mood): boolean => name === 'angry' || name === 'sarcastic';

/** Insults and open rage: what wears down whoever has to read it. */
export const isVeryBad = (mood: Mood): boolean => isCross(mood) && mood.strength >= VERY_BAD;

export function trendOf(past: readonly Mood[], now: Mood): Trend {
  const before = past.at(-1);
  const change = heatOf(now) - (before === undefined ? 0 : heatOf(before));
  return change > SAME ? 'rising' : change < -SAME ? 'easing' : 'steady';
}

/** Upset before and cross now, no less than before: two turns in which the bot has not helped. A person takes care. */
export function angerRises(past: readonly Mood[], now: Mood): boolean {
  const before = past.at(-1);
  return before !== undefined && isUpset(before) && isCross(now) && trendOf(past, now) !== 'easing';
}

export const keepMood = (past: readonly Mood[], { name, strength }: Mood): Mood[] => [
  ...past.slice(1 - MOODS_KEPT),
  { name, strength },
];
