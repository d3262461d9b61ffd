// Exclusive lock of the data directory: two processes on one embedded database silently lose each other's rows.
// SQLite's EXCLUSIVE transaction is a kernel lock on a byte range: it dies with its process (kill -9 included),
// is never taken from a live one, stopped or not, and needs no stale-file guessing.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DatabaseFailure } from './failure.ts';

export interface DataDirectoryLock {
  release(): void;
}

/** Long enough for a starter that is just finding out it lost, short enough to be answered at once. */
const busyTimeoutMs = 200;
const sqliteBusy = 5;
const sqliteLocked = 6;

/** A handle nobody refers to is closed by the garbage collector, and the lock with it. */
const held = new Set<DatabaseSync>();

/**
 * Creates the directory if needed and locks it for this process.
 * @throws DatabaseFailure `DATA_DIR_IN_USE` or `DATA_DIR_NOT_WRITABLE`
 */
export function lockDataDirectory(directory: string): DataDirectoryLock {
  let handle: DatabaseSync | undefined;
  try {
    makeDirectory(directory);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    handle = new DatabaseSync(join(directory, '.lock'));
    // The lock file never holds data, so the journal may stay in memory: nothing is left over after kill -9.
    handle.exec(`PRAGMA busy_timeout=${busyTimeoutMs}; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE`);
  } catch (error) {
    handle?.close();
    throw explain(directory, error);
  }
  const locked = handle;
  held.add(locked);
  return {
    release() {
      if (held.delete(locked)) locked.close();
    },
  };
}

/** Not `recursive`: Node then turns in circles for ever where a parent exists and yet refuses with ENOENT (/proc). */
function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(directory) === directory) throw error;
    makeDirectory(dirname(directory));
    mkdirSync(directory);
  }
}

function explain(directory: string, error: unknown): DatabaseFailure {
  const { errcode, message } = error as { errcode?: number; message: string };
  // Extended result codes carry the plain one in their low byte.
  const plain = errcode === undefined ? undefined : errcode & 0xff;
  if (plain === sqliteBusy || plain === sqliteLocked) {
    return new DatabaseFailure(
      'DATA_DIR_IN_USE',
      `数据目录 ${directory} 正被另一个进程使用，请先停止它，或换一个数据目录。 / The data directory ${directory} is in use by another process: stop that one first, or choose another directory.`,
    );
  }
  return new DatabaseFailure(
    'DATA_DIR_NOT_WRITABLE',
    `数据目录 ${directory} 无法写入，请检查权限、只读挂载与剩余空间。 / The data directory ${directory} cannot be written (${message}): check permissions, read-only mounts and free space.`,
    error,
  );
}
