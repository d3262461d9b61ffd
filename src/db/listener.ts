/** One dedicated connection for all LISTENs of this process, kept alive over restarts of the server. */
import type pg from 'pg';

export interface ListenOptions {
  /** The connection was lost and is back: notifications in between are gone. */
  onReconnect?: () => void;
}

export interface Listener {
  listen(channel: string, onPayload: (payload: string) => void, options?: ListenOptions): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

interface Subscription {
  channel: string;
  onPayload: (payload: string) => void;
  onReconnect: (() => void) | undefined;
}

const retryMinMs = 250;
const retryMaxMs = 5_000;
/** A connection cut without a word is noticed by asking; LISTEN alone would wait for ever. */
const pingEveryMs = 30_000;
const pingTimeoutMs = 5_000;

export function createListener(
  createClient: () => pg.Client,
  onError: (error: Error, fatal: boolean) => void,
): Listener {
  const subscriptions = new Set<Subscription>();
  let connecting: Promise<pg.Client> | undefined;
  let client: pg.Client | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  let pingTimer: NodeJS.Timeout | undefined;
  let closed = false;

  const isListenedTo = (channel: string) => [...subscriptions].some((one) => one.channel === channel);

  function call(what: () => void): void {
    try {
      what();
    } catch (error) {
      onError(error as Error, false);
    }
  }

  async function connect(): Promise<pg.Client> {
    const fresh = createClient();
    let gone = false;
    const lose = (error?: Error) => {
      if (gone) return;
      gone = true;
      if (error && !closed) onError(error, false);
      fresh.end().catch(() => {});
      if (client !== fresh) return;
      client = undefined;
      connecting = undefined;
      clearInterval(pingTimer);
      if (!closed) retry(retryMinMs);
    };
    fresh.on('error', lose);
    fresh.on('end', () => lose());
    fresh.on('notification', ({ channel, payload }) => {
      for (const one of [...subscriptions]) if (one.channel === channel) call(() => one.onPayload(payload ?? ''));
    });
    try {
      await fresh.connect();
      for (const channel of new Set([...subscriptions].map((one) => one.channel)))
        await fresh.query(`LISTEN ${fresh.escapeIdentifier(channel)}`);
    } catch (error) {
      gone = true;
      fresh.end().catch(() => {});
      throw error;
    }
    if (gone || closed) throw new Error('the listening connection was closed');
    client = fresh;
    pingTimer = setInterval(() => ping(fresh, lose), pingEveryMs);
    pingTimer.unref();
    return fresh;
  }

  function ready(): Promise<pg.Client> {
    connecting ??= connect().catch((error) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  }

  function retry(delayMs: number): void {
    clearTimeout(retryTimer);
    retryTimer = setTimeout(() => {
      ready().then(
        () => {
          for (const one of [...subscriptions]) if (one.onReconnect) call(one.onReconnect);
        },
        (error) => {
          if (closed) return;
          onError(error, false);
          retry(Math.min(delayMs * 2, retryMaxMs));
        },
      );
    }, delayMs);
    retryTimer.unref();
  }

  return {
    async listen(channel, onPayload, options = {}) {
      const subscription = { channel, onPayload, onReconnect: options.onReconnect };
      subscriptions.add(subscription);
      try {
        const current = await ready();
        await current.query(`LISTEN ${current.escapeIdentifier(channel)}`);
      } catch (error) {
        subscriptions.delete(subscription);
        throw error;
      }
      return async () => {
        if (!subscriptions.delete(subscription) || isListenedTo(channel)) return;
        await client?.query(`UNLISTEN ${client.escapeIdentifier(channel)}`).catch(() => {});
      };
    },
    async close() {
      closed = true;
      clearTimeout(retryTimer);
      clearInterval(pingTimer);
      subscriptions.clear();
      await connecting?.catch(() => {});
      await client?.end().catch(() => {});
    },
  };
}

function ping(client: pg.Client, lose: (error: Error) => void): void {
  const timer = setTimeout(() => lose(new Error('the listening connection does not answer')), pingTimeoutMs);
  client.query('SELECT 1').then(
    () => clearTimeout(timer),
    (error) => {
      clearTimeout(timer);
      lose(error);
    },
  );
}
