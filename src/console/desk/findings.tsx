// Under the box: what keeps the words from being sent, with the rule and its source, and what they promise.
import { AlertIcon, ClockIcon } from '../icons.tsx';
import { wordFor } from '../language.tsx';
import { moment } from '../time.ts';
import type { Lint } from './lint.ts';
import type { OpenVariable } from './phrases.ts';
import { useSpeech } from './speech.ts';

interface FindingsProps {
  lint: Lint;
  open: readonly OpenVariable[];
  /** Why the last try was refused; said aloud. */
  refused: string | null;
  onVariable(variable: OpenVariable): void;
}

function Promises({ promises }: Pick<Lint, 'promises'>) {
  const { t, language } = useSpeech();
  return promises.map((promise) => (
    <li key={promise.evidence} className="finding finding-promise">
      <ClockIcon />
      <span>
        {t('write.promise', { text: promise.evidence })}
        <span className="finding-why">
          {wordFor(t, 'promiseKind', promise.kind)}
          {' · '}
          {promise.dueAt
            ? t('write.due', { time: moment(promise.dueAt, language, Date.now()) })
            : (promise.dueWords ?? t('write.noDue'))}
        </span>
      </span>
    </li>
  ));
}

export function Findings({ lint, open, refused, onVariable }: FindingsProps) {
  const { t } = useSpeech();
  const { findings, promises, faces } = lint;
  return (
    <div className="findings">
      {refused !== null && (
        <p className="finding-refused" role="alert">
          {refused}
        </p>
      )}
      {open.length + findings.length + promises.length + (faces === null ? 0 : 1) > 0 && (
        <ul aria-label={t('write.check')} aria-live="polite">
          {open.length > 0 && (
            <li className="finding finding-bad">
              <AlertIcon />
              <span>
                {t('write.fill')}
                {open.map((variable) => (
                  <button
                    type="button"
                    key={variable.start}
                    className="finding-variable"
                    onClick={() => onVariable(variable)}
                  >
                    {`{${variable.name}}`}
                  </button>
                ))}
              </span>
            </li>
          )}
          {findings.map((finding) => (
            <li key={`${finding.rule} ${finding.evidence}`} className="finding finding-bad">
              <AlertIcon />
              <span>
                <strong>{t('write.quoted', { text: finding.evidence })}</strong>
                {finding.why}
                <span className="finding-why">{t('write.source', { text: finding.source })}</span>
              </span>
            </li>
          ))}
          {faces !== null && (
            <li className="finding finding-promise">
              <AlertIcon />
              {t(`write.faces.${faces}`)}
            </li>
          )}
          <Promises promises={promises} />
        </ul>
      )}
    </div>
  );
}
