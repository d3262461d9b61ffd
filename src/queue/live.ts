// Says "something changed there" to whoever is looking, in this process and in others. A hint: readers read the rows.
import { EventEmitter } from 'node:events';
import { createPostgresRelayBackend, Relay } from 'bullmq';
import { Redis } from 'ioredis';
import type { Pool } from '../db/database.ts';
import type { QueueConnection } from './queues.ts';

/** `conversation:<id>`, `desk:<shop id>`, `staff:<id>` (their sessions), or `settings:<shop id>`. */
export type LiveTopic = `conversation:${string}` | `desk:${string}` | `staff:${string}` | `settings:${string}`;

export interface Live {
  touch(...topics: LiveTopic[]): void;
  /** Calls back soon after a touch, here or in another process; several touches may be one call. */
  watch(topic: LiveTopic, onTouch: () => void): () => void;
  close(): Promise<void>;
}

/** Touches of one moment travel as one message to the other processes. Milliseconds. */
const GATHER_MS = 15;

interface Carrier {
  publish(topics: string[]): Promise<unknown>;
  close(): Promise<void>;
}

async function openCarrier(
  connection: QueueConnection,
  onTopics: (topics: string[]) => void,
  onError: (e: Error) => void,
): Promise<Carrier> {
  const redis =
    connection.kind === 'redis'
      ? new Redis(connection.url, { maxRetriesPerRequest: null, connectTimeout: 3_000 })
      : null;
  redis?.on('error', onError);
  const relay = redis
    ? new Relay({ connection: redis, namespace: 'live' })
    : new Relay({
        connection: (connection as { pool: Pool }).pool as never,
        namespace: 'live',
        backend: createPostgresRelayBackend as never,
      });
  relay.on('error', onError);
  // Not awaited: with Redis away the product starts, and readers fall back to looking by themselves.
  relay
    .subscribe<{ from: string; topics: string[] }>('touch', ({ data }) => {
      if (data.from !== relay.nodeId) onTopics(data.topics);
    })
    .catch(onError);
  return {
    publish: (topics) => relay.publish('touch', { from: relay.nodeId, topics }),
    close: async () => {
      await Promise.race([relay.close(), new Promise((r) => setTimeout(r, 2_000))]);
      redis?.disconnect();
    },
  };
}

/** `connection` null: one process, nothing to tell to others. */
export async function openLive(connection: QueueConnection | null, onError: (error: Error) => void): Promise<Live> {
  const local = new EventEmitter();
  local.setMaxListeners(0);
  const carrier =
    connection === null
      ? null
      : await openCarrier(
          connection,
          (topics) => {
            for (const topic of topics) local.emit(topic);
          },
          onError,
        );
  const gathered = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    timer = null;
    const topics = [...gathered];
    gathered.clear();
    carrier?.publish(topics).catch(onError);
  };
  return {
    touch(...topics) {
      for (const topic of topics) {
        local.emit(topic);
        if (carrier) gathered.add(topic);
      }
      if (carrier && timer === null) timer = setTimeout(flush, GATHER_MS);
    },
    watch(topic, onTouch) {
      local.on(topic, onTouch);
      return () => {
        local.off(topic, onTouch);
      };
    },
    async close() {
      if (timer) clearTimeout(timer);
      await carrier?.close();
    },
  };
}
