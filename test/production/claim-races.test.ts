// Claim races between two web processes on PostgreSQL and Redis: exactly one agent wins; a naive claim fails the same judge.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeRace } from '../../scripts/claim-races/judge.ts';
import { runClaimRaces } from '../../scripts/claim-races.ts';
import { freshDatabaseUrl } from '../journeys/server.ts';

const RACES = Number(process.env.CLAIM_RACES ?? 300);

let database: Awaited<ReturnType<typeof freshDatabaseUrl>>;
beforeAll(async () => {
  database = await freshDatabaseUrl(process.env.TEST_DATABASE_URL!);
});
afterAll(() => database?.drop());

it(`${RACES} races over HTTP against two web processes: one owner each`, {
  timeout: 400_000 + RACES * 200,
}, async () => {
  const done = await runClaimRaces({
    databaseUrl: database.url,
    redisUrl: process.env.TEST_REDIS_URL!,
    races: RACES,
    say: () => {},
  });
  console.info(
    `${done.races} races at ${done.claimsPerSecond} claims/s, ${done.wrong.length} wrong; naive control: ${done.naive.wrong} of ${done.naive.races} wrong`,
  );
  expect(done.wrong).toEqual([]);
  expect(done.races).toBe(RACES);
  expect(done.naive.wrong).toBeGreaterThan(0);
});

describe('the judge', () => {
  const won = { agent: 'a', status: 200, owner: null };
  const lost = { agent: 'b', status: 409, owner: 'a' };
  const rows = { owner: 'a', assigned: ['a'] };
  it('is content with one winner everybody knows of', () => {
    expect(judgeRace({ id: '1', answers: [won, lost] }, rows)).toEqual([]);
  });
  it.each([
    ['two winners', [won, { ...won, agent: 'b' }], rows],
    ['no winner', [lost], rows],
    ['a loser who hears nobody’s name', [won, { ...lost, owner: null }], rows],
    ['a loser who hears the wrong name', [won, { ...lost, owner: 'c' }], rows],
    ['a loser with another status', [won, { ...lost, status: 500 }], rows],
    ['a row with another owner', [won, lost], { ...rows, owner: 'b' }],
    ['a row without an owner', [won, lost], { ...rows, owner: null }],
    ['a second assignment', [won, lost], { ...rows, assigned: ['a', 'b'] }],
    ['no assignment', [won, lost], { ...rows, assigned: [] }],
  ])('notices %s', (_, answers, outcome) => {
    expect(judgeRace({ id: '1', answers }, outcome)).not.toEqual([]);
  });
});
