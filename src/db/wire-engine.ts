// The single backend of the embedded engine: bytes in, bytes out, one trip at a time; it knows no sessions.
import { backend, eachMessage, queryMessage, readDataRow } from './wire-messages.ts';
import { quoteLiteral } from './wire-settings.ts';

/** The one method of PGlite that is used. */
export interface RawEngine {
  execProtocolRawStream(
    bytes: Uint8Array,
    options: { syncToFs?: boolean; onRawData: (data: Uint8Array) => void },
  ): Promise<void>;
}

/** Runs whole messages and returns everything the engine says to them. */
export async function runMessages(engine: RawEngine, bytes: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  await engine.execProtocolRawStream(bytes, {
    syncToFs: false,
    onRawData: (data) => {
      parts.push(Buffer.from(data)); // a view of the engine's memory, so it must be copied
    },
  });
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}

/** Reported to clients at startup, as a server does. */
const reported = [
  'server_version',
  'server_encoding',
  'client_encoding',
  'application_name',
  'default_transaction_read_only',
  'in_hot_standby',
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'integer_datetimes',
  'standard_conforming_strings',
  'search_path',
];

/** Name and value of every parameter that clients are told. */
export async function readParameters(engine: RawEngine): Promise<[name: string, value: string][]> {
  const names = reported.map(quoteLiteral).join(',');
  const sql = `SELECT name, setting FROM pg_settings WHERE name IN (${names})`;
  const output = await runMessages(engine, queryMessage(sql));
  const parameters: [name: string, value: string][] = [];
  eachMessage(output, (type, start) => {
    if (type !== backend.dataRow) return;
    const [name, value] = readDataRow(output, start);
    parameters.push([name ?? '', value ?? '']);
  });
  return parameters;
}
