// Claims, takeovers and transfers by sixteen agents between two web processes: one owner always; and the judge of it notices what it should.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeRound, judgeStanding, type Round, type Standing } from '../../scripts/claim-races/judge-round.ts';
import { runTransferRaces } from '../../scripts/transfer-races.ts';
import { freshDatabaseUrl } from '../journeys/server.ts';

const CALLS = Number(process.env.TRANSFER_CALLS ?? 300);

describe('over HTTP', () => {
  let database: Awaited<ReturnType<typeof freshDatabaseUrl>>;
  beforeAll(async () => {
    database = await freshDatabaseUrl(process.env.TEST_DATABASE_URL!);
  });
  afterAll(() => database?.drop());

  it(`${CALLS} calls, one owner always`, { timeout: 500_000 + CALLS * 200 }, async () => {
    const done = await runTransferRaces({
      databaseUrl: database.url,
      redisUrl: process.env.TEST_REDIS_URL!,
      calls: CALLS,
      say: () => {},
    });
    console.info(
      `${done.calls} calls in ${done.rounds} rounds at ${done.callsPerSecond}/s: ${done.changes} changes of owner, ${done.refused} refused, ${done.wrong.length} wrong; ${done.looks} looks in between`,
    );
    expect(done.wrong).toEqual([]);
    expect(done.calls).toBeGreaterThanOrEqual(CALLS);
    // else nobody met anybody
    expect(done.refused).toBeGreaterThan(CALLS / 10);
    expect(done.changes).toBeGreaterThan(CALLS / 10);
    expect(done.looks).toBeGreaterThan(10);
  });
});

const queue: Standing = {
  owner: null,
  ownerKind: 'queue',
  epoch: 4,
  handoffOwner: null,
  handoffState: 'waiting',
  atWork: [],
  assignments: 2,
};
const ofA: Standing = {
  owner: 'a',
  ownerKind: 'agent',
  epoch: 5,
  handoffOwner: 'a',
  handoffState: 'with-agent',
  atWork: ['a'],
  assignments: 3,
};
const bot: Standing = { ...queue, ownerKind: 'bot', epoch: 6, handoffState: null, assignments: 3 };
const claimed: Round = {
  before: queue,
  calls: [
    { agent: 'a', what: 'claim', status: 200 },
    { agent: 'b', what: 'claim', status: 409 },
  ],
  after: ofA,
  spoke: ['a'],
};

describe('the judge of a round', () => {
  it('is content with one winner', () => {
    expect(judgeRound(claimed)).toEqual([]);
  });
  it('is content with an owner who resolved before a colleague asked', () => {
    const calls: Round['calls'] = [
      { agent: 'a', what: 'resolve', status: 200 },
      { agent: 'b', what: 'claim', status: 409 },
    ];
    expect(judgeRound({ before: ofA, calls, after: bot, spoke: [] })).toEqual([]);
  });
  it.each<[string, Partial<Round>]>([
    ['two winners', { calls: claimed.calls.map((c) => ({ ...c, status: 200 })) }],
    [
      'a winner who does not have it',
      { after: { ...ofA, owner: 'c', handoffOwner: 'c', atWork: ['c'] }, spoke: ['c'] },
    ],
    ['an answer that says that the shop failed', { calls: [{ agent: 'a', what: 'claim', status: 500 }] }],
    ['a change nobody was told of', { after: { ...ofA, epoch: 6 } }],
    ['an assignment too many', { after: { ...ofA, assignments: 4 } }],
    ['somebody else at work', { after: { ...ofA, atWork: ['a', 'b'] } }],
    ['a handoff that says another', { after: { ...ofA, handoffOwner: 'b' } }],
    ['words of two', { spoke: ['a', 'b'] }],
    ['words of nobody', { spoke: [] }],
  ])('notices %s', (_, wrong) => {
    expect(judgeRound({ ...claimed, ...wrong })).not.toEqual([]);
  });
  it('notices who is owned by nobody and does not wait', () => {
    expect(judgeStanding({ ...queue, handoffState: null })).not.toEqual([]);
    expect(judgeStanding({ ...ofA, ownerKind: 'bot' })).not.toEqual([]);
  });
});
