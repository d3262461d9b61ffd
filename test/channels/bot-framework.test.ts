// Who may come in by /api/messages and where answers go: tokens of a Bot Framework that is played here, and the Emulator on this machine.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver } from '../../src/channels/adapter.ts';
import {
  type BotFrameworkSettings,
  createBotFramework,
  isMicrosofts,
} from '../../src/channels/bot-framework/channel.ts';
import type { ChannelRequest } from '../../src/channels/channel.ts';
import { failureOf, outgoing } from './channel-suite.ts';
import { type FakePlatform, openFakePlatform } from './fake-platform.ts';
import { account, toThisMachine } from './harnesses.ts';
import { createRecordingInbox } from './recording-inbox.ts';
import { createTestMemory } from './test-memory.ts';

const APP_ID = '11111111-2222-3333-4444-555555555555';
const ISSUER = 'https://api.botframework.com';

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let others: Awaited<ReturnType<typeof generateKeyPair>>;
let openId: Server;
let openIdUrl: string;
let platform: FakePlatform;
beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true });
  others = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', use: 'sig', endorsements: ['msteams', 'webchat'] };
  openId = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(request.url === '/keys' ? { keys: [jwk] } : { issuer: ISSUER, jwks_uri: `${openIdUrl}/keys` }),
    );
  });
  await new Promise<void>((resolve) => openId.listen(0, '127.0.0.1', resolve));
  openIdUrl = `http://127.0.0.1:${(openId.address() as AddressInfo).port}`;
  platform = await openFakePlatform();
  platform.script('/botframework.com/oauth2/v2.0/token', {
    status: 200,
    body: { access_token: 'bot-token', expires_in: 3600 },
  });
});
afterAll(async () => {
  openId.close();
  await platform.close();
});

function channel(more: Partial<BotFrameworkSettings> = {}) {
  return createBotFramework(account('bot-framework'), {
    appId: APP_ID,
    appPassword: 'app-password',
    tenant: '',
    loginBase: platform.url,
    outgoing: toThisMachine,
    memory: createTestMemory(),
    now: Date.now,
    cloud: {
      ValidateAuthority: true,
      ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
      ToChannelFromBotOAuthScope: ISSUER,
      ToBotFromChannelTokenIssuer: ISSUER,
      OAuthUrl: 'https://api.botframework.com',
      ToBotFromChannelOpenIdMetadataUrl: `${openIdUrl}/openid`,
      ToBotFromEmulatorOpenIdMetadataUrl: `${openIdUrl}/openid`,
      CallerId: 'urn:botframework:azure',
    },
    trustedHosts: [platform.url],
    ...more,
  });
}

const posted = (more: Record<string, unknown> = {}) => ({
  type: 'message',
  id: 'a-1',
  channelId: 'webchat',
  serviceUrl: platform.url,
  conversation: { id: 'conv-9' },
  from: { id: 'user-1', name: '小明' },
  recipient: { id: 'bot-1', name: 'bot' },
  text: '什么时候发货',
  ...more,
});

interface TokenParts {
  claims?: Record<string, unknown>;
  key?: CryptoKey;
  audience?: string;
  issuer?: string;
  expires?: string;
}

async function tokenWith(parts: TokenParts = {}): Promise<string> {
  const { claims = { serviceurl: platform.url }, key = keys.privateKey as CryptoKey } = parts;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(parts.issuer ?? ISSUER)
    .setAudience(parts.audience ?? APP_ID)
    .setIssuedAt()
    .setExpirationTime(parts.expires ?? '10m')
    .sign(key);
}

const request = (activity: unknown, more: Partial<ChannelRequest> = {}): ChannelRequest => ({
  account: '',
  query: {},
  headers: { host: '127.0.0.1:8787' },
  body: Buffer.from(JSON.stringify(activity)),
  peer: '203.0.113.9',
  ...more,
});
const withToken = (activity: unknown, token: string) =>
  request(activity, { headers: { host: 'bot.example', authorization: `Bearer ${token}` } });
const handle = (made: ReturnType<typeof channel>, asked: ChannelRequest, inbox = createRecordingInbox()) =>
  made.routes[0]!.handle(asked, inbox);

describe('Azure Bot Service', () => {
  test('a message that Microsoft vouches for is stored once and answered where it came from', async () => {
    const made = channel();
    const inbox = createRecordingInbox();
    const token = await tokenWith();
    for (let i = 0; i < 3; i++) expect((await handle(made, withToken(posted(), token), inbox)).status).toBe(200);
    expect(inbox.messages).toMatchObject([
      { externalId: 'webchat:conv-9:a-1', shopperId: 'webchat:conv-9', shopperName: '小明', text: '什么时候发货' },
    ]);
    const path = '/v3/conversations/conv-9/activities';
    platform.script(path, { status: 200, body: { id: 'sent-7' } });
    const choices = [{ value: 'human', label: '转人工' }];
    const message = outgoing({ shopperId: 'webchat:conv-9', text: '今天发货', payload: { choices } });
    expect(await deliver(made, message)).toBe('sent-7');
    const sent = platform.at(path).at(-1)!;
    expect(sent.headers.authorization).toBe('Bearer bot-token');
    expect(sent.body).toMatchObject({
      type: 'message',
      text: '今天发货',
      conversation: { id: 'conv-9' },
      recipient: { id: 'user-1' },
      suggestedActions: { actions: [{ type: 'imBack', title: '转人工', value: '转人工' }] },
    });
    await deliver(made, message);
    expect(platform.at('/botframework.com/oauth2/v2.0/token')).toHaveLength(1);
  });

  test('every request that nobody vouches for gets one identical refusal and stores nothing', async () => {
    const made = channel();
    const inbox = createRecordingInbox();
    const good = await tokenWith();
    const forgeries: Record<string, ChannelRequest> = {
      'no token': request(posted()),
      'empty token': withToken(posted(), ''),
      'cut token': withToken(posted(), good.slice(0, -9)),
      'another key': withToken(posted(), await tokenWith({ key: others.privateKey as CryptoKey })),
      'for another app': withToken(posted(), await tokenWith({ audience: 'another-app' })),
      'of another issuer': withToken(posted(), await tokenWith({ issuer: 'https://evil.example' })),
      expired: withToken(posted(), await tokenWith({ expires: '-10m' })),
      'another address': withToken(posted({ serviceUrl: 'https://evil.example' }), good),
      'no address in the token': withToken(posted(), await tokenWith({ claims: {} })),
      'vouched for, but not Microsoft’s': withToken(
        posted({ serviceUrl: 'https://evil.example' }),
        await tokenWith({ claims: { serviceurl: 'https://evil.example' } }),
      ),
      'the Emulator': request(posted({ channelId: 'emulator' }), { peer: '127.0.0.1' }),
      'no activity': withToken({ type: 'message' }, good),
      'no JSON': { ...withToken({}, good), body: Buffer.from('{') },
    };
    const first = await handle(made, forgeries['no token']!, inbox);
    for (const [name, forged] of Object.entries(forgeries))
      expect(await handle(made, forged, inbox), name).toEqual(first);
    expect(first.status).toBe(401);
    expect(inbox.calls).toBe(0);
  });

  test('what is no message of a shopper is acknowledged and left', async () => {
    const made = channel();
    const inbox = createRecordingInbox();
    const token = await tokenWith();
    for (const more of [
      { type: 'conversationUpdate', membersAdded: [{ id: 'user-1' }] },
      { type: 'typing' },
      { from: { id: 'bot-1', role: 'bot' } },
      { text: ' ' },
    ])
      expect((await handle(made, withToken(posted(more), token), inbox)).status).toBe(200);
    expect(inbox.calls).toBe(0);
  });

  test('what cannot be stored is asked for again', async () => {
    const inbox = createRecordingInbox();
    inbox.failNext(1);
    const answer = await handle(channel(), withToken(posted(), await tokenWith()), inbox);
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
  });

  test('wrong credentials are named, and nothing was sent', async () => {
    const made = channel({ tenant: 'wrong.example' });
    platform.script('/wrong.example/oauth2/v2.0/token', { status: 401, body: { error: 'invalid_client' } });
    expect(await failureOf(made.verify!())).toMatchObject({ kind: 'permanent', code: 'invalid_client' });
    expect(await channel().verify!()).toContain('接受');
  });

  test('answers go to Microsoft’s hosts only', () => {
    for (const url of [
      'https://webchat.botframework.com/',
      'https://smba.trafficmanager.net/apac/',
      'https://directline.botframework.com',
    ])
      expect(isMicrosofts(url), url).toBe(true);
    for (const url of [
      'http://webchat.botframework.com/',
      'https://botframework.com.evil.example/',
      'https://evilbotframework.com/',
      'https://other.trafficmanager.net/',
      'https://user@webchat.botframework.com/',
      'https://webchat.botframework.com:8443/',
      'http://127.0.0.1/',
      'urn:botframework:x',
    ])
      expect(isMicrosofts(url), url).toBe(false);
  });

  test('412 is how Teams says too fast: said again', async () => {
    const made = channel();
    const inbox = createRecordingInbox();
    expect((await handle(made, withToken(posted(), await tokenWith()), inbox)).status).toBe(200);
    const path = '/v3/conversations/conv-9/activities';
    platform.script(path, { status: 412, body: {} }, { status: 200, body: { id: 'sent-8' } });
    expect(await failureOf(deliver(made, outgoing({ shopperId: 'webchat:conv-9' })))).toMatchObject({
      kind: 'retry',
      notSent: true,
    });
    expect(await deliver(made, outgoing({ shopperId: 'webchat:conv-9' }))).toBe('sent-8');
  });

  test('a conversation nobody has written in has no address', async () => {
    expect(await failureOf(deliver(channel(), outgoing()))).toMatchObject({ kind: 'permanent', code: 'no_address' });
  });
});

describe('Emulator, without credentials', () => {
  const emulator = () => channel({ appId: '', cloud: {} });
  const local = (more: Partial<ChannelRequest> = {}, activity: Record<string, unknown> = {}) =>
    request(posted({ channelId: 'emulator', ...activity }), { peer: '::ffff:127.0.0.1', ...more });

  test('is heard from this machine and answered there', async () => {
    const made = emulator();
    const inbox = createRecordingInbox();
    expect((await handle(made, local(), inbox)).status).toBe(200);
    expect(inbox.messages).toMatchObject([{ shopperId: 'emulator:conv-9', text: '什么时候发货' }]);
    const path = '/v3/conversations/conv-9/activities';
    const before = platform.at(path).length;
    await deliver(made, outgoing({ shopperId: 'emulator:conv-9', text: '今天发货' }));
    const sent = platform.at(path).slice(before);
    expect(sent.map(({ body, headers }) => [body.text, headers.authorization])).toEqual([['今天发货', undefined]]);
  });

  test('what no database can keep is refused, not asked for again and again', async () => {
    const inbox = createRecordingInbox();
    for (const id of ['a\u0000', '\ud800', 'x'.repeat(501)])
      expect((await handle(emulator(), local({}, { conversation: { id } }), inbox)).status).toBe(404);
    expect((await handle(emulator(), local({}, { conversation: { id: '会话😀' } }), inbox)).status).toBe(200);
    expect(inbox.calls).toBe(1);
  });

  test('odd entities, or nobody who is written to, cost no message', async () => {
    const inbox = createRecordingInbox();
    const odd = [{ entities: 'x' }, { entities: [null] }, { entities: [{ type: 'mention' }] }, { recipient: null }];
    for (const [i, activity] of odd.entries())
      expect((await handle(emulator(), local({}, { id: `odd-${i}`, ...activity }), inbox)).status).toBe(200);
    expect(inbox.messages.map(({ text }) => text)).toEqual(odd.map(() => '什么时候发货'));
  });

  test('a message without an id is a message, each time anew', async () => {
    const inbox = createRecordingInbox();
    const made = emulator();
    for (let i = 0; i < 2; i++) expect((await handle(made, local({}, { id: undefined }), inbox)).status).toBe(200);
    expect(inbox.messages.map(({ text }) => text)).toEqual(['什么时候发货', '什么时候发货']);
  });

  test('a message of nobody is refused with a reason', async () => {
    const inbox = createRecordingInbox();
    const answer = await handle(emulator(), local({}, { from: undefined }), inbox);
    expect([answer.status, String(answer.body), inbox.calls]).toEqual([400, expect.stringContaining('from.id'), 0]);
  });

  test('what a card submits is said in words, and a choice in it is picked', async () => {
    const inbox = createRecordingInbox();
    const cards = [{ choice: 'human' }, { 尺码: 'XL' }, 'return'];
    for (const [i, value] of cards.entries())
      expect((await handle(emulator(), local({}, { id: `card-${i}`, text: undefined, value }), inbox)).status).toBe(
        200,
      );
    expect(inbox.messages.map(({ text, payload }) => [text, payload.choice])).toEqual([
      ['{"choice":"human"}', 'human'],
      ['{"尺码":"XL"}', undefined],
      ['return', undefined],
    ]);
    const value = JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`);
    expect((await handle(emulator(), local({}, { value }), inbox)).status).toBe(404);
  });

  test('from elsewhere, through a proxy, from a page or for another channel the endpoint is off', async () => {
    const made = emulator();
    const inbox = createRecordingInbox();
    const host = '127.0.0.1:8787';
    const tries: Record<string, ChannelRequest> = {
      'another machine': local({ peer: '192.168.1.5' }),
      'nobody knows from where': local({ peer: '' }),
      'a proxy': local({ headers: { host, 'x-forwarded-for': '203.0.113.7' } }),
      ...Object.fromEntries(
        ['cf-connecting-ip', 'true-client-ip', 'x-client-ip'].map((name) => [
          name,
          local({ headers: { host, [name]: '203.0.113.7' } }),
        ]),
      ),
      'a foreign address': local({}, { serviceUrl: 'https://evil.example' }),
      'an address of the network': local({}, { serviceUrl: 'http://169.254.169.254/' }),
      'another name of this machine': local({ headers: { host: 'bot.example' } }),
      'a page in a browser': local({ headers: { host, origin: 'https://evil.example' } }),
      'another channel': local({}, { channelId: 'msteams' }),
    };
    for (const [name, asked] of Object.entries(tries))
      expect((await handle(made, asked, inbox)).status, name).toBe(404);
    expect(inbox.calls).toBe(0);
  });
});
