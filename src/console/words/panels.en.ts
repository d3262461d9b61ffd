// What the agent reads in the panels beside the talk that come later, in English.

import { matching } from './matching.ts';
import type { zh } from './panels.zh.ts';

export const en = matching<typeof zh>()({
  'campaign.title': 'Running campaigns',
  'campaign.failed': 'Campaigns did not load',
  'campaign.none': 'No campaign is running',
  'campaign.until': 'Until {day}',
  'campaign.lastDay': 'Last day today',
  'campaign.open': 'No end is written',
  'campaign.use': 'Insert what is known of {title}',
  'campaign.more': '{n} more',
  'product.title': 'Products',
  'product.search': 'By name, colour, size, material or number',
  'product.look': 'Find product',
  'product.failed': 'Products did not load',
  'product.nothing': 'No product found, try another word',
  'product.price': '¥{price}',
  'product.stock': '{n} in stock',
  'product.noStock': 'The shop’s system does not say how many are there',
  'product.soldOut': 'Sold out',
  'product.colours': 'Colours: {list}',
  'product.sizes': 'Sizes: {list}',
  'product.insert': 'Insert',
  'product.insertLabel': 'Insert what is known of {title}',
  'product.send': 'Send card',
  'product.sendLabel': 'Send the card of {title} to the shopper',
  'product.sent': 'Sent',
});
