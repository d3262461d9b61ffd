// The words that stories of the model's shop are told in: who does what, and how it ends. Knows no story.
import type { Act, Move } from './acts.ts';
import type { Clock } from './engine.ts';
import { type Profile, TEAMS } from './model.ts';
import type { Here } from './move-wishes.ts';
import type { Ending, Said } from './road.ts';
import type { Event } from './rules.ts';

export interface Telling {
  act: Act | ((here: Here) => Act);
  /** What is answered: a status, with the reason of a refusal; or whether a clock moved something. */
  ends?: string | boolean;
}

export interface Story {
  name: string;
  profile: Profile;
  told: readonly Telling[];
}

export const all = (capacity: number, channelMax: number | null = null): Profile =>
  Array.from({ length: TEAMS.length }, () => ({ capacity, channelMax }));

export const does = (act: Telling['act'], ends?: Telling['ends']): Telling =>
  ends === undefined ? { act } : { act, ends };
const move = (talk: number, event: Event, more: Partial<Move> = {}): Move => ({
  kind: 'move',
  talk,
  aim: 'conversation',
  event,
  bare: false,
  ...more,
});
export const moves = (talk: number, event: Event, ends = 'moved', more: Partial<Move> = {}): Telling =>
  does(move(talk, event, more), ends);
export const takes = (who: number, talk: number): Telling =>
  moves(talk, { kind: 'take-over', by: who, team: 'insale' });
export const handsOff = (talk: number, team = 'insale'): Telling =>
  moves(talk, { kind: 'hand-off', team, away: false });
export const offers = (talk: number, to: number, ends = 'moved'): Telling => moves(talk, { kind: 'offer', to }, ends);
export const resolves = (who: number, talk: number): Telling => moves(talk, { kind: 'resolve', by: who });
export const writes = (talk: number, external: string, ends = 'new', windowMs = 0): Telling =>
  does({ kind: 'message', talk, external, windowMs }, ends);
export const begins = (talk: number, ends = 'claimed'): Telling => does({ kind: 'begin-turn', talk }, ends);
/** The turn that was taken so many before the last. */
export const commits = (said: Partial<Said>, ends = 'done', back = 0): Telling =>
  does(
    ({ held }) => ({
      kind: 'commit-turn',
      held: held.at(-1 - back)!,
      said: { parts: 0, author: 'bot', born: 'new', handoff: null, ...said },
    }),
    ends,
  );
export const answers = (talk: number, external: string, said: Partial<Said>): Telling[] => [
  writes(talk, external),
  begins(talk),
  commits(said),
];
export const says = (who: number, talk: number, as: 'reply' | 'note' = 'reply'): Telling =>
  does(({ fresh }) => ({ kind: 'say', talk, who, id: fresh(), as }), 'said');
export const sends = (talk: number, row: number, ends = 'claimed', ending: Ending = 'sent'): Telling =>
  does({ kind: 'send', talk, row, ending }, ends);
export const marks = (talk: number, row: number, attempt: number, ending: Ending): Telling =>
  does({ kind: 'mark', talk, row, attempt, ending });
export const passes = (ticks: number, alive = true): Telling => does({ kind: 'time', ticks, alive });
export const rings = (clock: Clock, talk: number, aim: number, ends: boolean): Telling =>
  does({ kind: 'clock', clock, talk, aim }, ends);
export const reconciles = does({ kind: 'reconcile', processes: 1 });
export const is = (who: number, presence: 'online' | 'busy' | 'away' | 'offline'): Telling =>
  does({ kind: 'presence', who, presence });
export const a = (risk: string, more: Partial<NonNullable<Said['handoff']>> = {}): NonNullable<Said['handoff']> => ({
  team: 'insale',
  risk,
  weight: 1,
  parked: false,
  ...more,
});
