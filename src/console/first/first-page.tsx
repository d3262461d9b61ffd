// The first page: a shopper on the left and the desk on the right, both real, so that one person can walk the whole story.
import { useCallback, useMemo, useState } from 'react';
import { Desk } from '../desk/desk.tsx';
import type { DeskDeed } from '../desk/desk-actions.ts';
import { keep, kept } from '../kept.ts';
import { useSpeech } from '../language.tsx';
import type { ConversationView } from '../shop/conversation.ts';
import { Shop } from '../shop/shop.tsx';
import { readArrival } from '../shop/visitor.ts';
import { TopBar } from '../top-bar.tsx';
import { Coach, type Step } from './coach.tsx';
import './first-page.css';

const COACH_KEY = 'jiebang.coach';

/** Steps of the story that have happened on this page since it was opened or begun again. */
function useStory() {
  const [done, setDone] = useState<ReadonlySet<Step>>(new Set());
  const tick = useCallback((step: Step) => {
    setDone((before) => (before.has(step) ? before : new Set([...before, step])));
  }, []);
  const onView = useCallback(
    (view: ConversationView) => {
      if (view.messages.some((message) => message.from === 'bot' && message.source)) tick('ask');
      if (view.state === 'waiting') tick('complain');
    },
    [tick],
  );
  const onDeed = useCallback((deed: DeskDeed) => tick(deed), [tick]);
  return { done, onView, onDeed, again: () => setDone(new Set()) };
}

export function FirstPage() {
  const { t } = useSpeech();
  const arrival = useMemo(() => readArrival(location.search), []);
  const story = useStory();
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
        <fieldset className="side-switch" aria-label={t('app.view')}>
          <button type="button" aria-pressed={side === 'shop'} onClick={() => setSide('shop')}>
            {t('app.viewShop')}
          </button>
          <button type="button" aria-pressed={side === 'desk'} onClick={() => setSide('desk')}>
            {t('app.viewDesk')}
          </button>
        </fieldset>
      </TopBar>
      {coached && <Coach done={story.done} onAgain={story.again} onDismiss={dismiss} />}
      <main className="first-sides">
        <div className="first-shop">
          <Shop arrival={arrival} onView={story.onView} />
        </div>
        <div className="first-desk">
          <Desk linkToken={null} demo onDeed={story.onDeed} />
        </div>
      </main>
    </div>
  );
}
