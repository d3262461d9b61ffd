// What a waiting shopper is told: the place in the queue, and an estimate only when the server has an honest one.
import { useSpeech } from '../language.tsx';
import { roughly } from '../time.ts';
import type { QueuePlace } from '../wire.ts';

export function QueueCard({ queue }: { queue: QueuePlace | null }) {
  const { t } = useSpeech();
  const ahead = queue === null ? null : Math.max(0, queue.position - 1);
  return (
    <section className="queue-card" role="status">
      <span className="queue-pulse" aria-hidden="true" />
      <div>
        <strong>
          {ahead === null ? t('shop.waiting') : ahead === 0 ? t('shop.queueNext') : t('shop.queueAhead', { n: ahead })}
        </strong>
        <span>
          {queue?.etaSeconds == null
            ? t('shop.queueNoEta')
            : t('shop.queueEta', { time: roughly(queue.etaSeconds, t) })}
        </span>
        <span>{t('shop.queueKeep')}</span>
      </div>
    </section>
  );
}
