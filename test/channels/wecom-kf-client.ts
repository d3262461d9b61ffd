// WeCom's customer service as the outside has it: signs callbacks, keeps messages for fetching, checks what it is sent. Shares no code with src.
import { createHash, randomUUID } from 'node:crypto';
import { encrypt } from '@wecom/crypto';
import type { Answer, FakePlatform, Received } from './fake-platform.ts';

export interface KfParty {
  token: string;
  aesKey: string;
  corpId: string;
  secret: string;
  openKfId: string;
}

export const PARTY: KfParty = {
  token: 'kftoken0123',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  corpId: 'ww5823bf96d3bd56c7',
  secret: 'kf-secret-0123456789',
  openKfId: 'wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyJTw',
};

/** The settings of a server whose account lives on a fake platform. */
export const kfEnvironment = (platform: { url: string }): Record<string, string> => ({
  WECOM_KF_TOKEN: PARTY.token,
  WECOM_KF_AES_KEY: PARTY.aesKey,
  WECOM_KF_CORPID: PARTY.corpId,
  WECOM_KF_SECRET: PARTY.secret,
  WECOM_KF_OPEN_KFID: PARTY.openKfId,
  WECOM_KF_API_BASE: platform.url,
});

export interface KfRequest {
  method: 'GET' | 'POST';
  query: Record<string, string>;
  body: string;
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const sha1 = (...parts: string[]): string => createHash('sha1').update(parts.sort().join('')).digest('hex');

/** The envelope of any plaintext, sealed for a receiver. */
export function sealed(
  party: KfParty,
  plain: string,
  { at = nowSeconds(), receiver = party.corpId, aesKey = party.aesKey } = {},
): KfRequest {
  return withSeal(party, encrypt(aesKey, plain, receiver), at);
}

export function withSeal(party: KfParty, seal: string, at = nowSeconds()): KfRequest {
  const timestamp = String(at);
  const nonce = randomUUID().slice(0, 8);
  return {
    method: 'POST',
    query: { msg_signature: sha1(party.token, timestamp, nonce, seal), timestamp, nonce },
    body: `<xml><ToUserName><![CDATA[${party.corpId}]]></ToUserName><Encrypt><![CDATA[${seal}]]></Encrypt><AgentID><![CDATA[]]></AgentID></xml>`,
  };
}

export const noticeXml = ({ corpId, openKfId }: KfParty, { token = 'ENCnotice', event = 'kf_msg_or_event' } = {}) =>
  `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><CreateTime>${nowSeconds()}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[${event}]]></Event><Token><![CDATA[${token}]]></Token><OpenKfId><![CDATA[${openKfId}]]></OpenKfId></xml>`;

/** "Something waits to be fetched." */
export const notice = (party: KfParty, at?: number): KfRequest => sealed(party, noticeXml(party), { at });

/** The console's test of the address. */
export function verification(party: KfParty, echo: string, at = nowSeconds()): KfRequest {
  const { query } = sealed(party, echo, { at });
  const echostr = encrypt(party.aesKey, echo, party.corpId);
  const { timestamp, nonce } = query as { timestamp: string; nonce: string };
  return {
    method: 'GET',
    query: { msg_signature: sha1(party.token, timestamp, nonce, echostr), timestamp, nonce, echostr },
    body: '',
  };
}

/** Every way to spoil a callback; all of them have to be answered alike. */
export function badNotices(party: KfParty): Record<string, KfRequest> {
  const genuine = () => notice(party);
  const withQuery = (name: string, value: string): KfRequest => {
    const request = genuine();
    return { ...request, query: { ...request.query, [name]: value } };
  };
  const xml = noticeXml(party);
  const flipped = Buffer.from(encrypt(party.aesKey, xml, party.corpId), 'base64');
  flipped[flipped.length - 1]! ^= 1;
  return {
    'wrong signature': withQuery('msg_signature', sha1('wrong')),
    'no signature': withQuery('msg_signature', ''),
    'truncated signature': withQuery('msg_signature', genuine().query.msg_signature!.slice(0, 20)),
    'other nonce': withQuery('nonce', 'another'),
    'timestamp that is no number': withQuery('timestamp', 'soon'),
    'signature of an Official Account': {
      ...genuine(),
      query: { ...genuine().query, msg_signature: '', signature: 'x' },
    },
    'not encrypted': { ...genuine(), body: xml },
    'empty body': { ...genuine(), body: '' },
    'another company': sealed(party, xml, { receiver: 'ww0000000000other' }),
    'company id with something behind it': sealed(party, xml, { receiver: `${party.corpId}x` }),
    'another company inside': sealed(party, noticeXml({ ...party, corpId: 'ww0000000000other' })),
    'unknown key': sealed(party, xml, { aesKey: `${[...party.aesKey.slice(0, 42)].reverse().join('')}A` }),
    'broken padding': withSeal(party, flipped.toString('base64')),
    'not base64': withSeal(party, '@@@@'),
    'doctype inside': sealed(party, `<!DOCTYPE xml [<!ENTITY e "x">]>${xml}`),
    'mismatched tags inside': sealed(party, xml.replace('</Token>', '</Tokens>')),
    'duplicate fields inside': sealed(party, xml.replace('</xml>', '<OpenKfId>wkOther</OpenKfId></xml>')),
    'two seals': {
      ...genuine(),
      body: genuine().body.replace('</xml>', '<Encrypt><![CDATA[AAAA]]></Encrypt></xml>'),
    },
  };
}

export interface KfMessage {
  msgid: string;
  open_kfid?: string;
  external_userid?: string;
  send_time: number;
  origin: number;
  servicer_userid?: string;
  msgtype: string;
  [more: string]: unknown;
}

export interface Sent {
  touser: string;
  msgid: string;
  msgtype: string;
  text: string;
  menu: { id: string; content: string }[];
}

/** Session states: 0 new, 1 bot, 2 pool, 3 person, 4 over. */
const MOVES: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 3, 4],
  1: [2, 3, 4],
  2: [3, 4],
  3: [3, 4],
  4: [],
};

export interface KfPlatform {
  /** Everything that can be fetched, in order; a shopper's message opens a session and fills the quota. */
  messages: KfMessage[];
  add(message: Partial<KfMessage>): KfMessage;
  say(shopperId: string, text: string, more?: Partial<KfMessage>): KfMessage;
  event(type: string, fields: Record<string, unknown>, at?: number): KfMessage;
  /** What reached shoppers, welcome words included. */
  sent: Sent[];
  to(shopperId: string): Sent[];
  state: Map<string, number>;
  /** The people in the WeCom app, and whether they receive. */
  people: { userid: string; status: 0 | 1 }[];
  /** Whether there is a pool to hand sessions to. */
  hasPool: boolean;
  /** What was counted, by the day's first second in Beijing: the account's totals and its people's. */
  counted: Map<number, { totals?: Record<string, number>; people?: Record<string, number> }>;
  /** False: the app may not ask for what was counted. */
  tells: boolean;
  pageSize: number;
  /** So many empty pages with has_more=1 come before the next real one. */
  emptyPages: number;
  /** Tokens handed out so far; those before are refused once this is called. */
  tokens: number;
  expireTokens(): void;
  /** Cursors handed out so far are not known any more. */
  forgetCursors(): void;
  /** Where a reader who has everything stands. */
  endCursor(): string;
}

const answer = (errcode: number, errmsg: string, more: Record<string, unknown> = {}): Answer => ({
  status: 200,
  body: { errcode, errmsg, ...more },
});
const ok = (more: Record<string, unknown> = {}) => answer(0, 'ok', more);
const bytes = (text: unknown): number => Buffer.byteLength(String(text ?? ''), 'utf8');

/** Teaches a fake platform WeCom's customer-service API. */
export function actAsKf(platform: FakePlatform, party: KfParty = PARTY): KfPlatform {
  const left = new Map<string, number>();
  const ids = new Set<string>();
  /** Codes that one message may be said with; of an end while the session is over. */
  const codes = new Map<string, { at: number; ofEnd: string | null }>();
  let oldest = 1;
  let cursorName = 'cur';
  const kf: KfPlatform = {
    messages: [],
    sent: [],
    state: new Map(),
    people: [],
    hasPool: true,
    counted: new Map(),
    tells: true,
    pageSize: 100,
    emptyPages: 0,
    tokens: 0,
    add(more) {
      const message: KfMessage = { msgid: randomUUID(), send_time: nowSeconds(), origin: 3, msgtype: 'text', ...more };
      kf.messages.push(message);
      const { origin, external_userid: shopper } = message;
      if (origin === 3 && shopper !== undefined) {
        left.set(shopper, 5);
        if ((kf.state.get(shopper) ?? 4) === 4) kf.state.set(shopper, 0);
      }
      return message;
    },
    say: (shopperId, text, more = {}) =>
      kf.add({ open_kfid: party.openKfId, external_userid: shopperId, text: { content: text }, ...more }),
    event(type, fields, at = nowSeconds()) {
      if (typeof fields.welcome_code === 'string') codes.set(fields.welcome_code, { at, ofEnd: null });
      if (typeof fields.msg_code === 'string')
        codes.set(fields.msg_code, { at, ofEnd: String(fields.external_userid) });
      const event = { event_type: type, open_kfid: party.openKfId, ...fields };
      return kf.add({ origin: 4, msgtype: 'event', event, send_time: at });
    },
    to: (shopperId) => kf.sent.filter(({ touser }) => touser === shopperId),
    expireTokens() {
      oldest = kf.tokens + 1;
    },
    forgetCursors() {
      cursorName += 'x';
    },
    endCursor: () => `${cursorName}-${kf.messages.length}`,
  };

  /** Every call but the first one needs a token that is still good. */
  const guarded =
    (handle: (received: Received) => Answer) =>
    (received: Received): Answer => {
      const number = Number(/^kf-token-(\d+)$/.exec(received.query.access_token ?? '')?.[1] ?? 0);
      if (number === 0) return answer(40014, 'invalid access_token');
      return number < oldest ? answer(42001, 'access_token expired') : handle(received);
    };

  platform.script('/cgi-bin/gettoken', ({ query }: Received) => {
    if (query.corpid !== party.corpId) return answer(40013, 'invalid corpid');
    if (query.corpsecret !== party.secret) return answer(40001, 'invalid credential');
    kf.tokens += 1;
    return ok({ access_token: `kf-token-${kf.tokens}`, expires_in: 7200 });
  });

  platform.script(
    '/cgi-bin/kf/sync_msg',
    guarded(({ body }) => {
      const { cursor = '', limit, open_kfid, token } = body as Record<string, unknown>;
      if (open_kfid !== party.openKfId) return answer(95000, 'invalid open_kfid');
      if (typeof limit !== 'number' || limit < 1 || limit > 1000) return answer(40058, 'invalid limit');
      if (token === 'ENCold') return answer(95007, 'invalid msg token');
      const known = cursor === '' ? ['', cursorName, '0'] : /^(\w+)-(\d+)$/.exec(String(cursor));
      if (known?.[1] !== cursorName) return answer(40058, 'invalid cursor');
      const from = Number(known[2]);
      if (kf.emptyPages > 0) {
        kf.emptyPages -= 1;
        return ok({ next_cursor: `${cursorName}-${from}`, has_more: 1, msg_list: [] });
      }
      const page = kf.messages.slice(from, from + Math.min(kf.pageSize, limit));
      const next = from + page.length;
      return ok({
        next_cursor: `${cursorName}-${next}`,
        has_more: next < kf.messages.length ? 1 : 0,
        msg_list: page,
      });
    }),
  );

  const take = (body: Record<string, unknown>, touser: string): Answer => {
    const { msgid = randomUUID(), msgtype } = body as { msgid?: string; msgtype: string };
    if (!/^[0-9a-zA-Z_-]{0,32}$/.test(msgid) || ids.has(msgid)) return answer(40058, 'invalid msgid');
    const text = body.text as { content?: string } | undefined;
    const menu = body.msgmenu as
      | { head_content?: string; list: { type: string; click: { id: string; content: string } }[] }
      | undefined;
    if (msgtype === 'text' && (bytes(text?.content) < 1 || bytes(text?.content) > 2048))
      return answer(45002, 'too long');
    if (msgtype === 'msgmenu') {
      const isBad = menu!.list.some(
        ({ click }) => bytes(click.id) > 64 || bytes(click.content) > 128 || click.id === '',
      );
      if (bytes(menu!.head_content) > 1024 || menu!.list.length > 10 || isBad) return answer(95008, 'menu too long');
    }
    ids.add(msgid);
    kf.sent.push({
      touser,
      msgid,
      msgtype,
      text: text?.content ?? menu?.head_content ?? '',
      menu: menu?.list.map(({ click }) => click) ?? [],
    });
    return ok({ msgid });
  };

  platform.script(
    '/cgi-bin/kf/send_msg',
    guarded(({ body }) => {
      const shopper = String(body.touser);
      if (body.open_kfid !== party.openKfId) return answer(95000, 'invalid open_kfid');
      if ((kf.state.get(shopper) ?? 4) > 1) return answer(95018, 'send msg session status invalid');
      if ((left.get(shopper) ?? 0) === 0) return answer(95001, 'send msg count limit');
      const taken = take(body, shopper);
      if ('body' in taken && (taken.body as { errcode: number }).errcode === 0)
        left.set(shopper, left.get(shopper)! - 1);
      return taken;
    }),
  );
  platform.script(
    '/cgi-bin/kf/send_msg_on_event',
    guarded(({ body }) => {
      const code = codes.get(String(body.code));
      if (code === undefined || nowSeconds() - code.at > 20) return answer(95019, 'invalid code');
      if (code.ofEnd !== null && kf.state.get(code.ofEnd) !== 4) return answer(95018, 'session status invalid');
      codes.delete(String(body.code));
      return take(body, `welcome ${String(body.code)}`);
    }),
  );
  platform.script(
    '/cgi-bin/kf/service_state/get',
    guarded(({ body }) => ok({ service_state: kf.state.get(String(body.external_userid)) ?? 4, servicer_userid: '' })),
  );
  platform.script(
    '/cgi-bin/kf/service_state/trans',
    guarded(({ body }) => {
      const shopper = String(body.external_userid);
      const to = Number(body.service_state);
      if (!MOVES[kf.state.get(shopper) ?? 4]!.includes(to)) return answer(95016, 'invalid state change');
      if (to === 2 && !kf.hasPool) return answer(95016, 'no pool');
      if (to === 3 && !kf.people.some((p) => p.userid === body.servicer_userid && p.status === 0))
        return answer(95014, 'not a servicer');
      kf.state.set(shopper, to);
      return ok({ msg_code: 'code' });
    }),
  );
  const statistic = (of: 'totals' | 'people') =>
    guarded(({ body }) => {
      const { open_kfid, start_time: from, end_time: until } = body as Record<string, number | string>;
      if (!kf.tells) return answer(48002, 'api forbidden');
      if (open_kfid !== party.openKfId) return answer(95000, 'invalid open_kfid');
      if (typeof from !== 'number' || typeof until !== 'number') return answer(40058, 'invalid time');
      const today = Math.floor((nowSeconds() + 28_800) / 86_400) * 86_400 - 28_800;
      if (until < from || until >= today || until - from > 30 * 86_400 || from < today - 180 * 86_400)
        return answer(40058, 'invalid time span');
      const days = [...kf.counted].filter(([at, day]) => at >= from && at <= until && day[of] !== undefined);
      return ok({ statistic_list: days.map(([at, day]) => ({ stat_time: at, statistic: day[of] })) });
    });
  platform.script('/cgi-bin/kf/get_corp_statistic', statistic('totals'));
  platform.script('/cgi-bin/kf/get_servicer_statistic', statistic('people'));
  platform.script(
    '/cgi-bin/kf/servicer/list',
    guarded(() => ok({ servicer_list: kf.people })),
  );
  return kf;
}
