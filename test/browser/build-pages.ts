// Builds the pages that the stories look at from the sources as they are; knows nothing of stories.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');

interface Stamp {
  consoleIsFresh(root: string): boolean;
  sourcesOfConsole(root: string): string | undefined;
}

/** Old pages would make every story meaningless. */
export async function buildPages(): Promise<void> {
  const stamp = (await import(pathToFileURL(path.join(root, 'scripts/setup/console-stamp.mjs')).href)) as Stamp;
  if (stamp.consoleIsFresh(root)) return;
  const build = path.join(root, 'scripts/build-console.ts');
  execFileSync(process.execPath, [build, stamp.sourcesOfConsole(root) ?? ''], { cwd: root, stdio: 'inherit' });
}
