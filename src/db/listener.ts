// One dedicated connection for all LISTENs of this process, kept alive over restarts of the server. It does not know
// what the payloads mean.
import type pg from 'pg';

export interface ListenOptions {
  /** The connection was lost and is back: notifications in between are gone. */
  onReconnect?: () => void;
}

export interface Listener {
  listen(channel: string, onPayload: (payload: string) => void, options?: ListenOptions): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

interface Subscription extends ListenOptions {
  channel: string;
  onPayload: (payload: string) => void;
}

const timingDefault = {
  retryMinMs: 250,
  retryMaxMs: 5_000,
  /** A connection cut without a word is noticed by asking; LISTEN alone would wait for ever. */
  pingEveryMs: 30_000,
  pingTimeoutMs: 5_000,
};

export function createListener(
  createClient: () => pg.Client,
  onError: (error: Error) => void,
  timing = timingDefault,
): Listener {
  return new ReconnectingListener(createClient, onError, timing);
}

class ReconnectingListener implements Listener {
  #createClient: () => pg.Client;
  #onError: (error: Error) => void;
  #timing: typeof timingDefault;
  #subscriptions = new Set<Subscription>();
  #connecting: Promise<pg.Client> | undefined;
  #client: pg.Client | undefined;
  /** The last statement sent; the next one waits for it. */
  #statement: Promise<unknown> = Promise.resolve();
  #retryTimer: NodeJS.Timeout | undefined;
  #pingTimer: NodeJS.Timeout | undefined;
  #closed: boolean = false;

  constructor(createClient: () => pg.Client, onError: (error: Error) => void, timing: typeof timingDefault) {
    this.#createClient = createClient;
    this.#onError = onError;
    this.#timing = timing;
  }

  async listen(channel: string, onPayload: (payload: string) => void, options: ListenOptions = {}) {
    const subscription = { channel, onPayload, ...options };
    this.#subscriptions.add(subscription);
    try {
      const client = await this.#ready();
      await this.#run(client, 'LISTEN', channel);
    } catch (error) {
      this.#subscriptions.delete(subscription);
      throw error;
    }
    return async () => {
      const was = this.#subscriptions.delete(subscription);
      if (!was || !this.#client || this.#channels().has(channel)) return;
      await this.#run(this.#client, 'UNLISTEN', channel).catch(() => {}); // a lost connection listens to nothing
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    clearInterval(this.#pingTimer);
    this.#subscriptions.clear();
    await this.#connecting?.catch(() => {});
    await this.#client?.end().catch(() => {});
  }

  #channels(): Set<string> {
    return new Set([...this.#subscriptions].map((one) => one.channel));
  }

  #run(client: pg.Client, verb: 'LISTEN' | 'UNLISTEN', channel: string): Promise<unknown> {
    const run = () => client.query(`${verb} ${client.escapeIdentifier(channel)}`);
    const result = this.#statement.then(run, run);
    this.#statement = result.catch(() => {});
    return result;
  }

  #ready(): Promise<pg.Client> {
    this.#connecting ??= this.#connect().catch((error) => {
      this.#connecting = undefined;
      throw error;
    });
    return this.#connecting;
  }

  async #connect(): Promise<pg.Client> {
    const client = this.#createClient();
    let lost = false;
    const lose = (error?: Error) => {
      if (lost) return;
      lost = true;
      if (error && !this.#closed) this.#onError(error);
      client.end().catch(() => {});
      if (this.#client === client) this.#reconnect();
    };
    client.on('error', lose);
    client.on('end', () => lose());
    client.on('notification', ({ channel, payload }) => this.#deliver(channel, payload ?? ''));
    try {
      await client.connect();
      for (const channel of this.#channels()) await this.#run(client, 'LISTEN', channel);
      if (lost || this.#closed) throw new Error('the listening connection was closed');
    } catch (error) {
      lost = true;
      client.end().catch(() => {});
      throw error;
    }
    this.#client = client;
    this.#pingTimer = setInterval(() => ping(client, this.#timing.pingTimeoutMs, lose), this.#timing.pingEveryMs);
    this.#pingTimer.unref();
    return client;
  }

  #reconnect(): void {
    this.#client = undefined;
    this.#connecting = undefined;
    clearInterval(this.#pingTimer);
    this.#retryAfter(this.#timing.retryMinMs);
  }

  #retryAfter(delayMs: number): void {
    clearTimeout(this.#retryTimer);
    if (this.#closed || this.#subscriptions.size === 0) return;
    this.#retryTimer = setTimeout(() => {
      this.#ready().then(
        () => {
          for (const { onReconnect } of [...this.#subscriptions]) if (onReconnect) this.#call(onReconnect);
        },
        (error) => {
          if (!this.#closed) this.#onError(error);
          this.#retryAfter(Math.min(delayMs * 2, this.#timing.retryMaxMs));
        },
      );
    }, delayMs);
    this.#retryTimer.unref();
  }

  #deliver(channel: string, payload: string): void {
    for (const one of [...this.#subscriptions]) if (one.channel === channel) this.#call(() => one.onPayload(payload));
  }

  /** What a callback throws must not end the connection that others listen on. */
  #call(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#onError(error as Error);
    }
  }
}

function ping(client: pg.Client, timeoutMs: number, lose: (error: Error) => void): void {
  const timer = setTimeout(() => lose(new Error('the listening connection does not answer')), timeoutMs);
  client.query('SELECT 1').then(
    () => clearTimeout(timer),
    (error) => {
      clearTimeout(timer);
      lose(error);
    },
  );
}
