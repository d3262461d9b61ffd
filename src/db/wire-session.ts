// One client's end of the in-process wire: a Duplex that `pg` takes for a socket. It cuts bytes into messages and
// speaks the opening and the farewell; what the messages mean is none of its business.
import { Duplex } from 'node:stream';
import { type Batch, Batcher, emptyBatch } from './wire-batches.ts';
import { type Complaint, errorResponse, startupCode } from './wire-messages.ts';
import { readStartup, type SessionSettings } from './wire-settings.ts';

/** The side of the engine that a session speaks to. */
export interface WireHub {
  /** The session has a batch waiting. */
  submit(session: WireSession): void;
  /** The session is gone, politely or not. */
  depart(session: WireSession): void;
}

/** One message; PostgreSQL itself stops at 1 GB, the engine's memory well below. */
const messageBytesMax = 256 * 1024 * 1024;

export class WireSession extends Duplex {
  readonly id: number;
  readonly batcher: Batcher;
  /** Waiting for the engine. */
  readonly batches: Batch[] = [];
  /** Read from the startup message, and again from the engine after a SET. */
  settings: SessionSettings | undefined;
  /** A statement may have changed settings since they were last read. */
  settingsChanged: boolean = false;
  #hub: WireHub;
  #chunks: Buffer[] = [];
  #length = 0;
  #departed: boolean = false;

  constructor(hub: WireHub, id: number) {
    super();
    this.#hub = hub;
    this.id = id;
    this.batcher = new Batcher(id);
  }

  /** Called by `pg` in place of a socket's connect. */
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  // What else `pg` and BullMQ call on a socket; it means nothing here.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  get departed(): boolean {
    return this.#departed;
  }

  /** Bytes for the client; a client that is gone misses nothing. */
  send(bytes: Buffer): void {
    if (!this.#departed) this.push(bytes);
  }

  /** Says why and closes, as a server does with FATAL. */
  endWith(complaint: Omit<Complaint, 'severity'>): void {
    this.send(errorResponse({ severity: 'FATAL', ...complaint }));
    this.finish();
  }

  /** Lets the client read what is already there, then closes. */
  finish(): void {
    if (this.#departed) return;
    this.push(null);
    this.#depart();
    setImmediate(() => this.destroy());
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#take([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    const buffers = chunks.map((one) => one.chunk);
    this.#take(buffers, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#submit(emptyBatch('terminate'));
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#depart();
    done(error);
  }

  #depart(): void {
    if (this.#departed) return;
    this.#departed = true;
    this.batches.length = 0;
    this.#hub.depart(this);
  }

  #take(chunks: Buffer[], done: (error?: Error | null) => void): void {
    for (const chunk of chunks) {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
    }
    try {
      for (let bytes = this.#nextMessage(); bytes; bytes = this.#nextMessage()) {
        const batch = this.settings ? this.batcher.take(bytes) : this.#start(bytes);
        if (batch) this.#submit(batch);
      }
    } catch (error) {
      this.endWith({ code: '08P01', message: (error as Error).message });
    }
    done();
  }

  /** Chunks are joined only when a whole message is there, so that a large one is copied once. */
  #nextMessage(): Buffer | undefined {
    const typeBytes = this.settings ? 1 : 0;
    const headBytes = typeBytes + 4;
    if (this.#departed || this.#length < headBytes) return undefined;
    if (this.#first.length < headBytes) this.#chunks = [Buffer.concat(this.#chunks)];
    const length = this.#first.readInt32BE(typeBytes) + typeBytes;
    if (length < headBytes || length > messageBytesMax) throw new Error(`invalid message length ${length}`);
    if (this.#length < length) return undefined;
    if (this.#first.length < length) this.#chunks = [Buffer.concat(this.#chunks)];
    const first = this.#first;
    this.#length -= length;
    if (first.length > length) this.#chunks[0] = first.subarray(length);
    else this.#chunks.shift();
    return first.subarray(0, length);
  }

  get #first(): Buffer {
    return this.#chunks[0] as Buffer;
  }

  /** The first messages have no type byte. */
  #start(bytes: Buffer): Batch | undefined {
    if (bytes.length < 8) throw new Error('invalid startup message');
    const code = bytes.readInt32BE(4);
    if (code === startupCode.ssl || code === startupCode.gss) {
      this.send(Buffer.from('N'));
      return undefined;
    }
    if (code === startupCode.cancel) {
      this.finish(); // one engine, one thread: nothing runs while a cancel request could be read
      return undefined;
    }
    if (code !== startupCode.protocol3) throw new Error(`unsupported protocol ${code >> 16}.${code & 0xffff}`);
    this.settings = readStartup(bytes.subarray(8));
    return emptyBatch('startup');
  }

  #submit(batch: Batch): void {
    if (this.#departed) return;
    this.batches.push(batch);
    this.#hub.submit(this);
  }
}
