// The content files of this installation as they were last checked: the same files and the same rules give the same content.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Content } from '../contract/content.ts';
import { type ContentFolder, checkContent, readContentFolder } from '../curation/load-content.ts';
import { createKeptFiles, type KeptFiles } from './kept-files.ts';

/** Whatever could change what the files mean: the checks, the shapes, and the reader of YAML and of schemas by their versions. */
const CODE = [path.resolve(import.meta.dirname, '../curation'), path.resolve(import.meta.dirname, '../contract')];
const LOCK = path.resolve(import.meta.dirname, '../../package-lock.json');

/** One per shop of the installation, and the state before. */
const KEPT = createKeptFiles('content', 8);

/** Rejects where part of the installation is missing that starting needs no more. */
async function keyOf(folder: ContentFolder): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(folder));
  for (const code of CODE) {
    const names = (await readdir(code)).filter((name) => name.endsWith('.ts')).sort();
    for (const text of await Promise.all(names.map((name) => readFile(path.join(code, name))))) hash.update(text);
  }
  return hash
    .update(await readFile(LOCK))
    .digest('hex')
    .slice(0, 32);
}

/** Reads every file and checks only what is not known to be sound. @throws AppError `bad_content` */
export async function cachedContent(root: string, shop: string, kept: KeptFiles = KEPT): Promise<Content> {
  const folder = await readContentFolder(root, shop);
  const key = await keyOf(folder).catch(() => null);
  if (key === null) return checkContent(folder);
  const known = await kept.read(key);
  if (known !== null) {
    try {
      return JSON.parse(known.toString('utf8')) as Content;
    } catch {
      /* damaged: check */
    }
  }
  const content = checkContent(folder);
  await kept.write(key, JSON.stringify(content));
  return content;
}
