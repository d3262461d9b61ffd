// Files that can be made again at any time, kept beside the installation so that they seldom are. Whatever fails only costs time.
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

const FOLDER = path.resolve(import.meta.dirname, '../../node_modules/.cache/jiebang');

export interface KeptFiles {
  /** Null when it is not there or cannot be read. What it holds has to be checked by the caller. */
  read(key: string): Promise<Buffer | null>;
  /** Never rejects: a read-only installation keeps nothing. */
  write(key: string, bytes: Uint8Array | string): Promise<void>;
}

/** `kind` is the ending of the names; of each kind the `most` that were used last stay. */
export function createKeptFiles(kind: string, most: number, folder = FOLDER): KeptFiles {
  const fileOf = (key: string) => path.join(folder, `${key}.${kind}`);
  async function tidy(): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.endsWith(`.${kind}`));
    const files = await Promise.all(
      names.map(async (name) => {
        const file = path.join(folder, name);
        return { file, usedAt: (await stat(file)).mtimeMs };
      }),
    );
    files.sort((a, b) => b.usedAt - a.usedAt);
    await Promise.all(files.slice(most).map(({ file }) => rm(file, { force: true })));
  }
  return {
    async read(key) {
      try {
        const bytes = await readFile(fileOf(key));
        const now = new Date();
        await utimes(fileOf(key), now, now).catch(() => {});
        return bytes;
      } catch {
        return null;
      }
    },
    async write(key, bytes) {
      try {
        await mkdir(folder, { recursive: true });
        const own = `${fileOf(key)}.${process.pid}`;
        await writeFile(own, bytes);
        await rename(own, fileOf(key)); // whole or not at all
        await tidy();
      } catch {
        /* made again the next time */
      }
    },
  };
}
