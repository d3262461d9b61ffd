// What is not text: fetched from the platform after the acknowledgement, kept by its bytes, seen at the desk; what cannot be had says so; nobody is met with silence.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Channel, type Media, SendError } from '../../src/channels/channel.ts';
import type { ChannelDefinition } from '../../src/channels/definition.ts';
import { CHANNELS } from '../../src/channels/table.ts';
import type { Attachment } from '../../src/contract/conversation.ts';
import { type FakePlatform, openFakePlatform } from '../channels/fake-platform.ts';
import { bigId, genuinePost, type WechatParty } from '../channels/wechat-client.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

const PARTY: WechatParty = { token: 'mediatoken1', aesKey: '', appId: 'wx1234567890abcdef', mode: 'plain' };
const SEND = '/cgi-bin/message/custom/send';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const AMR = Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(64, 7)]);
const PAGE = Buffer.from('<!doctype html><script>alert(1)</script>');

/** What the platform has under a media id: bytes it gives, or how often it fails before. */
const store = new Map<string, { bytes: Buffer; type: string; failures?: number }>();
const asked: string[] = [];

async function fetchMedia({ ref = '' }: Attachment): Promise<Media> {
  asked.push(ref);
  const found = store.get(ref);
  if (!found) throw new SendError({ kind: 'permanent', code: '40007', detail: '平台上已经没有这个文件' });
  if ((found.failures ?? 0) > 0) {
    found.failures! -= 1;
    throw new SendError({ kind: 'retry', notSent: true, detail: 'busy' });
  }
  return found;
}

/** The real channel, with a store of media that the test fills. */
const withMedia = (definition: ChannelDefinition): ChannelDefinition => ({
  ...definition,
  create: (...of): Channel => ({ ...definition.create(...of), media: fetchMedia }),
});

let server: RunningServer;
let platform: FakePlatform;
let agent: Awaited<ReturnType<typeof signIn>>;
beforeAll(async () => {
  platform = await openFakePlatform();
  platform.script('/cgi-bin/stable_token', { status: 200, body: { access_token: 'token-1', expires_in: 7200 } });
  server = await startServer({
    env: {
      WECHAT_OA_TOKEN: PARTY.token,
      WECHAT_OA_APPID: PARTY.appId,
      WECHAT_OA_MODE: 'plain',
      WECHAT_OA_APP_SECRET: 'app-secret',
      WECHAT_OA_API_BASE: platform.url,
    },
    app: { channels: CHANNELS.map((one) => (one.kind === 'wechat-oa' ? withMedia(one) : one)) },
  });
  await server.addStaff('anna', 'supervisor');
  agent = await signIn(server.base, 'anna');
}, 180_000);
afterAll(async () => {
  await server?.close();
  await platform?.close();
});

async function send(from: string, type: string, fields: Record<string, string>): Promise<void> {
  const all = { ToUserName: 'gh_client0001', FromUserName: from, MsgType: type, ...fields, MsgId: bigId() };
  const inner = Object.entries(all).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  const { query, body } = genuinePost(
    PARTY,
    `<xml>${inner.join('')}<CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime></xml>`,
  );
  const url = `${server.base}/channels/wechat-oa/default/webhook?${new URLSearchParams(query)}`;
  const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'text/xml' } });
  expect(response.status).toBe(200);
}

interface Seen {
  text: string;
  from: string;
  payload: { attachments?: Attachment[] };
}

async function conversationOf(from: string): Promise<string> {
  const { rows } = await server.rows<{ id: string }>(
    `select c.id::text from conversations c join shoppers s on s.id = c.shopper_id where s.platform_id = $1`,
    [from],
  );
  return rows[0]!.id;
}
async function messagesOf(from: string): Promise<Seen[]> {
  const { body } = await agent.get<{ messages: Seen[] }>(`/api/conversations/${await conversationOf(from)}/messages`);
  return body.messages;
}
const attachmentOf = async (from: string): Promise<Attachment> =>
  (await messagesOf(from)).find((message) => message.from === 'shopper')!.payload.attachments![0]!;
const answersTo = (from: string): string[] =>
  platform
    .at(SEND)
    .filter(({ body }) => body.touser === from)
    .map(({ body }) => {
      const { text, msgmenu } = body as { text?: { content: string }; msgmenu?: { head_content: string } };
      return text?.content ?? msgmenu?.head_content ?? '';
    });
async function answerTo(from: string): Promise<string> {
  await expect.poll(() => answersTo(from).length, { timeout: 20_000 }).toBeGreaterThan(0);
  return answersTo(from)[0]!;
}
async function download(id: string) {
  const response = await fetch(`${server.base}/api/uploads/${id}`, { headers: { cookie: agent.cookie } });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('what a shopper sends', () => {
  it('a picture comes to the desk byte for byte; the bot says that it cannot see it', { timeout: 40_000 }, async () => {
    store.set('media-1', { bytes: PNG, type: 'text/html' });
    await send('oPicture', 'image', { MediaId: 'media-1', PicUrl: 'http://mmbiz.example.com/1' });
    await expect.poll(async () => (await attachmentOf('oPicture')).id, { timeout: 10_000 }).toBeDefined();
    const { id, type } = await attachmentOf('oPicture');
    expect(type).toBe('image/png');
    expect(id).toMatch(/^[A-Za-z0-9_-]{24}$/);
    const { response, bytes } = await download(id!);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(bytes.equals(PNG)).toBe(true);
    expect(await answerTo('oPicture')).toMatch(/图/);
  });

  it('a voice is kept as what it is; with the platform’s words it is a question like others', {
    timeout: 40_000,
  }, async () => {
    store.set('voice-1', { bytes: AMR, type: 'image/png' });
    await send('oVoice', 'voice', { MediaId: 'voice-1', Format: 'amr', Recognition: '七天无理由怎么退' });
    expect(await answerTo('oVoice')).toMatch(/退/);
    await expect.poll(async () => (await attachmentOf('oVoice')).type, { timeout: 10_000 }).toBe('audio/amr');
    store.set('voice-2', { bytes: AMR, type: 'audio/amr' });
    await send('oMumble', 'voice', { MediaId: 'voice-2', Format: 'amr', Recognition: '' });
    expect(await answerTo('oMumble')).toMatch(/语音|打.{0,2}字|文字/);
  });

  it('a page that calls itself a picture is only ever saved', { timeout: 40_000 }, async () => {
    store.set('page-1', { bytes: PAGE, type: 'image/png' });
    await send('oPage', 'image', { MediaId: 'page-1' });
    await expect
      .poll(async () => (await attachmentOf('oPage')).type, { timeout: 10_000 })
      .toBe('application/octet-stream');
    const { response } = await download((await attachmentOf('oPage')).id!);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('a platform that is busy is asked again; each message once', { timeout: 40_000 }, async () => {
    store.set('busy-1', { bytes: PNG, type: 'image/png', failures: 1 });
    await send('oBusy', 'image', { MediaId: 'busy-1' });
    await expect.poll(async () => (await attachmentOf('oBusy')).id, { timeout: 25_000 }).toBeDefined();
    expect(asked.filter((ref) => ref === 'busy-1')).toHaveLength(2);
  });

  it('what is gone, empty or too large says so, and is not asked for again', { timeout: 40_000 }, async () => {
    store.set('big-1', { bytes: Buffer.alloc(20 * 1024 * 1024 + 1), type: 'video/mp4' });
    await send('oGone', 'image', { MediaId: 'gone-1' });
    await send('oBig', 'video', { MediaId: 'big-1', ThumbMediaId: 'thumb' });
    await expect.poll(async () => (await attachmentOf('oGone')).lost, { timeout: 10_000 }).toContain('没有这个文件');
    await expect.poll(async () => (await attachmentOf('oBig')).lost, { timeout: 10_000 }).toContain('20MB');
    const { rows } = await server.rows('select 1 from incoming_media');
    expect(rows).toEqual([]);
  });

  it.each([
    [
      'location',
      { Location_X: '30.2', Location_Y: '120.1', Scale: '15', Label: '杭州市滨江区' },
      '[位置] 杭州市滨江区',
    ],
    [
      'link',
      { Title: '5L可视空气炸锅', Description: 'd', Url: 'https://shop.example.com/i/1' },
      '[链接] 5L可视空气炸锅',
    ],
    ['hologram', {}, '[暂不支持的消息]'],
  ] as const)('%s: readable at the desk, and answered', { timeout: 40_000 }, async (type, fields, shown) => {
    await send(`o${type}`, type, fields);
    expect(await answerTo(`o${type}`)).toMatch(/用文字说一下|补一句/);
    expect((await messagesOf(`o${type}`))[0]!.text).toBe(shown);
  });
});
