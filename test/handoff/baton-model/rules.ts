// Who may do what with the baton, and what follows: one sentence of the design per line, on the model's data. Written apart from the state machine on purpose.
import {
  type Case,
  followed,
  type Model,
  OVERFLOW,
  openCase,
  placeOf,
  servesTeam,
  type Talk,
  type Target,
  type Who,
} from './model.ts';

export type Event =
  | { kind: 'hand-off'; team: string; away: boolean }
  | { kind: 'offer'; to: Who }
  | { kind: 'claim'; by: Who }
  | { kind: 'decline'; by: Who }
  | { kind: 'lapse'; to: Who }
  | { kind: 'defer' }
  | { kind: 'recall' }
  | { kind: 'take-over'; by: Who; team: string }
  | { kind: 'ask-transfer'; by: Who; to: Target }
  | { kind: 'accept-transfer'; by: Who }
  | { kind: 'decline-transfer'; by: Who }
  | { kind: 'cancel-transfer'; by: Who }
  | { kind: 'resolve'; by: Who }
  | { kind: 'give-back'; by: Who }
  | { kind: 'forgotten'; owner: Who }
  | { kind: 'lost'; owner: Who }
  | { kind: 'release'; agent: Who }
  | { kind: 'leave-queue' }
  /** The shop's people answer in the platform's own app; and are done. */
  | { kind: 'platform-takes' }
  | { kind: 'platform-ends' };

const isMine = (c: Case, who: Who): boolean => c.holder?.who === who;
const isAskedOf = (c: Case, who: Who): boolean => c.asked?.who === who;
const isMeant = (model: Model, { to }: { to: Target }, who: Who): boolean =>
  to.kind === 'agent' ? to.agent === who : servesTeam(model.agents[who]!.teams, to.team);

/** Why not; null when it may be. */
export function objection(model: Model, talk: Talk, event: Event): string | null {
  const c = openCase(talk);
  const nobodyHasIt = c !== null && c.holder === null && c.asked === null;
  switch (event.kind) {
    case 'hand-off':
      return c || talk.owner === 'platform_agent' ? 'taken' : null;
    case 'offer':
      if (!nobodyHasIt || c.parked) return 'not-waiting';
      return c.passed.includes(event.to) ? 'not-offered' : null;
    case 'claim':
      if (!c) return 'over';
      return nobodyHasIt || isAskedOf(c, event.by) ? null : 'taken';
    case 'decline':
    case 'lapse':
      return c && isAskedOf(c, event.kind === 'decline' ? event.by : event.to) ? null : 'not-offered';
    case 'defer':
      return nobodyHasIt && !c.parked ? null : 'not-waiting';
    case 'recall':
      return nobodyHasIt && c.parked ? null : 'not-waiting';
    case 'take-over':
      return c && isMine(c, event.by) ? 'same-owner' : null;
    case 'accept-transfer':
      if (!c?.holder || !c.transfer) return 'no-transfer';
      if (isMine(c, event.by)) return 'same-owner';
      return isMeant(model, c.transfer, event.by) ? null : 'no-transfer';
    case 'decline-transfer':
      return c?.transfer?.to.kind === 'agent' && c.transfer.to.agent === event.by ? null : 'no-transfer';
    case 'platform-takes':
      // who waits has an answer; an agent of ours who has it keeps it
      return c?.holder || talk.owner === 'platform_agent' ? 'taken' : null;
    case 'platform-ends':
      return talk.owner === 'platform_agent' ? null : 'over';
    case 'leave-queue':
      if (!c) return talk.owner === 'platform_agent' ? 'taken' : 'over';
      return c.holder ? 'taken' : null;
    default: {
      const by = 'by' in event ? event.by : 'owner' in event ? event.owner : event.agent;
      if (!c) return 'over';
      if (event.kind === 'release' && c.asked) return isAskedOf(c, by) ? null : 'not-offered';
      if (!isMine(c, by)) return 'not-owner';
      if (event.kind === 'cancel-transfer') return c.transfer ? null : 'no-transfer';
      if (event.kind === 'ask-transfer')
        return event.to.kind === 'agent' && event.to.agent === by ? 'same-owner' : null;
      return null;
    }
  }
}

/** The conversation changes hands: what the bot had not begun to send is not sent any more. */
function handTo(talk: Talk, owner: Talk['owner']): void {
  talk.owner = owner;
  talk.epoch += 1;
  for (const row of talk.outbox) if (row.state === 'new' && row.author !== 'agent') row.state = 'cancelled';
}

const endWork = (c: Case, outcome: string): void => {
  const work = c.assignments.find((a) => a.outcome === null);
  if (work) work.outcome = outcome;
};

function take(model: Model, talk: Talk, c: Case, who: Who, handed = false): void {
  const agent = model.agents[who]!;
  agent.seen = model.now; // taking work is a sign of life, and ends being offline
  if (agent.presence === 'offline') agent.presence = 'busy';
  if (isAskedOf(c, who)) c.assignments.find((a) => a.outcome === null)!.accepted = true;
  else c.assignments.push({ agent: who, how: 'claimed', handed, accepted: true, outcome: null });
  Object.assign(c, { holder: { who, since: model.now }, asked: null, parked: false, transfer: null });
  handTo(talk, who);
}

function queueAgain(c: Case): void {
  Object.assign(c, { holder: null, asked: null, parked: false, transfer: null });
}

export function openNew(model: Model, talk: Talk, more: Pick<Case, 'team' | 'risk' | 'weight' | 'parked'>): Case {
  const c: Case = {
    open: true,
    asked: null,
    holder: null,
    transfer: null,
    passed: [],
    raised: false,
    waitingSince: model.now,
    openedAt: model.now,
    recalls: 0,
    answered: false,
    closedAt: null,
    disposition: null,
    previous: followed(model, talk),
    assignments: [],
    ...more,
  };
  talk.cases.push(c);
  return c;
}

type Next = 'bot' | 'platform_agent';

function close(model: Model, talk: Talk, c: Case, disposition: string | null, next: Next = 'bot'): void {
  queueAgain(c);
  Object.assign(c, { open: false, closedAt: model.now, disposition, passed: [], raised: false });
  handTo(talk, next);
}

/** An offer nobody took: the next one is asked; after the second the overflow team too, and a supervisor hears of it once. */
function passOn(c: Case, outcome: string): boolean {
  endWork(c, outcome);
  c.passed.push(c.asked!.who);
  queueAgain(c);
  const tell = c.passed.length >= 2 && !c.raised;
  if (tell) c.raised = true;
  return tell;
}

export const DISPOSITION = 'follow_up';

/** Lets an event happen that nobody objects to; `bare` when nothing was told with it. True when a supervisor is told. */
export function happen(model: Model, talk: Talk, event: Event, bare = false): boolean {
  const before = openCase(talk);
  const told = change(model, talk, event, bare);
  const c = openCase(talk);
  const about = c ?? before; // none where people of the platform take from the bot, or give back to it
  const place = placeOf(c);
  const more = [
    place === 'offered' ? `to ${c!.asked!.who}` : '',
    place === 'with-agent' ? `of ${c!.holder!.who}` : '',
    c ? c.team : '',
    told ? 'supervisor' : '',
  ];
  talk.news.push(
    [`case ${about ? talk.cases.indexOf(about) : null}`, event.kind, c ? place : 'resolved', ...more]
      .filter(Boolean)
      .join(', '),
  );
  return told;
}

function change(model: Model, talk: Talk, event: Event, bare: boolean): boolean {
  const c = openCase(talk)!;
  switch (event.kind) {
    case 'hand-off':
      openNew(model, talk, { team: event.team, risk: 'R3', weight: 1, parked: event.away });
      handTo(talk, 'queue');
      return false;
    case 'offer':
      c.asked = { who: event.to, at: model.now };
      c.assignments.push({ agent: event.to, how: 'offered', handed: false, accepted: false, outcome: null });
      return false;
    case 'claim':
      take(model, talk, c, event.by);
      return false;
    case 'decline':
      return passOn(c, 'declined');
    case 'lapse':
      return passOn(c, 'lapsed');
    case 'defer':
      c.parked = true;
      return false;
    case 'recall':
      c.parked = false;
      c.recalls += 1;
      return false;
    case 'take-over': {
      const wanted = c ?? openNew(model, talk, { team: event.team, risk: 'none', weight: 1, parked: false });
      if (!c) wanted.waitingSince = null; // whoever takes it by themselves knows that it waits
      if (!isAskedOf(wanted, event.by)) endWork(wanted, 'taken_over');
      take(model, talk, wanted, event.by);
      return false;
    }
    case 'accept-transfer':
      if (c.transfer!.to.kind === 'team') c.team = c.transfer!.to.team;
      endWork(c, 'transferred');
      take(model, talk, c, event.by, true);
      return false;
    case 'ask-transfer':
      c.transfer = { to: event.to, by: bare ? null : event.by };
      return false;
    case 'decline-transfer':
    case 'cancel-transfer':
      c.transfer = null;
      return false;
    case 'lost':
    case 'release': {
      const owned = c.holder !== null;
      endWork(c, event.kind === 'lost' ? 'agent_lost' : 'released');
      queueAgain(c);
      if (owned) handTo(talk, 'queue');
      return false;
    }
    case 'resolve':
    case 'give-back':
    case 'forgotten':
    case 'leave-queue': {
      const why = {
        resolve: 'resolved',
        'give-back': 'returned',
        forgotten: 'agent_silent',
        'leave-queue': 'shopper_left',
      };
      endWork(c, why[event.kind]);
      close(model, talk, c, bare ? null : event.kind === 'forgotten' ? 'no_response' : DISPOSITION);
      return false;
    }
    case 'platform-takes':
      if (c) {
        endWork(c, 'platform');
        close(model, talk, c, null, 'platform_agent');
      } else {
        handTo(talk, 'platform_agent');
      }
      return false;
    case 'platform-ends':
      handTo(talk, 'bot');
      return false;
    default:
      return event satisfies never;
  }
}

/** Teams whose agents may be offered a case. */
export const askedTeams = (c: Case): readonly string[] => (c.raised ? [c.team, OVERFLOW] : [c.team]);
