// Bytes of the PostgreSQL protocol 3.0, built and read; it knows nothing of sessions or of the engine.
// https://www.postgresql.org/docs/current/protocol-message-formats.html

/** One byte names a message; these are the ones the wire has to tell apart. */
export const frontend = {
  bind: 0x42, // 'B'
  close: 0x43, // 'C'
  copyDone: 0x63, // 'c'
  copyData: 0x64, // 'd'
  copyFail: 0x66, // 'f'
  describe: 0x44, // 'D'
  execute: 0x45, // 'E'
  flush: 0x48, // 'H'
  functionCall: 0x46, // 'F'
  parse: 0x50, // 'P'
  query: 0x51, // 'Q'
  sync: 0x53, // 'S'
  terminate: 0x58, // 'X'
} as const;

export const backend = {
  commandComplete: 0x43, // 'C'
  dataRow: 0x44, // 'D'
  error: 0x45, // 'E'
  notification: 0x41, // 'A'
  ready: 0x5a, // 'Z'
} as const;

/** Request codes that stand where a protocol version is expected. */
export const startupCode = { cancel: 80877102, ssl: 80877103, gss: 80877104, protocol3: 196608 } as const;

/** What `ReadyForQuery` says: idle, in a transaction, in a failed transaction. */
export type TransactionStatus = 'I' | 'T' | 'E';

export function cstring(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** A typed message: one byte of type, a length that counts itself, the body. */
export function message(type: number, ...body: Uint8Array[]): Buffer {
  const length = body.reduce((sum, part) => sum + part.length, 4);
  return Buffer.concat([Buffer.from([type]), int32(length), ...body]);
}

export const syncMessage = message(frontend.sync);

export function queryMessage(sql: string): Buffer {
  return message(frontend.query, cstring(sql));
}

/** What the stream itself tells a client when it refuses or ends something. */
export interface Complaint {
  severity: 'ERROR' | 'FATAL';
  /** SQLSTATE, five characters. */
  code: string;
  message: string;
  hint?: string;
}

export function errorResponse(complaint: Complaint): Buffer {
  const fields = [`S${complaint.severity}`, `V${complaint.severity}`, `C${complaint.code}`, `M${complaint.message}`];
  if (complaint.hint) fields.push(`H${complaint.hint}`);
  return message(backend.error, ...fields.map(cstring), Buffer.from([0]));
}

export function readyForQuery(status: TransactionStatus): Buffer {
  return message(backend.ready, Buffer.from(status));
}

/** AuthenticationOk, the parameters a client expects to learn, its key, and the first ReadyForQuery. */
export function greeting(processId: number, parameters: Iterable<readonly [string, string]>): Buffer {
  const parts = [message(0x52, int32(0))];
  for (const [name, value] of parameters) parts.push(message(0x53, cstring(name), cstring(value)));
  parts.push(message(0x4b, int32(processId), int32(0)), readyForQuery('I'));
  return Buffer.concat(parts);
}

/** Walks whole messages; `start` is the type byte, `end` the first byte after the message. */
export function eachMessage(bytes: Buffer, visit: (type: number, start: number, end: number) => void): void {
  let start = 0;
  while (start + 5 <= bytes.length) {
    const end = start + 1 + bytes.readInt32BE(start + 1);
    visit(bytes[start] as number, start, end);
    start = end;
  }
}

/** The text of a null-terminated field that begins at `from`, and where the next field begins. */
export function readCstring(bytes: Buffer, from: number): { text: string; next: number } {
  const zero = bytes.indexOf(0, from);
  const end = zero < 0 ? bytes.length : zero;
  return { text: bytes.toString('utf8', from, end), next: end + 1 };
}

/** Column values of a DataRow in text format. */
export function readDataRow(bytes: Buffer, start: number): (string | null)[] {
  const values: (string | null)[] = [];
  let at = start + 7;
  for (let left = bytes.readInt16BE(start + 5); left > 0; left--) {
    const length = bytes.readInt32BE(at);
    at += 4;
    values.push(length < 0 ? null : bytes.toString('utf8', at, at + length));
    if (length > 0) at += length;
  }
  return values;
}

/** SQLSTATE and sentence of the first ErrorResponse, if there is one. */
export function firstError(bytes: Buffer): { code: string; message: string } | undefined {
  let found: { code: string; message: string } | undefined;
  eachMessage(bytes, (type, start, end) => {
    if (type !== backend.error || found) return;
    const fields = bytes.toString('utf8', start + 5, end).split('\0');
    const field = (key: string) => fields.find((text) => text.startsWith(key))?.slice(1) ?? '';
    found = { code: field('C'), message: field('M') };
  });
  return found;
}
