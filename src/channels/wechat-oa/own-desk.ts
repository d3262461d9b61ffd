// Handing a shopper over to WeChat's own customer service: it can only be said in the answer to one of their messages. Knows no XML.

export interface OwnDesk {
  /** The bot has handed this shopper over. */
  handedOff(shopperId: string): Promise<boolean>;
  /** Whether the bot hands the shopper over within that time. */
  soon(shopperId: string, withinMs: number): Promise<boolean>;
}

export function createOwnDesk(): OwnDesk {
  const waiting = new Map<string, Set<() => void>>();
  return {
    async handedOff(shopperId) {
      for (const tell of waiting.get(shopperId) ?? []) tell();
      return true;
    },
    soon(shopperId, withinMs) {
      if (withinMs <= 0) return Promise.resolve(false);
      const ofShopper = waiting.get(shopperId) ?? new Set();
      waiting.set(shopperId, ofShopper);
      return new Promise((resolve) => {
        const end = (isSo: boolean) => {
          clearTimeout(timer);
          ofShopper.delete(tell);
          if (ofShopper.size === 0) waiting.delete(shopperId);
          resolve(isSo);
        };
        const tell = () => end(true);
        const timer = setTimeout(() => end(false), withinMs);
        ofShopper.add(tell);
      });
    },
  };
}
