// Trained models by content: the same content and the same training code give the same bytes, so they are learned once per machine.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Content } from '../contract/content.ts';
import { loadModels } from '../understanding/models.ts';
import { trainInWorker } from '../understanding/train-in-worker.ts';

const CODE = path.resolve(import.meta.dirname, '../understanding');
const CACHE = path.resolve(import.meta.dirname, '../../node_modules/.cache/jiebang');

async function keyOf(content: Content): Promise<string> {
  const hash = createHash('sha256').update(content.hash);
  for (const name of (await readdir(CODE)).sort()) hash.update(await readFile(path.join(CODE, name)));
  return hash.digest('hex').slice(0, 32);
}

/** The bytes of what is learned from the content, or was before. A cache that cannot be read or written only costs time. */
export async function cachedModels(
  content: Content,
  onProgress: (line: string) => void,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const file = path.join(CACHE, `${await keyOf(content)}.models`);
  try {
    const bytes = await readFile(file);
    await loadModels(bytes); // throws when it is damaged
    return bytes;
  } catch {
    /* not learned yet, or unreadable: learn */
  }
  onProgress(`正在从 ${content.intents.length} 个意图、${content.entries.length} 条问答中学习（只需一次，约半分钟）…`);
  let told = 0;
  const progress = ({ share }: { share: number }) => {
    const percent = Math.floor(share * 10) * 10;
    if (percent > told && percent < 100) onProgress(`  学习进度 ${percent}%`);
    told = Math.max(told, percent);
  };
  const models = await trainInWorker(content, progress, signal);
  try {
    await mkdir(CACHE, { recursive: true });
    const own = `${file}.${process.pid}`;
    await writeFile(own, models);
    await rename(own, file); // whole or not at all
  } catch {
    /* a read-only installation learns at every publication */
  }
  return models;
}
