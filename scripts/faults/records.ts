// The two files a storm leaves behind, line by line: what the witness did and heard, what the platforms received. Knows no product.
import { appendFileSync, readFileSync } from 'node:fs';

export type StormChannel = 'webhook' | 'wechat-oa';

/** How a call of an agent ended. `unsure`: no answer came, so it may or may not have happened. */
export type Outcome = 'done' | 'refused' | 'unsure';

/** Times are milliseconds of one clock for both files. Shopper names are unique over all channels. */
export type WitnessRecord =
  /** One attempt at handing a message in, written before it starts. */
  | { kind: 'sent'; at: number; channel: StormChannel; shopper: string; id: string; text: string }
  /** A 2xx. `conversation` and `seq` where the channel's answer tells them. */
  | {
      kind: 'acknowledged';
      at: number;
      channel: StormChannel;
      shopper: string;
      id: string;
      conversation: string | null;
      seq: number | null;
    }
  /** `asked` is when the call started, `at` when its outcome was known. */
  | {
      kind: 'claim';
      asked: number;
      at: number;
      agent: string;
      handoff: string;
      conversation: string;
      outcome: Outcome;
    }
  | {
      kind: 'reply';
      asked: number;
      at: number;
      agent: string;
      conversation: string;
      id: string;
      text: string;
      outcome: Outcome;
    }
  /** Resolve or give back. */
  | {
      kind: 'release';
      asked: number;
      at: number;
      agent: string;
      handoff: string;
      conversation: string;
      how: 'resolve' | 'return';
      outcome: Outcome;
    }
  /** What staff can see; a later listing replaces an earlier one. */
  | { kind: 'listing'; at: number; handoffs: ListedHandoff[]; undelivered: Undelivered[] }
  | { kind: 'kill'; at: number }
  | { kind: 'wipe'; at: number };

export interface ListedHandoff {
  id: string;
  conversation: string;
  /** The shopper's id on the platform. */
  shopper: string;
  state: 'waiting' | 'offered' | 'with-agent' | 'deferred' | 'resolved';
}

/** An outgoing message staff are shown as not certainly delivered. */
export interface Undelivered {
  conversation: string;
  seq: number;
  delivery: 'unknown' | 'failed';
  text: string;
}

/**
 * What a platform did with one message: `refused` before taking it and saying so, `lost` without taking it and without
 * a clear word, `failed` and `cut` after taking it, `slow` after taking it and at last with a yes.
 */
export type PlatformFault = 'none' | 'slow' | 'refused' | 'lost' | 'failed' | 'cut';

/** Written before the platform answers. `taken`: the shopper sees it. */
export type ReceivedRecord =
  | {
      kind: 'webhook';
      at: number;
      taken: boolean;
      fault: PlatformFault;
      /** `webhook-id`: the same id twice is one message. */
      id: string;
      conversation: string;
      shopper: string;
      sequence: number;
      from: string;
      text: string;
      inReplyTo: string[];
    }
  | { kind: 'wechat'; at: number; taken: boolean; fault: PlatformFault; shopper: string; content: string };

/** Milliseconds with fractions, never going back within a process. */
export const clock = (): number => performance.timeOrigin + performance.now();

export interface RecordFile<T> {
  write(record: T): void;
  /** When the last record was written; 0 before the first. */
  lastAt(): number;
}

/** Each record is with the operating system when `write` returns. */
export function openRecords<T>(file: string): RecordFile<T> {
  let last = 0;
  appendFileSync(file, '');
  return {
    write(record) {
      appendFileSync(file, `${JSON.stringify(record)}\n`);
      last = clock();
    },
    lastAt: () => last,
  };
}

export function readRecords<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
