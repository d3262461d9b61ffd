// What the desk's journeys need besides the page: agents who are already signed in, and shoppers who wait; made over the API, quickly.
import type { Browser, Page } from 'playwright-core';
import { inShop } from '../../src/db/transaction.ts';
import { type Role, saveStaff } from '../../src/staff/accounts.ts';
import { createLink } from '../../src/staff/sessions.ts';
import { enterShop, signInByLink } from '../journeys/people.ts';
import type { RunningServer } from '../journeys/server.ts';
import { bringCookie, openPerson, type Person } from './chromium.ts';
import { deskOf } from './parts.ts';

const DESK = { width: 1440, height: 900 };

export type Agent = Awaited<ReturnType<typeof signInByLink>> & { name: string };

/** A person of the shop, signed in over the API. */
export async function hire(
  server: RunningServer,
  name: string,
  as: { role?: Role; teams?: string[] } = {},
): Promise<Agent> {
  const login = `p${Math.random().toString(36).slice(2, 10)}`;
  const { role = 'agent', teams = [] } = as;
  const { pool } = server.database;
  const staff = await saveStaff(pool, server.shopId, { login, name, role, teams, password: null });
  return { ...(await signInByLink(server.base, await createLink(pool, staff))), name };
}

export interface DeskPerson extends Person {
  desk: ReturnType<typeof deskOf>;
}

/** Their desk in a browser of their own, without typing the password. `before` runs ahead of the page's own scripts. */
export async function sitDown(
  browser: Browser,
  base: string,
  agent: Agent,
  before?: (page: Page) => Promise<unknown>,
): Promise<DeskPerson> {
  const person = await openPerson(browser, DESK);
  await bringCookie(person.context, base, agent.cookie);
  await before?.(person.page);
  await person.page.goto(`${base}/desk`);
  const desk = deskOf(person.page);
  await desk.tab('排队中').waitFor();
  return { ...person, desk };
}

/** A shopper who has asked for a person. */
export async function comeIn(server: RunningServer, by: Agent, name: string, text = '转人工') {
  const shopper = await enterShop(server.base, { name });
  await shopper.say(text);
  const row = await by.waiting(shopper.conversationId, 15_000);
  return { shopper, handoffId: row!.id!, conversationId: shopper.conversationId };
}

/** And whom this agent has taken. */
export async function serve(server: RunningServer, agent: Agent, name: string, text?: string) {
  const came = await comeIn(server, agent, name, text);
  await agent.post(`/api/handoffs/${came.handoffId}/claim`);
  return came;
}

export const sql = (server: RunningServer, text: string, values: unknown[] = []) =>
  inShop(server.database.pool, server.shopId, (tx) => tx.query(text, values));

/** `n` earlier words of the shopper, before what was said last. */
export async function fillThread(server: RunningServer, conversationId: string, n: number): Promise<void> {
  await sql(
    server,
    `insert into messages (conversation_id, seq, shop_id, author, kind, text)
     select $1, c.next_seq + g, c.shop_id, case g % 3 when 0 then 'agent' else 'shopper' end, 'text',
       '第 ' || g || ' 句 ' || repeat('说了很多话，', (g % 7)::int)
     from conversations c, generate_series(0, $2::int - 1) g where c.id = $1`,
    [conversationId, n],
  );
  await sql(server, 'update conversations set next_seq = next_seq + $2 where id = $1', [conversationId, n]);
}
