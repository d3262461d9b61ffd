// Times of a row: what is left until an answer is due, how long somebody has waited. The only parts of a row that hear the clock.
import { memo, useCallback, useSyncExternalStore } from 'react';
import { serverNow, subscribeClock, useNow } from '../clock.ts';
import { AlertIcon, ClockIcon } from '../icons.tsx';
import { stopwatch } from '../time.ts';
import { useSpeech } from './speech.ts';

const NEAR_MS = 60_000;

/** Words and icon, not colour alone; read aloud as 还剩 1 分 12 秒. */
export const DueBadge = memo(function DueBadge({ dueAt }: { dueAt: string }) {
  const { t } = useSpeech();
  const left = Date.parse(dueAt) - useNow();
  const look = left < 0 ? 'over' : left < NEAR_MS ? 'near' : 'fine';
  const seconds = Math.floor(Math.abs(left) / 1000);
  const spoken = t('time.spoken', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
  return (
    <span className={`due due-${look}`}>
      {look === 'over' ? <AlertIcon /> : <ClockIcon />}
      <span aria-hidden="true">
        {left < 0 ? t('row.over', { time: stopwatch(-left) }) : t('row.left', { time: stopwatch(left) })}
      </span>
      <span className="unseen-label">
        {left < 0 ? t('row.over', { time: spoken }) : t('row.left', { time: spoken })}
        {look === 'near' && ` ${t('row.near')}`}
      </span>
    </span>
  );
});

export const WaitText = memo(function WaitText({ since }: { since: string }) {
  const { t } = useSpeech();
  return <span className="row-wait">{t('row.wait', { time: stopwatch(useNow() - Date.parse(since)) })}</span>;
});

/** Whether an answer has been missing for too long. Draws again only when that changes, not every second. */
export function useIsSlow(since: string | null, slowMs: number): boolean {
  const isSlow = useCallback(() => since !== null && serverNow() - Date.parse(since) >= slowMs, [since, slowMs]);
  return useSyncExternalStore(subscribeClock, isSlow);
}
