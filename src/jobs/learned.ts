// The models a shop answers with, at hand: read and unpacked once a process, whoever asks for them.
import type { ShopId } from '../contract/conversation.ts';
import { readModels } from '../curation/stored-models.ts';
import type { Pool } from '../db/database.ts';
import { loadModels, type Models } from '../understanding/models.ts';

export interface Learned {
  /** Nobody may change what is returned. @throws AppError `bad_content` when they are gone, damaged, or of another format */
  of(shopId: ShopId, modelsId: string): Promise<Models>;
}

/** Stored models are named by their bytes and never change, so the last ones of each shop can stay; the bot holds them anyway. */
export function createLearned(pool: Pool): Learned {
  const last = new Map<ShopId, { modelsId: string; models: Promise<Models> }>();
  return {
    of(shopId, modelsId) {
      const known = last.get(shopId);
      if (known?.modelsId === modelsId) return known.models;
      const models = readModels(pool, shopId, modelsId).then(loadModels);
      const entry = { modelsId, models };
      last.set(shopId, entry);
      models.catch(() => {
        if (last.get(shopId) === entry) last.delete(shopId); // the next one asks again
      });
      return models;
    },
  };
}
