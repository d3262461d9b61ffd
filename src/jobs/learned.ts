// The models a shop answers with, at hand: read and unpacked once a process, whoever asks for them.
import type { ShopId } from '../contract/conversation.ts';
import { modelsIdOf, readModels } from '../curation/stored-models.ts';
import type { Pool } from '../db/database.ts';
import { loadModels, type Models } from '../understanding/models.ts';
import { createKeptFiles, type KeptFiles } from './kept-files.ts';

export interface Learned {
  /** Nobody may change what is returned. @throws AppError `bad_content` when they are gone, damaged, or of another format */
  of(shopId: ShopId, modelsId: string): Promise<Models>;
}

/** Megabytes come slowly out of a database; their name is made of them, so a file that fits its name is as good. */
const KEPT = createKeptFiles('learned', 4);

async function bytesOf(pool: Pool, kept: KeptFiles, shopId: ShopId, modelsId: string): Promise<Uint8Array> {
  const known = await kept.read(modelsId);
  if (known !== null && (await modelsIdOf(known)) === modelsId) return known;
  const stored = await readModels(pool, shopId, modelsId);
  if (stored.length > 0) await kept.write(modelsId, stored);
  return stored;
}

/** Stored models are named by their bytes and never change, so the last ones of each shop can stay; the bot holds them anyway. */
export function createLearned(pool: Pool, kept: KeptFiles = KEPT): Learned {
  const last = new Map<ShopId, { modelsId: string; models: Promise<Models> }>();
  return {
    of(shopId, modelsId) {
      const known = last.get(shopId);
      if (known?.modelsId === modelsId) return known.models;
      const models = bytesOf(pool, kept, shopId, modelsId).then(loadModels);
      const entry = { modelsId, models };
      last.set(shopId, entry);
      models.catch(() => {
        if (last.get(shopId) === entry) last.delete(shopId); // the next one asks again
      });
      return models;
    },
  };
}
