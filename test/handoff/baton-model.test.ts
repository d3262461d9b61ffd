// The real baton against its model, step by random step: whatever happens in whatever order, they agree, and every law holds.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { modes, type OpenedMode, openMode } from '../db/modes.ts';
import { checkBaton } from './baton-model/check.ts';

const RUNS = Number(process.env.BATON_RUNS ?? 60);
const COMMANDS = 50;

let opened: OpenedMode;
beforeAll(async () => {
  opened = await openMode(modes.at(-1)!);
  await migrate(opened.database);
}, 120_000);
afterAll(() => opened?.close());

it(`${RUNS} runs of ${COMMANDS} commands on average agree with the model`, {
  timeout: 60_000 + RUNS * 8_000,
}, async () => {
  const tally = await checkBaton(opened.database, { runs: RUNS, commands: COMMANDS });
  console.info(`${tally.runs} runs, ${tally.commands} commands`);
  expect(tally.runs).toBe(RUNS);
  // a machine that others keep busy leaves out the end of some; of most there must be all
  expect(tally.slow).toBeLessThanOrEqual(RUNS / 4);
});
