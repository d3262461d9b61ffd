// The baton as a pure state machine: state x event -> next state and what follows from it. No clock, no rows, no channel.
import type { StaffId } from '../contract/conversation.ts';

/** Whom an owner wants to hand a conversation to; the owner stays accountable until somebody accepts. */
export type TransferTarget = { kind: 'agent'; agent: StaffId } | { kind: 'team'; team: string };

/** What every state of an open handoff remembers, so that nobody is asked twice and age is never lost. */
export interface Memory {
  team: string;
  /** Who declined or let an offer lapse: not offered again. They may still take it themselves. */
  passed: readonly StaffId[];
  /** Two rounds without an answer: the overflow team is asked too, and a supervisor is told once. */
  raised: boolean;
}

/** Where the baton is. `with-bot` and `with-platform` have no open handoff; all others have exactly one. */
export type Baton =
  | { kind: 'with-bot' }
  /** The shop's people in the platform's own app: we store what is said and are silent. */
  | { kind: 'with-platform' }
  | ({ kind: 'waiting' } & Memory)
  | ({ kind: 'deferred' } & Memory)
  | ({ kind: 'offered'; to: StaffId } & Memory)
  | ({ kind: 'with-agent'; owner: StaffId; transfer: TransferTarget | null } & Memory);

export type BatonEvent =
  /** The bot cannot or must not go on. `away`: nobody is there until the next opening. */
  | { kind: 'hand-off'; team: string; away: boolean }
  /** The engine shows it to an agent. */
  | { kind: 'offer'; to: StaffId }
  /** An agent takes it: accepts an offer, or pulls it from the queue. */
  | { kind: 'claim'; by: StaffId }
  | { kind: 'decline'; by: StaffId }
  /** The offer's time is over. `to` is whom the clock was set for: a late clock does nothing. */
  | { kind: 'lapse'; to: StaffId }
  /** Nobody is there until the next opening; and back again. */
  | { kind: 'defer' }
  | { kind: 'recall' }
  /** A person takes it from the bot, the queue or a colleague, whatever stands. */
  | { kind: 'take-over'; by: StaffId; team: string }
  | { kind: 'ask-transfer'; by: StaffId; to: TransferTarget }
  | { kind: 'accept-transfer'; by: StaffId; teams: readonly string[] }
  | { kind: 'decline-transfer'; by: StaffId }
  | { kind: 'cancel-transfer'; by: StaffId }
  | { kind: 'resolve'; by: StaffId }
  | { kind: 'give-back'; by: StaffId }
  /** The owner has been silent for too long on a shopper whose case the bot may have back. */
  | { kind: 'forgotten'; owner: StaffId }
  /** The owner's line is gone for longer than the grace. */
  | { kind: 'lost'; owner: StaffId }
  /** A supervisor sends an agent home: what they have or are being offered waits again. */
  | { kind: 'release'; agent: StaffId }
  /** The shopper does not want to wait any longer and goes on with the bot. */
  | { kind: 'leave-queue' }
  /** People in the platform's own app answer the shopper; and they are done. */
  | { kind: 'platform-takes' }
  | { kind: 'platform-ends' };

/** How an agent's part in a handoff ended; kept in `assignments.outcome`. */
export type Outcome =
  | 'declined'
  | 'lapsed'
  | 'taken_over'
  | 'transferred'
  | 'resolved'
  | 'returned'
  | 'agent_silent'
  | 'agent_lost'
  | 'released'
  | 'shopper_left'
  | 'platform';

export type Effect =
  /** The owner of the conversation changes: epoch + 1, and no bot message of before starts sending. */
  | { kind: 'own'; owner: 'bot' | 'queue' | 'platform_agent' }
  | { kind: 'own'; owner: 'agent'; id: StaffId }
  | { kind: 'begin'; agent: StaffId; how: 'offered' | 'claimed' }
  /** An offer becomes work. */
  | { kind: 'accepted'; agent: StaffId }
  | { kind: 'end'; outcome: Outcome }
  | { kind: 'open' }
  | { kind: 'close' }
  | { kind: 'tell-supervisor' };

export type Refusal = 'taken' | 'over' | 'not-owner' | 'not-offered' | 'not-waiting' | 'no-transfer' | 'same-owner';

export type Step = { ok: true; next: Baton; effects: readonly Effect[] } | { ok: false; why: Refusal };

const refuse = (why: Refusal): Step => ({ ok: false, why });
const go = (next: Baton, ...effects: Effect[]): Step => ({ ok: true, next, effects });

/** Rounds after which others than the team are asked. */
export const ROUNDS_MAX = 2;

const memoryOf = ({ team, passed, raised }: Memory): Memory => ({ team, passed, raised });
const waiting = (memory: Memory): Baton => ({ kind: 'waiting', ...memoryOf(memory) });
const held = (memory: Memory, owner: StaffId): Baton & { kind: 'with-agent' } => ({
  kind: 'with-agent',
  owner,
  transfer: null,
  ...memoryOf(memory),
});

/** An offer that nobody took: back in the queue with its age, and after the second round others are asked. */
function passedOn(offer: Baton & { kind: 'offered' }, outcome: 'declined' | 'lapsed'): Step {
  const passed = [...offer.passed, offer.to]; // never twice: who has passed is not offered it again
  const raise = !offer.raised && passed.length >= ROUNDS_MAX;
  const effects: Effect[] = [{ kind: 'end', outcome }];
  if (raise) effects.push({ kind: 'tell-supervisor' });
  return go(waiting({ team: offer.team, passed, raised: offer.raised || raise }), ...effects);
}

/** Who is in no team takes the work of all. */
const fits = (target: TransferTarget, by: StaffId, teams: readonly string[]): boolean =>
  target.kind === 'agent' ? target.agent === by : teams.length === 0 || teams.includes(target.team);

function takeOver(baton: Baton, event: BatonEvent & { kind: 'take-over' }): Step {
  const own: Effect[] = [
    { kind: 'begin', agent: event.by, how: 'claimed' },
    { kind: 'own', owner: 'agent', id: event.by },
  ];
  switch (baton.kind) {
    case 'with-bot':
    case 'with-platform':
      return go(held({ team: event.team, passed: [], raised: false }, event.by), { kind: 'open' }, ...own);
    case 'waiting':
    case 'deferred':
      return go(held(baton, event.by), ...own);
    case 'offered':
      return baton.to === event.by
        ? claim(baton, event.by)
        : go(held(baton, event.by), { kind: 'end', outcome: 'taken_over' }, ...own);
    case 'with-agent':
      return baton.owner === event.by
        ? refuse('same-owner')
        : go(held(baton, event.by), { kind: 'end', outcome: 'taken_over' }, ...own);
    default:
      return baton satisfies never;
  }
}

function claim(baton: Baton, by: StaffId): Step {
  switch (baton.kind) {
    case 'with-bot':
    case 'with-platform':
      return refuse('over');
    case 'waiting':
    case 'deferred':
      return go(held(baton, by), { kind: 'begin', agent: by, how: 'claimed' }, { kind: 'own', owner: 'agent', id: by });
    case 'offered':
      if (baton.to !== by) return refuse('taken');
      return go(held(baton, by), { kind: 'accepted', agent: by }, { kind: 'own', owner: 'agent', id: by });
    case 'with-agent':
      return refuse('taken');
    default:
      return baton satisfies never;
  }
}

/** What only the owner of a conversation may do. */
function asOwner(baton: Baton, by: StaffId, then: (own: Baton & { kind: 'with-agent' }) => Step): Step {
  if (baton.kind === 'with-bot' || baton.kind === 'with-platform') return refuse('over');
  if (baton.kind !== 'with-agent' || baton.owner !== by) return refuse('not-owner');
  return then(baton);
}

const end = (outcome: Outcome): Step =>
  go({ kind: 'with-bot' }, { kind: 'end', outcome }, { kind: 'close' }, { kind: 'own', owner: 'bot' });

function transfer(
  baton: Baton,
  event: BatonEvent & { kind: 'ask-transfer' | 'accept-transfer' | 'decline-transfer' | 'cancel-transfer' },
): Step {
  if (event.kind === 'ask-transfer' || event.kind === 'cancel-transfer') {
    return asOwner(baton, event.by, (own) => {
      if (event.kind === 'cancel-transfer')
        return own.transfer ? go({ ...own, transfer: null }) : refuse('no-transfer');
      const toSelf = event.to.kind === 'agent' && event.to.agent === event.by;
      return toSelf ? refuse('same-owner') : go({ ...own, transfer: event.to });
    });
  }
  if (baton.kind !== 'with-agent' || baton.transfer === null) return refuse('no-transfer');
  const target = baton.transfer;
  if (event.kind === 'decline-transfer') {
    return target.kind === 'agent' && target.agent === event.by
      ? go({ ...baton, transfer: null })
      : refuse('no-transfer');
  }
  if (baton.owner === event.by) return refuse('same-owner');
  if (!fits(target, event.by, event.teams)) return refuse('no-transfer');
  const team = target.kind === 'team' ? target.team : baton.team;
  return go(
    held({ ...baton, team }, event.by),
    { kind: 'end', outcome: 'transferred' },
    { kind: 'begin', agent: event.by, how: 'claimed' },
    { kind: 'own', owner: 'agent', id: event.by },
  );
}

/** Who waits has an answer now, by others; an agent of ours goes on, with the colleague's words before them. */
function platformTakes(baton: Baton): Step {
  const next: Baton = { kind: 'with-platform' };
  const own: Effect = { kind: 'own', owner: 'platform_agent' };
  switch (baton.kind) {
    case 'with-bot':
      return go(next, own);
    case 'waiting':
    case 'deferred':
      return go(next, { kind: 'close' }, own);
    case 'offered':
      return go(next, { kind: 'end', outcome: 'platform' }, { kind: 'close' }, own);
    case 'with-agent':
    case 'with-platform':
      return refuse('taken');
    default:
      return baton satisfies never;
  }
}

/** One event on one baton. Pure and total: an event that does not fit is refused with its reason, and changes nothing. */
export function step(baton: Baton, event: BatonEvent): Step {
  switch (event.kind) {
    case 'hand-off': {
      if (baton.kind !== 'with-bot') return refuse('taken');
      const memory: Memory = { team: event.team, passed: [], raised: false };
      const next: Baton = event.away ? { kind: 'deferred', ...memory } : waiting(memory);
      return go(next, { kind: 'open' }, { kind: 'own', owner: 'queue' });
    }
    case 'offer':
      if (baton.kind !== 'waiting') return refuse('not-waiting');
      if (baton.passed.includes(event.to)) return refuse('not-offered');
      return go(
        { kind: 'offered', to: event.to, ...memoryOf(baton) },
        { kind: 'begin', agent: event.to, how: 'offered' },
      );
    case 'claim':
      return claim(baton, event.by);
    case 'decline':
      return baton.kind === 'offered' && baton.to === event.by ? passedOn(baton, 'declined') : refuse('not-offered');
    case 'lapse':
      return baton.kind === 'offered' && baton.to === event.to ? passedOn(baton, 'lapsed') : refuse('not-offered');
    case 'defer':
      return baton.kind === 'waiting' ? go({ kind: 'deferred', ...memoryOf(baton) }) : refuse('not-waiting');
    case 'recall':
      return baton.kind === 'deferred' ? go(waiting(baton)) : refuse('not-waiting');
    case 'take-over':
      return takeOver(baton, event);
    case 'ask-transfer':
    case 'accept-transfer':
    case 'decline-transfer':
    case 'cancel-transfer':
      return transfer(baton, event);
    case 'resolve':
      return asOwner(baton, event.by, () => end('resolved'));
    case 'give-back':
      return asOwner(baton, event.by, () => end('returned'));
    case 'forgotten':
      return asOwner(baton, event.owner, () => end('agent_silent'));
    case 'lost':
      return asOwner(baton, event.owner, (own) =>
        go(waiting(own), { kind: 'end', outcome: 'agent_lost' }, { kind: 'own', owner: 'queue' }),
      );
    case 'release':
      // an offer has no owner to change, and not having seen it is not the same as passing it on
      if (baton.kind === 'offered')
        return baton.to === event.agent
          ? go(waiting(baton), { kind: 'end', outcome: 'released' })
          : refuse('not-offered');
      return asOwner(baton, event.agent, (own) =>
        go(waiting(own), { kind: 'end', outcome: 'released' }, { kind: 'own', owner: 'queue' }),
      );
    case 'leave-queue':
      switch (baton.kind) {
        case 'with-bot':
          return refuse('over');
        case 'with-agent':
        case 'with-platform':
          return refuse('taken');
        case 'offered':
          return end('shopper_left');
        case 'waiting':
        case 'deferred':
          return go({ kind: 'with-bot' }, { kind: 'close' }, { kind: 'own', owner: 'bot' });
        default:
          return baton satisfies never;
      }
    case 'platform-takes':
      return platformTakes(baton);
    case 'platform-ends':
      return baton.kind === 'with-platform' ? go({ kind: 'with-bot' }, { kind: 'own', owner: 'bot' }) : refuse('over');
    default:
      return event satisfies never;
  }
}
