// WeChat beyond the shared suite: verification, key rotation, passive replies, what its messages mean, and the independent client.

import { encrypt as tencentEncrypt } from '@wecom/crypto';
import { describe, expect, test } from 'vitest';
import { createWechatOa, type WechatOaSettings, wechatOa } from '../../src/channels/wechat-oa/channel.ts';
import { account, asRequest, PARTY, wechatSettings } from './harnesses.ts';
import { createRecordingInbox } from './recording-inbox.ts';
import { openRouteServer } from './route-server.ts';
import {
  badEnvelopes,
  bigId,
  eventXml,
  genuinePost,
  messageXml,
  plainPost,
  readReply,
  replyType,
  runWechatClient,
  sealedPost,
  verification,
  type WechatParty,
} from './wechat-client.ts';

const OTHER_KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
const open = (more: Partial<WechatOaSettings> = {}) =>
  createWechatOa(account('wechat-oa'), wechatSettings('http://127.0.0.1:9', more))!;
const receive = (more: Partial<WechatOaSettings>, inbox = createRecordingInbox()) => {
  const route = open(more).routes[1]!;
  return (xml: string, party: WechatParty = PARTY) =>
    route.handle(asRequest(genuinePost({ ...party, mode: more.mode ?? 'secure' }, xml)), inbox);
};

describe('settings', () => {
  test('what is missing stops the start', () => {
    expect(() => open({ aesKey: 'short' })).toThrow(/43/);
    const values = { ...wechatSettings(''), mode: 'secure', reply: 'async', toleranceSeconds: '300' };
    const broken = (more: Record<string, string>) =>
      wechatOa.problems!({ ...values, ...more }, (field) => field.toUpperCase()).map(({ field }) => field);
    expect(broken({})).toEqual([]);
    expect(broken({ aesKey: '' })).toEqual(['aesKey']);
    expect(broken({ aesKey: '', mode: 'plain' })).toEqual([]);
    expect(broken({ appId: '', appSecret: '' })).toEqual(['appId', 'appSecret']);
    expect(broken({ appSecret: '', reply: 'passive' })).toEqual([]);
  });

  test('verification answers verbatim as text, whatever the mode', async () => {
    for (const mode of ['plain', 'compat', 'secure'] as const) {
      const echostr = '5927782489442352469<script>';
      const answer = await open({ mode }).routes[0]!.handle(
        asRequest(verification(PARTY, echostr)),
        createRecordingInbox(),
      );
      expect(answer).toEqual({ status: 200, contentType: 'text/plain; charset=utf-8', body: echostr });
      const forged = await open({ mode }).routes[0]!.handle(
        asRequest(verification({ ...PARTY, token: 'x' }, echostr)),
        createRecordingInbox(),
      );
      expect(forged.status).toBe(401);
    }
  });
});

describe('key rotation', () => {
  test('the previous key is still accepted and answered with, a third is not', async () => {
    const inbox = createRecordingInbox();
    inbox.replyWith('在的');
    const tell = receive({ aesKey: OTHER_KEY, prevAesKey: PARTY.aesKey, reply: 'passive' }, inbox);
    for (const aesKey of [OTHER_KEY, PARTY.aesKey]) {
      const answer = await tell(messageXml({}), { ...PARTY, aesKey });
      expect(readReply({ ...PARTY, aesKey }, String(answer.body))?.text).toBe('在的');
    }
    expect((await receive({ aesKey: OTHER_KEY })(messageXml({}))).status).toBe(401);
  });
});

describe('compat mode', () => {
  test('believes the sealed part only', async () => {
    const inbox = createRecordingInbox();
    const sealed = tencentEncrypt(PARTY.aesKey, messageXml({ msgId: '11', from: 'oTrue', text: '真的' }), PARTY.appId);
    const request = sealedPost(PARTY, sealed, undefined, messageXml({ msgId: '22', from: 'oFalse', text: '假的' }));
    await open({ mode: 'compat' }).routes[1]!.handle(asRequest(request), inbox);
    expect(inbox.messages).toMatchObject([{ externalId: '11', shopperId: 'oTrue', text: '真的' }]);
  });
});

describe('passive replies', () => {
  const passive = (mode: WechatParty['mode'] = 'secure') => {
    const inbox = createRecordingInbox();
    return { inbox, tell: receive({ mode, reply: 'passive' }, inbox), party: { ...PARTY, mode } };
  };

  test.each(['plain', 'compat', 'secure'] as const)('%s: signed, sealed and addressed to the shopper', async (mode) => {
    const { inbox, tell, party } = passive(mode);
    inbox.replyWith('七天内 ]]> 可退 😀');
    const answer = await tell(messageXml({ from: 'oAsks' }));
    expect(readReply(party, String(answer.body))).toEqual({ text: '七天内 ]]> 可退 😀', to: 'oAsks' });
    expect(answer.body.includes('可退')).toBe(mode === 'plain');
  });

  test('a repeated message gets the same bytes', async () => {
    const { inbox, tell } = passive('plain');
    inbox.replyWith('在的');
    const xml = messageXml({ createTime: Math.floor(Date.now() / 1000) - 7 });
    expect(await tell(xml)).toEqual(await tell(xml));
  });

  test('no answer by the deadline, or none at all: success, and the message is kept', async () => {
    const { inbox, tell } = passive();
    inbox.replyWith(null);
    expect((await tell(messageXml({}))).body).toBe('success');
    inbox.passiveReply = async () => {
      throw new Error('lost the database');
    };
    expect((await tell(messageXml({}))).body).toBe('success');
    expect(inbox.messages).toHaveLength(2);
    expect(inbox.deadlines[0]).toBeGreaterThan(4000);
    expect(inbox.deadlines[0]).toBeLessThanOrEqual(4500);
  });

  test('a slow turn is cut off before the platform hangs up', { timeout: 10_000 }, async () => {
    const { inbox, tell } = passive();
    inbox.replyWith('太慢了', 60_000);
    const started = performance.now();
    expect((await tell(messageXml({}))).body).toBe('success');
    expect(performance.now() - started).toBeLessThan(4900);
  });

  test('an answer too long for one message is cut at a character', async () => {
    const { inbox, tell, party } = passive();
    inbox.replyWith('退👨‍👩‍👧货'.repeat(300));
    const reply = readReply(party, String((await tell(messageXml({}))).body))!;
    expect(Buffer.byteLength(reply.text)).toBeLessThanOrEqual(2048);
    expect(Buffer.byteLength(reply.text)).toBeGreaterThan(2000);
    expect(reply.text.endsWith('…')).toBe(true);
    expect(reply.text.slice(0, -1).replaceAll('退👨‍👩‍👧货', '')).toMatch(/^(退(👨‍👩‍👧)?)?$/u);
  });
});

describe('what messages mean', () => {
  const told = async (inner: string, from = 'oSays') => {
    const inbox = createRecordingInbox();
    const xml = messageXml({ msgId: '77', from }).replace(/<MsgType>.*(?=<MsgId>)/, inner);
    expect((await receive({}, inbox)(xml)).body).toBe('success');
    return inbox.messages[0];
  };

  test('picture', async () => {
    expect(
      await told(
        '<MsgType>image</MsgType><PicUrl><![CDATA[http://mmbiz.example/1]]></PicUrl><MediaId><![CDATA[media-1]]></MediaId>',
      ),
    ).toMatchObject({
      text: '[图片]',
      payload: {
        attachments: [{ kind: 'image', ref: 'media-1', url: 'http://mmbiz.example/1' }],
        platform: { msgType: 'image', picUrl: 'http://mmbiz.example/1' },
      },
    });
  });

  test('speech, recognised and not', async () => {
    expect(
      await told('<MsgType>voice</MsgType><MediaId>m</MediaId><Recognition><![CDATA[什么时候发货]]></Recognition>'),
    ).toMatchObject({ text: '什么时候发货', payload: { platform: { msgType: 'voice' } } });
    expect(await told('<MsgType>voice</MsgType><MediaId>m</MediaId><Recognition></Recognition>')).toMatchObject({
      text: '[语音]',
    });
  });

  test('place, link, video and kinds yet to come', async () => {
    expect(
      await told(
        '<MsgType>location</MsgType><Location_X>23.1</Location_X><Location_Y>113.3</Location_Y><Label>广州</Label>',
      ),
    ).toMatchObject({
      text: '[位置] 广州',
      payload: { platform: { locationX: '23.1', locationY: '113.3', label: '广州' } },
    });
    expect(await told('<MsgType>link</MsgType><Title>夏款</Title><Url>https://shop.example/1</Url>')).toMatchObject({
      text: '[链接] 夏款',
      payload: { attachments: [{ kind: 'link', url: 'https://shop.example/1' }] },
    });
    expect(await told('<MsgType>shortvideo</MsgType><MediaId>m</MediaId>')).toMatchObject({ text: '[视频]' });
    expect(await told('<MsgType>hologram</MsgType>')).toMatchObject({
      text: '[暂不支持的消息]',
      payload: { platform: { msgType: 'hologram' } },
    });
    for (const name of ['__proto__', 'constructor', 'toString'])
      expect(await told(`<MsgType>${name}</MsgType>`)).toMatchObject({ payload: { platform: { msgType: name } } });
  });

  test('a link to a script is not kept as an address', async () => {
    expect(
      JSON.stringify((await told('<MsgType>link</MsgType><Url>javascript:alert(1)</Url>'))?.payload.attachments ?? []),
    ).not.toContain('javascript');
  });

  test('a tapped menu entry is a choice', async () => {
    expect(
      await told('<MsgType>text</MsgType><Content>退货</Content><bizmsgmenuid>faq:return</bizmsgmenuid>'),
    ).toMatchObject({ text: '退货', payload: { choice: 'faq:return', opening: 'click' } });
  });

  test('the platform’s time is kept', async () => {
    const inbox = createRecordingInbox();
    await receive({}, inbox)(messageXml({ createTime: 1_700_000_000 }));
    expect(inbox.messages[0]?.sentAt).toBe('2023-11-14T22:13:20.000Z');
  });

  test('following the account is a message of its own, once per time and code', async () => {
    const inbox = createRecordingInbox();
    const tell = receive({}, inbox);
    for (const xml of [
      eventXml('subscribe', 'oNew', 1_700_000_000, 'qrscene_1'),
      eventXml('subscribe', 'oNew', 1_700_000_000, 'qrscene_1'),
      eventXml('subscribe', 'oNew', 1_700_000_001),
    ])
      await tell(xml);
    expect(inbox.messages).toMatchObject([
      {
        externalId: 'oNew:1700000000:subscribe:qrscene_1',
        text: '[关注]',
        payload: { platform: { event: 'subscribe', eventKey: 'qrscene_1' } },
      },
      { externalId: 'oNew:1700000001:subscribe:' },
    ]);
  });
});

describe('what happens besides messages', () => {
  const happened = async (xml: string) => {
    const inbox = createRecordingInbox();
    expect((await receive({}, inbox)(xml)).body).toBe('success');
    return inbox.messages[0];
  };
  const at = 1_700_000_000;

  test('a menu says what its key says: words, or the value of a choice', async () => {
    expect(await happened(eventXml('CLICK', 'oTaps', at, '我的快递到哪了'))).toMatchObject({
      externalId: `oTaps:${at}:CLICK:我的快递到哪了`,
      text: '我的快递到哪了',
      payload: { choice: '我的快递到哪了', opening: 'click', platform: { msgType: 'event', event: 'CLICK' } },
    });
    expect(await happened(eventXml('CLICK', 'oTaps', at, 'human'))).toMatchObject({
      text: '[菜单] human',
      payload: { choice: 'human' },
    });
    expect(await happened(eventXml('CLICK'))).toBeUndefined();
  });

  test('following and scanning are greeted, and open a minute', async () => {
    for (const [event, opening] of Object.entries({ subscribe: 'follow', SCAN: 'scan' }))
      expect(await happened(eventXml(event, 'oNew', at, 'shelf-3'))).toMatchObject({
        payload: { choice: 'intent:greeting', opening, platform: { event, eventKey: 'shelf-3' } },
      });
  });

  test.each(['unsubscribe', 'VIEW', 'LOCATION', 'kf_create_session', 'kf_close_session', 'kf_switch_session'])(
    '%s is acknowledged and no message',
    async (event) => {
      expect(await happened(eventXml(event, 'oNew', at, 'key'))).toBeUndefined();
    },
  );

  test('a key of any length tells events apart by its beginning', async () => {
    const key = '长'.repeat(3000);
    expect((await happened(eventXml('CLICK', 'oTaps', at, key)))!.externalId.length).toBeLessThan(300);
  });
});

describe('WeChat’s own desk', () => {
  const native = () => {
    const inbox = createRecordingInbox();
    const channel = open({ agents: 'native' });
    const tell = async (xml: string) => {
      const answer = await channel.routes[1]!.handle(asRequest(genuinePost(PARTY, xml)), inbox);
      expect(answer.status).toBe(200);
      return answer.body === 'success' ? 'success' : replyType(PARTY, String(answer.body));
    };
    return { inbox, channel, tell };
  };

  test('a handoff within the second is said in the answer, later ones with the next message', async () => {
    const { inbox, channel, tell } = native();
    const first = tell(messageXml({ from: 'oGoes', text: '转人工' }));
    const other = tell(messageXml({ from: 'oStays', text: '在吗' }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await channel.handedOff!('oGoes')).toBe(true);
    expect(await first).toEqual({ type: 'transfer_customer_service', to: 'oGoes' });
    expect(await other).toBe('success');
    inbox.ownedByPerson = true;
    expect(await tell(messageXml({ from: 'oStays', text: '还在吗' }))).toMatchObject({ to: 'oStays' });
  });

  test('the acknowledgement comes within a second all the same; a repeat and an event are never handed over', async () => {
    const { inbox, tell } = native();
    const started = performance.now();
    const xml = messageXml({ from: 'oStays' });
    expect(await tell(xml)).toBe('success');
    expect(performance.now() - started).toBeLessThan(1000);
    inbox.ownedByPerson = true;
    expect(await tell(xml)).toBe('success');
    expect(await tell(eventXml('CLICK', 'oStays', undefined, 'human'))).toBe('success');
  });

  test.each(['native', 'desk'] as const)('its sessions are told to the house, %s or not', async (agents) => {
    const inbox = createRecordingInbox();
    const tell = receive({ agents }, inbox);
    for (const event of ['kf_create_session', 'kf_switch_session', 'kf_close_session'])
      expect((await tell(eventXml(event, 'oGoes'))).body).toBe('success');
    expect(inbox.told).toEqual(['oGoes taken', 'oGoes taken', 'oGoes ended']);
    expect(open({ agents }).handedOff === undefined).toBe(agents === 'desk');
  });

  test('needs the way of replying that has room for it', () => {
    const values = { ...wechatSettings(''), mode: 'secure', reply: 'passive', agents: 'native' };
    expect(wechatOa.problems!(values as never, (field) => field).map(({ field }) => field)).toEqual(['agents']);
  });
});

describe('a message that cannot be stored', () => {
  test.each(['async', 'passive'] as const)('%s: no answer at all after a while, and nothing claimed', async (reply) => {
    const inbox = createRecordingInbox();
    const xml = messageXml({});
    inbox.failNext(Number.POSITIVE_INFINITY);
    const started = performance.now();
    const answer = await receive({ reply, holdMs: 700 }, inbox)(xml);
    expect(answer.cut).toBe(true);
    expect(performance.now() - started).toBeGreaterThanOrEqual(700);
    expect([inbox.calls > 1, inbox.messages]).toEqual([true, []]);
    inbox.failNext(0);
    expect((await receive({ reply }, inbox)(xml)).body).toBe('success');
    expect(inbox.messages).toHaveLength(1);
  });

  test('a database that hangs is no reason to answer, nor is a session that nobody could note', async () => {
    const inbox = createRecordingInbox();
    inbox.admit = () => new Promise(() => {});
    inbox.platformDesk = () => Promise.reject(new Error('away'));
    const tell = receive({ holdMs: 300 }, inbox);
    for (const xml of [messageXml({}), eventXml('kf_create_session', 'oGoes')])
      expect((await tell(xml)).cut).toBe(true);
  });
});

describe('the independent client, over HTTP', () => {
  test.each([
    ['plain', 'async'],
    ['compat', 'async'],
    ['secure', 'async'],
    ['plain', 'passive'],
    ['secure', 'passive'],
  ] as const)('%s, %s: everything holds', async (mode, reply) => {
    const inbox = createRecordingInbox();
    inbox.replyWith('您好，在的');
    const server = await openRouteServer(open({ mode, reply }), inbox);
    const results = await runWechatClient({ ...PARTY, mode, baseUrl: server.url, withinMs: 1000 });
    await server.close();
    expect(results.filter((r) => !r.ok)).toEqual([]);
    expect(results.length).toBeGreaterThan(mode === 'plain' ? 25 : 35);
    expect(new Set(inbox.messages.map((m) => m.externalId)).size).toBe(inbox.messages.length);
    expect(inbox.messages).toHaveLength(5);
  });

  test('notices a server that lets everything in', async () => {
    const careless = open({});
    careless.routes[1]!.handle = async () => ({ status: 200, contentType: 'text/plain', body: 'success' });
    const server = await openRouteServer(careless, createRecordingInbox());
    const results = await runWechatClient({ ...PARTY, baseUrl: server.url });
    await server.close();
    const failed = results.filter((r) => !r.ok).map((r) => r.name);
    for (const name of Object.keys(badEnvelopes(PARTY))) expect(failed).toContain(`${name} is refused`);
    expect(failed).toContain('an oversize body is refused');
  });

  test('ids it makes are beyond what a number can hold', () => {
    expect(Number.isSafeInteger(Number(bigId()))).toBe(false);
    expect(plainPost(PARTY, messageXml({})).query).not.toHaveProperty('msg_signature');
  });
});
