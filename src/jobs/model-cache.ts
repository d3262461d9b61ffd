// Trained models by content: the same content and the same training code give the same bytes, so they are learned once per machine.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Content } from '../contract/content.ts';
import { loadModels } from '../understanding/models.ts';
import { trainInWorker } from '../understanding/train-in-worker.ts';
import { createKeptFiles } from './kept-files.ts';

const CODE = path.resolve(import.meta.dirname, '../understanding');
/** Ten megabytes each; going back to what was published before need not be learned again. */
const kept = createKeptFiles('models', 8);

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
  const key = await keyOf(content);
  const known = await kept.read(key);
  if (known !== null) {
    try {
      await loadModels(known);
      return known;
    } catch {
      /* damaged: learn */
    }
  }
  onProgress(`正在从 ${content.intents.length} 个意图、${content.entries.length} 条问答中学习（只需一次，约半分钟）…`);
  let told = 0;
  const progress = ({ share }: { share: number }) => {
    const percent = Math.floor(share * 10) * 10;
    if (percent > told && percent < 100) onProgress(`  学习进度 ${percent}%`);
    told = Math.max(told, percent);
  };
  const models = await trainInWorker(content, progress, signal);
  await kept.write(key, models);
  return models;
}
