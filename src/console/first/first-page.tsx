// The first page: a shopper on the left and the desk on the right, both real, so that one person can walk the whole story.
import { useCallback, useEffect, useRef, useState } from 'react';
import { Desk } from '../desk/desk.tsx';
import type { DeskDeed } from '../desk/desk-actions.ts';
import { type Glimpse, hearFrame } from '../frame.ts';
import { keep, kept } from '../kept.ts';
import { callRoute } from '../routes.ts';
import { TopBar } from '../top-bar.tsx';
import { Coach, type Step } from './coach.tsx';
import { ResetDemo } from './reset.tsx';
import { useSpeech } from './speech.ts';
import './first-page.css';

const COACH_KEY = 'jiebang.coach';

/** Steps of the story that have happened on this page since it was opened or begun again. */
function useStory() {
  const [done, setDone] = useState<ReadonlySet<Step>>(new Set());
  const tick = useCallback((step: Step) => {
    setDone((before) => (before.has(step) ? before : new Set([...before, step])));
  }, []);
  const onGlimpse = useCallback(
    ({ answered, state }: Glimpse) => {
      if (answered) tick('ask');
      if (state === 'waiting') tick('complain');
    },
    [tick],
  );
  const onDeed = useCallback((deed: DeskDeed) => tick(deed), [tick]);
  return { done, onGlimpse, onDeed, again: () => setDone(new Set()) };
}

/** Keys with Alt pressed while the shopper's page has the focus are meant for the desk beside it. */
function listenForDesk(frame: HTMLIFrameElement): void {
  frame.contentWindow?.addEventListener('keydown', (event) => {
    if (!event.altKey || event.isComposing) return;
    const { key, code, altKey, shiftKey, ctrlKey, metaKey } = event;
    const taken = !window.dispatchEvent(
      new KeyboardEvent('keydown', { key, code, altKey, shiftKey, ctrlKey, metaKey, cancelable: true }),
    );
    if (taken) event.preventDefault();
  });
}

/** The demo's agent may not enter board and studio, its supervisor may. Where there is no demo, the page itself asks who comes. */
function goAsSupervisor(path: string): void {
  const go = () => location.assign(path);
  callRoute('POST /api/session/demo', { body: { role: 'supervisor' } }).then(go, go);
}

export function FirstPage() {
  const { t } = useSpeech();
  const story = useStory();
  const { onGlimpse } = story;
  const shop = useRef<HTMLIFrameElement>(null);
  useEffect(() => hearFrame(() => shop.current?.contentWindow ?? null, onGlimpse), [onGlimpse]);
  const [coached, setCoached] = useState(() => kept(COACH_KEY) !== 'dismissed');
  // narrow screens show one side at a time
  const [side, setSide] = useState<'shop' | 'desk'>('shop');
  const dismiss = () => {
    keep(COACH_KEY, 'dismissed');
    setCoached(false);
  };
  return (
    <div className={`page first showing-${side}`}>
      <TopBar>
        <ResetDemo />
        <fieldset className="side-switch" aria-label={t('app.view')}>
          <button type="button" aria-pressed={side === 'shop'} onClick={() => setSide('shop')}>
            {t('app.viewShop')}
          </button>
          <button type="button" aria-pressed={side === 'desk'} onClick={() => setSide('desk')}>
            {t('app.viewDesk')}
          </button>
        </fieldset>
      </TopBar>
      {coached && <Coach done={story.done} onAgain={story.again} onDismiss={dismiss} onGo={goAsSupervisor} />}
      <main className="first-sides">
        <div className="first-shop">
          <iframe
            ref={shop}
            src={`/shop${location.search}`}
            title={t('app.viewShop')}
            onLoad={({ currentTarget }) => listenForDesk(currentTarget)}
          />
        </div>
        <div className="first-desk">
          <Desk linkToken={null} demo onDeed={story.onDeed} />
        </div>
      </main>
    </div>
  );
}
