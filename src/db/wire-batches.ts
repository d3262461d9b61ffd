// Gathers one client's messages into batches for the engine, with statement names of the session's own and without
// what a shared engine must not be asked; it never touches the engine or the stream.
import { type ListenChange, type Scan, scanSql } from './sql-scan.ts';
import { cstring, frontend, message, queryMessage, readCstring } from './wire-messages.ts';

/** What one trip to the engine carries. */
export interface Batch {
  kind: 'startup' | 'messages' | 'terminate';
  bytes: Buffer;
  /** Ends with Sync or a simple query, so that ReadyForQuery must come back. */
  synced: boolean;
  /** LISTEN and UNLISTEN among the statements to be executed, in order. */
  listens: readonly ListenChange[];
  /** A statement in it may change settings of the session. */
  changesSettings: boolean;
  /** Said instead of the syntax error that `refusedSql` provokes. */
  refusal?: string;
}

/**
 * Stands where a refused statement stood. The engine answers it with a syntax error at this word, so that a
 * refusal aborts the transaction and skips to the next Sync exactly as any other error does.
 */
export const refusedSql = 'refused_by_the_embedded_database';

const customNamesMax = 64;
const boundNamesBytesMax = 4_096;
const dottedName = /[a-z_][\w$]*(?:\.[a-z_][\w$]*)+/gi;
const statementKind = 0x53; // 'S', the other one is a portal

/** The opening and the farewell carry nothing for the engine. */
export function emptyBatch(kind: 'startup' | 'terminate'): Batch {
  return { kind, bytes: Buffer.alloc(0), synced: true, listens: [], changesSettings: false };
}

export class Batcher {
  /** Names such as `app.shop_id` that this session may have set. */
  readonly customNames = new Set<string>();
  #prefix: string;
  #count = 0;
  #pending: Buffer[] = [];
  #listens: ListenChange[] = [];
  #refusal: string | undefined;
  #changesSettings = false;
  #statements = new Map<string, { engineName: string; scan: Scan }>();
  #unnamed: Scan | undefined;
  /** The statement behind each portal; one that is gone does no harm, as only executed LISTENs are counted. */
  #portals = new Map<string, Scan>();

  constructor(sessionId: number) {
    this.#prefix = `${sessionId}.`;
  }

  /** The names under which the engine may hold this session's prepared statements. */
  get engineStatements(): string[] {
    return [...this.#statements.values()].map((statement) => statement.engineName);
  }

  /** Takes one whole message; returns a batch when it completes one. Throws when it is no message of the protocol. */
  take(bytes: Buffer): Batch | undefined {
    switch (bytes[0]) {
      case frontend.query:
        return this.#query(bytes);
      case frontend.parse:
        this.#parse(bytes);
        return undefined;
      case frontend.bind:
        this.#bind(bytes);
        return undefined;
      case frontend.execute:
        this.#execute(bytes);
        return undefined;
      case frontend.describe:
      case frontend.close:
        this.#describeOrClose(bytes);
        return undefined;
      case frontend.sync:
      case frontend.functionCall:
        return this.#complete(bytes, true);
      case frontend.flush:
        return this.#complete(bytes, false);
      case frontend.terminate:
        return emptyBatch('terminate');
      case frontend.copyData:
      case frontend.copyDone:
      case frontend.copyFail:
        return undefined; // COPY is refused, and outside of it a server ignores these too
      default:
        throw new Error(`invalid frontend message type ${bytes[0]}`);
    }
  }

  #query(bytes: Buffer): Batch {
    const scan = scanSql(readCstring(bytes, 5).text);
    this.#note(scan);
    this.#listens.push(...scan.listens);
    return this.#complete(scan.refusal ? queryMessage(refusedSql) : bytes, true);
  }

  #parse(bytes: Buffer): void {
    const name = readCstring(bytes, 5);
    const scan = scanSql(readCstring(bytes, name.next).text);
    this.#note(scan);
    if (scan.refusal) {
      this.#pending.push(message(frontend.parse, cstring(''), cstring(refusedSql), Buffer.alloc(2)));
    } else if (name.text === '') {
      this.#unnamed = scan;
      this.#pending.push(bytes);
    } else {
      const engineName = this.#keep(name.text, scan);
      this.#pending.push(message(frontend.parse, cstring(engineName), bytes.subarray(name.next)));
    }
  }

  #bind(bytes: Buffer): void {
    const portal = readCstring(bytes, 5);
    const name = readCstring(bytes, portal.next);
    const scan = name.text === '' ? this.#unnamed : this.#statements.get(name.text)?.scan;
    if (scan) this.#portals.set(portal.text, scan);
    if (scan?.changesSettings && bytes.length <= boundNamesBytesMax) {
      this.#addNames(bytes.toString('latin1', name.next).match(dottedName) ?? []);
    }
    if (name.text === '') {
      this.#pending.push(bytes);
    } else {
      const engineName = cstring(this.#engineName(name.text));
      this.#pending.push(message(frontend.bind, bytes.subarray(5, portal.next), engineName, bytes.subarray(name.next)));
    }
  }

  #execute(bytes: Buffer): void {
    const scan = this.#portals.get(readCstring(bytes, 5).text);
    if (scan) {
      this.#listens.push(...scan.listens);
      if (scan.changesSettings) this.#changesSettings = true;
    }
    this.#pending.push(bytes);
  }

  #describeOrClose(bytes: Buffer): void {
    const name = readCstring(bytes, 6).text;
    if (bytes[5] !== statementKind || name === '') {
      this.#pending.push(bytes);
      return;
    }
    // The name is kept even when closed: after an error the engine skips the Close and still holds the statement.
    const kind = bytes.subarray(5, 6);
    this.#pending.push(message(bytes[0] as number, kind, cstring(this.#engineName(name))));
  }

  /** Clients choose the same names, the engine has one space for all; short ones, as it compares 63 bytes only. */
  #keep(name: string, scan: Scan): string {
    const engineName = this.#statements.get(name)?.engineName ?? `${this.#prefix}${++this.#count}`;
    this.#statements.set(name, { engineName, scan });
    return engineName;
  }

  #engineName(name: string): string {
    return this.#statements.get(name)?.engineName ?? `${this.#prefix}?`;
  }

  #note(scan: Scan): void {
    this.#refusal ??= scan.refusal;
    if (!scan.changesSettings) return;
    this.#changesSettings = true;
    this.#addNames(scan.customNames);
  }

  #addNames(names: Iterable<string>): void {
    for (const name of names) {
      if (this.customNames.size < customNamesMax) this.customNames.add(name.toLowerCase());
    }
  }

  #complete(last: Buffer, synced: boolean): Batch {
    const bytes = this.#pending.length === 0 ? last : Buffer.concat([...this.#pending, last]);
    const batch: Batch = {
      kind: 'messages',
      bytes,
      synced,
      listens: this.#listens,
      changesSettings: this.#changesSettings,
      refusal: this.#refusal,
    };
    this.#pending = [];
    this.#listens = [];
    this.#refusal = undefined;
    this.#changesSettings = false;
    return batch;
  }
}
