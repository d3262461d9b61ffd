// Writes `docs/packet.schema.json`, the published shape of what an agent finds, from the contract. `--check` only says whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Packet } from '../src/contract/handoff.ts';

export const PACKET_SCHEMA_FILE = path.resolve(import.meta.dirname, '../docs/packet.schema.json');

export function packetSchema(): string {
  return `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...Packet }, null, 2)}\n`;
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    if (readFileSync(PACKET_SCHEMA_FILE, 'utf8') !== packetSchema()) {
      console.error(
        'docs/packet.schema.json is not what src/contract/handoff.ts says: run node scripts/packet-schema.ts',
      );
      process.exitCode = 1;
    }
  } else writeFileSync(PACKET_SCHEMA_FILE, packetSchema());
}
