// Parts of a page that come after the first view: when they are drawn, or before that, when the page has nothing else to do. A
// dialog that is only fetched when somebody opens it would not open while the network is away.
import { type ComponentType, lazy } from 'react';

const LATEST_MS = 3_000;

const whenIdle = (work: () => void): void => {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: LATEST_MS });
  else setTimeout(work, LATEST_MS);
};

/** A component that comes by itself. What could not be fetched while idle is asked for again when it is drawn. */
export function lazily<P>(load: () => Promise<ComponentType<P>>) {
  whenIdle(() => void load().catch(() => {}));
  return lazy(async () => ({ default: await load() }));
}
