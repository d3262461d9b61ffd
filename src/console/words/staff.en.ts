// The door and the rail of the pages for staff, in English.
import { matching } from './matching.ts';
import type { zh } from './staff.zh.ts';

export const en = matching<typeof zh>()({
  'rail.label': 'Rooms',
  'rail.desk': 'Desk',
  'rail.studio': 'Studio',
  'rail.board': 'Board',
  'rail.settings': 'Settings',
  'rail.notYours': 'Your account may not enter this page',
  'signin.title': 'Sign in to the desk',
  'signin.login': 'Login',
  'signin.password': 'Password',
  'signin.submit': 'Sign in',
  'signin.busy': 'Signing in…',
  'signin.link': 'Using your one-time link…',
  'signin.hint': 'No account? An admin can run npm run staff -- add, or use the one-time link printed at the start.',
  'second.title': 'Two-step verification',
  'second.hint': 'The 6 digits of the authenticator on your phone; without the phone, a recovery code',
  'second.code': 'Code',
  'second.submit': 'Verify',
  'second.other': 'Another account',
  'second.enrolTitle': 'Turn on two-step verification first',
  'second.enrolHint':
    'The shop asks its admins for it. Type the key into an authenticator on your phone, then the 6 digits it shows.',
  'second.key': 'Key',
  'second.open': 'Open in an authenticator on this device',
  'second.enrol': 'Turn on',
  'second.codesTitle': 'Keep your recovery codes',
  'second.codesHint': 'When the phone is lost each of them works once in place of the digits. Shown this once.',
  'second.kept': 'I have kept them, go on',
  'signin.expired': 'Your session has ended. Please sign in again.',
});
