// One call to the shop's system with its time limit. Knows no shop system.

/** Nobody waits longer for the shop's system. Milliseconds. */
const COMMERCE_DEADLINE_MS = 2_000;

/** Null when the shop's system failed or did not answer in time; the caller says so honestly. */
export async function orNull<T>(call: Promise<T>, deadlineMs = COMMERCE_DEADLINE_MS): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), deadlineMs);
  });
  return Promise.race([call.catch(() => null), late]).finally(() => clearTimeout(timer));
}
