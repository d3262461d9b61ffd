// The loader: sound folders load the same way everywhere, bad ones are refused with every problem on its line.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { loadContent, loadShopFile } from '../../src/curation/load-content.ts';
import { AppError } from '../../src/errors.ts';
import { contentFolder, faqFile, intentFile, removeFolder } from './content-folder.ts';

const roots: string[] = [];
afterEach(async () => {
  await Promise.all(roots.splice(0).map(removeFolder));
});

async function load(files: Record<string, string | Uint8Array>, shop: string | null = null) {
  const root = await contentFolder(files);
  roots.push(root);
  return loadContent(root, shop);
}

/** The lines of the refusal; fails when the content was accepted or the error is another one. */
async function refusal(files: Record<string, string | Uint8Array>): Promise<string[]> {
  const error: unknown = await load(files).then(
    () => new Error('the content was accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw error;
  expect(error.code).toBe('bad_content');
  expect(error.message).not.toMatch(/\.ts:\d|node_modules|^\s+at /m);
  for (const line of error.message.split('\n')) expect(line).toMatch(/^[^:]+:\d+: \S/);
  return error.message.split('\n');
}

const sound = {
  'intents/shipping_fee.yaml': intentFile('shipping_fee'),
  'intents/returns.yaml': intentFile('returns'),
  'faq-corpus/general/shipping/fee-b.md': faqFile('fee-b'),
  'faq-corpus/apparel/fee-a.md': faqFile('fee-a', { head: { valid_from: '2026-11-01', valid_until: '2026-12-31' } }),
};
const policyFile = (answerMin: number) =>
  `wrong_at_most: 0.02\nanswer_min: ${answerMin}\nclarify_min: 0.1\nact_min: 0.5\nevaluation: {}\n`;
const withIntent = (text: string | Uint8Array) => refusal({ ...sound, 'intents/returns.yaml': text });
const withFaq = (text: string | Uint8Array) => refusal({ ...sound, 'faq-corpus/apparel/fee-a.md': text });

describe('sound content', () => {
  it('comes sorted, complete and with a hash that depends on nothing but the content', async () => {
    const content = await load(sound);
    expect(content.intents.map((intent) => intent.name)).toEqual(['returns', 'shipping_fee']);
    expect(content.entries.map((entry) => entry.id)).toEqual(['fee-a', 'fee-b']);
    expect(content.entries[0]!.answers).toEqual({ standard: '亲，可以的。', terse: '可以。' });
    expect(content.hash).toMatch(/^[0-9a-f]{64}$/);
    const moved = { ...sound, 'faq-corpus/other/fee-b.md': sound['faq-corpus/general/shipping/fee-b.md'] };
    const { 'faq-corpus/general/shipping/fee-b.md': _, ...rest } = moved;
    expect((await load(rest)).hash).toBe(content.hash);
    const changed = { ...sound, 'faq-corpus/apparel/fee-a.md': faqFile('fee-a') };
    expect((await load(changed)).hash).not.toBe(content.hash);
  });

  it('accepts a byte-order mark and Windows line ends with the same result', async () => {
    const windows = Object.fromEntries(
      Object.entries(sound).map(([path, text]) => [path, `\ufeff${text.replaceAll('\n', '\r\n')}`]),
    );
    expect((await load(windows)).hash).toBe((await load(sound)).hash);
  });

  it('a shop is what all share and its own folder, and the closer file wins', async () => {
    const several = {
      ...sound,
      'faq-corpus/apparel/fee-b.md': faqFile('fee-b', { body: '## standard\n满 99 元包邮。' }),
      'faq-corpus/food/fee-c.md': faqFile('fee-c'),
      'faq-corpus/policy.yaml': policyFile(0.9),
      'faq-corpus/food/policy.yaml': policyFile(0.8),
    };
    const apparel = await load(several, 'apparel');
    expect(apparel.entries.map((entry) => [entry.id, entry.answers.standard])).toEqual([
      ['fee-a', '亲，可以的。'],
      ['fee-b', '满 99 元包邮。'],
    ]);
    expect(apparel.policy?.answer_min).toBe(0.9);
    const food = await load(several, 'food');
    expect(food.entries.map((entry) => entry.id)).toEqual(['fee-b', 'fee-c']);
    expect(food.policy?.answer_min).toBe(0.8);
  });

  it('every sample shop loads, and says who it is', async () => {
    const root = join(import.meta.dirname, '../..');
    const folders = (await readdir(join(root, 'faq-corpus'), { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && entry.name !== 'general')
      .map((entry) => entry.name);
    expect(folders).toContain('apparel');
    const names = new Set<string>();
    for (const folder of folders) {
      names.add((await loadShopFile(root, folder)).name);
      expect((await loadContent(root, folder)).entries.length).toBeGreaterThan(150);
    }
    expect(names.size).toBe(folders.length);
  });

  it('a shop without a folder is refused by the name of the missing file', async () => {
    const root = await contentFolder(sound);
    roots.push(root);
    await expect(loadShopFile(root, 'nowhere')).rejects.toThrow('faq-corpus/nowhere/shop.yaml');
  });

  it('keeps the paragraphs of an answer', async () => {
    const body = '## standard\n第一段。\n\n第二段。\n';
    const content = await load({ ...sound, 'faq-corpus/apparel/fee-a.md': faqFile('fee-a', { body }) });
    expect(content.entries[0]!.answers.standard).toBe('第一段。\n\n第二段。');
  });
});

describe('bad intent files', () => {
  const good = intentFile('returns');
  it.each<[string, string | Uint8Array, RegExp]>([
    ['empty file', ' \n', /^intents\/returns\.yaml:1: 文件是空的/],
    ['not UTF-8', Uint8Array.from([0x6e, 0x3a, 0x20, 0xc3, 0x28]), /returns\.yaml:1: 不是合法的 UTF-8/],
    ['too large', 'a'.repeat(300_000), /最多 262144 字节/],
    ['a list instead of fields', '- a\n- b\n', /returns\.yaml:1: 内容的值/],
    ['unknown field', good.replace('risk: N', 'risk: N\nrisky: 1'), /returns\.yaml:5: 不认识的字段「risky」/],
    ['missing field', good.replace('label: 测试意图\n', ''), /returns\.yaml:1: 缺少字段「label」/],
    ['wrong choice', good.replace('stage: presale', 'stage: before'), /returns\.yaml:3: .*应为presale \| insale/],
    [
      'wrong then',
      good.replace('then: answer', 'then: { act: fly }'),
      /:6: .*answer \| ask \| \{ act: track-logistics/,
    ],
    ['number as example', good.replace(/ {2}- .*的第 3 句例子"/, '  - 1'), /returns\.yaml:10: .*加引号/],
    ['too few examples', intentFile('returns', { examples: ['一句'] }), /returns\.yaml:7: .*只有 1 项，应至少有 20 项/],
    ['name is not the file name', intentFile('refunds'), /returns\.yaml:1: name 为 refunds，应与文件名相同（returns）/],
    ['duplicate field', good.replace('risk: N', 'risk: N\nrisk: L'), /:5: 不是合法的 YAML：同一个字段写了两次/],
    ['tabs', good.replace('  - ', '\t- '), /不是合法的 YAML/],
    ['open quote', good.replace('label: 测试意图', 'label: "测试意图'), /不是合法的 YAML/],
    ['two documents', `${good}\n---\nname: b\n`, /不是合法的 YAML/],
    ['NUL in a text', good.replace('label: 测试意图', 'label: "a\\0b"'), /:2: 「label」含有控制字符/],
    [
      'half a surrogate pair',
      good.replace('label: 测试意图', 'label: "\\ud800"'),
      /:2: 「label」含有控制字符|不是合法的 YAML/,
    ],
    ['deep nesting', `name: ${'['.repeat(100_000)}`, /returns\.yaml:1: 不是合法的 YAML/],
    [
      'counter example on an unknown intent',
      intentFile('returns', { extra: 'counter_examples:\n  - { text: 别的, intent: nowhere }' }),
      /returns\.yaml:8: 反例指向的意图「nowhere」没有定义/,
    ],
    [
      'counter example on itself',
      intentFile('returns', { extra: 'counter_examples:\n  - { text: 别的, intent: returns }' }),
      /returns\.yaml:8: 反例「别的」指向本意图/,
    ],
    [
      'an order state that leads to an unknown intent',
      intentFile('returns', { extra: 'by_order: { paid: nowhere, shipped: an-entry-of-the-shop }' }),
      /returns\.yaml:7: by_order 的 paid 指向「nowhere」/,
    ],
    [
      'a slot that is asked for and that the intent does not have',
      intentFile('returns', { extra: 'asks: { slots: [order], then: answer }' }),
      /returns\.yaml:7: asks 里的 order 应同时写在 slots 里/,
    ],
  ])('%s', async (_name, text, expected) => {
    expect((await withIntent(text)).join('\n')).toMatch(expected);
  });

  it('an alias bomb is refused at once', async () => {
    const levels = 'abcdefgh'.split('').map((name, at, all) => {
      return `${name}: &${name} [${
        at === 0
          ? '1'
          : Array(9)
              .fill(`*${all[at - 1]}`)
              .join(',')
      }]`;
    });
    const before = performance.now();
    expect((await withIntent(`${levels.join('\n')}\n`)).join('\n')).toMatch(/引用（& 和 \*）过多/);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it('an example may belong to one intent only, whatever its width and case', async () => {
    const own = Array.from({ length: 20 }, (_, at) => `退货句子 ${at}`);
    const lines = await withIntent(intentFile('returns', { examples: [...own, 'ＳＨＩＰＰＩＮＧ_fee 的第 7 句例子'] }));
    expect(lines).toEqual([expect.stringMatching(/^intents\/shipping_fee\.yaml:14: 例句.*intents\/returns\.yaml:28/)]);
    expect(await withIntent(intentFile('returns', { examples: [...own, '退货句子 3'] }))).toHaveLength(1);
  });
});

describe('bad FAQ files', () => {
  const head = (fields: Record<string, string>) => faqFile('fee-a', { head: fields });
  const body = (text: string) => faqFile('fee-a', { body: text });
  const path = 'faq-corpus/apparel/fee-a\\.md';
  it.each<[string, string | Uint8Array, string]>([
    ['no front matter', '## standard\n好', '1: 缺少文件头'],
    ['front matter without end', '---\nid: fee-a\n', '1: 文件头没有结束'],
    ['missing standard', body('## terse\n可以'), '12: 缺少小节 ## standard'],
    ['unknown section', body('## standard\n好\n## funny\n哈'), '15: 不认识的小节「## funny」'],
    ['other heading', body('## standard\n好\n# 标题'), '15: 不认识的小节'],
    ['section twice', body('## standard\n好\n## standard\n好'), '15: 小节 ## standard 写了两次'],
    ['empty section', body('## standard\n\n## terse\n好'), '13: 小节 ## standard 是空的'],
    ['text before the sections', body('你好\n## standard\n好'), '13: 小节之前有内容「你好」'],
    ['endless answer', body(`## standard\n${'好'.repeat(2001)}`), '13: 小节 ## standard 有 2001 个字'],
    ['control character', body('## standard\n好\u0007'), '13: 「## standard」含有控制字符'],
    ['id is not the file name', head({ id: 'fee-c' }), '2: id 为 fee-c'],
    ['id in capitals', head({ id: 'Fee-A' }), '2: 「id」的值「Fee-A」不对，应为只含小写字母'],
    ['unknown intent', head({ intents: '[shipping_fee, nowhere]' }), '5: 意图「nowhere」没有定义'],
    ['too few similar questions', head({ similar: '[一句]' }), '4: 「similar」只有 1 项，应至少有 5 项'],
    ['a date that is none', head({ reviewed: '2026-02-30' }), '11: reviewed 的日期 2026-02-30 不存在'],
    ['a date in another form', head({ reviewed: '2026/11/20' }), '11: .*应为日期，写作 2026-01-31'],
    ['valid until before from', head({ valid_from: '2026-12-01', valid_until: '2026-11-01' }), '13: valid_until'],
    ['question of another entry', head({ question: 'fee-b 怎么办？' }), 'fee-b.md:3: 问法「fee-b 怎么办」已在'],
  ])('%s', async (_name, text, expected) => {
    const pattern = expected.startsWith('fee-b') ? expected : `${path}:${expected}`;
    expect((await withFaq(text)).join('\n')).toMatch(new RegExp(pattern));
  });

  it('two files with one id', async () => {
    const lines = await refusal({
      ...sound,
      'faq-corpus/general/fee-a.md': faqFile('fee-a', {
        head: { question: '另一个问题', similar: '[甲一, 甲二, 甲三, 甲四, 甲五]' },
      }),
    });
    expect(lines).toEqual(['faq-corpus/general/fee-a.md:2: id fee-a 已被 faq-corpus/apparel/fee-a.md 使用，应不重复']);
  });
});

describe('the whole folder', () => {
  it('names all problems of all files at once', async () => {
    const lines = await refusal({
      'intents/a.yaml': 'name: a\nstage: nowhere\n',
      'intents/b.yaml': '',
      'faq-corpus/x/c.md': faqFile('d', { head: { intents: '[a, b, zzz]' }, body: '## terse\n好' }),
    });
    const places = lines.map((line) => line.split(': ')[0]);
    expect(places).toContain('intents/a.yaml:2');
    expect(places).toContain('intents/b.yaml:1');
    expect(places).toContain('faq-corpus/x/c.md:2');
    expect(places).toContain('faq-corpus/x/c.md:12');
    // a and b are broken, not undefined: the FAQ must not complain about them.
    expect(lines.filter((line) => line.includes('没有定义'))).toHaveLength(0);
  });

  it('an absent or empty folder is said, not answered with an empty release', async () => {
    expect(await refusal({ 'intents/shipping_fee.yaml': intentFile('shipping_fee') })).toEqual([
      expect.stringMatching(/^faq-corpus:0: 文件夹不存在/),
    ]);
    expect(
      await refusal({ ...sound, 'intents/readme.txt': 'x', 'faq-corpus/readme.txt': 'x' }).catch(
        (error: Error) => error.message,
      ),
    ).toMatch('accepted');
  });

  it('random bytes never end in anything but bad_content', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc
        .array(
          fc.constantFrom(
            '---\n',
            'id: ',
            '## standard\n',
            '- ',
            '[',
            '{',
            '&a ',
            '*a ',
            '? ',
            ': ',
            '!!x ',
            '"',
            "'",
            '\n',
            '  ',
            '<<: ',
            '__proto__: ',
            '|\n',
            '%YAML\n',
          ),
          { maxLength: 60 },
        )
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (yaml, markdown) => {
        const lines = await refusal({ 'intents/a.yaml': yaml, 'faq-corpus/b.md': markdown });
        expect(lines.length).toBeGreaterThan(0);
      }),
      { numRuns: 250 },
    );
  }, 30_000);
});
