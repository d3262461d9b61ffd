// Harsh words are held for a second thought; what agents and the shop say in earnest is not.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadContent } from '../../src/curation/load-content.ts';
import { SAMPLE_PHRASES } from '../../src/phrases/sample.ts';
import { checkOutgoing } from '../../src/policy/check.ts';
import { CALM_WORDS, readFaces, readTone } from '../../src/policy/tone.ts';

const rules = (text: string) => readTone(text).map((finding) => finding.rule);

describe('harsh words', () => {
  it.each([
    ['跟您说了多少遍了，发不了', 'impatient'],
    ['不是告诉您了吗', 'impatient'],
    ['急什么急', 'impatient'],
    ['别 催 了，在查', 'impatient'],
    ['是您自己填错的地址', 'blames'],
    ['谁让你不看详情', 'blames'],
    ['你怎么不早说', 'blames'],
    ['随便你投诉', 'dismisses'],
    ['那您去投诉吧', 'dismisses'],
    ['不想要就别买', 'dismisses'],
    ['呵呵', 'mocks'],
    ['您可真有意思', 'mocks'],
    ['就几块钱的东西', 'mocks'],
    ['你骂谁呢', 'hits-back'],
    ['你这什么态度', 'hits-back'],
    ['请不要无理取闹', 'hits-back'],
    ['没有了！！！', 'shouts'],
  ])('%s', (text, rule) => {
    expect(rules(text)).toContain(rule);
    expect(readTone(text)[0]).toMatchObject({ why: expect.stringMatching(/./), source: expect.stringMatching(/./) });
  });
});

describe('said in earnest', () => {
  it.each([
    '您别着急，我马上帮您查',
    '我来帮您催一下快递',
    '您的心情我非常理解',
    '您可以在订单详情里自己修改地址',
    '您如果想投诉，我把投诉渠道发给您',
    '这个尺码暂时没有了，抱歉',
    '您说得对，是我没说清楚！',
    '请问您是第几次收到这条短信？',
    '我跟仓库确认了好几次，今天一定给您答复',
    '每件只差几块钱，您看要不要一起拍',
    '请您稍等，我看一下您的订单',
  ])('%s', (text) => expect(rules(text)).toEqual([]));

  it('nothing that the shop itself says: canned responses and every wording of its knowledge', async () => {
    const said = SAMPLE_PHRASES.map(({ text }) => text);
    for (const shop of ['apparel', 'electronics', 'food', 'beauty', 'furniture']) {
      const { entries } = await loadContent(join(import.meta.dirname, '../..'), shop);
      said.push(...entries.flatMap(({ answers }) => Object.values(answers)));
    }
    expect(said.length).toBeGreaterThan(1_000);
    const harsh = said.flatMap((text) => readTone(text).map(({ rule, evidence }) => `${rule} ${evidence}: ${text}`));
    expect(harsh).toEqual([]);
  });
});

it.each([
  ['好的😊👌', null, null],
  ['好的😊👌🎉', null, 'many'],
  ['好的❤️❤️', 'anxious', null],
  ['好的😊', 'angry', 'angry'],
  ['好的，100%棉', 'angry', null],
  ['1️⃣ 点开订单 2️⃣ 点申请 3️⃣ 提交', null, null],
] as const)('the faces in %s for somebody %s', (text, feeling, why) => {
  expect(readFaces(text, feeling)).toBe(why);
});

it('what is offered instead is calm and may be sent', () => {
  for (const text of CALM_WORDS) {
    expect(readTone(text)).toEqual([]);
    expect(checkOutgoing(text, { channel: 'web', author: 'agent', allowedHosts: [] })).toEqual({ ok: true });
  }
});
