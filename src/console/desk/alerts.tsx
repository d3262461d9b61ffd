// The bars above the desk's columns: a lost line, a browser that lets nothing ring; and the toast of those who have waited too long.
import { useState } from 'react';
import type { DeskSummary } from '../../contract/routes/desk.ts';
import { useNow } from '../clock.ts';
import { AlertIcon } from '../icons.tsx';
import { keep, kept } from '../kept.ts';
import type { DeskLink } from './desk-live.ts';
import type { Ring } from './ring.ts';
import { useSpeech } from './speech.ts';
import './alerts.css';

export function LostBar({ link }: { link: DeskLink }) {
  const { t } = useSpeech();
  if (link.state !== 'lost') return null;
  return (
    <div className="banner" role="alert">
      <span>{t('link.lostTimes', { n: link.attempt })}</span>
      <button type="button" className="quiet" onClick={link.retryNow}>
        {t('link.retryNow')}
      </button>
    </div>
  );
}

const KNOWN_KEY = 'jiebang.noticesOff';

export function RingBars({ ring }: { ring: Ring }) {
  const { t } = useSpeech();
  const [known, setKnown] = useState(() => kept(KNOWN_KEY) !== null);
  const dismiss = () => {
    keep(KNOWN_KEY, 'yes');
    setKnown(true);
  };
  return (
    <>
      {ring.blocked && (
        <div className="banner" role="status">
          <span>{t('ring.blocked')}</span>
          <button type="button" className="quiet" onClick={ring.test}>
            {t('ring.unblock')}
          </button>
        </div>
      )}
      {ring.on && ring.notices === 'denied' && !known && (
        <div className="banner" role="status">
          <span>{t('ring.denied')}</span>
          <button type="button" className="quiet" onClick={dismiss}>
            {t('ring.known')}
          </button>
        </div>
      )}
    </>
  );
}

interface SlowToastProps {
  summary: DeskSummary | null;
  onGo(conversationId: string, handoffId: string): void;
}

/** 慢响应: merged, goes to the longest waiting, gone when nobody is slow. */
export function SlowToast({ summary, onGo }: SlowToastProps) {
  const { t } = useSpeech();
  const now = useNow();
  if (summary === null) return null;
  const slow = summary.unanswered.filter(({ since }) => now - Date.parse(since) >= summary.slowMs);
  const longest = slow[0];
  if (!longest) return null;
  return (
    <div className="slow-toast" role="status">
      <AlertIcon />
      <span>{t('slow.text', { n: slow.length, seconds: Math.round(summary.slowMs / 1000) })}</span>
      <button type="button" className="primary" onClick={() => onGo(longest.conversationId, longest.handoffId)}>
        {t('slow.go')}
      </button>
    </div>
  );
}
