// The feeling of a message: named as a person would name it, on which words, and not where words only look like it.
import { describe, expect, it } from 'vitest';
import { readEmotionRows, scoreEmotions } from '../../scripts/eval/emotion.ts';
import { readEmotion } from '../../src/understanding/emotion.ts';
import { createRiskReader } from '../../src/understanding/risk.ts';
import { plainForRisk } from '../../src/understanding/risk-fold.ts';

const reader = createRiskReader();
const emotionOf = (text: string) => readEmotion(plainForRisk(text), reader.readWithCues(text, 'web').cues, null);

describe('by the rules alone', () => {
  const rows = readEmotionRows();

  it('the labelled set has every class in both of its own halves, and 350 sentences written for it', () => {
    expect(rows.filter((row) => row.half === 'judge').length).toBeGreaterThanOrEqual(175);
    expect(rows.filter((row) => row.id.startsWith('m')).length).toBeGreaterThanOrEqual(350);
    expect(new Set(rows.filter((row) => row.half === 'judge').map((row) => row.emotion)).size).toBe(7);
  });

  // some way below what was measured, 2026-11-28: judge 0.94, golden 0.77 (0.87 with the intent and the learned alarm)
  it.each([
    ['judge', 0.9],
    ['golden', 0.73],
  ] as const)('%s: right at least %d', (half, least) => {
    const judged = rows.filter((row) => row.half === half);
    const score = scoreEmotions(
      judged,
      judged.map((row) => emotionOf(row.text).name),
    );
    expect(score.right / score.n, JSON.stringify([...score.f1])).toBeGreaterThanOrEqual(least);
  });
});

describe('a feeling', () => {
  it('says on which words and by which rule', () => {
    expect(emotionOf('快递还没到，急死我了')).toMatchObject({ name: 'anxious', evidence: '急死', by: 'pressed' });
  });

  it('is stronger when it is shouted and weaker when it is hedged', () => {
    const plain = emotionOf('你们这样很过分').strength;
    expect(emotionOf('你们这样很过分！！').strength).toBeGreaterThan(plain);
    expect(emotionOf('你们这样有点过分').strength).toBeLessThan(plain);
  });

  it('is what comes after the but', () => {
    expect(emotionOf('衣服很好看，但是等了十天才到，太失望了').name).toBe('disappointed');
    expect(emotionOf('等了十天，不过真的太喜欢了').name).toBe('happy');
  });

  it('of an intent alone is none; beside words it tips the balance', () => {
    const hint = { name: 'anxious' as const, intent: 'urge_shipment', score: 0.9 };
    expect(readEmotion('什么时候发货', [], hint).name).toBe('neutral');
    const weak = { mood: { name: 'anxious' as const, strength: 0.2 }, by: 'r', evidence: '发货' };
    expect(readEmotion('什么时候发货', [weak], hint).name).toBe('anxious');
  });

  it.each([
    '空气炸锅能烤红薯吗',
    '急速发货是什么意思呢？是加钱吗',
    '不着急，慢慢来',
    '有没有买家说过失望的',
    '麻烦查一下订单，谢谢您',
    '会不会后悔买大了',
    '麻烦问下喜欢宽松的话拍几码',
    '好评返现多少',
    '第三次来买了，还有券吗',
  ])('is not read into %s', (text) => {
    expect(emotionOf(text).name).toBe('neutral');
  });

  it('praise is not irony, and irony is not praise', () => {
    expect(emotionOf('质量真棒，效率真高，太感谢你们了').name).toBe('happy');
    expect(emotionOf('真是感谢你们让我白等了一个月').name).toBe('sarcastic');
  });
});
