// The script that other sites load: a bubble with the number of unread messages, and the shopper's page in a frame. It asks
// the site for nothing but its own attributes, and works under a strict policy there: no markup as text, no inline styles.
import { WIDGET_KIND } from './widget-words.ts';
import { en } from './words/widget.en.ts';
import { zh } from './words/widget.zh.ts';

const LOOK = `
:host { all: initial; position: fixed; z-index: 2147483000; right: 20px; bottom: 20px; }
button { all: unset; box-sizing: border-box; width: 56px; height: 56px; border-radius: 50%; background: #0b6e4f; color: #fff;
  display: grid; place-items: center; cursor: pointer; box-shadow: 0 4px 16px rgb(0 0 0 / 25%); position: relative; }
button:hover { background: #07543c; }
button:focus-visible { outline: 3px solid #ffd479; outline-offset: 2px; }
svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
b { position: absolute; top: -4px; right: -4px; min-width: 20px; height: 20px; padding: 0 5px; box-sizing: border-box;
  border-radius: 10px; background: #b3261e; color: #fff; font: 600 12px/20px system-ui, sans-serif; text-align: center; }
[hidden] { display: none; }
iframe { position: absolute; right: 0; bottom: 72px; width: 380px; height: min(640px, calc(100dvh - 112px)); border: 0;
  border-radius: 14px; background: #f4f6f4; box-shadow: 0 8px 32px rgb(0 0 0 / 25%); }
@media (max-width: 479px) { iframe { position: fixed; inset: 0; width: 100%; height: 100%; border-radius: 0; } }
`;
const BUBBLE =
  'M12 4c4.7 0 8.5 3.1 8.5 7s-3.8 7-8.5 7c-.9 0-1.8-.1-2.6-.3L5 20l.9-3.6A6.4 6.4 0 0 1 3.5 11C3.5 7.1 7.3 4 12 4z';
const CROSS = 'm6 6 12 12M18 6 6 18';
/** Whoever has opened it before may have unread messages: their frame is loaded with the page, others' at the first click. */
const USED = 'jiebang.widget.used';
/** Open on the last page of this tab: open on the next. */
const OPEN = 'jiebang.widget.open';

function remember(storage: 'localStorage' | 'sessionStorage', key: string, value?: '1' | ''): string | null {
  try {
    if (value !== undefined) window[storage].setItem(key, value);
    return window[storage].getItem(key);
  } catch {
    return null; // the site's visitors refuse storage: then it begins anew on every page
  }
}

function addressOf(script: HTMLScriptElement): URL {
  const address = new URL('/shop', script.src);
  for (const name of ['shop', 'name', 'order', 'product'])
    if (script.dataset[name]) address.searchParams.set(name, script.dataset[name]);
  address.searchParams.set('host', location.origin);
  return address;
}

function start(script: HTMLScriptElement): void {
  const words: Record<keyof typeof zh, string> = script.dataset.lang === 'en' ? en : zh;
  const address = addressOf(script);
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LOOK);
  root.adoptedStyleSheets = [sheet];
  const button = document.createElement('button');
  const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  const badge = document.createElement('b');
  const frame = document.createElement('iframe');
  drawing.setAttribute('viewBox', '0 0 24 24');
  drawing.setAttribute('aria-hidden', 'true');
  drawing.append(line);
  button.type = 'button';
  button.append(drawing, badge);
  frame.title = words['widget.title'];
  let isOpen = false;
  let unread = 0;

  const draw = () => {
    frame.hidden = !isOpen;
    badge.hidden = unread === 0;
    badge.textContent = unread > 99 ? '99+' : String(unread);
    line.setAttribute('d', isOpen ? CROSS : BUBBLE);
    const name = isOpen ? 'widget.close' : unread > 0 ? 'widget.unread' : 'widget.title';
    button.setAttribute('aria-label', words[name].replace('{n}', String(unread)));
    button.setAttribute('aria-expanded', String(isOpen));
  };
  const load = () => {
    if (frame.isConnected) return;
    frame.src = address.href;
    root.prepend(frame);
  };
  const tell = () => frame.contentWindow?.postMessage({ kind: WIDGET_KIND, shown: isOpen }, address.origin);
  const show = (open: boolean) => {
    isOpen = open;
    remember('sessionStorage', OPEN, open ? '1' : '');
    if (open) {
      remember('localStorage', USED, '1');
      load();
      unread = 0;
    }
    draw();
    tell();
    (open ? frame : button).focus();
  };

  button.addEventListener('click', () => show(!isOpen));
  root.addEventListener('keydown', (event) => {
    if ((event as KeyboardEvent).key === 'Escape' && isOpen) show(false);
  });
  window.addEventListener(
    'message',
    ({ source, origin, data }: MessageEvent<{ kind?: unknown; what?: unknown; count?: unknown } | null>) => {
      if (source !== frame.contentWindow || origin !== address.origin || data?.kind !== WIDGET_KIND) return;
      if (data.what === 'ready') tell();
      if (data.what === 'close') show(false);
      if (data.what === 'unread' && typeof data.count === 'number' && !isOpen) {
        unread = data.count;
        draw();
      }
    },
  );
  root.append(button);
  document.body.append(host);
  isOpen = remember('sessionStorage', OPEN) === '1';
  if (isOpen || remember('localStorage', USED) === '1') load();
  draw();
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  // an async script may run before there is a body
  if (document.body) start(script);
  else document.addEventListener('DOMContentLoaded', () => start(script));
}
