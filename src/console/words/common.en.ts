// What every page says, in English.

import type { zh } from './common.zh.ts';
import { matching } from './matching.ts';

export const en = matching<typeof zh>()({
  'app.name': 'Jiebang',
  'app.tagline': 'The bot answers, a person takes the baton',
  'app.language': 'Language',
  'app.view': 'Switch view',
  'app.viewShop': 'Shopper',
  'app.viewDesk': 'Desk',
  'app.loading': 'Loading…',
  'app.broken': 'Something broke on this page. Reload to go on.',
  'app.reload': 'Reload',

  'common.cancel': 'Cancel',
  'common.close': 'Close',
  'common.retry': 'Retry',
  'common.send': 'Send',
  'common.bot': 'Bot',
  'common.human': 'Agent',
  'common.agentNamed': 'Agent {name}',
  'common.shopper': 'Shopper',
  'common.sending': 'Sending',
  'common.failed': 'Not sent. Tap to resend',
  'common.newMessages': '{n} new',
  'common.earlier': 'Earlier messages',
  'common.source': 'Source: {title}',
  'common.visitor': 'Visitor',

  'time.seconds': '{n} s',
  'time.minutes': '{n} min',
  'time.hours': '{n} h',
  'time.within': 'within {time}',
  'time.range': 'about {from}–{to}',
  'time.mixed': 'about {from} to {to}',

  'link.connecting': 'Connecting…',
  'link.lostShop': 'Unstable network, reconnecting…',
  'link.retryNow': 'Reconnect now',

  'error.offline': 'No network. Check the connection and retry.',
  'error.already_claimed': 'Already taken by {name}',
  'error.already_claimed_unknown': 'Already taken by someone else',
});
