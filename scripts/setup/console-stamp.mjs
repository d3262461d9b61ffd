// Tells whether the built browser pages still match their sources, by content and not by date (a fresh clone has arbitrary dates).
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** @returns {string | undefined} a hash of everything the pages are built from; undefined where there are no pages to build */
export function sourcesOfConsole(root) {
  if (!existsSync(path.join(root, 'src', 'console', 'vite.config.ts'))) return undefined;
  const hash = createHash('sha256');
  for (const folder of ['console', 'contract']) addFolder(hash, root, path.join('src', folder));
  return hash.update(readFileSync(path.join(root, 'package-lock.json'))).digest('hex');
}

export function consoleIsFresh(root) {
  try {
    return readFileSync(path.join(root, 'dist', 'console', '.stamp'), 'utf8') === sourcesOfConsole(root);
  } catch {
    return false;
  }
}

function addFolder(hash, root, folder) {
  const entries = readdirSync(path.join(root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const relative = path.join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, root, relative);
    else
      hash
        .update(`${relative}\0`)
        .update(readFileSync(path.join(root, relative)))
        .update('\0');
  }
}
