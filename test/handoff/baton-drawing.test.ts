// The drawing in docs/baton.md is what the state machine says today, and says something about every state and event.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { drawn, PAGE, walk } from '../../scripts/draw-baton.ts';

it('the drawing is current; `node scripts/draw-baton.ts` makes it so', () => {
  const page = readFileSync(PAGE, 'utf8');
  expect(drawn(page)).toBe(page);
});

it('a page without the marks is refused', () => {
  expect(() => drawn('# The baton')).toThrow('marks');
});

it('every box is entered and left, and a refused event has a word', () => {
  const answers = walk();
  const boxes = new Set(answers.map((a) => a.from));
  for (const box of boxes) {
    expect(answers.some((a) => a.to === box && a.from !== box)).toBe(true);
    expect(answers.some((a) => a.from === box && a.to !== null && a.to !== box)).toBe(true);
  }
  expect(answers.filter((a) => (a.to === null) === (a.why === null))).toEqual([]);
});
