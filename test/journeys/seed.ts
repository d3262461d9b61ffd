// A shop's data as they are after its first start, made once a run by whichever worker needs them first: most of a first start is
// making the tables and publishing the knowledge, the same each time.
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const MADE_WITHIN_MS = 120_000;

/** Global setup: a place for the data, empty as long as nobody needs them. The workers are children of this process. */
export default async function prepare(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'jiebang-seed-'));
  process.env.SEED = folder;
  return () => rm(folder, { recursive: true, force: true });
}

/** `make` starts and stops a shop on the folder it is given. Null outside of a run, and where it took too long. */
async function seeded(make: (folder: string) => Promise<void>): Promise<string | null> {
  const place = process.env.SEED;
  if (!place) return null;
  const [done, making] = [path.join(place, 'data'), path.join(place, 'making')];
  if (existsSync(done)) return done;
  const isMine = await mkdir(making).then(
    () => true,
    () => false,
  );
  if (isMine) {
    await make(making);
    await rename(making, done);
    return done;
  }
  const until = Date.now() + MADE_WITHIN_MS;
  while (!existsSync(done) && Date.now() < until) await pause(100);
  return existsSync(done) ? done : null;
}

/** A copy for one server alone; `remove` when it has stopped. */
export async function copySeeded(make: (folder: string) => Promise<void>) {
  const from = await seeded(make);
  if (from === null) return null;
  const folder = await mkdtemp(path.join(tmpdir(), 'jiebang-story-'));
  await cp(from, folder, { recursive: true });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
