// Knocks at a steady rate, whatever the answers take, and times each answer. Knows no platform.
import { setTimeout as pause } from 'node:timers/promises';
import type { Knock, Speaker } from './speakers.ts';

export interface Answered {
  ms: number;
  status: number;
  body: string;
}

/** Platforms hang up after five seconds; longer is told apart from a refusal. */
const PATIENCE_MS = 15_000;

export async function knock(base: string, { path, headers, body }: Knock): Promise<Answered> {
  const began = performance.now();
  try {
    const response = await fetch(base + path, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : new Uint8Array(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    return { ms: performance.now() - began, status: response.status, body: text };
  } catch (error) {
    return { ms: performance.now() - began, status: 0, body: String(error) };
  }
}

/** Calls `one` with 0, 1, 2 … at so many a second; resolves when all of them are done. */
export async function atRate(count: number, perSecond: number, one: (n: number) => Promise<void>): Promise<void> {
  const began = performance.now();
  const all: Promise<void>[] = [];
  for (let n = 0; n < count; n++) {
    const wait = began + (n * 1000) / perSecond - performance.now();
    if (wait > 0) await pause(wait);
    all.push(one(n));
  }
  await Promise.all(all);
}

export interface Heard {
  ms: number[];
  /** Answers that the platform would not take for one, in short. */
  wrong: string[];
}

/** Every tenth message comes a second time, as after an answer that got lost. */
const REPEATED = 10;

export async function listen(
  base: string,
  speakers: readonly Speaker[],
  { messages, perSecond }: { messages: number; perSecond: number },
): Promise<Map<string, Heard>> {
  const heard = new Map(speakers.map(({ name }): [string, Heard] => [name, { ms: [], wrong: [] }]));
  await atRate(messages * speakers.length, perSecond, async (at) => {
    const speaker = speakers[at % speakers.length]!;
    const n = Math.floor(at / speakers.length);
    const request = await speaker.say(n);
    for (let time = 0; time < (n % REPEATED === 0 ? 2 : 1); time++) {
      const { ms, status, body } = await knock(base, request);
      const { ms: all, wrong } = heard.get(speaker.name)!;
      all.push(ms);
      if (!speaker.isTaken(status, body)) wrong.push(`${status} ${body.slice(0, 200)}`);
    }
  });
  return heard;
}
