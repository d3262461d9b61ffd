// What is kept so that it need not be made again: it comes back whole, does not pile up, and never stands in the way.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadContent } from '../../src/curation/load-content.ts';
import { cachedContent } from '../../src/jobs/content-cache.ts';
import { createKeptFiles } from '../../src/jobs/kept-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'jiebang-kept-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As if it had been used so many minutes ago. */
function age(name: string, minutes: number): void {
  const at = new Date(Date.now() - minutes * 60_000);
  utimesSync(path.join(folder, name), at, at);
}

describe('kept files', () => {
  it('give back what was written, and null for what was not', async () => {
    const kept = createKeptFiles('models', 3, path.join(folder, 'deep', 'er'));
    await kept.write('a', new Uint8Array([0, 255, 10]));
    expect(await kept.read('a')).toEqual(Buffer.from([0, 255, 10]));
    expect(await kept.read('b')).toBeNull();
  });

  it('keep those of their kind that were used last', async () => {
    const kept = createKeptFiles('models', 2, folder);
    await kept.write('a', 'a');
    await kept.write('b', 'b');
    writeFileSync(path.join(folder, 'other.content'), 'not mine');
    age('a.models', 20);
    age('b.models', 10);
    expect((await kept.read('a'))?.toString()).toBe('a');
    await kept.write('c', 'c');
    expect(readdirSync(folder).sort()).toEqual(['a.models', 'c.models', 'other.content']);
  });

  it('cost nothing but time where nothing can be written', async () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, '');
    const kept = createKeptFiles('models', 2, path.join(file, 'below'));
    await kept.write('a', 'a');
    expect(await kept.read('a')).toBeNull();
  });
});

describe('content that was checked before', () => {
  const installed = path.join(import.meta.dirname, '../..');
  let root: string;
  beforeEach(() => {
    root = path.join(folder, 'shop');
    mkdirSync(root);
    for (const part of ['intents', 'faq-corpus'])
      cpSync(path.join(installed, part), path.join(root, part), { recursive: true });
  });

  it('is the same content, and is checked again once a byte of it changes', async () => {
    const kept = createKeptFiles('content', 8, path.join(folder, 'kept'));
    const checked = await loadContent(root, 'apparel');
    expect(await cachedContent(root, 'apparel', kept)).toEqual(checked);
    expect(await cachedContent(root, 'apparel', kept)).toEqual(checked);
    expect(readdirSync(path.join(folder, 'kept'))).toHaveLength(1);

    const bad = path.join(root, 'intents', 'bad_intent.yaml');
    writeFileSync(bad, 'name: bad_intent\nexamples: 3\n');
    await expect(cachedContent(root, 'apparel', kept)).rejects.toMatchObject({ code: 'bad_content' });
    rmSync(bad);
    rmSync(path.join(root, 'faq-corpus', 'apparel', 'policy.yaml'), { force: true });
    writeFileSync(path.join(root, 'faq-corpus', 'policy.yaml'), 'answer_min: none\n');
    await expect(cachedContent(root, 'apparel', kept)).rejects.toThrow('policy.yaml:1');
  });

  it('is checked again when what was kept is damaged', async () => {
    const kept = createKeptFiles('content', 8, path.join(folder, 'kept'));
    const checked = await cachedContent(root, 'apparel', kept);
    const [name] = readdirSync(path.join(folder, 'kept'));
    writeFileSync(path.join(folder, 'kept', name!), '{"intents":');
    expect(await cachedContent(root, 'apparel', kept)).toEqual(checked);
  });
});
