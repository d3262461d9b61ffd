// What the bot would reply: with its source and how sure it is; taken into the box, never sent by itself.
import { useState } from 'react';
import { errorText } from '../api.ts';
import { AlertIcon } from '../icons.tsx';
import { useBeside } from './beside.tsx';
import { useKeyText } from './keys.ts';
import { percent } from './packet.tsx';
import { Section } from './section.tsx';
import { useSpeech } from './speech.ts';

/** Nothing fits: the question goes to those who write the answers. */
function Report() {
  const { t } = useSpeech();
  const { ask, conversationId, thread } = useBeside();
  const [reported, setReported] = useState<{ seq: number; error: string | null } | null>(null);
  const last = thread.messages.findLast((message) => message.from === 'shopper');
  if (!last || last.text.trim().length < 2) return null;
  if (reported?.seq === last.seq && reported.error === null) return <p role="status">{t('suggest.reported')}</p>;
  const report = () => {
    const question = last.text.trim().slice(0, 1_000);
    ask('POST /api/unknowns', { body: { conversationId, question } }).then(
      () => setReported({ seq: last.seq, error: null }),
      (caught: unknown) => setReported({ seq: last.seq, error: errorText(caught, t) }),
    );
  };
  return (
    <>
      <button type="button" onClick={report}>
        {t('suggest.report')}
      </button>
      {reported?.seq === last.seq && (
        <p className="side-error" role="alert">
          {reported.error}
        </p>
      )}
    </>
  );
}

export function Suggestions() {
  const { t } = useSpeech();
  const keys = [useKeyText('use1'), useKeyText('use2'), useKeyText('use3')];
  const { suggested, canReply, adopt } = useBeside();
  const { drafts, state, reload } = suggested;
  return (
    <Section title={t('packet.suggestions')}>
      {state === 'making' && <p className="quiet-text">{t('suggest.making')}</p>}
      {state === 'old' && drafts.length > 0 && <p className="quiet-text">{t('suggest.old')}</p>}
      {state === 'failed' && (
        <p className="suggest-failed">
          <AlertIcon />
          <span>{t('suggest.failed')}</span>
          <button type="button" className="quiet" onClick={reload}>
            {t('common.retry')}
          </button>
        </p>
      )}
      {state === 'none' && drafts.length === 0 && (
        <>
          <p className="side-empty">{t('packet.noSuggestions')}</p>
          <Report />
        </>
      )}
      <ol className={`suggestions ${state === 'old' || state === 'making' ? 'suggestions-old' : ''}`}>
        {drafts.map((draft, i) => (
          <li key={draft.id ?? draft.text}>
            <p className="words">{draft.text}</p>
            <p className="suggestion-foot">
              <span className="quiet-text">
                {draft.source && t('common.source', { title: draft.source.title })}
                {draft.source?.revisionId && ` · ${t('suggest.revision', { id: draft.source.revisionId })}`}
                {draft.confidence !== null && ` · ${t('packet.confidence', { percent: percent(draft.confidence) })}`}
              </span>
              <button
                type="button"
                disabled={!canReply}
                title={t('packet.insertLabel', { n: i + 1 })}
                onClick={() => adopt(i + 1)}
              >
                {t('packet.insert', { n: i + 1 })} {keys[i] && <kbd>{keys[i]}</kbd>}
              </button>
            </p>
          </li>
        ))}
      </ol>
    </Section>
  );
}
