// An independent mini program platform: JSON and XML, plain, compat and secure, against a running server. Shares no code with src; encryption comes from Tencent's @wecom/crypto.
import { randomBytes, randomInt } from 'node:crypto';
import { encrypt } from '@wecom/crypto';
import {
  badEnvelopes,
  bigId,
  type ClientResult,
  eventXml,
  messageXml,
  plainPost,
  sealedPost,
  verification,
  type WechatParty,
  type WechatRequest,
  withQuery,
} from './wechat-client.ts';

export interface MpParty extends WechatParty {
  format: 'json' | 'xml';
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

export interface MpParts {
  msgId?: string;
  from?: string;
  text?: string;
  createTime?: number;
}

/** Fields as the platform writes them: the id is a bare number that no double can hold. */
const head = (from: string, at: number, type: string): string =>
  `"ToUserName":"gh_client0001","FromUserName":${JSON.stringify(from)},"CreateTime":${at},"MsgType":"${type}"`;

export function mpMessage(party: MpParty, parts: MpParts): string {
  if (party.format === 'xml') return messageXml(parts);
  const { msgId = bigId(), from = 'oClientUser000000000000001', text = '你好', createTime = nowSeconds() } = parts;
  return `{${head(from, createTime, 'text')},"Content":${JSON.stringify(text)},"MsgId":${msgId}}`;
}

export function mpCard(
  party: MpParty,
  { from = 'oCard01', title = '夏款卫衣', path = 'pages/goods?goods_id=12' },
): string {
  const fields = {
    Title: title,
    AppId: party.appId,
    PagePath: path,
    ThumbUrl: 'https://mmbiz.example/t',
    ThumbMediaId: 't',
  };
  if (party.format === 'json') {
    return `{${head(from, nowSeconds(), 'miniprogrampage')},"MsgId":${bigId()},${JSON.stringify(fields).slice(1, -1)}}`;
  }
  const xml = Object.entries(fields).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  return messageXml({ from })
    .replace('[CDATA[text]', '[CDATA[miniprogrampage]')
    .replace(/<Content>.*<\/Content>/, xml.join(''));
}

export function mpEnter(party: MpParty, from = 'oEnter01', at = nowSeconds(), sessionFrom = 'goods_id=12'): string {
  if (party.format === 'json') {
    return `{${head(from, at, 'event')},"Event":"user_enter_tempsession","SessionFrom":${JSON.stringify(sessionFrom)}}`;
  }
  return eventXml('user_enter_tempsession', from, at).replace(
    '<EventKey><![CDATA[]]></EventKey>',
    `<SessionFrom><![CDATA[${sessionFrom}]]></SessionFrom>`,
  );
}

/** Any ciphertext in the platform's envelope; compat puts `shown` beside it, which nobody signed. */
export function mpSealed(party: MpParty, encrypted: string, at = nowSeconds(), shown?: string): WechatRequest {
  if (party.format === 'xml') return sealedPost(party, encrypted, at, shown);
  const beside = shown === undefined ? '"ToUserName":"gh_client0001"' : shown.slice(1, -1);
  return { ...sealedPost(party, encrypted, at), body: `{${beside},"Encrypt":"${encrypted}"}` };
}

/** A body as the party's mode sends it. */
export function mpPost(party: MpParty, body: string, at = nowSeconds()): WechatRequest {
  if (party.mode === 'plain') return plainPost(party, body, at);
  return mpSealed(party, encrypt(party.aesKey, body, party.appId), at, party.mode === 'compat' ? body : undefined);
}

/** Every way to spoil a request; the server has to answer all of them alike. */
export function badMpEnvelopes(party: MpParty): Record<string, WechatRequest> {
  if (party.format === 'xml') return badEnvelopes(party);
  const good = mpMessage(party, {});
  const bodies: Record<string, string> = {
    'a document type': `<!DOCTYPE xml [<!ENTITY e "x">]>${messageXml({})}`,
    'a field twice': good.replace(/}$/, ',"FromUserName":"oSomebodyElse"}'),
    'a field twice, once in disguise': good.replace(/}$/, ',"\\u0046romUserName":"oSomebodyElse"}'),
    'cut off': good.slice(0, -5),
    'two objects': good + good,
    'a list': `[${good}]`,
    'a word': '"hello"',
    'deep nesting': good.replace(/}$/, `,"a":${'['.repeat(2000)}${']'.repeat(2000)}}`),
    'an id in exponents': good.replace(/"MsgId":\d+/, '"MsgId":1e9'),
    'a negative id': good.replace(/"MsgId":/, '"MsgId":-'),
    'an id with a fraction': good.replace(/"MsgId":(\d+)/, '"MsgId":$1.5'),
    'no id': good.replace(/,"MsgId":\d+/, ''),
    'words that are no text': good.replace(/"Content":"[^"]*"/, '"Content":{"a":1}'),
    'no sender': good.replace(/"FromUserName":"\w+",/, ''),
    'a sender that is a list': good.replace(/"FromUserName":"(\w+)"/, '"FromUserName":["$1"]'),
    'a sender that is null': good.replace(/"FromUserName":"\w+"/, '"FromUserName":null'),
  };
  const cases = Object.fromEntries(Object.entries(bodies).map(([name, body]) => [name, mpPost(party, body)]));
  const signed = party.mode === 'plain' ? 'signature' : 'msg_signature';
  const genuine = () => mpPost(party, good);
  Object.assign(cases, {
    'another signature': withQuery(genuine(), signed, 'a'.repeat(40)),
    'no signature': withQuery(genuine(), signed, ''),
    'another nonce': withQuery(genuine(), 'nonce', 'ANOTHER'),
    'an old time': mpPost(party, good, nowSeconds() - 400),
    'a time to come': mpPost(party, good, nowSeconds() + 400),
  });
  if (party.mode === 'plain') return cases;
  const sealed = encrypt(party.aesKey, good, party.appId);
  return Object.assign(cases, {
    'a downgrade to plain': plainPost(party, good),
    'a plain body that claims to be sealed': withQuery(plainPost(party, good), 'encrypt_type', 'aes'),
    'another app id': mpSealed(party, encrypt(party.aesKey, good, 'wx00000000000other')),
    'two seals': {
      ...mpSealed(party, sealed),
      body: mpSealed(party, sealed).body.replace(/}$/, `,"Encrypt":"${sealed}"}`),
    },
    'no base64': mpSealed(party, '@@@@'),
    'a random block': mpSealed(party, randomBytes(32).toString('base64')),
  });
}

interface Heard {
  status: number;
  body: string;
  ms: number;
}

/** Posts a request to the mini program's address of an account. */
export async function askMp(baseUrl: string, request: WechatRequest, account = 'default'): Promise<Heard> {
  const started = performance.now();
  const response = await fetch(
    `${baseUrl}/channels/wechat-mp/${account}/webhook?${new URLSearchParams(request.query)}`,
    {
      method: request.method,
      ...(request.method === 'POST' && {
        body: request.body,
        headers: { 'content-type': request.body.startsWith('{') ? 'application/json' : 'text/xml' },
      }),
      signal: AbortSignal.timeout(10_000),
    },
  );
  return { status: response.status, body: await response.text(), ms: performance.now() - started };
}

export interface MpClientOptions extends MpParty {
  baseUrl: string;
  /** How long an acknowledgement may take. */
  withinMs?: number;
}

/** Plays the platform once through; every line says what happened. Leaves a few messages behind on the server. */
export async function runMpClient({ baseUrl, withinMs = 1000, ...party }: MpClientOptions): Promise<ClientResult[]> {
  const results: ClientResult[] = [];
  async function check(name: string, run: () => Promise<[boolean, string]>): Promise<void> {
    const [ok, detail] = await run().catch((error: unknown): [boolean, string] => [false, String(error)]);
    results.push({ name, ok, detail });
  }
  const isTaken = ({ status, body, ms }: Heard): boolean => status === 200 && body === 'success' && ms < withinMs;
  const say = (heard: Heard): string => `${heard.status} ${heard.body.slice(0, 80)} ${heard.ms.toFixed(0)} ms`;

  await check('verification answers the echostr verbatim', async () => {
    const echostr = `${randomInt(1e9)}<&"'>中`;
    const heard = await askMp(baseUrl, verification(party, echostr));
    return [heard.status === 200 && heard.body === echostr, say(heard)];
  });
  const id = bigId().slice(0, -1);
  const taken: Record<string, string[]> = {
    'a message': [mpMessage(party, { from: 'oMpOne', text: '买的衣服不喜欢，七天内能退吗' })],
    'two ids that differ in the last of 17 digits': ['1', '2'].map((d) =>
      mpMessage(party, { msgId: id + d, from: `oMpBig${d}` }),
    ),
    'markup and escapes in the text': [
      mpMessage(party, { from: 'oMpMarkup', text: '<!DOCTYPE html> ]]> "}, {"MsgId":1 \\ 😀' }),
    ],
    'a card': [mpCard(party, {})],
    'somebody who enters': [mpEnter(party)],
  };
  const again = mpPost(party, mpMessage(party, { from: 'oMpAgain', text: '在吗' }));
  await check('three tries of one message', async () => {
    const heard = [await askMp(baseUrl, again), await askMp(baseUrl, again), await askMp(baseUrl, again)];
    return [heard.every(isTaken), heard.map(say).join(' | ')];
  });
  for (const [name, bodies] of Object.entries(taken)) {
    await check(`${name}: success at once`, async () => {
      const heard = await Promise.all(bodies.map((body) => askMp(baseUrl, mpPost(party, body))));
      return [heard.every(isTaken), heard.map(say).join(' | ')];
    });
  }
  const refusals = new Set<string>();
  for (const [name, request] of Object.entries(badMpEnvelopes(party))) {
    await check(`${name} is refused`, async () => {
      const heard = await askMp(baseUrl, request);
      refusals.add(`${heard.status} ${heard.body}`);
      return [heard.status >= 400 && heard.status < 500, say(heard)];
    });
  }
  await check('all refusals are one and the same answer', async () => [
    refusals.size === 1,
    [...refusals].join(' | ').slice(0, 300),
  ]);
  await check('an oversize body is refused', async () => {
    const heard = await askMp(baseUrl, mpPost(party, mpMessage(party, { text: '长'.repeat(40_000) })));
    return [heard.status === 413, say(heard)];
  });
  return results;
}
