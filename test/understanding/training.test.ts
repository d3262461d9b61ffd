// What is learned: the same content gives the same bytes, in threads or here, and small weights cost nothing.
import { afterAll, describe, expect, it } from 'vitest';
import { pack } from '../../src/understanding/bytes.ts';
import { predict } from '../../src/understanding/classifier.ts';
import { trainClassifier } from '../../src/understanding/train-classifier.ts';
import { createTrainThreads } from '../../src/understanding/train-threads.ts';

const TOPICS: Record<string, string[]> = {
  shipping: ['发货', '寄出', '揽收', '出库'],
  refund: ['退款', '退钱', '到账', '原路返回'],
  size: ['尺码', '偏大', '偏小', '合身'],
  outside: ['天气', '股票', '作业', '电影'],
};
const FRAMES = ['怎么还不X', 'X要多久', '请问X的事', 'X有问题', '麻烦看下X', '关于X', 'X呢', '我想问X'];
const examples = Object.entries(TOPICS).flatMap(([label, words]) =>
  words.flatMap((word) => FRAMES.map((frame) => ({ text: frame.replace('X', word), label }))),
);

const threads = createTrainThreads(2);
afterAll(() => threads.close());

describe('the classifier', () => {
  it('learned twice, here and in threads, is the same to the byte', async () => {
    const here = await trainClassifier(examples, { outside: 'outside', epochs: 6 });
    const there = await trainClassifier(examples, { outside: 'outside', epochs: 6 }, threads.run);
    const bytes = (trained: typeof here) => Buffer.from(pack(trained.classifier));
    expect(bytes(here).equals(bytes(there))).toBe(true);
  });

  it('with int8 weights decides as with 32-bit ones', async () => {
    const small = await trainClassifier(examples, { outside: 'outside' });
    const exact = await trainClassifier(examples, { outside: 'outside', quantised: false });
    for (const { text } of examples) {
      const [a, b] = [predict(small.classifier, text), predict(exact.classifier, text)];
      expect(a.top).toBe(b.top);
      expect(Math.abs(a.confidence - b.confidence)).toBeLessThan(0.05);
    }
  });

  it('judges every text by what did not learn from it', async () => {
    const { heldOut } = await trainClassifier(examples, { outside: 'outside' });
    expect(heldOut.map((held) => held.row)).toEqual(examples.map((_, i) => i));
    const right = heldOut.filter((held) => held.right).length / heldOut.length;
    expect(right).toBeGreaterThan(0.6);
  });

  it('levelled, what nobody knows no longer looks like the label with the most examples', async () => {
    const more = ['售后', '运费', '发票', '赠品', '包装', '客服', '颜色', '面料'].flatMap((word) =>
      FRAMES.map((frame) => ({ text: frame.replace('X', word), label: 'refund' })),
    );
    const plain = await trainClassifier([...examples, ...more], { epochs: 6 });
    const level = await trainClassifier([...examples, ...more], { epochs: 6, levelling: 1 });
    const shareOf = ({ classifier }: typeof plain, text: string) =>
      predict(classifier, text).shares[classifier.labels.indexOf('refund')]!;
    for (const text of ['鸟儿飞过山岗', '明天去爬山']) expect(shareOf(level, text)).toBeLessThan(shareOf(plain, text));
    expect(level.classifier.labels[predict(level.classifier, '退款怎么还不到账').top]).toBe('refund');
  });

  it('a failure in a thread is the failure of the training', async () => {
    const broken = createTrainThreads(1);
    await expect(broken.run('svm', null as never)).rejects.toThrow();
    broken.close();
  });
});
