// What the shopper's platform still takes from us, said above the place to write. Asks nobody: the server counts.
import { useNow } from '../clock.ts';
import type { ConversationDetail } from '../wire.ts';
import { useSpeech } from './speech.ts';

const HOUR_MINUTES = 60;

export function QuotaLine({ quota }: { quota: NonNullable<ConversationDetail['quota']> }) {
  const { t } = useSpeech();
  const now = useNow();
  const leftMs = quota.until === null ? 0 : Date.parse(quota.until) - now;
  const isOver = quota.left === 0 || leftMs <= 0;
  const minutes = Math.max(1, Math.floor(leftMs / 60_000));
  const time =
    minutes < HOUR_MINUTES
      ? t('quota.minutes', { n: minutes })
      : t('quota.hours', { n: Math.floor(minutes / HOUR_MINUTES) });
  return (
    <p className={`quota-line ${isOver || quota.left === 1 ? 'quota-low' : ''}`} role={isOver ? 'status' : undefined}>
      {isOver ? t('quota.over') : t('quota.left', { n: quota.left, time })}
    </p>
  );
}
