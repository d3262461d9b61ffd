// What the shopper reads at once, in English.
import { matching } from './matching.ts';
import type { zh } from './shop.zh.ts';

export const en = matching<typeof zh>()({
  'shop.title': 'Customer service',
  'shop.withBot': 'The bot is here to help',
  'shop.waiting': 'Passing you to a person',
  'shop.withAgent': '{name} is with you',
  'shop.withSomeone': 'An agent is with you',
  'shop.log': 'Conversation with customer service',
  'shop.placeholder': 'Type your question',
  'shop.input': 'Message',
  'shop.typing': 'The bot is typing',
  'shop.agentTyping': 'The agent is typing…',
  'shop.joined': 'Agent {name} has joined',
  'shop.ended': 'This conversation has ended',
  'shop.goesOn': 'Continued',
  'shop.empty': 'Hello, how can we help?',
  'shop.emptyHint': 'Ask anything, or tap a common question below',
  'shop.chips': 'Common questions',
  'shop.chipParcel': 'My parcel',
  'shop.chipReturn': '7-day return',
  'shop.chipCoupon': 'Coupons',
  'shop.chipComplain': 'Complain',
  'shop.chipHuman': 'A person',
  'shop.sendPicture': 'Send a picture',
  'shop.sendOrder': 'Ask about an order',
  'shop.tooBig': 'Pictures up to 10 MB only',
  'shop.startFailed': 'Customer service cannot be reached: {detail}',
  'shop.generated': 'Written by AI, for reference',
  'shop.aiNote': 'Bot replies are for reference; the policy page of the shop prevails',
  'shop.minimise': 'Minimise',
});
