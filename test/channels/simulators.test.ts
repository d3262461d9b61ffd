// The simulated platforms hold to what is published of the real ones: vectors, rations, tries, errors.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSign, spiSign } from '../../scripts/simulate/taobao-wire.ts';
import { openWechatSimulator, type WechatSimulator } from '../../scripts/simulate/wechat.ts';
import { createCallLimit, createRations, createTokens } from '../../scripts/simulate/wechat-rations.ts';
import { CALL_VECTOR, SPI_VECTOR, VECTOR_SECRET } from './top-vectors.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

it('signs calls of TOP as its documentation does', () => {
  const { params, signs } = CALL_VECTOR;
  for (const [method, sign] of Object.entries(signs))
    expect(callSign({ ...params, sign_method: method }, VECTOR_SECRET)).toBe(sign);
  expect(callSign({ ...params, sign_method: 'sha1' }, VECTOR_SECRET)).toBeNull();
});

it('signs what the platform calls as its own kit checks it', () => {
  expect(spiSign(SPI_VECTOR.query, SPI_VECTOR.body, VECTOR_SECRET)).toBe(SPI_VECTOR.sign);
});

it('five messages after a shopper’s own, for 48 hours; three after a click, for a minute', () => {
  let at = 0;
  const { open, take, left } = createRations(() => at);
  expect(take('o1')).toBe(45015);
  open('o1', 'message');
  expect([1, 2, 3, 4, 5, 6].map(() => take('o1'))).toEqual([0, 0, 0, 0, 0, 45047]);
  open('o1', 'click');
  expect(left('o1').messages).toBe(3);
  at += MINUTE;
  expect(take('o1')).toBe(45047);
  at += 48 * HOUR;
  expect(take('o1')).toBe(45015);
  open('o1', 'message');
  expect(take('o1')).toBe(0);
});

it('one token for two hours, renewed in its last five minutes, the old one good for five more', () => {
  let at = 0;
  const tokens = createTokens({ appId: 'wx1', appSecret: 's', now: () => at });
  const ask = (force = false) =>
    tokens.request({ grant_type: 'client_credential', appid: 'wx1', secret: 's', force_refresh: force });
  const first = String(ask().access_token);
  expect(ask()).toEqual({ access_token: first, expires_in: 7200 });
  at += 116 * MINUTE;
  const second = String(ask().access_token);
  expect(second).not.toBe(first);
  expect([tokens.check(first), tokens.check(second)]).toEqual([0, 0]);
  at += 5 * MINUTE;
  expect([tokens.check(first), tokens.check(second)]).toEqual([42001, 0]);
  expect([tokens.check(undefined), tokens.check('nobody’s')]).toEqual([41001, 40001]);
  const third = String(ask(true).access_token);
  expect([tokens.check(second), tokens.check(third)]).toEqual([42001, 0]);
  expect(ask(true)).toMatchObject({ errcode: 45011 });
  expect(tokens.request({ grant_type: 'client_credential', appid: 'wx1', secret: 'x' })).toMatchObject({
    errcode: 40125,
  });
});

it('counts calls by the minute and by the day', () => {
  let at = 0;
  const call = createCallLimit({ perMinute: 2, perDay: 3 }, () => at);
  expect([call(), call(), call()]).toEqual([0, 0, 45011]);
  at += MINUTE;
  expect([call(), call()]).toEqual([0, 45009]);
});

describe('a shop that does not answer', () => {
  let wechat: WechatSimulator;
  beforeAll(async () => {
    wechat = await openWechatSimulator({
      token: 't',
      aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
      appId: 'wx1',
      appSecret: 's',
      mode: 'secure',
      target: 'http://127.0.0.1:9',
      patience: { tries: 3, everyMs: 100 },
    });
  });
  afterAll(() => wechat?.close());

  it('is asked three times, and the shopper sees what WeChat shows then', async () => {
    const started = performance.now();
    expect(await wechat.say('oAlone', '在吗')).toMatchObject({ tries: 3, taken: false });
    expect(performance.now() - started).toBeGreaterThan(190);
    expect(wechat.room.log('oAlone').map(({ who, text }) => `${who}: ${text}`)).toEqual([
      'shopper: 在吗',
      'platform: 该公众号暂时无法提供服务，请稍后再试',
    ]);
    expect(await wechat.verify()).toBe(false);
  });

  it('may not send what the platform refuses', async () => {
    const post = async (path: string, body: string) => {
      const answer = await fetch(wechat.room.url + path, { method: 'POST', body });
      return (await answer.json()) as { errcode?: number; access_token?: string };
    };
    const { access_token: token } = await post(
      '/cgi-bin/stable_token',
      JSON.stringify({ grant_type: 'client_credential', appid: 'wx1', secret: 's' }),
    );
    const send = async (body: string) =>
      (await post(`/cgi-bin/message/custom/send?access_token=${token}`, body)).errcode;
    const text = (touser: string, content: string) => JSON.stringify({ touser, msgtype: 'text', text: { content } });
    expect(await send(text('oNobody', '您好'))).toBe(40003);
    expect(await send(text('oAlone', ''))).toBe(44002);
    expect(await send(text('oAlone', '好'.repeat(683)))).toBe(45002);
    expect(await send(text('oAlone', '您好').replace('您', '\\u60a8'))).toBe(40033);
    expect(await send('{')).toBe(47001);
    expect(await send(text('oAlone', '您好'))).toBe(0);
    expect((await post('/cgi-bin/message/custom/send', text('oAlone', '您好'))).errcode).toBe(41001);
    // a page of another site cannot speak as the shopper
    expect((await fetch(`${wechat.room.url}/page/say`, { method: 'POST', body: '{}' })).status).toBe(415);
  });
});
