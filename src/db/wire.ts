// Many clients of the ordinary `pg` driver on one in-process engine: it decides whose turn it is, keeps what is
// a session's own, and routes notifications. It knows nothing of pools, shops or files.
//
// The engine has one backend, so a session owns it from its first message until ReadyForQuery says idle; an open
// transaction stops everyone else.
import type { Batch } from './wire-batches.ts';
import { Channels } from './wire-channels.ts';
import { type RawEngine, readParameters, runMessages } from './wire-engine.ts';
import {
  backend,
  cstring,
  eachMessage,
  firstError,
  frontend,
  greeting,
  message,
  queryMessage,
  readCstring,
  syncMessage,
} from './wire-messages.ts';
import { type Reply, readReply } from './wire-reply.ts';
import { type WireHub, WireSession } from './wire-session.ts';
import { captureSql, quoteIdentifier, readCaptured } from './wire-settings.ts';

export interface WireOptions {
  /** Longest stretch of work before timers and sockets get their turn. */
  sliceMs?: number;
  /** An idle transaction nobody waits for is ended after this. */
  idleTransactionMs?: number;
  /** And after this, when another session waits for it; below a pool's connect timeout. */
  idleTransactionWaitedMs?: number;
  sessionsMax?: number;
  /** The engine broke and every session has been ended. */
  onFatal?: (error: Error) => void;
}

export interface Wire {
  /** A stream for one `pg.Client`, given to it as `stream: () => wire.connect()`. */
  connect(): WireSession;
  /** Ends every session and resolves when the engine is idle. The engine itself stays open. */
  close(): Promise<void>;
}

const defaults = { sliceMs: 4, idleTransactionMs: 15_000, idleTransactionWaitedMs: 3_000, sessionsMax: 200 };

/** The engine must be fresh and used by nobody else as long as the wire is open. */
export async function openWire(engine: RawEngine, options: WireOptions = {}): Promise<Wire> {
  return new Hub(engine, await readParameters(engine), options);
}

class Hub implements Wire, WireHub {
  #engine: RawEngine;
  #limits: Required<Omit<WireOptions, 'onFatal'>>;
  #onFatal: ((error: Error) => void) | undefined;
  #sessions = new Set<WireSession>();
  #channels = new Channels<WireSession>();
  /** Sessions with batches, longest waiting first. */
  #ready = new Set<WireSession>();
  /** Sessions that are gone and left something in the engine. */
  #departed: WireSession[] = [];
  /** In the middle of a transaction, or of messages before their Sync. */
  #owner: WireSession | undefined;
  /** Whose role and settings the engine has on. */
  #dressed: WireSession | undefined;
  #parameters: [name: string, value: string][];
  #running: boolean = false;
  #sliceStart = 0;
  #idleSince = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #count = 0;
  /** Why nobody is served any more. */
  #closed: Error | undefined;
  #broken: boolean = false;

  constructor(engine: RawEngine, parameters: [name: string, value: string][], options: WireOptions) {
    const { onFatal, ...limits } = options;
    this.#engine = engine;
    this.#parameters = parameters;
    this.#onFatal = onFatal;
    this.#limits = { ...defaults, ...limits };
  }

  connect(): WireSession {
    const session = new WireSession(this, ++this.#count);
    this.#sessions.add(session);
    return session;
  }

  async close(): Promise<void> {
    this.#closed ??= new Error('the embedded database has been closed');
    for (const session of [...this.#sessions]) session.endWith({ code: '57P01', message: this.#closed.message });
    while (this.#running || this.#departed.length > 0) await new Promise(setImmediate);
    clearTimeout(this.#idleTimer);
  }

  submit(session: WireSession): void {
    if (this.#closed) {
      session.endWith({ code: '57P03', message: this.#closed.message });
      return;
    }
    this.#ready.add(session);
    void this.#pump();
  }

  depart(session: WireSession): void {
    this.#sessions.delete(session);
    this.#ready.delete(session);
    if (this.#dressed === session) this.#dressed = undefined;
    const leaves =
      this.#owner === session || session.batcher.engineStatements.length > 0 || this.#channels.hasAny(session);
    if (!leaves || this.#broken) return;
    this.#departed.push(session);
    void this.#pump();
  }

  async #pump(): Promise<void> {
    if (this.#running || this.#broken) return;
    this.#running = true;
    try {
      // No await between an empty #next and running = false: a batch that came in between would wait for ever.
      for (let trip = this.#next(); trip; trip = this.#next()) {
        await trip();
        if (performance.now() - this.#sliceStart <= this.#limits.sliceMs) continue;
        // The engine runs inside this thread: without a pause, timers and sockets would wait for all of it.
        await new Promise(setImmediate);
        this.#sliceStart = performance.now();
      }
    } catch (error) {
      this.#fail(error as Error);
    } finally {
      this.#running = false;
    }
    this.#watchIdle();
  }

  /** The next trip to the engine; what departed sessions left comes first. */
  #next(): (() => Promise<void>) | undefined {
    const departed = this.#nextDeparted();
    if (departed) return () => this.#cleanUp(departed);
    const session = this.#owner ?? this.#ready.values().next().value;
    const batch = session?.batches.shift();
    if (!session || !batch) return undefined;
    this.#ready.delete(session);
    if (session.batches.length > 0) this.#ready.add(session);
    return () => this.#take(session, batch);
  }

  /** While a transaction is open, only its own session can be cleaned up after. */
  #nextDeparted(): WireSession | undefined {
    if (!this.#owner) return this.#departed.shift();
    const at = this.#departed.indexOf(this.#owner);
    return at < 0 ? undefined : this.#departed.splice(at, 1)[0];
  }

  async #take(session: WireSession, batch: Batch): Promise<void> {
    if (batch.kind === 'terminate') session.finish();
    else if (batch.kind === 'startup') await this.#start(session);
    else await this.#serve(session, batch);
  }

  async #start(session: WireSession): Promise<void> {
    const { sessionsMax } = this.#limits;
    if (this.#sessions.size > sessionsMax) {
      session.endWith({
        code: '53300',
        message: `too many connections to the embedded database (limit ${sessionsMax})`,
      });
    } else if (await this.#dress(session)) {
      const own = session.settings?.values;
      const parameters = this.#parameters.map(
        ([name, value]) => [name, own?.get(name.toLowerCase()) ?? value] as const,
      );
      session.send(greeting(session.id, parameters));
    }
  }

  async #serve(session: WireSession, batch: Batch): Promise<void> {
    if (this.#owner !== session) {
      if (!(await this.#dress(session)) || session.departed) return;
      this.#owner = session;
    }
    if (batch.changesSettings) session.settingsChanged = true;
    const reply = readReply(batch, await runMessages(this.#engine, batch.bytes));
    if (batch.synced && !reply.status) throw new Error('it stopped answering');
    this.#channels.note(session, reply.listens);
    const idle = reply.status === 'I';
    const left = idle ? this.#channels.settle(session, reply.committed) : [];
    this.#deliver(session, reply);
    const missing = this.#channels.drop(session, left);
    if (missing.length > 0) await this.#own(missing.map((name) => `LISTEN ${quoteIdentifier(name)}`).join(';'));
    if (idle) this.#owner = undefined;
    this.#idleSince = performance.now();
  }

  #deliver(session: WireSession, reply: Reply): void {
    for (const piece of reply.pieces) session.send(piece);
    for (const notification of reply.notifications) this.#notify(notification);
  }

  #notify(notification: Buffer): void {
    const channel = readCstring(notification, 9).text;
    for (const session of [...this.#channels.listenersOf(channel)]) session.send(notification);
  }

  /** Makes the engine the session's own; false when the session had to be ended. */
  async #dress(session: WireSession): Promise<boolean> {
    if (this.#dressed === session && !session.settingsChanged) return true;
    await this.#rememberSettings();
    if (!session.settings) return false;
    const error = firstError(await this.#own(session.settings.setup));
    this.#dressed = error || session.departed ? undefined : session;
    if (error) session.endWith({ code: '28000', message: error.message });
    return !error;
  }

  /** Reads what the last owner has set, before the next one resets it. */
  async #rememberSettings(): Promise<void> {
    const last = this.#dressed;
    if (!last?.settings || !last.settingsChanged) return;
    const output = await this.#own(captureSql(last.batcher.customNames));
    if (!firstError(output)) last.settings = readCaptured(last.settings, output);
    last.settingsChanged = false;
  }

  /** Frees what a closed session left behind, an open transaction first. */
  async #cleanUp(session: WireSession): Promise<void> {
    if (this.#owner === session) {
      await this.#ownBytes(Buffer.concat([syncMessage, queryMessage('ROLLBACK')]));
      this.#owner = undefined;
    }
    const closes = session.batcher.engineStatements.map((name) =>
      message(frontend.close, Buffer.from('S'), cstring(name)),
    );
    if (closes.length > 0) await this.#ownBytes(Buffer.concat([...closes, syncMessage]));
    const unwanted = this.#channels.leave(session);
    if (unwanted.length > 0) await this.#own(unwanted.map((name) => `UNLISTEN ${quoteIdentifier(name)}`).join(';'));
  }

  #own(sql: string | Buffer): Promise<Buffer> {
    return this.#ownBytes(typeof sql === 'string' ? queryMessage(sql) : sql);
  }

  /** A statement of the hub itself. Its answer may carry notifications too; losing one starves a queue for seconds. */
  async #ownBytes(bytes: Buffer): Promise<Buffer> {
    const output = await runMessages(this.#engine, bytes);
    eachMessage(output, (type, start, end) => {
      if (type === backend.notification) this.#notify(output.subarray(start, end));
    });
    return output;
  }

  #watchIdle(): void {
    clearTimeout(this.#idleTimer);
    const session = this.#owner;
    if (!session || this.#closed) return;
    const { idleTransactionMs, idleTransactionWaitedMs } = this.#limits;
    const limitMs = this.#ready.size > 0 ? Math.min(idleTransactionWaitedMs, idleTransactionMs) : idleTransactionMs;
    const since = this.#idleSince;
    const leftMs = Math.max(0, since + limitMs - performance.now());
    // After the timer one more turn of the loop: a holder that was only slow because the loop was blocked speaks first.
    this.#idleTimer = setTimeout(() => setImmediate(() => this.#endIdle(session, since)), leftMs);
    this.#idleTimer.unref();
  }

  #endIdle(session: WireSession, since: number): void {
    if (this.#running || this.#owner !== session || this.#idleSince !== since) return;
    session.endWith({
      code: '25P03',
      message: 'idle transaction ended: the embedded database serves one transaction at a time',
      hint: 'End the transaction before waiting for anything else, above all for a second client.',
    });
  }

  #fail(error: Error): void {
    this.#broken = true;
    this.#closed ??= new Error(`the embedded database broke down: ${error.message}`);
    this.#departed = [];
    for (const session of [...this.#sessions]) session.destroy(this.#closed);
    this.#onFatal?.(this.#closed);
  }
}
