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
  'bar.connecting': 'Connecting',
  'bar.live': 'Connected',
  'bar.lost': 'Disconnected',
  'theme.now': 'Theme: {theme}',
  'theme.next': 'Theme: {theme}, press for {next}',
  'theme.system': 'as the system',
  'theme.light': 'light',
  'theme.dark': 'dark',
  'signin.title': 'Sign in to the desk',
  'signin.login': 'Login',
  'signin.password': 'Password',
  'signin.submit': 'Sign in',
  'signin.busy': 'Signing in…',
  'signin.link': 'Using your one-time link…',
  'signin.hint': 'No account? An admin can run npm run staff -- add, or use the one-time link printed at the start.',
  'signin.expired': 'Your session has ended. Please sign in again.',
});
