// Builds the browser pages into dist/console in one step: whoever reads the folder sees the old build or the new one, never half of it.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';

// a build that a test starts is the build that people get
process.env.NODE_ENV = 'production';

const root = path.dirname(import.meta.dirname);
const target = path.join(root, 'dist', 'console');
const fresh = `${target}.${process.pid}.new`;
const old = `${target}.${process.pid}.old`;

/** Script that a page loads before anything is to be seen, compressed. More than that is a decision, not an accident. */
const BUDGETS_KB: Record<string, number> = { desk: 130, shop: 15, widget: 2 };

/** The entry's chunk and all it imports at once, in kB (1,000 bytes) after gzip. */
function firstScriptKb(entry: string, chunks: readonly Rolldown.OutputChunk[]): number {
  const needed = new Set<string>();
  const need = (fileName: string) => {
    if (needed.has(fileName)) return;
    needed.add(fileName);
    for (const next of chunks.find((chunk) => chunk.fileName === fileName)?.imports ?? []) need(next);
  };
  need(chunks.find((chunk) => chunk.isEntry && chunk.name === entry)!.fileName);
  const code = chunks.filter((chunk) => needed.has(chunk.fileName)).map((chunk) => gzipSync(chunk.code).length);
  return code.reduce((sum, bytes) => sum + bytes, 0) / 1_000;
}

async function buildPages(mode: 'staff' | 'shop' | 'widget'): Promise<void> {
  const built = (await build({
    root: path.join(root, 'src', 'console'),
    configFile: path.join(root, 'src', 'console', 'vite.config.ts'),
    mode,
    logLevel: 'warn',
    build: { outDir: fresh, emptyOutDir: mode === 'staff' },
  })) as Rolldown.RolldownOutput;
  const chunks = built.output.filter((file) => file.type === 'chunk');
  for (const { name } of chunks.filter((chunk) => chunk.isEntry)) {
    const [kb, most] = [firstScriptKb(name, chunks), BUDGETS_KB[name]];
    console.log(`${name}: ${kb.toFixed(1)} kB of script${most === undefined ? '' : ` (at most ${most})`}`);
    if (most !== undefined && kb > most)
      throw new Error(`${name} loads ${kb.toFixed(1)} kB of script, more than ${most}: load something later`);
  }
}

try {
  await buildPages('staff');
  await buildPages('shop');
  await buildPages('widget');
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
