// Promises in outgoing messages: the labelled sentences, what is reported of each, and that no text can hurt.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectPromises } from '../../src/promises/detect.ts';
import { SAID_AT, SENTENCES, score } from './sentences.ts';

const found = (text: string) => detectPromises(text, { now: SAID_AT });
const kinds = (text: string) => found(text).map(({ kind }) => kind);

describe('the labelled sentences', () => {
  it('are enough, each once', () => {
    expect(SENTENCES.filter(({ promises }) => promises.length > 0).length).toBeGreaterThanOrEqual(150);
    expect(SENTENCES.filter(({ promises }) => promises.length === 0).length).toBeGreaterThanOrEqual(150);
    expect(new Set(SENTENCES.map(({ text }) => text)).size).toBe(SENTENCES.length);
  });

  it.each([
    ['all', SENTENCES],
    ['the half of which only the figures were seen', SENTENCES.filter(({ half }) => half === 'judge')],
  ])('%s: nearly every promise is found, nearly nothing else', (_, sentences) => {
    const { missed, falseAlarms, ...figures } = score(sentences);
    const shown = JSON.stringify(figures);
    expect(figures.recall, `${shown}\n${missed.join('\n')}`).toBeGreaterThanOrEqual(0.95);
    expect(figures.falseRate, `${shown}\n${falseAlarms.join('\n')}`).toBeLessThanOrEqual(0.05);
    expect(figures.superfluous, shown).toBeLessThanOrEqual(0.05);
    expect(figures.kindRecall, shown).toBeGreaterThanOrEqual(0.9);
    expect(figures.dueRight, shown).toBeGreaterThanOrEqual(0.95);
  });
});

describe('what is reported', () => {
  it('points into the message as it was written', () => {
    const text = '亲～ 收到啦。\n今 天 给 您 补 发 一 双 袜子，ＰＳ：晚点把单号发您😊';
    for (const promise of found(text)) {
      expect(text.slice(promise.offset, promise.offset + promise.length)).toBe(promise.evidence);
    }
    expect(found(text).map(({ kind, evidence, dueWords }) => [kind, evidence, dueWords])).toEqual([
      ['replacement', '今 天 给 您 补 发 一 双 袜子', '今天'],
      ['reply', '晚点把单号发您', '晚点'],
    ]);
  });

  it('names the thing where it is counted', () => {
    expect(found('给您多放一双袜子当小礼物')[0]).toMatchObject({ kind: 'gift', subject: '一双袜子' });
    expect(found('今天给您发货')[0]).not.toHaveProperty('subject');
  });

  it('takes each promise of a message by itself', () => {
    expect(kinds('今天给您补发，再送您一双袜子。差价明天退您')).toEqual(['replacement', 'gift', 'compensation']);
  });

  it('keeps a promise said in two clauses together, with its time', () => {
    expect(found('我给您申请补偿，两天内到账')).toMatchObject([{ kind: 'compensation', dueWords: '两天内' }]);
    expect(found('我给您补发一件新的，明天发出')).toMatchObject([{ kind: 'replacement', dueWords: '明天' }]);
    expect(found('我跟仓库说好了，您的优先发，今晚就走')).toMatchObject([{ kind: 'shipment', dueWords: '今晚' }]);
  });

  it('leaves the time open where it begins with something still to happen', () => {
    expect(found('收到您的退货后，我们24小时内给您退款')).toMatchObject([
      { kind: 'refund', dueAt: null, dueWords: '24小时内' },
    ]);
  });

  it('binds a shop that says 如果…我给您…, not one that explains what can be done', () => {
    expect(kinds('如果明天还没到，我给您补发')).toEqual(['replacement']);
    expect(kinds('如果明天还没到，可以给您补发')).toEqual([]);
  });
});

/** The words of every rule, so that random texts are full of half promises. */
const UNITS = (
  '今天 明天 下周一 11月30日 3个工作日 24小时 内 前 后 下午 6点 半 马上 稍后 给您 帮您 您 你 我 我们 这边 仓库 不 没 别 已经 了 过 吗 ？ ， 。 ' +
  '如果 可以 会 一定 发 发货 寄 退 退款 送 补 补发 换 备注 回复 联系 催 快递 发票 到货 通知 留 改 地址 上门 师傅 差价 券 运费 “ ” " ( ) : - ~ . 1 12 \n 😊 \u200b 　 ７ [愉快] a'
).split(' ');

describe('any text', () => {
  it('up to 4,000 characters is read without an error, inside its bounds, and never due before it is said', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...UNITS), maxLength: 1_000 }),
      fc.string({ unit: 'binary', maxLength: 4_000 }),
    );
    fc.assert(
      fc.property(text, (message) => {
        let end = 0;
        for (const promise of detectPromises(message, { now: SAID_AT })) {
          expect(message.slice(promise.offset, promise.offset + promise.length)).toBe(promise.evidence);
          expect(promise.offset).toBeGreaterThanOrEqual(end);
          expect(promise.length).toBeGreaterThan(0);
          if (promise.dueAt) expect(promise.dueAt.getTime()).toBeGreaterThanOrEqual(SAID_AT.getTime());
          end = promise.offset + 1;
        }
      }),
      { numRuns: 150 },
    );
  });

  it.each([...UNITS, '给您送', '周一到', '跟仓库', '1-', '3.', '，您看'])(
    '4,000 characters of %j take no time to speak of',
    (unit) => {
      const text = unit.repeat(Math.ceil(4_000 / unit.length));
      const before = performance.now();
      found(text);
      expect(performance.now() - before).toBeLessThan(1_500);
    },
  );
});
