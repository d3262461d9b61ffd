// PGlite, the PostgreSQL inside this process: creates its files in one step that cannot be left half done, and closes
// it with its lock. Not safe against a loss of power: the engine never calls fsync.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { DatabaseFailure } from './failure.ts';
import { lockDataDirectory } from './lock.ts';
import { openWire, type Wire, type WireOptions } from './wire.ts';

export interface Embedded {
  wire: Wire;
  close(): Promise<void>;
}

/**
 * Opens the engine on `<dataDir>/pg`, or in memory without a directory. The directory is locked first.
 * @throws DatabaseFailure `DATA_DIR_IN_USE`, `DATA_DIR_NOT_WRITABLE`, `DATABASE_UNREACHABLE`
 */
export async function openEmbedded(dataDir: string | undefined, options: WireOptions): Promise<Embedded> {
  const lock = dataDir === undefined ? undefined : lockDataDirectory(dataDir);
  try {
    const engine = await startEngine(dataDir === undefined ? 'memory://' : await createFiles(dataDir));
    const wire = await openWire(engine, options);
    const close = async () => {
      try {
        await wire.close();
        await engine.close();
      } finally {
        lock?.release();
      }
    };
    return { wire, close };
  } catch (error) {
    lock?.release();
    const where = dataDir === undefined ? 'in memory' : `in ${dataDir}`;
    const sentence = `The embedded database ${where} cannot be opened: ${(error as Error).message}`;
    throw new DatabaseFailure('DATABASE_UNREACHABLE', sentence, error);
  }
}

/** The usual 128 MB are written full of zeros at every start: 0.4 s, and memory that a shop of some thousand entries never fills. */
const SHARED_BUFFERS = ['-c', 'shared_buffers=32MB'];

/**
 * How much of the engine's machine code runs before V8 optimises a function: as much as V8 can count, 165 times its usual.
 * The usual is spent within a start, which then shares its cores and its memory with the compiler (until it is ready, 8.7 s
 * of processor and 900 MB instead of 6.5 s and 570 MB, measured). Later the same functions are optimised: after half a minute
 * of load there is no difference. Read by V8 when an engine is made, so nothing that runs already changes.
 */
const OPTIMISE_LATER = '--wasm-tiering-budget=2147483647';

function startEngine(where: string): Promise<PGlite> {
  setFlagsFromString(OPTIMISE_LATER);
  return PGlite.create(where, {
    extensions: { vector },
    startParams: [...PGlite.defaultStartParams, ...SHARED_BUFFERS],
  });
}

/** A process killed while the first files are written must not leave half a database where the next one looks. */
async function createFiles(dataDir: string): Promise<string> {
  const directory = join(dataDir, 'pg');
  if (existsSync(directory)) return directory;
  const unfinished = join(dataDir, 'pg.new');
  rmSync(unfinished, { recursive: true, force: true });
  const engine = await startEngine(unfinished);
  await engine.close();
  renameSync(unfinished, directory);
  return directory;
}
