// Reminders before a promise is due, and the sentence for a shopper when one slips: it must promise no more than the agent chose.
import { describe, expect, it } from 'vitest';
import { PromiseKind } from '../../src/contract/promise.ts';
import { detectPromises } from '../../src/promises/detect.ts';
import { reminderTimes, slipNotice } from '../../src/promises/reminders.ts';

const at = (clock: string) => new Date(`2026-11-24T${clock}:00+08:00`);
const KINDS = PromiseKind.anyOf.map((kind) => kind.const);

describe('reminders', () => {
  it('come two hours and half an hour before, when it is due, and once it is overdue', () => {
    expect(reminderTimes(at('18:00'), at('14:30'))).toEqual([
      { kind: 'two_hours_before', at: at('16:00') },
      { kind: 'half_hour_before', at: at('17:30') },
      { kind: 'due', at: at('18:00') },
      { kind: 'overdue', at: at('18:30') },
    ]);
  });

  it('what is over is not said, and nothing is said at the moment of the promise', () => {
    expect(reminderTimes(at('15:00'), at('14:30')).map(({ kind }) => kind)).toEqual(['due', 'overdue']);
    expect(reminderTimes(at('16:30'), at('14:30')).map(({ kind }) => kind)).not.toContain('two_hours_before');
  });

  it('an overdue promise is said to be so at once; one without a time has no reminder', () => {
    expect(reminderTimes(at('10:00'), at('14:30'))).toEqual([{ kind: 'overdue', at: at('14:30') }]);
    expect(reminderTimes(null, at('14:30'))).toEqual([]);
  });
});

describe('the notice', () => {
  it('reads like a person', () => {
    expect(
      slipNotice(
        { kind: 'shipment', dueAt: at('18:00'), newDueAt: new Date('2026-11-26T23:59:59+08:00') },
        at('14:30'),
      ),
    ).toBe(
      '您好，之前答应11月24日18:00前给您发货，现在看要晚了，非常抱歉。我们改为11月26日之内给您发货。要是这个时间对您不合适，请直接告诉我。',
    );
    expect(slipNotice({ kind: 'gift', subject: '一双袜子', dueAt: at('10:00') }, at('14:30'))).toBe(
      '您好，之前答应11月24日10:00前给您送上赠品（一双袜子），没有按时做到，非常抱歉。新的时间目前还没有确定，不想随口给您一个做不到的说法。您是愿意再等等，还是换一种处理方式？',
    );
  });

  it.each(KINDS)('%s: promises the time the agent chose, and nothing without one', (kind) => {
    const now = at('14:30');
    const newDueAt = new Date('2027-01-02T10:00:00+08:00');
    const promised = detectPromises(slipNotice({ kind, dueAt: at('18:00'), newDueAt }, now), { now });
    expect(promised.map((promise) => promise.dueAt)).toEqual([newDueAt]);
    for (const dueAt of [at('18:00'), at('10:00'), null]) {
      expect(detectPromises(slipNotice({ kind, dueAt }, now), { now })).toEqual([]);
      expect(detectPromises(slipNotice({ kind, dueAt, newDueAt: at('12:00') }, now), { now })).toEqual([]);
    }
  });
});
