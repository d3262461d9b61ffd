// The sound for a shopper who waits: a short two-tone, repeated until nobody waits or the agent turns it off.
import { useCallback, useEffect, useRef, useState } from 'react';
import { keep, kept } from '../kept.ts';

const KEY = 'jiebang.sound';
const REPEAT_MS = 20_000;

function play(context: AudioContext): void {
  [660, 880].forEach((frequency, i) => {
    const start = context.currentTime + i * 0.16;
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = frequency;
    loudness.gain.setValueAtTime(0.0001, start);
    loudness.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.15);
    tone.connect(loudness).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.16);
  });
}

/** Rings while `waiting` is above zero. Browsers allow sound only after a click, so turning it on plays it once. */
export function useRing(waiting: number): [on: boolean, toggle: () => void] {
  const [on, setOn] = useState(() => kept(KEY) === 'on');
  const context = useRef<AudioContext | null>(null);
  const ring = useCallback(() => {
    context.current ??= new AudioContext();
    context.current.resume().then(
      () => context.current && play(context.current),
      () => undefined,
    );
  }, []);
  useEffect(() => {
    if (!on || waiting === 0) return;
    ring();
    const timer = setInterval(ring, REPEAT_MS);
    return () => clearInterval(timer);
  }, [on, waiting, ring]);
  const toggle = useCallback(() => {
    setOn((before) => {
      keep(KEY, before ? null : 'on');
      return !before;
    });
    ring();
  }, [ring]);
  return [on, toggle];
}
