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
});
