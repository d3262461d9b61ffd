// An independent WeChat: plays the platform against a running server over HTTP. Shares no code with src; what it writes is what its simulator writes.
import { randomBytes, randomInt } from 'node:crypto';
import { encrypt } from '@wecom/crypto';
import {
  bigId,
  cd,
  eventXml,
  genuinePost,
  messageXml,
  nowSeconds,
  plainPost,
  readReply,
  sealedPost,
  sha1,
  verification,
  type WechatParty,
  type WechatRequest,
} from '../../scripts/simulate/wechat-wire.ts';

export * from '../../scripts/simulate/wechat-wire.ts';

export interface ClientResult {
  name: string;
  ok: boolean;
  detail: string;
}

interface Heard {
  status: number;
  type: string;
  body: string;
  ms: number;
}

type Ask = (request: WechatRequest) => Promise<Heard>;

function askAt(baseUrl: string, account: string): Ask {
  return async ({ method, query, body }) => {
    const started = performance.now();
    const response = await fetch(`${baseUrl}/channels/wechat-oa/${account}/webhook?${new URLSearchParams(query)}`, {
      method,
      ...(method === 'POST' && { body, headers: { 'content-type': 'text/xml' } }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      body: text,
      ms: performance.now() - started,
    };
  };
}

/** The same request with one query parameter changed; an empty value removes it. */
export function withQuery(request: WechatRequest, name: string, value: string): WechatRequest {
  const query = { ...request.query, [name]: value };
  if (value === '') delete query[name];
  return { ...request, query };
}

/** Every way to spoil a request; the server has to answer all of them alike. */
export function badEnvelopes(party: WechatParty): Record<string, WechatRequest> {
  const genuine = () => genuinePost(party, messageXml({}));
  const signed = party.mode === 'plain' ? 'signature' : 'msg_signature';
  const signature = genuine().query[signed]!;
  const xmls: Record<string, string> = {
    doctype: `<!DOCTYPE xml [<!ENTITY e "x">]>${messageXml({})}`,
    'entity declaration': messageXml({}).replace('<xml>', '<xml><!ENTITY e SYSTEM "file:///etc/passwd">'),
    'mismatched tags': messageXml({}).replace('</Content>', '</Contents>'),
    'unclosed root': messageXml({}).replace('</xml>', ''),
    'duplicate fields': messageXml({}).replace('</xml>', '<FromUserName>oSomebodyElse</FromUserName></xml>'),
    'two roots': `${messageXml({})}${messageXml({})}`,
    'not xml': 'hello',
    'deep nesting': `<xml>${'<a>'.repeat(200)}${'</a>'.repeat(200)}</xml>`,
    'message id that is no number': messageXml({}).replace(/<MsgId>\d+/, '<MsgId>1e9'),
    'words that are no text': messageXml({}).replace(/<Content>.*<\/Content>/, '<Content><a>b</a></Content>'),
    'no sender': messageXml({}).replace(/<FromUserName>.*<\/FromUserName>/, ''),
  };
  const cases: Record<string, WechatRequest> = {
    'wrong signature': withQuery(genuine(), signed, sha1('wrong')),
    'missing signature': withQuery(genuine(), signed, ''),
    'truncated signature': withQuery(genuine(), signed, signature.slice(0, 20)),
    'upper-case nonce of another request': withQuery(genuine(), 'nonce', 'ANOTHER'),
    'stale timestamp': genuinePost(party, messageXml({}), nowSeconds() - 400),
    'future timestamp': genuinePost(party, messageXml({}), nowSeconds() + 400),
    'timestamp that is no number': withQuery(genuine(), 'timestamp', 'soon'),
    'empty body': { ...plainPost(party, ''), ...(party.mode !== 'plain' && { query: sealedPost(party, '').query }) },
  };
  for (const [name, xml] of Object.entries(xmls)) cases[name] = genuinePost(party, xml);
  return party.mode === 'plain' ? cases : { ...cases, ...badSeals(party) };
}

function badSeals(party: WechatParty): Record<string, WechatRequest> {
  const sealed = encrypt(party.aesKey, messageXml({}), party.appId);
  const flipped = Buffer.from(sealed, 'base64');
  flipped[flipped.length - 1]! ^= 1;
  const otherKey = `${party.aesKey.slice(0, 42).split('').reverse().join('')}A`;
  return {
    'downgrade to plain': plainPost(party, messageXml({})),
    'plain body that claims to be encrypted': withQuery(plainPost(party, messageXml({})), 'encrypt_type', 'aes'),
    'doctype outside the seal': {
      ...sealedPost(party, sealed),
      body: `<!DOCTYPE xml>${sealedPost(party, sealed).body}`,
    },
    'two seals': {
      ...sealedPost(party, sealed),
      body: sealedPost(party, sealed).body.replace('</xml>', `<Encrypt>${cd(sealed)}</Encrypt></xml>`),
    },
    'wrong app id': sealedPost(party, encrypt(party.aesKey, messageXml({}), 'wx00000000000other')),
    'app id with something behind it': sealedPost(party, encrypt(party.aesKey, messageXml({}), `${party.appId}x`)),
    'unknown key': sealedPost(party, encrypt(otherKey, messageXml({}), party.appId)),
    'broken padding': sealedPost(party, flipped.toString('base64')),
    'half a block': sealedPost(party, Buffer.from(sealed, 'base64').subarray(0, 40).toString('base64')),
    'not base64': sealedPost(party, '@@@@'),
    'one random block': sealedPost(party, randomBytes(32).toString('base64')),
  };
}

export interface WechatClientOptions extends WechatParty {
  /** e.g. `http://127.0.0.1:3000` */
  baseUrl: string;
  /** Name of the account in the path. */
  account?: string;
  /** How long an acknowledgement may take; passive replies may take almost 5 s. */
  withinMs?: number;
}

type Check = (name: string, run: () => Promise<[ok: boolean, detail: string]>) => Promise<void>;

async function checkGenuine(party: WechatParty, ask: Ask, check: Check, withinMs: number): Promise<void> {
  await check('verification answers the echostr verbatim', async () => {
    const echostr = `${randomInt(1e9)}<&"'>中`;
    const heard = await ask(verification(party, echostr));
    return [
      heard.status === 200 && heard.body === echostr && heard.type.startsWith('text/plain'),
      `${heard.status} ${heard.body}`,
    ];
  });
  await check('verification with a wrong signature is refused', async () => {
    const heard = await ask(withQuery(verification(party, '42'), 'signature', sha1('no')));
    return [heard.status >= 400 && heard.status < 500 && !heard.body.includes('42'), `${heard.status}`];
  });
  await check('a genuine message is acknowledged in time, its reply verifies', async () => {
    const heard = await ask(
      genuinePost(party, messageXml({ text: '买的衣服不喜欢，七天内能退吗', from: 'oReplyTo01' })),
    );
    const reply = readReply(party, heard.body);
    const ok = heard.status === 200 && heard.ms < withinMs && (reply === null || reply.to === 'oReplyTo01');
    return [ok, `${heard.status} ${heard.ms.toFixed(0)} ms ${reply === null ? 'success' : reply.text}`];
  });
  await check('three tries of one message id give one answer', async () => {
    const xml = messageXml({ from: 'oRetry01', text: '在吗' });
    const heard: Heard[] = [];
    for (let i = 0; i < 3; i++) heard.push(await ask(genuinePost(party, xml)));
    const texts = heard.map((h) => readReply(party, h.body)?.text ?? 'success');
    const replies = new Set(texts.filter((text) => text !== 'success'));
    return [heard.every((h) => h.status === 200) && replies.size <= 1, texts.join(' | ')];
  });
  await check('two ids that differ in the last of 17 digits are both taken', async () => {
    const id = bigId().slice(0, -1);
    const heard = await Promise.all(
      ['1', '2'].map((d) => ask(genuinePost(party, messageXml({ msgId: id + d, from: `oBig${d}` })))),
    );
    for (const h of heard) readReply(party, h.body);
    return [heard.every((h) => h.status === 200), `${id}1 ${id}2`];
  });
  await check('markup in the shopper’s text is only text', async () => {
    const heard = await ask(
      genuinePost(party, messageXml({ text: '<!DOCTYPE html><!ENTITY x> ]]> </xml> 😀', from: 'oMarkup' })),
    );
    readReply(party, heard.body);
    return [heard.status === 200, `${heard.status}`];
  });
  await check('an unsubscription is acknowledged with success', async () => {
    const heard = await ask(genuinePost(party, eventXml('unsubscribe')));
    return [heard.status === 200 && heard.body === 'success', `${heard.status} ${heard.body}`];
  });
}

/** Plays the platform once through; every line says what happened. Leaves a few messages behind on the server. */
export async function runWechatClient(options: WechatClientOptions): Promise<ClientResult[]> {
  const { baseUrl, account = 'default', withinMs = 5000, ...party } = options;
  const ask = askAt(baseUrl, account);
  const results: ClientResult[] = [];
  const check: Check = async (name, run) => {
    try {
      const [ok, detail] = await run();
      results.push({ name, ok, detail });
    } catch (error) {
      results.push({ name, ok: false, detail: String(error) });
    }
  };
  await checkGenuine(party, ask, check, withinMs);
  const refusals = new Map<string, string>();
  for (const [name, request] of Object.entries(badEnvelopes(party))) {
    await check(`${name} is refused`, async () => {
      const heard = await ask(request);
      refusals.set(name, `${heard.status} ${heard.body}`);
      return [heard.status >= 400 && heard.status < 500, `${heard.status}`];
    });
  }
  await check('all refusals are one and the same answer', async () => {
    const kinds = new Set(refusals.values());
    return [kinds.size === 1, [...kinds].join(' | ').slice(0, 300)];
  });
  await check('an oversize body is refused', async () => {
    const heard = await ask(genuinePost(party, messageXml({ text: '长'.repeat(40_000) })));
    return [heard.status === 413, `${heard.status}`];
  });
  return results;
}
