// Microsoft's Web Chat as it was published, in a browser, on a site of its own: talks to us, loses its line, taps choices, meets a person, sends a picture.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openBrowser } from '../browser/chromium.ts';
import { createDirectlineClient, DIRECTLINE_SECRET } from '../channels/directline-client.ts';
import { conversationOf } from '../journeys/conversation-of.ts';
import { signIn } from '../journeys/people.ts';
import { type RunningServer, startServer } from '../journeys/server.ts';
import { type CutLine, openCutLine } from './cut-line.ts';
import { witnessFile } from './witness.ts';

const PAGE = `<!doctype html><meta charset="utf-8"><title>商城</title><div id="chat" style="height:600px"></div>
<script src="/webchat.js"></script>`;
/** The library waits up to 15 s before it comes back. */
const COMES_BACK = { timeout: 45_000 };
const SOON = { timeout: 20_000 };
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** The shop's own site: another origin than ours. */
async function openSite(): Promise<{ url: string; server: Server }> {
  const script = await readFile(witnessFile('botframework-webchat/dist/webchat.js'));
  const server = createServer((request, response) => {
    const isScript = request.url === '/webchat.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html; charset=utf-8' });
    response.end(isScript ? script : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const chromium = findChromium();
describe.skipIf(chromium === null)('Web Chat in a browser', () => {
  let site: { url: string; server: Server };
  let server: RunningServer;
  let line: CutLine;
  let browser: Browser;
  let agent: Awaited<ReturnType<typeof signIn>>;
  beforeAll(async () => {
    site = await openSite();
    server = await startServer({ env: { DIRECTLINE_SECRET, DIRECTLINE_ORIGINS: site.url } });
    line = await openCutLine(server.base);
    browser = await openBrowser(chromium!);
    await server.addStaff('agent-a');
    agent = await signIn(server.base, 'agent-a');
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await line?.close();
    await server?.close();
    site?.server.close();
  }, 60_000);

  async function enter() {
    const { body } = await createDirectlineClient(server.base).generate({ user: { id: 'dl_webchat' } });
    const page = await browser.newPage({ locale: 'zh-CN' });
    await page.goto(site.url);
    await page.evaluate(
      ({ token, domain }) => {
        const { WebChat } = window as unknown as {
          WebChat: {
            createDirectLine(options: unknown): unknown;
            createStore(state: unknown, middleware: unknown): unknown;
            renderWebChat(options: unknown, element: HTMLElement | null): void;
          };
        };
        const directLine = WebChat.createDirectLine({ token, domain });
        // the way in which a page listens for events (learn.microsoft.com, Web Chat, "createStore" and its middleware)
        const heard: string[] = [];
        Object.assign(window, { heard });
        type Action = { type: string; payload?: { activity?: { type: string; name?: string } } };
        const listen = () => (next: (action: Action) => unknown) => (action: Action) => {
          const activity = action.type === 'DIRECT_LINE/INCOMING_ACTIVITY' ? action.payload?.activity : undefined;
          if (activity?.type === 'event') heard.push(String(activity.name));
          return next(action);
        };
        const store = WebChat.createStore({}, listen);
        WebChat.renderWebChat({ directLine, store, locale: 'zh-CN' }, document.getElementById('chat'));
      },
      { token: body.token, domain: `${line.url}/v3/directline` },
    );
    await page.locator('[data-id="webchat-sendbox-input"]').waitFor({ timeout: 30_000 });
    return { page, conversationId: body.conversationId };
  }

  async function say(page: Page, text: string) {
    await page.locator('[data-id="webchat-sendbox-input"]').fill(text);
    await page.keyboard.press('Enter');
  }
  const bubbles = (page: Page) => page.locator('.webchat__bubble__content').allInnerTexts();
  const countOf = async (page: Page, text: string) => (await bubbles(page)).filter((one) => one.includes(text)).length;

  async function claim(conversationId: string): Promise<string> {
    await expect.poll(() => conversationOf(server, conversationId).catch(() => ''), SOON).not.toBe('');
    const ours = await conversationOf(server, conversationId);
    const row = await agent.waiting(ours, 15_000);
    expect((await agent.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
    return ours;
  }

  it('a question is shown as sent, once, and answered', { timeout: 90_000 }, async () => {
    const { page } = await enter();
    await say(page, '七天无理由怎么退');
    await expect.poll(() => bubbles(page), SOON).toHaveLength(2);
    const [own, answer] = await bubbles(page);
    expect(own).toContain('七天无理由怎么退');
    expect(answer).toMatch(/退/);
    // what is not echoed as it was sent stays "sending" and ends as "could not be sent"
    await expect.poll(() => page.locator('.webchat__activity-status').allInnerTexts(), SOON).not.toContain('正在发送');
    expect(await page.locator('text=/发送失败|无法发送|重试/').count()).toBe(0);
    await page.close();
  });

  it('choices are buttons; the tapped one brings a person, whose words are shown', { timeout: 120_000 }, async () => {
    const { page, conversationId } = await enter();
    await say(page, '那个啥来着');
    const buttons = page.locator('button.webchat__suggested-action');
    await expect.poll(() => buttons.count(), SOON).toBeGreaterThanOrEqual(2);
    await buttons.filter({ hasText: '人工' }).click();
    const ours = await claim(conversationId);
    expect((await agent.reply(ours, '您好，我是人工客服小美')).status).toBe(201);
    await expect.poll(() => countOf(page, '我是人工客服小美'), SOON).toBe(1);
    // what happened is heard by a page that listens, and shown to nobody
    const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
    await expect.poll(heard, SOON).toEqual(['handoff.initiate', 'handoff.status']);
    const shown = await bubbles(page);
    expect(shown.join()).not.toMatch(/handoff|Transcript/);
    expect(shown.filter((one) => one.includes('那个啥来着'))).toHaveLength(1);
    await page.close();
  });

  it('a line that is cut comes back: what was said meanwhile is shown once', { timeout: 180_000 }, async () => {
    const { page, conversationId } = await enter();
    await say(page, '转人工');
    const ours = await claim(conversationId);
    await agent.reply(ours, '断线以前的话');
    await expect.poll(() => countOf(page, '断线以前的话'), SOON).toBe(1);
    line.cut('away');
    await agent.reply(ours, '断线时的头一句');
    await agent.reply(ours, '断线时的第二句');
    line.mend();
    await expect.poll(() => countOf(page, '断线时的第二句'), COMES_BACK).toBe(1);
    await say(page, '我回来了');
    await expect.poll(() => countOf(page, '我回来了'), SOON).toBe(1);
    for (const text of ['转人工', '断线以前的话', '断线时的头一句', '断线时的第二句'])
      expect(
        (await bubbles(page)).filter((one) => one.trim().endsWith(text)),
        text,
      ).toHaveLength(1);
    await page.close();
  });

  it('a picture goes to the agent and one of the agent is shown', { timeout: 120_000 }, async () => {
    const { page, conversationId } = await enter();
    await say(page, '转人工');
    const ours = await claim(conversationId);
    await page.locator('input[type="file"]').setInputFiles({ name: '破损.png', mimeType: 'image/png', buffer: PNG });
    interface AtDesk {
      messages: { payload: { attachments?: { id: string }[] } }[];
    }
    const last = async () =>
      (await agent.get<AtDesk>(`/api/conversations/${ours}/messages`)).body.messages.at(-1)!.payload.attachments?.[0];
    // the picture is made small first; until then there is nothing to send
    const send = async () => {
      await page.locator('[data-id="webchat-sendbox-input"]').press('Enter');
      return (await last())?.id;
    };
    await expect.poll(send, { ...SOON, interval: 500 }).toBeTruthy();
    const { id } = (await last())!;
    const seen = await fetch(`${server.base}/api/uploads/${id}`, { headers: { cookie: agent.cookie } });
    expect(Buffer.from(await seen.arrayBuffer()).equals(PNG)).toBe(true);

    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(PNG)], { type: 'image/png' }), 'b.png');
    const { csrf } = (await agent.get<{ csrf: string }>('/api/session')).body;
    const headers = { cookie: agent.cookie, 'x-csrf-token': csrf };
    const sent = await fetch(`${server.base}/api/uploads`, { method: 'POST', headers, body: form });
    const { id: shown } = (await sent.json()) as { id: string };
    const reply = { clientMessageId: 'pic-1', text: '', kind: 'reply', attachments: [{ id: shown }] };
    expect((await agent.post(`/api/conversations/${ours}/messages`, reply)).status).toBe(201);
    const widths = () =>
      page
        .locator(`img[src*="${shown}"]`)
        .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
    await expect.poll(widths, SOON).toEqual([1]);
    await page.close();
  });
});
