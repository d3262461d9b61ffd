// Fetches what a customer-service account was sent, page by page, one process at a time, and remembers how far. Knows no signature and no HTTP server.
import { setTimeout as pause } from 'node:timers/promises';
import { type Inbox, SendError } from '../channel.ts';
import type { ChannelMemory } from '../memory.ts';
import type { KfApi } from './api.ts';
import { type Item, readItem } from './message.ts';

export interface FetchingDeps {
  api: KfApi;
  memory: ChannelMemory;
  openKfId: string;
  now(): number;
  /** Does what an item asks for; the page counts as read when all of them are done. */
  take(item: Item, inbox: Inbox): Promise<void>;
  onError(error: unknown, where: string): void;
}

export interface Fetching {
  /** A callback came: fetches in the background, again and again until it worked or the next regular look is due. */
  hint(inbox: Inbox, token: string): void;
  /** Looks at once and then every minute until the signal: a callback may be lost after it was acknowledged. */
  keepFetching(inbox: Inbox, signal: AbortSignal): Promise<void>;
}

/** How far we have read. `since`, `until` in milliseconds. */
interface Place {
  cursor: string;
  /** When the account was first looked at: what was said well before that was never meant for us. */
  since: number;
  /** The time of the newest item that was done, so that events are not done twice when the cursor is lost. */
  until: number;
}

/** developer.work.weixin.qq.com/document/path/94670: at most 1000. Less is admitted sooner. */
const PAGE = 200;
/** A platform that always has more must not hold the account for ever; the next look goes on from there. */
const PAGES_MAX = 1_000;
const EMPTY_PAUSE_MS = 100;
const LOOK_EVERY_MS = 60_000;
const BUSY_PAUSE_MS = 200;
const HINT_PAUSES_MS = [500, 2_000, 5_000, 15_000, 30_000];
/** Messages of the last minutes before the account was connected still get an answer. */
const BEFORE_MS = 600_000;

/** Errors that a fresh start would not mend: it would only read three days again for nothing. */
const NOT_THE_CURSOR = new Set(
  ['40001', '40013', '40014', '42001', '48002', '60020', '95000', '95004', '95011', '95012', '95017'].concat(
    'refused_address',
  ),
);

const codeOf = (error: unknown): string | null =>
  error instanceof SendError && error.failure.kind === 'permanent' ? error.failure.code : null;

function readPlace(kept: string | null): Place | null {
  try {
    const { cursor, since, until } = JSON.parse(kept ?? '') as Partial<Place>;
    return typeof cursor === 'string' && typeof since === 'number' && typeof until === 'number'
      ? { cursor, since, until }
      : null;
  } catch {
    return null;
  }
}

export function createFetching(deps: FetchingDeps): Fetching {
  const { api, memory, openKfId, now } = deps;
  const name = `cursor:${openKfId}`;
  let wanted: { inbox: Inbox; token: string } | null = null;
  let isHinted = false;

  /** An old token and a lost cursor are no reason to lose a message: without either the platform gives the last three days. */
  async function ask(
    cursor: string,
    token: string,
  ): Promise<{ page: Readonly<Record<string, unknown>>; fresh: boolean }> {
    const question = (from: string, by: string) =>
      api.call('sync_msg', {
        ...(from !== '' && { cursor: from }),
        ...(by !== '' && { token: by }),
        limit: PAGE,
        voice_format: 0,
        open_kfid: openKfId,
      });
    const mayBeMended = (error: unknown) => {
      const code = codeOf(error);
      return code !== null && !NOT_THE_CURSOR.has(code);
    };
    try {
      return { page: await question(cursor, token), fresh: cursor === '' };
    } catch (error) {
      if (token === '' || !mayBeMended(error)) {
        if (cursor === '' || !mayBeMended(error)) throw error;
        return { page: await question('', ''), fresh: true };
      }
      return ask(cursor, '');
    }
  }

  /** What is read from the very beginning holds things that are over. */
  function isOver(item: Item, place: Place, fresh: boolean): boolean {
    if (!fresh || item.at === 0) return false;
    return item.kind === 'message' ? item.at < place.since - BEFORE_MS : item.at <= place.until;
  }

  async function readAll(inbox: Inbox, token: string): Promise<true> {
    const kept = readPlace(await memory.read(name));
    let place: Place = kept ?? { cursor: '', since: now(), until: 0 };
    let fromStart = false;
    const before = place.until;
    for (let pages = 0; pages < PAGES_MAX; pages++) {
      const { page, fresh } = await ask(place.cursor, token);
      fromStart ||= fresh;
      const list = Array.isArray(page.msg_list) ? page.msg_list : [];
      const items = list.map((value) => readItem(value, openKfId));
      for (const item of items) {
        if (!isOver(item, { ...place, until: before }, fromStart)) await deps.take(item, inbox);
      }
      const next = typeof page.next_cursor === 'string' && page.next_cursor !== '' ? page.next_cursor : place.cursor;
      const isMoved = next !== place.cursor || list.length > 0;
      place = { ...place, cursor: next, until: Math.max(place.until, ...items.map(({ at }) => at)) };
      if (isMoved || kept === null) await memory.write(name, JSON.stringify(place));
      if (page.has_more !== 1) break;
      if (!isMoved) await pause(EMPTY_PAUSE_MS);
    }
    return true;
  }

  /** Fetches all there is; false when another process is at it. */
  const fetch = async (inbox: Inbox, token: string): Promise<boolean> =>
    (await memory.alone(`fetch:${openKfId}`, () => readAll(inbox, token))) === true;

  /** Whoever is at it may have asked just before this message came: so one more look, as soon as they are done. */
  async function untilFetched(inbox: Inbox, token: string): Promise<void> {
    while (!(await fetch(inbox, token))) await pause(BUSY_PAUSE_MS);
  }

  async function work(): Promise<void> {
    isHinted = true;
    let tries = 0;
    while (wanted !== null) {
      const { inbox, token } = wanted;
      wanted = null;
      try {
        await untilFetched(inbox, token);
        tries = 0;
      } catch (error) {
        const wait = HINT_PAUSES_MS[tries];
        tries += 1;
        if (wait === undefined) {
          deps.onError(error, 'wecom-kf: fetching'); // the regular look goes on
          break;
        }
        await pause(wait, undefined, { ref: false });
        wanted ??= { inbox, token };
      }
    }
    isHinted = false;
  }

  return {
    hint(inbox, token) {
      wanted = { inbox, token };
      if (!isHinted) void work();
    },
    async keepFetching(inbox, signal) {
      while (!signal.aborted) {
        let waitMs = LOOK_EVERY_MS;
        try {
          await fetch(inbox, '');
        } catch (error) {
          // asked too often: whoever begins again at once makes it worse
          const afterMs =
            error instanceof SendError && error.failure.kind === 'retry' ? error.failure.afterMs : undefined;
          if (afterMs === undefined) throw error;
          deps.onError(error, 'wecom-kf: fetching');
          waitMs = afterMs;
        }
        await pause(waitMs, undefined, { signal, ref: false }).catch(() => {});
      }
    },
  };
}
