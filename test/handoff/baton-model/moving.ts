// A move of the model, asked of the product as its callers ask: with the lock of the agent, the guard of the engine, and what a new or an ended case carries.
import type { Packet } from '../../../src/contract/handoff.ts';
import type { Pool } from '../../../src/db/database.ts';
import type { Baton, BatonEvent } from '../../../src/handoff/baton.ts';
import { hasRoom } from '../../../src/handoff/guards.ts';
import { type MoveDetails, type MoveResult, move } from '../../../src/handoff/moves.ts';
import type { Staff } from '../../../src/staff/accounts.ts';
import type { Answer, Move } from './acts.ts';
import { OFFER_MS, type Target } from './model.ts';
import { DISPOSITION, type Event } from './rules.ts';
import type { Seen } from './snapshot.ts';

/** What a move needs of the shop. */
interface Place {
  id: string;
  staff: readonly Pick<Staff, 'id' | 'name' | 'teams'>[];
  seen: Seen;
}

export function translate(
  event: Event,
  idOf: (who: number) => string,
  teams: readonly (readonly string[])[],
): BatonEvent {
  const target = (to: Target) => (to.kind === 'agent' ? { kind: 'agent' as const, agent: idOf(to.agent) } : to);
  switch (event.kind) {
    case 'offer':
    case 'lapse':
      return { kind: event.kind, to: idOf(event.to) };
    case 'take-over':
      return { kind: event.kind, by: idOf(event.by), team: event.team };
    case 'ask-transfer':
      return { kind: event.kind, by: idOf(event.by), to: target(event.to) };
    case 'accept-transfer':
      return { kind: event.kind, by: idOf(event.by), teams: teams[event.by]! };
    case 'forgotten':
    case 'lost':
      return { kind: event.kind, owner: idOf(event.owner) };
    case 'release':
      return { kind: event.kind, agent: idOf(event.agent) };
    case 'hand-off':
    case 'defer':
    case 'recall':
    case 'leave-queue':
    case 'platform-takes':
    case 'platform-ends':
      return event;
    default:
      return { kind: event.kind, by: idOf(event.by) };
  }
}

const actorOf = (event: Move['event']): number | null => {
  if ('by' in event) return event.by;
  if (event.kind === 'offer') return event.to;
  if (event.kind === 'release') return event.agent;
  return 'owner' in event ? event.owner : null;
};

export function wordsOf(baton: Baton, nOf: (id: string) => number): Answer {
  if (baton.kind === 'with-bot' || baton.kind === 'with-platform') return { kind: baton.kind };
  const to = (t: { kind: string; agent?: string; team?: string }) =>
    t.kind === 'agent' ? { kind: 'agent', agent: nOf(t.agent!) } : { kind: 'team', team: t.team };
  return {
    kind: baton.kind,
    ...(baton.kind === 'offered' ? { to: nOf(baton.to) } : {}),
    ...(baton.kind === 'with-agent'
      ? { owner: nOf(baton.owner), transfer: baton.transfer ? to(baton.transfer) : null }
      : {}),
    team: baton.team,
    passed: baton.passed.map(nOf),
    raised: baton.raised,
  };
}

function answerOf(result: MoveResult, shop: Place): Answer {
  const nOf = (id: string): number => shop.staff.findIndex((s) => s.id === id);
  switch (result.status) {
    case 'not-found':
      return { status: result.status };
    case 'refused': {
      const owner = result.ownerId === null ? null : nOf(result.ownerId);
      // the name that the loser of a race hears
      if ((result.ownerName ?? null) !== (owner === null ? null : shop.staff[owner]!.name))
        throw new Error(`the owner is ${owner}, the name ${result.ownerName}`);
      return { status: result.status, why: result.why, baton: wordsOf(result.baton, nOf), owner };
    }
    case 'moved':
      return {
        status: result.status,
        before: wordsOf(result.before, nOf),
        after: wordsOf(result.after, nOf),
        told: result.told,
      };
    default:
      return result satisfies never;
  }
}

const NEVER_WAS = '999999';

/** What a new case is, how one ends, why one is handed on: told by whoever asks. */
function toldWith(event: Move['event'], packet: Packet): Pick<MoveDetails, 'open' | 'close' | 'transfer'> {
  if (event.kind === 'platform-takes' || event.kind === 'platform-ends') return {};
  if (event.kind === 'ask-transfer') return { transfer: { reason: '需要同事处理', note: null, summary: null } };
  if (event.kind !== 'hand-off' && event.kind !== 'take-over')
    return { close: { disposition: event.kind === 'forgotten' ? 'no_response' : DISPOSITION, category: null } };
  const taken = event.kind === 'take-over';
  return {
    open: {
      reason: taken ? 'takeover' : 'bot_failed',
      risk: taken ? 'none' : 'R3',
      rank: taken ? 5 : 3,
      team: event.team,
      summary: '',
      packet,
      dueMs: 60_000,
    },
  };
}

export async function moveFor(shop: Place, pool: Pool, act: Move, packet: Packet): Promise<Answer> {
  const idOf = (who: number): string => shop.staff[who]!.id;
  const teams = shop.staff.map((s) => s.teams);
  const talk = shop.seen.talks[act.talk]!;
  const { event } = act;
  const asked = (baton: Baton): BatonEvent => {
    if (event.kind === 'desk-claim') {
      const by = idOf(event.by);
      return baton.kind === 'with-agent' && baton.transfer !== null && baton.owner !== by
        ? { kind: 'accept-transfer', by, teams: teams[event.by]! }
        : { kind: 'claim', by };
    }
    if (event.kind === 'desk-decline')
      return { kind: baton.kind === 'with-agent' ? 'decline-transfer' : 'decline', by: idOf(event.by) };
    return translate(event, idOf, teams);
  };
  const actor = actorOf(event);
  const details: MoveDetails = {
    // without the agent's lock nothing is known of them
    ...(actor === null || act.bare ? {} : { agent: idOf(actor) }),
    ...(event.kind === 'offer' ? { when: (sight) => hasRoom(sight.agent, sight.weight, 'webhook') } : {}),
    offerMs: OFFER_MS,
    ...(act.bare ? {} : toldWith(event, packet)),
  };
  const target =
    typeof act.aim === 'number'
      ? { handoff: talk.cases[act.aim]!.id }
      : act.aim === 'nothing'
        ? { handoff: NEVER_WAS }
        : { conversation: act.aim === 'nowhere' ? NEVER_WAS : talk.id };
  try {
    return answerOf(await move(pool, shop.id, target, asked, details), shop);
  } catch (error) {
    if (/was not told which/.test((error as Error).message)) return { status: 'unprepared' };
    throw error;
  }
}
