// The published schema of the packet is the one that the code checks by.
import { readFileSync } from 'node:fs';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { PACKET_SCHEMA_FILE, packetSchema } from '../../scripts/packet-schema.ts';

test('docs/packet.schema.json is current (node scripts/packet-schema.ts writes it)', () => {
  expect(readFileSync(PACKET_SCHEMA_FILE, 'utf8')).toBe(packetSchema());
});

test('it is a schema by itself: a packet fits, and one without its reason does not', () => {
  const schema = JSON.parse(readFileSync(PACKET_SCHEMA_FILE, 'utf8')) as Record<string, unknown>;
  const packet = {
    reason: 'complaint',
    risk: 'R2',
    signals: [],
    summary: ['衣服破了要赔'],
    intent: null,
    slots: {},
    orders: [],
    botSaid: [],
    suggestions: [{ text: '您好' }],
    transcript: { conversationId: '1', fromSeq: 1, toSeq: 2 },
  };
  const { reason: _, ...without } = packet;
  expect(Value.Check(schema as never, packet)).toBe(true);
  expect(Value.Check(schema as never, without)).toBe(false);
  expect(Value.Check(schema as never, { ...packet, risk: 'R9' })).toBe(false);
});
