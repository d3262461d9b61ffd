// How the starter speaks: to stderr only, because stdout belongs to the command it starts.

/** @param {string} sentence */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

/** Ends the starter with one sentence (Chinese, then English) and an exit code, without a stack. */
export class Stop extends Error {
  constructor(zh, en, exitCode = 1) {
    super(`${zh}\n${en}`);
    this.exitCode = exitCode;
  }
}
