// Sending an agent home, as the state machine sees it: what they have or are offered waits again, and nothing else moves.
import { describe, expect, it } from 'vitest';
import { type Baton, step } from '../../src/handoff/baton.ts';

const memory = { team: 'insale', passed: ['7'], raised: false };
const release = { kind: 'release', agent: '1' } as const;

describe('release', () => {
  it('puts an owner’s conversation back into the queue, a transfer they had asked for forgotten', () => {
    const own: Baton = { kind: 'with-agent', owner: '1', transfer: { kind: 'team', team: 'aftersale' }, ...memory };
    expect(step(own, release)).toEqual({
      ok: true,
      next: { kind: 'waiting', ...memory },
      effects: [
        { kind: 'end', outcome: 'released' },
        { kind: 'own', owner: 'queue' },
      ],
    });
  });

  it('takes an offer back without counting it as passed on; the owner stays the queue', () => {
    expect(step({ kind: 'offered', to: '1', ...memory }, release)).toEqual({
      ok: true,
      next: { kind: 'waiting', ...memory },
      effects: [{ kind: 'end', outcome: 'released' }],
    });
  });

  it('touches nothing of anybody else', () => {
    const others: Baton[] = [
      { kind: 'with-bot' },
      { kind: 'waiting', ...memory },
      { kind: 'deferred', ...memory },
      { kind: 'offered', to: '2', ...memory },
      { kind: 'with-agent', owner: '2', transfer: { kind: 'agent', agent: '1' }, ...memory },
    ];
    expect(others.map((baton) => step(baton, release).ok)).toEqual([false, false, false, false, false]);
  });
});
