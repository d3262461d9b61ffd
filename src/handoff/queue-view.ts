// Where a shopper stands: the place among all whom the same people take first, the waiting time, and when somebody is there.
import type { ConversationId, HandoffId, ShopId } from '../contract/conversation.ts';
import type { RiskLevel } from '../contract/decision.ts';
import type { WaitRange } from '../contract/shop.ts';
import type { OutgoingPart } from '../conversations/turns.ts';
import type { Pool } from '../db/database.ts';
import { ALIVE_MS, isOrdinary } from './guards.ts';
import { hoursOf, isOpen, nextOpening } from './hours.ts';
import {
  type Ahead,
  type Desk,
  type InLine,
  readAhead,
  readFigures,
  readLine,
  readOpenCase,
  type ShopFigures,
} from './queue-store.ts';
import { serves } from './routing.ts';
import { type Foreseen, foresee, type TeamPace, waitingRange } from './waiting-range.ts';

export interface TeamSight {
  /** Who is online and takes cases of the team. */
  agentsOnline: number;
  /** By the team's hours, or the shop's. */
  isOpen: boolean;
  /** The next opening; null when none is planned. */
  backAt: Date | null;
}

export interface QueueSight extends TeamSight {
  /** 1 is next. */
  position: number;
  /** Null while nothing has been measured, or nobody is there. */
  range: WaitRange | null;
  foreseen: Foreseen | null;
}

export type WaitingSight = {
  handoffId: HandoffId;
  /** Of the case that waits. */
  risk: RiskLevel;
  /** The shopper may go on with the bot instead. */
  mayLeave: boolean;
  /** What the shopper writes is kept as a message. */
  isMessage: boolean;
  /** What could not be said before the shopper wrote again; empty for any other case. */
  unheard: readonly OutgoingPart[];
  /** Something has reached the shopper since the case was opened, or may yet. */
  isTold: boolean;
} & (({ state: 'waiting' | 'offered' } & QueueSight) | ({ state: 'deferred' } & TeamSight));

/** Closed, and nobody has stayed. */
export const isAway = ({ agentsOnline, isOpen }: TeamSight): boolean => agentsOnline === 0 && !isOpen;

const whoServes = (staff: readonly Desk[], team: string): Desk[] => {
  const serving = staff.filter((s) => serves(s.teams, team));
  const online = serving.filter((s) => s.online);
  return online.length > 0 ? online : serving;
};

/**
 * Whether a more urgent case of `other` is taken before one of `team`: surely so when everybody who serves `team` serves
 * `other` as well. Those who are online decide; while nobody is, all do.
 */
export function goesBefore(staff: readonly Desk[], team: string, other: string): boolean {
  if (team === other) return true;
  const serving = whoServes(staff, team);
  return serving.length > 0 && serving.every((s) => serves(s.teams, other));
}

/** A team with so many waits of its own is judged by them. */
const OWN_WAITS_MIN = 30;

function paceOf(figures: ShopFigures, team: string): TeamPace {
  const own = figures.waits.filter((w) => w.team === team);
  const online = figures.staff.filter((s) => s.online && serves(s.teams, team));
  const room = online.reduce((sum, s) => sum + Math.max(s.capacity, s.load), 0);
  return {
    waits: own.length >= OWN_WAITS_MIN ? own : figures.waits,
    free: online.reduce((sum, s) => sum + Math.max(0, s.capacity - s.load), 0),
    perHour: figures.handlingMs ? (room * 3_600_000) / figures.handlingMs : null,
  };
}

/** What is the same for all who wait for one team; each part is worked out once. */
interface TeamView {
  sight: TeamSight;
  pace: TeamPace;
  goesBefore(other: string): boolean;
}

const once = <T>(work: (key: string) => T): ((key: string) => T) => {
  const known = new Map<string, T>();
  return (key) => {
    if (!known.has(key)) known.set(key, work(key));
    return known.get(key)!;
  };
};

const viewOf = (figures: ShopFigures, team: string, sight: TeamSight): TeamView => ({
  sight,
  pace: paceOf(figures, team),
  goesBefore: once((other) => goesBefore(figures.staff, team, other)),
});

interface Before {
  count: number;
  weight: number;
}

function beforeOf(view: TeamView, ahead: Ahead): Before {
  const before = { count: 0, weight: 0 };
  for (const [other, there] of Object.entries(ahead)) {
    if (!view.goesBefore(other)) continue;
    before.count += there.count;
    before.weight += there.weight;
  }
  return before;
}

function waitOf({ sight, pace }: TeamView, { weight }: Before): Pick<QueueSight, 'foreseen' | 'range'> {
  const foreseen = sight.agentsOnline === 0 ? null : foresee(weight, pace);
  return { foreseen, range: foreseen === null ? null : waitingRange(foreseen, pace.waits) };
}

function placed(view: TeamView, ahead: Ahead): QueueSight {
  const before = beforeOf(view, ahead);
  return { ...view.sight, position: before.count + 1, ...waitOf(view, before) };
}

/** One in line with the place among all. The wait is worked out for whoever is told: in a long line most are not. */
export interface PlaceInLine extends InLine, TeamSight {
  position: number;
  range(): WaitRange | null;
}

/** Everybody's place, in one pass over the line. */
export function placesOf(line: readonly InLine[], view: (team: string) => TeamView): PlaceInLine[] {
  const passed: Record<string, Before> = {};
  return line.map((one) => {
    const own = view(one.team);
    const before = beforeOf(own, passed);
    passed[one.team] ??= { count: 0, weight: 0 };
    passed[one.team]!.count += 1;
    passed[one.team]!.weight += one.weight;
    return { ...one, ...own.sight, position: before.count + 1, range: () => waitOf(own, before).range };
  });
}

export interface QueueView {
  /** Where somebody would stand who is about to be handed off. */
  newcomer(shopId: ShopId, to: { team: string; rank: number; dueMs: number }): Promise<QueueSight>;
  /** Where a conversation stands; null when it does not wait. */
  of(shopId: ShopId, conversationId: ConversationId): Promise<WaitingSight | null>;
  everybody(shopId: ShopId): Promise<PlaceInLine[]>;
}

export interface QueueViewDeps {
  pool: Pool;
  serviceHours: { from: number; until: number };
  now(): Date;
}

export function createQueueView({ pool, serviceHours, now }: QueueViewDeps): QueueView {
  const under = new Map<ShopId, Promise<ShopFigures>>();

  /** A hundred pages that look at the same moment are one question. */
  function figuresOf(shopId: ShopId): Promise<ShopFigures> {
    const asked = under.get(shopId);
    if (asked) return asked;
    const figures = readFigures(pool, shopId, ALIVE_MS).finally(() => under.delete(shopId));
    under.set(shopId, figures);
    return figures;
  }

  function sightOf(figures: ShopFigures, team: string): TeamSight {
    const hours = hoursOf(figures.hours[team] ?? null, serviceHours);
    const at = now();
    return {
      agentsOnline: figures.staff.filter((s) => s.online && serves(s.teams, team)).length,
      isOpen: isOpen(hours, at),
      backAt: nextOpening(hours, at),
    };
  }

  return {
    async newcomer(shopId, { team, rank, dueMs }) {
      const [figures, ahead] = await Promise.all([figuresOf(shopId), readAhead(pool, shopId, rank, dueMs)]);
      return placed(viewOf(figures, team, sightOf(figures, team)), ahead);
    },
    async of(shopId, conversationId) {
      const [figures, open] = await Promise.all([figuresOf(shopId), readOpenCase(pool, shopId, conversationId)]);
      if (open === null || open.state === 'with-agent') return null;
      const { handoffId, risk, isMessage, unheard, isTold } = open;
      const about = { handoffId, risk, mayLeave: isOrdinary(open), isMessage, unheard, isTold };
      const sight = sightOf(figures, open.team);
      return open.state === 'deferred'
        ? { ...about, state: 'deferred', ...sight }
        : { ...about, state: open.state, ...placed(viewOf(figures, open.team, sight), open.ahead) };
    },
    async everybody(shopId) {
      const [figures, line] = await Promise.all([figuresOf(shopId), readLine(pool, shopId)]);
      return placesOf(
        line,
        once((team) => viewOf(figures, team, sightOf(figures, team))),
      );
    },
  };
}
