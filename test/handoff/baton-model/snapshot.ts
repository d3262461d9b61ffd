// What the rows say: one look at everything the model speaks of, put in the model's words, and the laws that hold whatever was done.
import type { Pool } from '../../../src/db/database.ts';
import { shopQuery } from '../../../src/db/transaction.ts';
import { type Model, placeOf, type Talk } from './model.ts';

export interface SeenCase {
  id: string;
  place: string;
  open: boolean;
  team: string;
  risk: string;
  weight: number;
  passed: number[];
  raised: boolean;
  asked: number | null;
  holder: number | null;
  transfer: { to: unknown; by: number } | null;
  waits: boolean;
  answered: boolean;
  disposition: string | null;
  previous: string | null;
  queuedAt: string;
  dueAt: string;
  /** Columns that only one place may have set. */
  stray: string[];
  assignments: {
    id: string;
    agent: number;
    how: string;
    /** By a transfer, whose words they were given. */
    handed: boolean;
    acceptedAt: string | null;
    outcome: string | null;
    endedAt: string | null;
  }[];
}

export interface SeenTalk {
  id: string;
  ownerKind: string;
  ownerId: number | null;
  epoch: number;
  said: number;
  messages: string[];
  turns: { id: string; first: number; last: number; state: string; attempt: number; discarded: boolean }[];
  outbox: { id: string; author: string; epoch: number; state: string; attempt: number }[];
  cases: SeenCase[];
  news: {
    what: string;
    state: string;
    handoffId: string | null;
    offeredTo?: string;
    owner?: string;
    team?: string;
    supervisor?: boolean;
    /** Of the whole desk: given under a lock that is kept until the commit, so that its order is the order of the moves. */
    seq: number;
    /** Who has it since, or is being asked. */
    carrier: number | null;
  }[];
}

export interface Seen {
  talks: SeenTalk[];
  agents: { presence: string; capacity: number; load: number; idleSince: string }[];
}

const who = (column: string): string => `(select s.n from people s where s.id = ${column})`;

const CASES = `(select coalesce(jsonb_agg(jsonb_build_object('id', h.id::text, 'place', h.state, 'open', h.state <> 'resolved', 'team', h.team,
    'risk', h.risk, 'weight', h.weight, 'passed', (select coalesce(jsonb_agg(${who('p')} order by o), '[]') from unnest(h.passed) with ordinality u (p, o)),
    'raised', h.raised, 'asked', ${who('h.offered_to')},
    'holder', case when h.state <> 'resolved' then ${who('h.accepted_by')} end,
    'transfer', case when h.transfer is not null then jsonb_build_object('by', ${who("(h.transfer->>'by')::bigint")}, 'to',
      case h.transfer->>'kind' when 'agent' then jsonb_build_object('kind', 'agent', 'agent', ${who("(h.transfer->>'agent')::bigint")})
        else jsonb_build_object('kind', 'team', 'team', h.transfer->>'team') end) end,
    'waits', h.awaiting_since is not null, 'answered', h.first_reply_at is not null, 'disposition', h.disposition, 'previous', h.previous_id::text,
    'queuedAt', h.queued_at, 'dueAt', h.due_at,
    'stray', array_remove(array[
      case when (h.offer_expires_at is null) <> (h.offered_to is null) then 'offer_expires_at' end,
      case when (h.held_since is null) <> (h.state <> 'with-agent') then 'held_since' end,
      case when h.state = 'with-agent' and h.accepted_at is null then 'accepted_at' end,
      case when (h.resolved_at is null) <> (h.state <> 'resolved') then 'resolved_at' end], null),
    'assignments', (select coalesce(jsonb_agg(jsonb_build_object('id', a.id::text, 'agent', ${who('a.agent_id')}, 'how', a.how,
        'handed', a.why ? 'transfer', 'acceptedAt', a.accepted_at, 'outcome', a.outcome, 'endedAt', a.ended_at) order by a.id), '[]')
      from assignments a where a.handoff_id = h.id)) order by h.id), '[]') from handoffs h where h.conversation_id = c.id)`;

const LOOK = `with people as materialized (select id, row_number() over (order by id) - 1 as n from staff)
select jsonb_build_object(
  'agents', (select jsonb_agg(jsonb_build_object('presence', s.presence, 'capacity', s.capacity, 'idleSince', s.idle_since,
      'load', (select coalesce(sum(h.weight), 0) from handoffs h where h.state in ('offered', 'with-agent')
        and coalesce(h.offered_to, h.accepted_by) = s.id)) order by s.id) from staff s),
  'talks', (select jsonb_agg(jsonb_build_object('id', c.id::text, 'ownerKind', c.owner_kind, 'ownerId', ${who('c.owner_id')}, 'epoch', c.epoch,
      'said', c.next_seq - 1, 'messages', (select coalesce(jsonb_agg(case m.kind when 'note' then m.kind else m.author end order by m.seq), '[]')
          from messages m where m.conversation_id = c.id),
      'turns', (select coalesce(jsonb_agg(jsonb_build_object('id', t.id::text, 'first', t.first_seq, 'last', t.last_seq, 'state', t.state,
          'attempt', t.attempt, 'discarded', coalesce(t.receipt ? 'discarded', false)) order by t.id), '[]') from turns t where t.conversation_id = c.id),
      'outbox', (select coalesce(jsonb_agg(jsonb_build_object('id', o.id::text, 'author', o.author, 'epoch', o.epoch, 'state', o.state, 'attempt', o.attempt)
          order by o.id), '[]') from outbox o where o.conversation_id = c.id),
      'news', (select coalesce(jsonb_agg(e.payload || jsonb_build_object('seq', e.seq,
          'carrier', ${who("coalesce(e.payload->>'offeredTo', e.payload->>'owner')::bigint")}) order by e.seq), '[]') from events e
          where e.topic = 'desk' and e.kind = 'handoff' and e.payload->>'conversationId' = c.id::text),
      'cases', ${CASES}) order by c.id) from conversations c)) as seen`;

export async function look(pool: Pool, shopId: string): Promise<Seen> {
  const { rows } = await shopQuery<{ seen: Seen }>(pool, shopId, LOOK, [], { name: 'baton-model-look' });
  return rows[0]!.seen;
}

/** What the desk has heard since, in the order it happened, with the conversation it is about. */
export function newsSince(before: Seen, after: Seen): (SeenTalk['news'][number] & { talk: number })[] {
  const known = Math.max(0, ...before.talks.flatMap((t) => t.news.map(({ seq }) => seq)));
  return after.talks
    .flatMap((t, talk) => t.news.map((one) => ({ ...one, talk })))
    .filter(({ seq }) => seq > known)
    .sort((a, b) => a.seq - b.seq);
}

/** -1: of another conversation, which no model says. */
const orderOf = (talk: SeenTalk, id: string | null): number | null =>
  id === null ? null : talk.cases.findIndex((c) => c.id === id);

const newsOf = (talk: SeenTalk, agents: readonly string[]): string[] =>
  talk.news.map((e) =>
    [
      `case ${orderOf(talk, e.handoffId)}`,
      e.what,
      e.state,
      e.offeredTo ? `to ${agents.indexOf(e.offeredTo)}` : '',
      e.owner ? `of ${agents.indexOf(e.owner)}` : '',
      e.team ?? '',
      e.supervisor ? 'supervisor' : '',
    ]
      .filter(Boolean)
      .join(', '),
  );

/** The rows in the words of the model. `agents`: their ids in order. */
export function wordsOf(seen: Seen, agents: readonly string[]) {
  return {
    agents: seen.agents.map((a) => a.presence),
    talks: seen.talks.map((t) => ({
      owner: t.ownerKind === 'agent' ? t.ownerId : t.ownerKind,
      epoch: t.epoch,
      messages: t.messages,
      turns: t.turns.map(({ id: _, ...turn }) => turn),
      outbox: t.outbox.map(({ id: _, ...row }) => row),
      news: newsOf(t, agents),
      cases: t.cases.map(({ id: _, queuedAt: _q, dueAt: _d, stray: _s, previous, assignments, ...c }) => ({
        ...c,
        previous: orderOf(t, previous),
        assignments: assignments.map((a) => ({
          agent: a.agent,
          how: a.how,
          handed: a.handed,
          accepted: a.acceptedAt !== null,
          outcome: a.outcome,
        })),
      })),
    })),
  };
}

const wordsOfTalk = (t: Talk) => ({
  owner: t.owner,
  epoch: t.epoch,
  messages: t.messages,
  turns: t.turns.map(({ openedMs: _, dueMs: _d, ...turn }) => ({ ...turn, discarded: turn.state === 'stale' })),
  outbox: t.outbox.map(({ author, epoch, state, attempt }) => ({ author, epoch, state, attempt })),
  news: t.news,
  cases: t.cases.map((c) => ({
    place: c.open ? placeOf(c) : 'resolved',
    open: c.open,
    team: c.team,
    risk: c.risk,
    weight: c.weight,
    passed: c.passed,
    raised: c.raised,
    asked: c.asked?.who ?? null,
    holder: c.holder?.who ?? null,
    transfer: c.transfer,
    waits: c.waitingSince !== null,
    answered: c.answered,
    disposition: c.disposition,
    previous: c.previous,
    assignments: c.assignments,
  })),
});

/** The model in the same words. */
export const wordsOfModel = (model: Model) => ({
  agents: model.agents.map((a) => a.presence),
  talks: model.talks.map(wordsOfTalk),
});

/** Whom each conversation is shown to by an open offer. */
export const shownTo = (seen: Seen): (number | null)[] =>
  seen.talks.map((t) => t.cases.find((c) => c.place === 'offered')?.asked ?? null);
