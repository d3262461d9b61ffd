// A shop's queue in simulated time: Poisson arrivals, agents with several conversations each, urgent cases that go first, shoppers who give up, agents who leave.
import { foresee, type PastWait, type TeamPace, waitingRange } from '../../src/handoff/waiting-range.ts';
import { createRandom, type Random } from '../../src/understanding/random.ts';

export interface Load {
  agents: number;
  /** Conversations each of them has at once. */
  each: number;
  hours: number;
  /** Arrivals per hour at a second of the day. */
  perHour(second: number): number;
  /** Agents who are online at a second of the day. */
  online(second: number): number;
}

export interface Told {
  fromSeconds: number;
  toSeconds: number;
  /** Somebody was free when the wait began. */
  wasFree: boolean;
  /** How long it really took. */
  waitSeconds: number;
}

/** Lengths of a conversation and of an agent's reaction vary by a factor; log-normal, as such lengths do. */
const HANDLING = { median: 360, sigma: 0.6 };
const REACTION = { median: 8, sigma: 0.5 };
const PATIENCE = { median: 1_800, sigma: 0.7 };
const URGENT_SHARE = 0.15;

interface Case {
  at: number;
  urgent: boolean;
  offered: boolean;
  told: { pace: PastWait['foreseen']; from: number; to: number } | null;
}

interface Seat {
  agent: number;
  busyUntil: number;
}

/** Runs one day and gives what each shopper was told beside what came of it. */
export function simulateDay(load: Load, seed: number): Told[] {
  const random = createRandom(seed);
  const told: Told[] = [];
  const waits: PastWait[] = [];
  const handling: number[] = [];
  let queue: Case[] = [];
  const seats: Seat[] = Array.from({ length: load.agents * load.each }, (_, i) => ({
    agent: i % load.agents,
    busyUntil: 0,
  }));
  const clock = createClock();
  const isThere = (seat: Seat) => seat.agent < load.online(clock.now());
  const inOrder = (a: Case, b: Case) => Number(b.urgent) - Number(a.urgent) || a.at - b.at;

  function paceNow(): TeamPace {
    const there = seats.filter(isThere);
    const last = handling.slice(-100);
    const mean = last.reduce((sum, s) => sum + s, 0) / last.length;
    return {
      waits: waits.slice(-100).reverse(),
      free: there.filter((s) => s.busyUntil <= clock.now()).length,
      perHour: last.length === 0 ? null : (there.length * 3_600) / mean,
    };
  }

  function begin(seat: Seat, taken: Case): void {
    const started = clock.now();
    queue = queue.filter((c) => c !== taken);
    waits.push({ ms: (started - taken.at) * 1_000, foreseen: taken.told?.pace ?? null });
    if (taken.told) {
      const { from, to, pace } = taken.told;
      told.push({ fromSeconds: from, toSeconds: to, wasFree: pace!.releases < 1, waitSeconds: started - taken.at });
    }
    seat.busyUntil = started + varied(random, HANDLING);
    clock.at(seat.busyUntil, () => {
      handling.push(clock.now() - started);
      offer();
    });
  }

  function offer(): void {
    for (const seat of seats) {
      if (!isThere(seat) || seat.busyUntil > clock.now()) continue;
      const next = queue.filter((c) => !c.offered).sort(inOrder)[0];
      if (next === undefined) return;
      next.offered = true;
      seat.busyUntil = Number.POSITIVE_INFINITY;
      clock.at(clock.now() + varied(random, REACTION), () => begin(seat, next));
    }
  }

  function arrive(): void {
    const newcomer: Case = { at: clock.now(), urgent: random.next() < URGENT_SHARE, offered: false, told: null };
    const before = queue.filter((c) => !c.offered && (!newcomer.urgent || c.urgent)).length;
    const pace = paceNow();
    const foreseen = foresee(before, pace);
    if (foreseen !== null) {
      const range = waitingRange(foreseen, pace.waits);
      newcomer.told = { pace: foreseen, from: range.fromSeconds, to: range.toSeconds };
    }
    queue.push(newcomer);
    clock.at(clock.now() + varied(random, PATIENCE), () => {
      if (!newcomer.offered) queue = queue.filter((c) => c !== newcomer);
    });
    offer();
  }

  const end = load.hours * 3_600;
  const most = Math.max(...Array.from({ length: load.hours * 12 }, (_, i) => load.perHour(i * 300)));
  for (let at = 0; at < end; ) {
    at += (-Math.log(1 - random.next()) / most) * 3_600;
    if (at < end && random.next() < load.perHour(at) / most) clock.at(at, arrive);
  }
  for (let minute = 60; minute < end; minute += 60) clock.at(minute, offer); // who comes back begins to work
  clock.run();
  return told;
}

const varied = (random: Random, { median, sigma }: { median: number; sigma: number }): number =>
  median * Math.exp(sigma * random.normal());

/** Events in the order of their time. */
function createClock() {
  const heap: { at: number; run: () => void }[] = [];
  let now = 0;
  const swap = (i: number, j: number) => {
    [heap[i], heap[j]] = [heap[j]!, heap[i]!];
  };
  function pop() {
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      for (let i = 0; ; ) {
        const [left, right] = [2 * i + 1, 2 * i + 2];
        let least = i;
        if (left < heap.length && heap[left]!.at < heap[least]!.at) least = left;
        if (right < heap.length && heap[right]!.at < heap[least]!.at) least = right;
        if (least === i) break;
        swap(i, least);
        i = least;
      }
    }
    return top;
  }
  return {
    now: () => now,
    at(at: number, run: () => void) {
      heap.push({ at, run });
      for (let i = heap.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (heap[parent]!.at <= heap[i]!.at) break;
        swap(i, parent);
        i = parent;
      }
    },
    run() {
      while (heap.length > 0) {
        const event = pop();
        now = event.at;
        event.run();
      }
    },
  };
}
