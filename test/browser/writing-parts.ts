// What the stories of writing share: an agent who is signed in and serves a shopper, and the parts of box and right column.
import type { Browser, Page } from 'playwright-core';
import { enterShop, type signIn } from '../journeys/people.ts';
import { bringCookie, openPerson, type Person } from './chromium.ts';
import { deskOf } from './parts.ts';

export type Agent = Awaited<ReturnType<typeof signIn>>;
export type Shopper = Awaited<ReturnType<typeof enterShop>>;

export interface Served {
  shopper: Shopper;
  conversationId: string;
  handoffId: string;
}

/** A shopper whom this agent is serving. */
export async function serve(base: string, agent: Agent, name: string): Promise<Served> {
  const shopper = await enterShop(base, { name });
  await shopper.say('转人工');
  const { id } = (await agent.waiting(shopper.conversationId))!;
  await agent.post(`/api/handoffs/${id}/claim`);
  return { shopper, conversationId: shopper.conversationId, handoffId: id! };
}

/** The desk of somebody who is signed in already, on a device of its own, with this conversation open. */
export async function openDesk(browser: Browser, base: string, agent: Agent, served: Served): Promise<Person> {
  const person = await openPerson(browser, { width: 1440, height: 900 });
  await bringCookie(person.context, base, agent.cookie);
  await person.page.goto(`${base}/desk?c=${served.conversationId}&h=${served.handoffId}`);
  await deskOf(person.page).reply.waitFor();
  return person;
}

export function writingOf(page: Page) {
  const desk = deskOf(page);
  const phrases = page.getByRole('region', { name: '话术' });
  return {
    ...desk,
    phrases,
    phraseSearch: phrases.getByRole('combobox'),
    options: phrases.getByRole('option'),
    findings: page.getByRole('list', { name: '发送前检查' }),
    sideTab: (name: string) => desk.side.getByRole('tab', { name, exact: true }),
    panel: (name: string) => desk.side.getByRole('region', { name, exact: true }),
    sheet: page.getByRole('dialog'),
  };
}

/** What the shopper has read from people and the shop, in order. */
export const heard = async (shopper: Shopper): Promise<string[]> =>
  (await shopper.all()).filter((message) => message.from !== 'shopper').map((message) => message.text);
