// Taobao's open platform: the published signatures, China's time whatever the machine's, ids of 64 bits, errors by what to do about them.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { idText, parseExact } from '../../src/providers/exact-json.ts';
import { createTopClient, readTopTime, signTop, TopError, topTime } from '../../src/providers/top.ts';
import { type FakeTop, openFakeTop } from '../channels/fake-top.ts';
import { toThisMachine } from '../channels/harnesses.ts';
import { TOP_PARTY } from '../channels/taobao-client.ts';
import { CALL_VECTOR, VECTOR_SECRET } from '../channels/top-vectors.ts';

describe('signatures', () => {
  test.each(Object.entries(CALL_VECTOR.signs) as [keyof typeof CALL_VECTOR.signs, string][])(
    'the published vector, %s',
    (method, expected) => {
      const signed = { ...CALL_VECTOR.params, sign_method: method };
      expect(signTop(signed, VECTOR_SECRET, method)).toBe(expected);
      expect(signTop({ ...signed, sign: 'whatever' }, VECTOR_SECRET, method)).toBe(expected);
      expect(signTop({ ...signed, num_iid: '11223345' }, VECTOR_SECRET, method)).not.toBe(expected);
    },
  );
});

describe('time', () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  test.each(['UTC', 'America/New_York', 'Asia/Shanghai', 'Pacific/Kiritimati'])(
    'is China’s on a machine in %s',
    (tz) => {
      process.env.TZ = tz;
      const ms = Date.UTC(2026, 0, 1, 4, 0, 0);
      expect(topTime(ms)).toBe('2026-01-01 12:00:00');
      expect(readTopTime('2026-01-01 12:00:00')).toBe(ms);
    },
  );
  test.each(['', '2026-01-01', '2026-01-01T12:00:00', '2026-13-01 12:00:00', '1767240000', '2026-01-01 12:00:00 '])(
    '%j is none',
    (text) => {
      expect(readTopTime(text)).toBeNull();
    },
  );
});

describe('numbers', () => {
  test('ids of 64 bits keep their digits, prices stay numbers, digits in text stay text', () => {
    expect(
      parseExact('{"tid":9223372036854775807,"oid":-9007199254740993,"n":12,"price":12.50,"s":"9223372036854775807"}'),
    ).toEqual({ tid: '9223372036854775807', oid: '-9007199254740993', n: 12, price: 12.5, s: '9223372036854775807' });
    expect(idText(parseExact('9223372036854775807'))).toBe('9223372036854775807');
    expect([idText(12), idText(' a '), idText(''), idText(1.5), idText(2 ** 60), idText(null), idText({})]).toEqual([
      '12',
      'a',
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('calls', () => {
  let top: FakeTop;
  beforeAll(async () => {
    top = await openFakeTop(TOP_PARTY);
  });
  afterAll(() => top.close());
  const open = (more: { appSecret?: string; session?: string; apiBase?: string; now?: () => number } = {}) =>
    createTopClient({
      ...TOP_PARTY,
      session: '',
      apiBase: top.url,
      outgoing: toThisMachine,
      now: Date.now,
      ...more,
    });
  const troubleOf = async (call: Promise<unknown>): Promise<TopError> => {
    const error = await call.then(
      () => new Error('it was answered'),
      (e: unknown) => e,
    );
    if (!(error instanceof TopError)) throw error;
    return error;
  };

  test('a call is signed so that the platform takes it; the gateway’s path is added only where it is missing', async () => {
    expect(await open().call('taobao.time.get')).toMatchObject({ time: expect.any(String) });
    expect(
      await open({ apiBase: `${top.url}/router/rest` }).call('taobao.time.get', { 名称: 'a+b &=中文' }),
    ).toBeTruthy();
    expect(top.calls.map(({ path }) => path)).toEqual(['/router/rest', '/router/rest']);
    expect(top.calls.at(-1)!.params.名称).toBe('a+b &=中文');
  });

  test('an answer’s ids of 64 bits are whole, wrapped or simplified', async () => {
    for (const body of [
      '{"trade_fullinfo_get_response":{"trade":{"tid":1234567890123456789}}}',
      '{"trade":{"tid":1234567890123456789}}',
    ]) {
      top.answerNext(body);
      expect(await open().call('taobao.trade.fullinfo.get')).toEqual({ trade: { tid: '1234567890123456789' } });
    }
  });

  test.each([
    [{ code: 15, msg: 'Remote service error', sub_code: 'isp.top-remote-connection-timeout' }, 'busy', undefined],
    [{ code: 15, msg: 'Remote service error', sub_code: 'isv.trade-not-exist' }, 'refused', undefined],
    [
      {
        code: 7,
        msg: 'App Call Limited',
        sub_code: 'accesscontrol.limited-by-app-access-count',
        sub_msg: 'This ban will last for 12 more seconds',
      },
      'limited',
      12_000,
    ],
    [{ code: 7, msg: 'App Call Limited' }, 'limited', 60_000],
    [{ code: 27, msg: 'Invalid session', sub_code: 'invalid-sessionkey' }, 'session', undefined],
    [{ code: 25, msg: 'Invalid signature' }, 'signature', undefined],
  ])('%j', async (error, trouble, afterMs) => {
    top.answerNext(JSON.stringify({ error_response: error }));
    const found = await troubleOf(open().call('taobao.time.get'));
    expect(found).toMatchObject({ trouble, afterMs });
    expect(found.message).toMatch(/\p{Script=Han}/u);
  });

  test('what is no JSON is trouble of the platform; a wrong secret and a wrong clock are told as such', async () => {
    for (const body of ['<html>502</html>', '{"code":502,"message":"bad gateway"}', '[]', '{"errcode":"1"}']) {
      top.answerNext(body);
      expect(await troubleOf(open().call('taobao.time.get'))).toMatchObject({ trouble: 'busy' });
    }
    expect(await troubleOf(open({ appSecret: 'other' }).call('taobao.time.get'))).toMatchObject({
      trouble: 'signature',
    });
    expect(await troubleOf(open({ now: () => Date.now() - 900_000 }).call('taobao.time.get'))).toMatchObject({
      trouble: 'refused',
      subCode: 'isv.invalid-timestamp',
    });
  });
});
