// Stories that chance seldom tells: the shop and the model end them alike, and as it is written beside each step.
import { it } from 'vitest';
import { eachMode } from '../db/modes.ts';
import { checks } from './baton-model/beside.ts';
import { tell } from './baton-model/check.ts';
import { stories } from './baton-model/stories.ts';

eachMode((database) => {
  it.each(stories.map((story) => [story.name, story] as const))('%s', { timeout: 60_000 }, async (_, story) => {
    await tell(database(), story);
  });

  it.each(checks.map((one) => [one.name, one] as const))('%s', { timeout: 60_000 }, async (_, one) => {
    await one.check(database());
  });
});
