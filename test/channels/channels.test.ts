// The shared suite, for every channel of the table.
import { expect, test } from 'vitest';
import { CHANNELS } from '../../src/channels/table.ts';
import { describeChannel } from './channel-suite.ts';
import { HARNESSES } from './harness-table.ts';

test('every channel of the table is put through the suite', () => {
  expect(new Set(Object.keys(HARNESSES))).toEqual(new Set(CHANNELS.map(({ kind }) => kind)));
});

for (const harness of Object.values(HARNESSES).flat()) describeChannel(harness);

test('no field of a kind is called like what every account has: the form shows them side by side', () => {
  for (const { kind, fields } of CHANNELS)
    for (const name of ['kind', 'name', 'isOn']) expect(Object.keys(fields), kind).not.toContain(name);
});
