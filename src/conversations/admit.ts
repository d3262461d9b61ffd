// Admission: stores each incoming message once, many in one round trip. Knows nothing of channels, HTTP or the bot.

import type { Admitted, ChannelAccount, Inbound } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';

interface Waiting {
  item: Record<string, unknown>;
  resolve(admitted: Admitted): void;
  reject(error: unknown): void;
}

interface AdmittedRow {
  ord: string;
  status: 'new' | 'duplicate';
  conversation_id: string;
  seq: string;
  turn_id: string | null;
}

/** More than this in one statement gains nothing and makes one bad row expensive. */
const BATCH_MAX = 64;
/** Batches under way at once; further messages gather meanwhile, which is what makes the next batch large. */
const BATCHES_AT_ONCE = 2;
const TEXT_MAX = 4_000;
/** So many messages waiting for their acknowledgement at one moment are a crowd; a shop with one message after another is none. */
const CROWD = 6;
/** A crowd that is gone may be between two requests; milliseconds until that is believed. */
const CROWD_LASTS_MS = 50;

/** PostgreSQL text takes neither NUL nor half a surrogate pair; both arrive from real platforms. */
export function cleanText(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed().slice(0, TEXT_MAX).toWellFormed();
}

export const cleanJson = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? {}), (_k, v) => (typeof v === 'string' ? cleanText(v) : v));

/** A platform that comes late, or is asked late, counts from its own time. */
const LATE_MS = 5_000;

function payloadOf({ payload, sentAt }: Inbound): unknown {
  const isLate = sentAt !== undefined && Date.now() - Date.parse(sentAt) > LATE_MS;
  return cleanJson(isLate ? { ...payload, sentAt } : payload);
}

const toAdmitted = (row: AdmittedRow): Admitted => ({
  status: row.status,
  conversationId: row.conversation_id,
  seq: Number(row.seq),
  turnId: row.turn_id,
});

export interface Admission {
  /** Many messages are waiting, or were a moment ago, until they are stored. */
  crowded(): boolean;
  /**
   * Stores the message and its turn; resolves after the commit.
   * @throws whatever the database threw: the caller answers 5xx so that the platform tries again.
   */
  admit(account: ChannelAccount, message: Inbound, burstWindowMs: number): Promise<Admitted>;
}

export function createAdmission(pool: Pool): Admission {
  let waiting: Waiting[] = [];
  let underWay = 0;
  let unstored = 0;
  let crowdedUntil = 0;

  async function store(batch: Waiting[]): Promise<void> {
    const { rows } = await pool.query<AdmittedRow>({
      name: 'admit-many',
      text: 'select ord::text, status, conversation_id::text, seq::text, turn_id::text from admit_many($1::jsonb)',
      values: [JSON.stringify(batch.map((w) => w.item))],
    });
    for (const row of rows) batch[Number(row.ord) - 1]?.resolve(toAdmitted(row));
  }

  async function run(batch: Waiting[]): Promise<void> {
    try {
      await store(batch);
    } catch (error) {
      if (batch.length === 1) return batch[0]?.reject(error);
      // one by one, so that one bad row cannot fail its neighbours
      for (const one of batch) await store([one]).catch(one.reject);
    }
  }

  function next(): void {
    if (underWay >= BATCHES_AT_ONCE || waiting.length === 0) return;
    const batch = waiting.slice(0, BATCH_MAX);
    waiting = waiting.slice(BATCH_MAX);
    underWay += 1;
    void run(batch).finally(() => {
      underWay -= 1;
      next();
    });
  }

  return {
    crowded: () => performance.now() < crowdedUntil,
    admit(account, message, burstWindowMs) {
      const item = {
        shop: account.shopId,
        account: account.id,
        external: cleanText(message.externalId),
        shopper: cleanText(message.shopperId),
        name: message.shopperName === undefined ? null : cleanText(message.shopperName),
        text: cleanText(message.text),
        payload: payloadOf(message),
        windowMs: burstWindowMs,
      };
      unstored += 1;
      if (unstored >= CROWD) crowdedUntil = performance.now() + CROWD_LASTS_MS;
      const stored = new Promise<Admitted>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        // after the current burst of requests has been read from the sockets, so that they share the round trip
        setImmediate(next);
      });
      return stored.finally(() => {
        unstored -= 1;
      });
    },
  };
}
