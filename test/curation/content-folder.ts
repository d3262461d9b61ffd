// Builds small content folders on disk for the tests of the loader and of publishing.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Writes the files below a fresh temporary folder and returns it. */
export async function contentFolder(files: Record<string, string | Uint8Array>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'jiebang-content-'));
  for (const [path, body] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), body);
  }
  return root;
}

export const removeFolder = (root: string) => rm(root, { recursive: true, force: true });

/** A sound intent file; `examples` replace the generated ones. */
export function intentFile(name: string, fields: { examples?: string[]; extra?: string } = {}): string {
  const examples = fields.examples ?? Array.from({ length: 20 }, (_, at) => `${name} 的第 ${at + 1} 句例子`);
  return [
    `name: ${name}`,
    'label: 测试意图',
    'stage: presale',
    'risk: N',
    'slots: []',
    'then: answer',
    ...(fields.extra === undefined ? [] : [fields.extra]),
    'examples:',
    ...examples.map((example) => `  - ${JSON.stringify(example)}`),
    '',
  ].join('\n');
}

/** A sound FAQ file; `head` lines replace those with the same field or are added. */
export function faqFile(id: string, fields: { head?: Record<string, string>; body?: string } = {}): string {
  const head: Record<string, string> = {
    id,
    question: `${id} 怎么办`,
    similar: `[${Array.from({ length: 5 }, (_, at) => `${id} 问法 ${at + 1}`).join(', ')}]`,
    intents: '[shipping_fee]',
    stage: '[presale]',
    products: '[]',
    channels: '[]',
    risk: 'N',
    source: '店铺政策',
    reviewed: '2026-11-20',
    ...fields.head,
  };
  const lines = Object.entries(head).map(([key, value]) => `${key}: ${value}`);
  return ['---', ...lines, '---', fields.body ?? '## standard\n亲，可以的。\n## terse\n可以。', ''].join('\n');
}
