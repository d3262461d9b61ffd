// What the agent reads where the desk cares for them, in English. Loaded when English is asked for.
import type { zh } from './care.zh.ts';
import { matching } from './matching.ts';

export const en = matching<typeof zh>()({
  'cool.title': 'Mind the tone',
  'cool.held': 'Take a breath: this reply has not been sent',
  'cool.instead': 'Perhaps: {text}',
  'cool.use': 'Use this',
  'cool.send': 'Send anyway',
  'cool.help': 'Ask a supervisor',
  'cool.note': '{names} I could use some help here, please look in.',
  'cool.asked': 'Supervisors were told in a note; the shopper cannot see it',
  'cool.nobody': 'No supervisor is online',

  'break.propose':
    '{n} very angry shoppers in a row. Five minutes off? Shoppers of yours who write are told that you are away for a moment.',
  'break.rest': 'Rest 5 minutes',
  'break.later': 'Not now',
  'break.over': 'Five minutes of rest are over; come back when you are ready',
  'break.back': 'Back online',

  'elsewhere.text': 'They ask about “{about}”: perhaps one for {team}',
  'elsewhere.move': 'Hand to {team}',
  'elsewhere.stay': 'I take it',
  'elsewhere.note': 'Asks about “{about}”',

  'cause.label': 'Root cause',
  'cause.optional': 'Leave open',
  'cause.suggested': 'Looks like “{cause}” (they spoke of “{because}”)',
  'cause.use': 'Take it',
  'cause.note': 'More about it (optional)',

  'face.smile': 'Smile',
  'face.laugh': 'Happy',
  'face.please': 'Please, thanks',
  'face.thumb': 'Thumbs up',
  'face.okay': 'Okay',
  'face.heart': 'Heart',
  'face.rose': 'Rose',
  'face.cheer': 'Hooray',
  'face.strong': 'You can do it',
  'face.hug': 'Hug',
  'face.parcel': 'Parcel',
  'face.truck': 'On its way',
});
