// The first page’s own sentences, in English.

import type { zh } from './first.zh.ts';
import { matching } from './matching.ts';

export const en = matching<typeof zh>()({
  'coach.title': 'One full service in five steps',
  'coach.ask': 'As the shopper press “7-day returns”, see answer and source',
  'coach.complain': 'As the shopper press “Complain”, wait for a person',
  'coach.claim': 'At the desk press Alt+Q to take the most urgent one',
  'coach.reply': 'Press Alt+1 for a suggested reply, Enter sends it',
  'coach.resolve': 'Press “Resolve”, choose “Solved”, press “Resolve” again',
  'coach.done':
    'You have walked one full service: the bot answered, a person took over, the bot is back. As the shopper you may still press “5 stars”.',
  'coach.board': 'See the board',
  'coach.studio': 'Edit the knowledge',
  'coach.dismiss': 'Do not show again',
  'coach.again': 'Once more',
  'coach.stepDone': 'done',
  'reset.open': 'Reset demo data',
  'reset.text':
    'All conversations, messages and service records of the sample shop go, and a week of sample data is written anew. Content, settings and accounts stay.',
  'reset.submit': 'Reset',
});
