// Counts the tokens of a day and says when they are used up. Lives in memory; knows no endpoint.

export interface Budget {
  /** Sets `tokens` aside before a call; false when the day has not that many left. */
  reserve(tokens: number): boolean;
  /** Replaces what was set aside by what was really used. */
  settle(reserved: number, used: number): void;
  /** Tokens of today, with what is set aside. */
  spent(): number;
}

/** Shops live by Beijing time: the day begins at 00:00 +08:00, without summer time. */
const BEIJING_OFFSET_MS = 8 * 3600 * 1000;

export function createBudget(tokensPerDay: number, now: () => number): Budget {
  let day = '';
  let spent = 0;
  const roll = () => {
    const today = new Date(now() + BEIJING_OFFSET_MS).toISOString().slice(0, 10);
    if (today !== day) {
      day = today;
      spent = 0;
    }
  };
  return {
    reserve(tokens) {
      roll();
      if (spent + tokens > tokensPerDay) return false;
      spent += tokens;
      return true;
    },
    settle(reserved, used) {
      roll();
      spent = Math.max(0, spent - reserved + used);
    },
    spent() {
      roll();
      return spent;
    },
  };
}
