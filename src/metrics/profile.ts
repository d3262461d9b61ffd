// What a platform's profile is made of: when it looks, what ends a round, and its metrics as data rows. Knows no platform.
import type { Window } from './local-time.ts';

/** Who answered: a person here, a person with the bot's draft, the bot alone, or a person in the platform's own application. */
export type Responder = 'agent' | 'assist' | 'bot' | 'platform_agent';

/** What an answer by somebody means to one metric. `left-out`: the round is in neither part of the fraction. */
export type Standing = 'counts' | 'left-out' | 'miss';
export type Standings = Readonly<Record<Responder, Standing>>;

export interface RoundRule {
  /** Whose reply ends a round. The words of anybody else leave the shopper waiting. */
  endedBy: readonly Responder[];
  /** `ends`: who is unanswered at local midnight was not answered; each day stands alone. */
  midnight: 'ends' | 'goes-on';
  /** `ends`: a transfer without a reply is an unanswered round of the first agent, and the second one's clock starts. */
  transfer: 'ends' | 'goes-on';
  /** Whether closing the conversation here ends the wait. A marketplace does not see it. */
  close: 'ends' | 'goes-on';
  /** What is said while nobody is free and becomes a 留言. */
  leftMessage: 'left-out' | 'counts';
}

export interface SessionRule {
  /** The bot's session is over after this silence; null: never. People's sessions end by being closed. */
  idleMs: number | null;
  /** A message within this time after the end goes on with the same session. */
  reopenMs: number;
}

/** How histories are cut into rounds and sessions. */
export interface Reading {
  window: Window;
  /** Which instant has to lie inside the window. */
  windowBy: 'message' | 'message-or-reply' | 'session-start';
  round: RoundRule;
  session: SessionRule;
}

interface Row {
  id: string;
  /** As the platform's people call it. */
  name: string;
  /** How many local days, today included, it is computed over. */
  days: number;
  /** The line of the shop or the platform, 0 to 1; null where none is known. */
  target: number | null;
  source: string;
  /** Where sources disagree or are silent, and what was chosen here. */
  doubt?: string;
}

export interface RateRow extends Row {
  kind: 'rate-within';
  limitMs: number;
  /** Each round; the first one of each session; or each shopper once a day, lost by a single miss. */
  unit: 'round' | 'session-first' | 'shopper-day';
  by: Standings;
  /** Answers of the bot that were rated above `ratingAbove` add `each`, less than 1 together counting as 1. */
  botCredit?: { ratingAbove: number; each: number };
}

export interface AverageRow extends Row {
  kind: 'average-response';
  /** No round counts for more than this. */
  capMs: number | null;
  /** `cap`: an unanswered round counts as the cap. */
  unanswered: 'left-out' | 'cap';
  /** The mean of all rounds, or the mean of the sessions' means. */
  over: 'rounds' | 'sessions';
  by: Standings;
}

export interface FirstResponseRow extends Row {
  kind: 'first-human-response';
  /** The shopper's unanswered message, the handoff, or the moment an agent was assigned. */
  from: 'message' | 'handoff' | 'assign';
}

interface RatingRow {
  /** Whose service was rated. */
  of: 'person' | 'anybody';
  /** Invitations sent at any hour, or only inside the window. */
  hours: 'any' | 'window';
}

export type MetricRow =
  | RateRow
  | AverageRow
  | FirstResponseRow
  /** Sessions for a person in which no person spoke, or that became a 留言 ÷ sessions for a person. */
  | (Row & { kind: 'not-served' })
  /** Sessions for a person that a person answered ÷ those that were `asked` for or `assigned`. */
  | (Row & { kind: 'replied'; of: 'asked' | 'assigned' })
  /** 留言 ÷ (留言 + sessions for a person). `outside`: whether a session begun outside the window is a 留言 too. */
  | (Row & { kind: 'left-message'; outside: 'counts' | 'left-out' })
  | (Row & { kind: 'average-queue' })
  /** Sessions the bot kept to itself ÷ sessions the bot spoke in; a handoff that failed was a handoff. */
  | (Row & { kind: 'bot-alone' })
  /** Sessions the bot handed over ÷ sessions the bot spoke in. */
  | (Row & { kind: 'bot-handed-over' })
  /** Ratings with one of `scores` ÷ ratings. */
  | (Row & { kind: 'rating-share'; scores: readonly number[] } & RatingRow)
  /** Ratings ÷ invitations to rate. */
  | (Row & { kind: 'rating-participation' } & RatingRow)
  | (Row & {
      kind: 'count';
      of:
        | 'assigned-sessions'
        | 'assigned-shoppers'
        | 'assigned-messages'
        | 'effective-sessions'
        | 'bot-sessions'
        | 'invitations';
    });

export interface Profile extends Reading {
  id: string;
  name: string;
  /** An agent is reminded of a shopper who has waited this long. */
  slowReplyMs: number;
  metrics: readonly MetricRow[];
  /** The rate that the board leads with and that "misses left" is about; null when the platform has none. */
  headline: string | null;
  /** Behind the window and the rules of rounds and sessions. */
  source: string;
  doubt?: string;
}

/** What a shop may set of a metric; a key that the metric does not have is refused. */
export type RowSettings = Partial<
  Pick<Row, 'days' | 'target'> &
    Pick<RateRow, 'limitMs' | 'unit'> &
    Pick<AverageRow, 'capMs' | 'unanswered' | 'over'> &
    Pick<FirstResponseRow, 'from'> & {
      by: Partial<Standings>;
      scores: readonly number[];
      outside: 'counts' | 'left-out';
    } & Pick<RatingRow, 'hours'>
>;

export interface ProfileSettings extends Partial<Pick<Profile, 'window' | 'windowBy' | 'slowReplyMs' | 'headline'>> {
  round?: Partial<RoundRule>;
  session?: Partial<SessionRule>;
  metrics?: Readonly<Record<string, RowSettings>>;
}

function configureRow(row: MetricRow, settings: RowSettings): MetricRow {
  const unknown = Object.keys(settings).filter((key) => !(key in row));
  if (unknown.length > 0) throw new Error(`metric ${row.id} (${row.kind}) has no ${unknown.join(', ')} to set`);
  const changed = { ...row, ...settings, ...('by' in row && { by: { ...row.by, ...settings.by } }) };
  if (changed.kind === 'average-response' && changed.unanswered === 'cap' && changed.capMs === null)
    throw new Error(`metric ${row.id} counts unanswered rounds as its cap and has none`);
  return changed as MetricRow;
}

/**
 * A profile as a shop has set it.
 * @throws Error when the settings name a metric, or of a metric a key, that is not there.
 */
export function configureProfile(profile: Profile, settings: ProfileSettings): Profile {
  const { round, session, metrics = {}, ...own } = settings;
  const unknown = Object.keys(metrics).filter((id) => !profile.metrics.some((row) => row.id === id));
  if (unknown.length > 0) throw new Error(`profile ${profile.id} has no metric ${unknown.join(', ')}`);
  const configured = {
    ...profile,
    ...own,
    round: { ...profile.round, ...round },
    session: { ...profile.session, ...session },
    metrics: profile.metrics.map((row) => configureRow(row, metrics[row.id] ?? {})),
  };
  if (configured.headline !== null && headlineOf(configured) === null)
    throw new Error(`profile ${profile.id} has no rate ${configured.headline} to lead with`);
  return configured;
}

/** The rate the board leads with. */
export function headlineOf(profile: Profile): RateRow | null {
  const row = profile.metrics.find(({ id }) => id === profile.headline);
  return row?.kind === 'rate-within' ? row : null;
}
