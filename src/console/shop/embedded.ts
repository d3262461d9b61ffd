// What the page says to the site that holds it in the widget: how many messages nobody has seen, and that it wants to be
// put away. Never what was said. The site says whether the page is shown; it is believed from the widget's own window only.
import { isToPage, type ToWidget, WIDGET_KIND } from '../widget-words.ts';

let heardBefore: number | null = null;
let unread = 0;
let isShown = true;
let host = '';

const tell = (message: ToWidget): void => window.parent.postMessage({ kind: WIDGET_KIND, ...message }, host);

window.addEventListener('message', ({ source, origin, data }: MessageEvent<unknown>) => {
  if (source !== window.parent || origin !== host || !isToPage(data)) return;
  isShown = data.shown;
  if (isShown) unread = 0;
  tell({ what: 'unread', count: unread });
});

/** `heard`: messages that are not the shopper's own. */
export function tellHost(to: string, heard: number): void {
  host = to;
  if (heardBefore !== null && !isShown) unread += Math.max(0, heard - heardBefore);
  // the first look is history; the widget then hears that there is somebody to tell
  if (heardBefore === null) tell({ what: 'ready' });
  heardBefore = heard;
  tell({ what: 'unread', count: isShown ? 0 : unread });
}

export function askToClose(to: string): void {
  host = to;
  tell({ what: 'close' });
}
