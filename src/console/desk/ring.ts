// The sound and the browser's notice for shoppers who wait: again every 20 s until nobody waits, silent for whoever is busy or full.
import { useCallback, useEffect, useRef, useState } from 'react';
import { keep, kept } from '../kept.ts';
import { askForNotices, type NoticePermission, noticePermission, showNotice } from './notice.ts';

const KEY = 'jiebang.sound';
const REPEAT_MS = 20_000;
/** So long a browser may take to start the sound before it counts as refused. */
const START_MS = 400;

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

export interface Ring {
  on: boolean;
  /** The browser has not let the sound through. */
  blocked: boolean;
  notices: NoticePermission;
  toggle(): void;
  /** Plays once, and asks for notices where the browser wants to be asked. */
  test(): void;
}

export interface Arrivals {
  /** Who waits, as far as this agent could take them. */
  waiting: number;
  /** When the last of them came; null when nobody waits. */
  newestAt: string | null;
}

/** `notice`: what the browser's notice says. `quiet`: the first page of the demo begins without a sound. */
export function useRing({ waiting, newestAt }: Arrivals, notice: string, quiet: boolean): Ring {
  const [on, setOn] = useState(() => (kept(KEY) ?? (quiet ? 'off' : 'on')) === 'on');
  const [blocked, setBlocked] = useState(false);
  const [notices, setNotices] = useState(noticePermission);
  const context = useRef<AudioContext | null>(null);
  const words = useRef(notice);
  words.current = notice;

  const ring = useCallback(async () => {
    context.current ??= new AudioContext();
    const audio = context.current;
    await Promise.race([audio.resume().catch(() => undefined), new Promise((r) => setTimeout(r, START_MS))]);
    const runs = audio.state === 'running';
    setBlocked(!runs);
    if (runs) play(audio);
  }, []);

  // a click anywhere is what browsers wait for
  useEffect(() => {
    if (!blocked) return;
    const unblock = () => void context.current?.resume().then(() => setBlocked(context.current?.state !== 'running'));
    window.addEventListener('pointerdown', unblock);
    window.addEventListener('keydown', unblock);
    return () => {
      window.removeEventListener('pointerdown', unblock);
      window.removeEventListener('keydown', unblock);
    };
  }, [blocked]);

  const isWanted = on && waiting > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newcomer is a reason to ring at once
  useEffect(() => {
    if (!isWanted) return;
    const tell = () => {
      void ring();
      if (document.visibilityState === 'hidden') void showNotice(words.current, 'jiebang-waiting');
    };
    tell();
    const timer = setInterval(tell, REPEAT_MS);
    return () => clearInterval(timer);
  }, [isWanted, newestAt, ring]);

  const test = useCallback(() => {
    void ring();
    void askForNotices().then(setNotices);
  }, [ring]);
  const toggle = useCallback(() => {
    setOn((before) => {
      keep(KEY, before ? 'off' : 'on');
      return !before;
    });
    setBlocked(false);
  }, []);
  return { on, blocked: on && blocked, notices, toggle, test };
}
