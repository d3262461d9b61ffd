// Loaded before every command: one wish to stop often arrives twice (the terminal tells the whole group, and npm and the starter pass it on); repeats within two seconds are dropped.
const SAME_WISH_MS = 2000;
const STOP_SIGNALS = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);
const emit = process.emit;
let lastMs = Number.NEGATIVE_INFINITY;

// Without this a program that takes the second signal as "now!" would never finish its work in order.
process.emit = function emitOnce(event, ...rest) {
  if (STOP_SIGNALS.has(event)) {
    const now = performance.now();
    if (now - lastMs < SAME_WISH_MS) return true;
    lastMs = now;
  }
  return emit.call(this, event, ...rest);
};
