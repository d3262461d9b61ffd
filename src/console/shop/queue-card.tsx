// What a waiting shopper is told: the place and an honest range, or when people are back; and the ways out of the line.
import type { Choice } from '../../contract/decision.ts';
import { useNow } from '../clock.ts';
import { between, moment } from '../time.ts';
import type { ShopState } from '../wire.ts';
import { useMore } from './more-speech.ts';
import './queue-card.css';

/** The labels follow the page's language; what is sent is what the shop's bot understands. */
const BOT: Choice = { value: 'bot', label: '先问智能客服' };
const MESSAGE: Choice = { value: 'message', label: '留言，先离开' };
const CALL: Choice = { value: 'callback', label: '电话回访' };

type Wait = Pick<ShopState, 'queue' | 'message' | 'mayLeave'>;

function Place({ queue }: Pick<Wait, 'queue'>) {
  const { t } = useMore();
  const ahead = queue === undefined ? null : queue.position - 1;
  return (
    <>
      <strong>
        {ahead === null ? t('more.waiting') : ahead === 0 ? t('more.queueNext') : t('more.queueAhead', { n: ahead })}
      </strong>
      <span>{queue?.range ? t('more.queueEta', { time: between(queue.range, t) }) : t('more.queueNoEta')}</span>
      <span>{t('more.queueKeep')}</span>
    </>
  );
}

function Away({ backAt }: { backAt: string | null }) {
  const { t, language } = useMore();
  const now = useNow();
  return (
    <>
      <strong>{t('more.away')}</strong>
      <span>
        {backAt === null ? t('more.awayUnplanned') : t('more.awayBack', { time: moment(backAt, language, now) })}
      </span>
    </>
  );
}

export function QueueCard({ wait, onChoose }: { wait: Wait; onChoose(choice: Choice): void }) {
  const { t } = useMore();
  return (
    <section className="queue-card" role="status">
      <span className="queue-pulse" aria-hidden="true" />
      <div>
        {wait.message ? <Away backAt={wait.message.backAt} /> : <Place queue={wait.queue} />}
        <div className="queue-ways">
          {wait.mayLeave && (
            <button type="button" onClick={() => onChoose(BOT)}>
              {t('more.askBot')}
            </button>
          )}
          {wait.mayLeave && !wait.message && (
            <button type="button" onClick={() => onChoose(MESSAGE)}>
              {t('more.leaveMessage')}
            </button>
          )}
          <button type="button" onClick={() => onChoose(CALL)}>
            {t('more.call')}
          </button>
        </div>
      </div>
    </section>
  );
}
