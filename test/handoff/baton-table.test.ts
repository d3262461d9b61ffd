// The whole table of the baton against the rules that were written apart from it; the random model test is its longer sister.
import { describe, expect, it } from 'vitest';
import { step } from '../../src/handoff/baton.ts';
import { compareTable } from './baton-model/table.ts';

describe('the baton’s table', () => {
  it('says the same as the model on every small state and every event', () => {
    const { pairs, differs } = compareTable(step);
    expect(differs).toBeNull();
    expect(pairs).toBeGreaterThan(30_000);
  });

  it('notices an event that is allowed to anybody', () => {
    const wrong: typeof step = (baton, event) =>
      event.kind === 'resolve' && baton.kind === 'with-agent'
        ? step(baton, { ...event, by: baton.owner })
        : step(baton, event);
    expect(compareTable(wrong).differs).toContain('resolve');
  });
});
