// Builds the browser pages into dist/console in one step: whoever reads the folder sees the old build or the new one, never half of it.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

const root = path.dirname(import.meta.dirname);
const target = path.join(root, 'dist', 'console');
const fresh = `${target}.${process.pid}.new`;
const old = `${target}.${process.pid}.old`;

try {
  await build({
    root: path.join(root, 'src', 'console'),
    configFile: path.join(root, 'src', 'console', 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: fresh, emptyOutDir: true },
  });
  // The hash of the sources as they were before the build; without one the next start builds again.
  writeFileSync(path.join(fresh, '.stamp'), process.argv[2] ?? '');
  mkdirSync(path.dirname(target), { recursive: true });
  try {
    renameSync(target, old);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  renameSync(fresh, target);
} finally {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
}
