// Group robots against local receivers that check the signature by the published rule: what arrives, what is refused, what is tried again.
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { createOutgoing, type Outgoing } from '../../src/providers/outgoing.ts';
import { createGroupRobot, type GroupRobotDeps, type RobotError } from '../../src/providers/robots/group-robot.ts';
import type { Notice } from '../../src/providers/robots/robot.ts';
import { ROBOTS, type RobotKind } from '../../src/providers/robots/table.ts';
import { loadConfig } from '../../src/settings.ts';
import { createStaffGroups } from '../../src/staff-groups.ts';
import { hmacSha256, openReceiver, type Receiver } from './robot-receivers.ts';

const KINDS = Object.keys(ROBOTS) as RobotKind[];
const SIGNING = KINDS.filter((kind) => kind !== 'wecom');
const SECRET = 'SEC-canary-of-the-secret';
const notice: Notice = {
  title: '投诉已等待 5 分钟',
  lines: ['会话 118：七天无理由被拒', '责任组：售后'],
  link: { label: '去接待', url: 'https://shop.example/desk?handoff=7&from=robot' },
};

const opened: Receiver[] = [];
afterEach(async () => void (await Promise.all(opened.splice(0).map((receiver) => receiver.close()))));

async function open(kind: RobotKind, deps: Partial<GroupRobotDeps> = {}, secret = SECRET) {
  const receiver = await openReceiver(kind, SECRET);
  opened.push(receiver);
  const pauses: number[] = [];
  const robot = createGroupRobot(
    kind,
    { url: receiver.url, secret },
    {
      outgoing: createOutgoing({ named: ['127.0.0.1'] }),
      pause: async (ms) => void pauses.push(ms),
      timeoutMs: 300,
      ...deps,
    },
  );
  return { receiver, robot, pauses };
}

const failureOf = (work: Promise<unknown>): Promise<RobotError> =>
  work.then(
    () => expect.fail('it went through'),
    (error: RobotError) => error,
  );

/** The robot's time and its pauses, without waiting for either. */
function fakeTime(start = Date.now()) {
  let at = start;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => at,
    pass: (ms: number) => {
      at += ms;
    },
    pause: async (ms: number) => {
      pauses.push(ms);
      at += ms;
    },
  };
}

test('the receivers’ own HMAC is one', () => {
  for (const [key, text] of [
    ['', ''],
    ['k', 'text'],
    ['长'.repeat(40), '1599360473\ndemo'],
  ] as const) {
    expect(hmacSha256(key, text)).toBe(createHmac('sha256', key).update(text).digest('base64'));
  }
});

describe('signatures', () => {
  // computed with the Python programs of the platforms' own pages
  test('钉钉: the secret signs time and secret, and goes into the address', () => {
    const target = { url: 'https://oapi.dingtalk.com/robot/send?access_token=abc', secret: 'this is secret' };
    const { url } = ROBOTS.dingtalk.write(target, notice, new Date(1577808000000));
    expect(url).toBe(
      'https://oapi.dingtalk.com/robot/send?access_token=abc&timestamp=1577808000000&sign=ijHEivi6YiCNPZOq4hZstmvZ3sPfbioAiMhP30ae7W0%3D',
    );
  });

  test('飞书: time and secret sign nothing, in the body', () => {
    const { url, body } = ROBOTS.feishu.write({ url: 'https://x/hook', secret: 'demo' }, notice, new Date(100_999));
    expect(url).toBe('https://x/hook');
    expect(JSON.parse(body)).toMatchObject({
      timestamp: '100',
      sign: 'jquNHnVOwmDRfw+vqTIrY5dooJAgi5EcRtLsQE4wfXg=',
    });
  });
});

describe.each(KINDS)('%s', (kind) => {
  test('a notice arrives, signed, with title, lines and link', async () => {
    const { receiver, robot } = await open(kind);
    await robot.tell(notice);
    expect(receiver.taken).toHaveLength(1);
    const said = JSON.stringify(receiver.taken[0]);
    for (const part of [notice.title, ...notice.lines, notice.link!.label, notice.link!.url])
      expect(said).toContain(part);
  });

  test('calls everybody when asked to, and only then', async () => {
    const calls = { dingtalk: /"isAtAll":true/, feishu: /"user_id":"all"/, wecom: /"mentioned_list":\["@all"\]/ }[kind];
    const { receiver, robot } = await open(kind);
    await robot.tell(notice);
    await robot.tell({ ...notice, everyone: true });
    expect(receiver.taken.map((body) => calls.test(JSON.stringify(body)))).toEqual([false, true]);
  });

  test('a notice of any length fits, the beginning of it', async () => {
    const { receiver, robot } = await open(kind);
    const lines = Array.from({ length: 300 }, (_, i) => `第 ${i + 1} 条 ${'客户说衣服😀破了"\\'.repeat(60)}`);
    for (const everyone of [false, true]) await robot.tell({ ...notice, title: '长'.repeat(500), lines, everyone });
    expect(receiver.taken).toHaveLength(2);
    for (const body of receiver.taken) {
      expect(JSON.stringify(body)).toContain('第 1 条');
      expect(JSON.stringify(body)).toContain('后面的省略了');
    }
  });

  test('a shopper’s words become no link, no call to the group, no heading; numbers of people are masked', async () => {
    const { receiver, robot } = await open(kind);
    const hostile =
      '[点我领红包](http://evil.example) <@all> <font color="warning">x</font> # 大\n# 标题 `a` 13812345678';
    await robot.tell({ title: hostile, lines: [hostile] });
    const said = JSON.stringify(receiver.taken[0]);
    expect(said).not.toMatch(/\[点我|\]\(http|<@|<font|13812345678/);
    expect(said).toContain('点我领红包');
  });

  test.each([
    ['refused: the body says so, the status is 200', { status: 200, body: { errcode: 400999, code: 400999 } }],
    ['no number at all', { status: 200, body: {} }],
    ['null', { status: 200, body: { errcode: null, code: null } }],
    ['not JSON', { status: 200, body: '<html>ok</html>' }],
    ['a redirect', { status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } }],
    ['success in the body of a refusal', { status: 403, body: { errcode: 0, code: 0 } }],
  ])('%s: a failure, told once', async (_what, answer) => {
    const { receiver, robot } = await open(kind);
    receiver.next.push(answer);
    expect(await failureOf(robot.tell(notice))).toMatchObject({ failure: 'refused' });
    expect(receiver.received).toHaveLength(1);
  });

  test('a zero in quotes is a success', async () => {
    const { receiver, robot } = await open(kind);
    receiver.next.push({ status: 200, body: { errcode: '0', code: '0' } });
    await robot.tell(notice);
  });

  test.each([
    ['500', { status: 500 }],
    ['a cut line', 'cut' as const],
    ['no answer', 'hang' as const],
  ])('%s, then it works: tried again after a pause', async (_what, trouble) => {
    const { receiver, robot, pauses } = await open(kind);
    receiver.next.push(trouble);
    await robot.tell(notice);
    expect(receiver.taken).toHaveLength(1);
    expect(pauses.filter((ms) => ms >= 1_000)).toEqual([1_000]);
  });

  test('a server that hangs for ever: three tries, bounded, one sentence', async () => {
    const { receiver, robot, pauses } = await open(kind);
    receiver.next.push('hang', 'hang', 'hang', 'hang');
    const started = performance.now();
    expect(await failureOf(robot.tell(notice))).toMatchObject({ failure: 'unavailable' });
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(receiver.received).toHaveLength(3);
    expect(pauses.filter((ms) => ms >= 1_000)).toEqual([1_000, 4_000]);
  });

  test.each([
    ['429', { status: 429 }],
    [
      'the platform’s own number',
      {
        status: 200,
        body: { dingtalk: { errcode: 130101 }, feishu: { code: 11232 }, wecom: { errcode: 45009 } }[kind],
      },
    ],
  ])(
    'too fast (%s): not tried again, and left alone for as long as the platform shuts it out',
    async (_what, answer) => {
      const time = fakeTime();
      const { receiver, robot } = await open(kind, time);
      receiver.next.push(answer);
      expect(await failureOf(robot.tell(notice))).toMatchObject({ failure: 'too-fast' });
      expect(await failureOf(robot.tell(notice))).toMatchObject({ failure: 'too-fast' });
      expect(receiver.received).toHaveLength(1);
      time.pass(ROBOTS[kind].shutOutMs + 1);
      await robot.tell(notice);
      expect(receiver.taken).toHaveLength(1);
    },
  );

  test('keeps to the platform’s number a minute, in order', async () => {
    const time = fakeTime();
    const times: number[] = [];
    const outgoing = createOutgoing({ named: ['127.0.0.1'] });
    const noted: Outgoing = {
      ...outgoing,
      post(request) {
        times.push(time.now());
        return outgoing.post(request);
      },
    };
    const { receiver, robot } = await open(kind, { ...time, outgoing: noted });
    const { perMinute } = ROBOTS[kind];
    const many = perMinute + 5;
    await Promise.all(Array.from({ length: many }, (_, i) => robot.tell({ title: `第 ${i}`, lines: [] })));
    expect(receiver.taken.map((body) => /第 (\d+)/.exec(JSON.stringify(body))![1])).toEqual(
      Array.from({ length: many }, (_, i) => String(i)),
    );
    for (let i = perMinute; i < many; i++) expect(times[i]! - times[i - perMinute]!).toBeGreaterThanOrEqual(60_000);
  });

  test('a line that grows too long is refused, not kept for ever', async () => {
    const { receiver, robot } = await open(kind, { pause: () => new Promise(() => {}), timeoutMs: 60_000 });
    receiver.next.push('hang');
    const { perMinute } = ROBOTS[kind];
    const standing = Array.from({ length: perMinute * 2 }, () => robot.tell(notice));
    for (const one of standing) one.catch(() => {});
    expect(await failureOf(robot.tell(notice))).toMatchObject({ failure: 'too-fast' });
  });

  test('neither the address nor the secret is in any failure', async () => {
    const { receiver, robot } = await open(kind);
    const key = new URL(receiver.url);
    const hidden = [SECRET, 'token-of-the-robot', key.pathname, encodeURIComponent(SECRET)];
    const echo = `you sent ${receiver.url} ${SECRET}`;
    const troubles: Receiver['next'] = [
      { status: 200, body: { errcode: 93000, errmsg: echo, code: 19001, msg: echo } },
      { status: 200, body: { errcode: 310000, errmsg: `sign not match ${echo}`, code: 19021, msg: echo } },
      { status: 404, body: echo },
      'hang',
      'hang',
      'hang',
      { status: 429, body: echo },
    ];
    receiver.next.push(...troubles);
    for (let i = 0; i < 5; i++) {
      const failure = await failureOf(robot.tell(notice));
      const shown = `${failure.message}\n${failure.stack}\n${JSON.stringify(failure)}\n${String(failure.cause)}`;
      for (const secret of hidden) expect(shown).not.toContain(secret);
      expect(failure.message).toContain(ROBOTS[kind].title);
    }
  });
});

describe.each(SIGNING)('%s: the signature', (kind) => {
  test('of a wrong secret is refused by the platform, and said so', async () => {
    const { receiver, robot } = await open(kind, {}, 'SEC-another');
    const failure = await failureOf(robot.tell(notice));
    expect(failure).toMatchObject({ failure: 'refused', message: expect.stringContaining('签名') });
    expect(receiver.taken).toEqual([]);
    expect(receiver.received).toHaveLength(1);
  });

  test.each([2, -2])('of a clock that is %i hours off is made again by the platform’s clock', async (hours) => {
    const { receiver, robot } = await open(kind);
    receiver.clockAheadMs = hours * 3_600_000;
    await robot.tell(notice);
    await robot.tell(notice);
    expect(receiver.taken).toHaveLength(2);
    expect(receiver.received).toHaveLength(3); // learned once
  });

  test('a wrong secret and a wrong clock: one more try, then a person', async () => {
    const { receiver, robot } = await open(kind, {}, 'SEC-another');
    receiver.clockAheadMs = 7_200_000;
    expect(await failureOf(robot.tell(notice))).toMatchObject({ failure: 'refused' });
    expect(receiver.received).toHaveLength(2);
  });

  test('is new for every try', async () => {
    const time = fakeTime();
    const { receiver, robot } = await open(kind, time);
    receiver.next.push({ status: 503 });
    await robot.tell(notice);
    const signs = receiver.received.map(({ query, body }) => query.get('sign') ?? body.sign);
    expect(new Set(signs).size).toBe(2);
  });
});

describe('what 钉钉 means by 310000', () => {
  test.each([
    ['keywords not in content', '关键词'],
    ['ip 1.2.3.4 not in whitelist', '白名单'],
    ['sign not match', '签名'],
    ['invalid timestamp', '服务器时间'],
  ])('%s', async (errmsg, word) => {
    const { receiver, robot } = await open('dingtalk');
    receiver.next.push({ status: 200, body: { errcode: 310000, errmsg } });
    expect((await failureOf(robot.tell(notice))).message).toContain(word);
  });
});

describe('by the settings', () => {
  const settings = (env: Record<string, string>) => loadConfig([], env, '/nonexistent/.env');

  test('every robot that is named is told; one that fails is reported and holds up nobody', async () => {
    const receivers = await Promise.all(KINDS.map((kind) => openReceiver(kind, SECRET)));
    opened.push(...receivers);
    const [dingtalk, feishu, wecom] = receivers as [Receiver, Receiver, Receiver];
    feishu.next.push({ status: 200, body: { code: 19024, msg: 'Key Words Not Found' } });
    const errors: string[] = [];
    const groups = createStaffGroups(
      settings({
        ROBOT_DINGTALK_URL: dingtalk.url,
        ROBOT_DINGTALK_SECRET: SECRET,
        ROBOT_FEISHU_URL: feishu.url,
        ROBOT_FEISHU_SECRET: SECRET,
        ROBOT_WECOM_URL: wecom.url,
      }),
      (error, where) => errors.push(`${where}: ${(error as Error).message}`),
    );
    await groups.tell(notice);
    expect([dingtalk, feishu, wecom].map((r) => r.taken.length)).toEqual([1, 0, 1]);
    expect(errors).toEqual(['group robot feishu: 飞书群机器人：消息里没有机器人要求的关键词（19024）']);
  });

  test('without any, nothing happens', async () => {
    const errors: unknown[] = [];
    await createStaffGroups(settings({}), (error) => errors.push(error)).tell(notice);
    expect(errors).toEqual([]);
  });
});
