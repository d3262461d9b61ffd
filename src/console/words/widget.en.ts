// What the bubble on other sites says, in English.
import { matching } from './matching.ts';
import type { zh } from './widget.zh.ts';

export const en = matching<typeof zh>()({
  'widget.title': 'Customer service',
  'widget.unread': 'Customer service, {n} unread',
  'widget.close': 'Close customer service',
});
