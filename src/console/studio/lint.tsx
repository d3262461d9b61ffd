// What speaks against an entry, beside the field it is about and as a whole, with the source behind it.
import type { Finding } from './desk-of-editor.tsx';
import { useSpeech } from './speech.ts';
import type { Draft } from './use-draft.ts';

export function Findings({ of }: { of: readonly Finding[] | undefined }) {
  const { t } = useSpeech();
  if (of === undefined || of.length === 0) return null;
  return (
    <ul className="studio-findings">
      {of.map((finding) => (
        <li key={`${finding.text}${finding.evidence}`} className={`studio-finding finding-${finding.level}`}>
          {finding.evidence !== undefined && !finding.text.includes(finding.evidence) && (
            <>
              <mark>{finding.evidence}</mark>{' '}
            </>
          )}
          {finding.text}
          {finding.source !== undefined && (
            <small className="studio-finding-source">{t('edit.source2', { source: finding.source })}</small>
          )}
        </li>
      ))}
    </ul>
  );
}

export function LintSummary({ draft: { lint } }: { draft: Draft }) {
  const { t } = useSpeech();
  const say = t as (word: string) => string;
  const errors = lint.findings.filter(({ level }) => level !== 'warning').length;
  if (lint.findings.length === 0)
    return <p className="quiet-text">{lint.busy ? t('edit.lintBusy') : t('edit.lintOk')}</p>;
  return (
    <div>
      {errors > 0 && <p className="lint-count">{t('edit.lintErrors', { n: errors })}</p>}
      <dl className="change-list">
        {[...lint.byField].map(([field, of]) => (
          <div key={field} className="field-diff">
            <dt>{say(`field.${field}`)}</dt>
            <dd>
              <Findings of={of} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
