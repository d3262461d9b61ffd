// The one clock of the page: ticks once a second for all who show a time, and corrects this device by the server's clock.
import { useSyncExternalStore } from 'react';

let offsetMs = 0;
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** The server's time as well as we know it, ms since 1970. */
export const serverNow = (): number => Date.now() + offsetMs;

/** Takes the `Date` header of an answer; it counts whole seconds, so smaller differences mean nothing. */
export function setClockBy(dateHeader: string | null): void {
  const at = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (Number.isNaN(at)) return;
  const difference = at + 500 - Date.now();
  offsetMs = Math.abs(difference) < 2000 ? 0 : difference;
}

function tick(): void {
  nowMs = serverNow();
  for (const listener of listeners) listener();
}

/** Called every second while somebody listens. */
export function subscribeClock(listener: () => void): () => void {
  listeners.add(listener);
  nowMs = serverNow();
  timer ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The server's time, renewed every second; only the component that asks is drawn again. */
export const useNow = (): number => useSyncExternalStore(subscribeClock, () => nowMs);
