// The baton as the design tells it, kept as plain data: who has what, who was asked, what waits to be sent. Knows neither the state machine nor a database.

/** An agent by their place in the shop, a conversation likewise; so that a failing run reads the same every time. */
export type Who = number;
export type Team = 'insale' | 'complaint' | 'aftersale';

/** Time goes in steps, long beside what a run really takes, so that a slow machine changes nothing. */
export const TICK_MS = 25_000;
/** An offer lasts more than one step and less than two. */
export const OFFER_MS = 40_000;
/** An owner is forgotten between the 36th and the 37th step of silence. */
export const SILENT_MS = 910_000;
/** In steps: alive for so long after a sign of life, lost after so long without one, forgotten likewise. */
const ALIVE = 2;
const LOST = 9;
const SILENT = 36;
const DAY = (24 * 3_600_000) / TICK_MS;

export interface Agent {
  presence: 'online' | 'busy' | 'away' | 'offline';
  seen: number;
  capacity: number;
  /** At most so many on the channel of the model's shop. */
  channelMax: number | null;
  teams: readonly Team[];
}

export type Target = { kind: 'agent'; agent: Who } | { kind: 'team'; team: string };

export interface Assignment {
  agent: Who;
  how: 'offered' | 'claimed';
  /** By a transfer, whose words they were given. */
  handed: boolean;
  accepted: boolean;
  outcome: string | null;
}

export interface Case {
  open: boolean;
  team: string;
  risk: string;
  weight: number;
  /** Nobody is there until the next opening. */
  parked: boolean;
  asked: { who: Who; at: number } | null;
  holder: { who: Who; since: number } | null;
  /** `by`: null when nobody told. */
  transfer: { to: Target; by: Who | null } | null;
  passed: Who[];
  raised: boolean;
  /** The shopper's oldest message that nobody has answered. */
  waitingSince: number | null;
  openedAt: number;
  /** How often somebody was back for it: it is then due anew, and at no other time. */
  recalls: number;
  answered: boolean;
  closedAt: number | null;
  disposition: string | null;
  /** Which earlier case of this conversation it follows. */
  previous: number | null;
  assignments: Assignment[];
}

export interface Turn {
  first: number;
  last: number;
  state: 'open' | 'leased' | 'done' | 'stale';
  attempt: number;
  openedMs: number;
  /** When it may be taken; while somebody holds it, when it may be taken from them. */
  dueMs: number;
}

/** What was written into a conversation, by number. */
export type Written = 'shopper' | 'bot' | 'system' | 'agent' | 'note';

export interface Row {
  author: 'bot' | 'system' | 'agent';
  epoch: number;
  state: 'new' | 'sending' | 'sent' | 'unknown' | 'cancelled';
  attempt: number;
  turn: number | null;
  /** Not before; infinite for what goes out as the answer to the platform's next call. Of one being sent: since when. */
  atMs: number;
}

export interface Talk {
  /** `platform_agent`: the shop's people in the platform's own app; no case of ours is open then. */
  owner: 'bot' | 'queue' | 'platform_agent' | Who;
  epoch: number;
  messages: Written[];
  turns: Turn[];
  outbox: Row[];
  cases: Case[];
  /** What the desk was told, in order. */
  news: string[];
}

export interface Model {
  now: number;
  agents: Agent[];
  /** Of each channel account: external ids, and the message each one became. */
  inbound: Record<string, { talk: number; seq: number }>[];
  talks: Talk[];
}

export type Profile = Pick<Agent, 'capacity' | 'channelMax'>[];

/** Two of the team that is offered its work, one who is in both, one of the team that is asked after two rounds, one of no team. */
export const TEAMS: readonly (readonly Team[])[] = [['insale'], ['insale'], ['insale', 'complaint'], ['aftersale'], []];

/** Who is in no team takes the work of all, and is offered none. */
export const servesTeam = (teams: readonly string[], team: string): boolean =>
  teams.length === 0 || teams.includes(team);
export const OFFERING: Team = 'insale';
export const OVERFLOW: Team = 'aftersale';
/** The first and the last shopper have the same name, each on a channel account of their own. */
export const SHOPPERS = [
  { account: 0, name: 'mei' },
  { account: 0, name: 'lan' },
  { account: 1, name: 'mei' },
] as const;
export const TALKS = SHOPPERS.length;

export const newModel = (profile: Profile): Model => ({
  now: 0,
  agents: TEAMS.map((teams, n) => ({ presence: 'online', seen: 0, teams, ...profile[n]! })),
  inbound: [{}, {}],
  talks: Array.from({ length: TALKS }, () => ({
    owner: 'bot',
    epoch: 1,
    messages: [],
    turns: [],
    outbox: [],
    cases: [],
    news: [],
  })),
});

export const nowMs = (model: Model): number => model.now * TICK_MS;

export const openCase = (talk: Talk): Case | null => talk.cases.find((c) => c.open) ?? null;

export type Place = 'with-bot' | 'waiting' | 'deferred' | 'offered' | 'with-agent';
export const placeOf = (c: Case | null): Place => {
  if (c === null) return 'with-bot';
  if (c.holder) return 'with-agent';
  if (c.asked) return 'offered';
  return c.parked ? 'deferred' : 'waiting';
};

/** What an agent carries: what they have, and what they have been asked. */
const carriedBy = (model: Model, who: Who): Case[] =>
  model.talks.flatMap((t) => t.cases.filter((c) => c.open && (c.holder?.who === who || c.asked?.who === who)));

export const loadOf = (model: Model, who: Who): number => carriedBy(model, who).reduce((sum, c) => sum + c.weight, 0);

export const isThere = (model: Model, agent: Agent): boolean =>
  agent.presence === 'online' && model.now - agent.seen <= ALIVE;

/** Free hands for one more case of this weight; a heavy one fits whoever has nothing else. */
export function hasHands(model: Model, who: Who, weight: number): boolean {
  const agent = model.agents[who]!;
  const carried = carriedBy(model, who);
  const fits = carried.length === 0 ? agent.capacity > 0 : loadOf(model, who) + weight <= agent.capacity;
  return isThere(model, agent) && fits && (agent.channelMax === null || carried.length < agent.channelMax);
}

/** The owner's line has been gone for too long while somebody waits for them. */
export function lineIsLost(model: Model, c: Case): boolean {
  if (!c.holder || c.waitingSince === null) return false;
  const agent = model.agents[c.holder.who]!;
  return model.now - agent.seen > LOST;
}

/** The owner says nothing to a shopper whose case the bot may have back. */
export function isNeglected(model: Model, c: Case): boolean {
  if (!c.holder || c.waitingSince === null || !['R3', 'R4', 'none'].includes(c.risk)) return false;
  return model.now - Math.max(c.waitingSince, c.holder.since) > SILENT;
}

export const offerIsOver = (model: Model, c: Case): boolean => c.asked !== null && model.now - c.asked.at >= 2;

/** The last case of the conversation that ended within a day. */
export function followed(model: Model, talk: Talk): number | null {
  const n = talk.cases.findLastIndex((c) => c.closedAt !== null && model.now - c.closedAt < DAY);
  return n < 0 ? null : n;
}
