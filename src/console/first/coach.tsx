// The five steps of the first page: each ticks itself off when it has happened.
import { CloseIcon, TickIcon } from '../icons.tsx';
import { useSpeech } from './speech.ts';

export const STEPS = ['ask', 'complain', 'claim', 'reply', 'resolve'] as const;
export type Step = (typeof STEPS)[number];

interface CoachProps {
  done: ReadonlySet<Step>;
  onAgain(): void;
  onDismiss(): void;
  /** To another page of the console. */
  onGo(path: string): void;
}

export function Coach({ done, onAgain, onDismiss, onGo }: CoachProps) {
  const { t } = useSpeech();
  const next = STEPS.find((step) => !done.has(step));
  return (
    <section className="coach" aria-label={t('coach.title')}>
      {next === undefined ? (
        <p className="coach-done" role="status">
          <TickIcon />
          {t('coach.done')}
          <button type="button" onClick={() => onGo('/board')}>
            {t('coach.board')}
          </button>
          <button type="button" onClick={() => onGo('/studio')}>
            {t('coach.studio')}
          </button>
          <button type="button" className="quiet" onClick={onAgain}>
            {t('coach.again')}
          </button>
        </p>
      ) : (
        <ol>
          {STEPS.map((step, i) => (
            <li
              key={step}
              className={done.has(step) ? 'step-done' : step === next ? 'step-next' : ''}
              aria-current={step === next ? 'step' : undefined}
            >
              <span className="step-mark">
                {done.has(step) ? (
                  <>
                    <TickIcon />
                    <span className="unseen-label">{t('coach.stepDone')}</span>
                  </>
                ) : (
                  i + 1
                )}
              </span>
              <span>{t(`coach.${step}`)}</span>
            </li>
          ))}
        </ol>
      )}
      <button
        type="button"
        className="quiet icon-only"
        aria-label={t('coach.dismiss')}
        title={t('coach.dismiss')}
        onClick={onDismiss}
      >
        <CloseIcon />
      </button>
    </section>
  );
}
