// What the bar says of the page below it: whose shop this is, and whether live news come in. The bar stands outside of the door,
// so that both are told here by those inside.
import { useSyncExternalStore } from 'react';
import type { LinkState } from '../live.ts';

interface Standing {
  shopName: string | null;
  /** Null on pages that follow nothing. */
  link: LinkState | null;
}

let standing: Standing = { shopName: null, link: null };
const listeners = new Set<() => void>();

const listen = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function tellStanding(part: Partial<Standing>): void {
  standing = { ...standing, ...part };
  for (const listener of listeners) listener();
}

export const useStanding = (): Standing => useSyncExternalStore(listen, () => standing);
