// Tells every story and makes every check beside them, in the order that is quickest to stumble. Knows none of them.
import type { Database } from '../../../src/db/database.ts';
import { checks } from './beside.ts';
import { tell } from './check.ts';
import { stories } from './stories.ts';

/** The first that does not end as it should, with what went wrong; null when all do. */
export async function stumbles(database: Database): Promise<string | null> {
  const all = [
    ...stories.map((story) => ({ name: story.name, run: () => tell(database, story) })),
    ...checks.map(({ name, check }) => ({ name, run: () => check(database) })),
  ];
  for (const { name, run } of all) {
    try {
      await run();
    } catch (error) {
      return `${name}: ${(error as Error).message}`;
    }
  }
  return null;
}
