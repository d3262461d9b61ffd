// The first page’s own sentences, in English.

import type { zh } from './first.zh.ts';
import { matching } from './matching.ts';

export const en = matching<typeof zh>()({
  'coach.title': 'One full service in five steps',
  'coach.ask': 'Left: ask about 7-day returns, see answer and source',
  'coach.complain': 'Left: say that you want to complain; the queue shows it at once',
  'coach.claim': 'Press Alt+Q to take the most urgent one',
  'coach.reply': 'Use a suggested reply, press Enter',
  'coach.resolve': 'Press Resolve and choose the outcome',
  'coach.done': 'You have walked one full service: the bot answered, a person took over, the bot is back.',
  'coach.dismiss': 'Do not show again',
  'coach.again': 'Once more',
  'coach.stepDone': 'done',
  'reset.open': 'Reset demo data',
  'reset.text':
    'All conversations, messages and service records of the sample shop go, and a week of sample data is written anew. Content, settings and accounts stay.',
  'reset.submit': 'Reset',
});
