// A transfer to a team is shown to everybody who takes that team's work, and theirs to accept: who is in no team takes the work of all.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { listDesk } from '../../src/desk/list-rows.ts';
import { listHandoffs } from '../../src/handoff/store.ts';
import { modes, type OpenedMode, openMode } from '../db/modes.ts';
import type { DeskEvent, Single } from './baton-model/acts.ts';
import { TEAMS } from './baton-model/model.ts';
import type { Event } from './baton-model/rules.ts';
import { openShop, perform } from './baton-model/shop.ts';
import { look } from './baton-model/snapshot.ts';

let opened: OpenedMode;
beforeAll(async () => {
  opened = await openMode(modes[0]!);
  await migrate(opened.database);
}, 120_000);
afterAll(() => opened?.close());

const OWNER = 0;
const OUTSIDE = 1;
const MEMBER = TEAMS.findIndex((teams) => teams.includes('complaint'));
const NO_TEAM = TEAMS.findIndex((teams) => teams.length === 0);
const moving = (event: Event | DeskEvent): Single => ({
  kind: 'move',
  talk: 0,
  aim: 'conversation',
  bare: false,
  event,
});

it('whoever takes the team’s work sees it and may accept it, nobody else', { timeout: 60_000 }, async () => {
  const shop = await openShop(opened.database, Array(TEAMS.length).fill({ capacity: 6, channelMax: null }));
  const known = { ...shop, seen: await look(shop.pool, shop.id) };
  await perform(known, { kind: 'message', talk: 0, external: 'first', windowMs: 0 });
  await perform(known, moving({ kind: 'take-over', by: OWNER, team: 'insale' }));
  await perform(known, moving({ kind: 'ask-transfer', by: OWNER, to: { kind: 'team', team: 'complaint' } }));

  const seenBy = async (who: number): Promise<[number, number]> => {
    const { id, teams } = shop.staff[who]!;
    const page = { limit: 10, cursor: null };
    const desk = await listDesk(shop.pool, shop.id, id, { tab: 'asked', sort: 'longest', q: null, ...page });
    const api = await listHandoffs(shop.pool, shop.id, { state: null, forMe: { id, teams }, limit: 10 });
    return [desk.items.length, api.items.length];
  };
  expect(await Promise.all([OWNER, OUTSIDE, MEMBER, NO_TEAM].map(seenBy))).toEqual([
    [0, 0],
    [0, 0],
    [1, 1],
    [1, 1],
  ]);

  const accepted = async (by: number) => (await perform(known, moving({ kind: 'desk-claim', by }))).answer;
  expect(await accepted(OUTSIDE)).toMatchObject({ status: 'refused', why: 'no-transfer' });
  expect(await accepted(NO_TEAM)).toMatchObject({ status: 'moved', after: { owner: NO_TEAM, team: 'complaint' } });
});
