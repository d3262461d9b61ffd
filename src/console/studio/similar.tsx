// The other wordings of a question: typed one by one, or chosen from what a model proposes.
import { useMutation } from '@tanstack/react-query';
import { App, Button, Checkbox, Input } from 'antd';
import { useState } from 'react';
import { errorText } from '../api.ts';
import { useEnter } from '../enter.ts';
import { CloseIcon } from '../icons.tsx';
import { type Entry, useStudio } from './desk-of-editor.tsx';
import { Findings } from './lint.tsx';
import { useSpeech } from './speech.ts';
import type { Draft } from './use-draft.ts';

interface SimilarParts {
  draft: Draft;
  entry: Entry;
  disabled: boolean;
  /** A model is configured. */
  model: boolean;
}

export function Similar({ draft, entry, disabled, model }: SimilarParts) {
  const { t } = useSpeech();
  const [text, setText] = useState('');
  const { similar } = entry;
  const add = (wordings: readonly string[]) => {
    const fresh = wordings
      .map((wording) => wording.trim())
      .filter((wording) => wording !== '' && !similar.includes(wording));
    if (fresh.length > 0) draft.change({ similar: [...similar, ...new Set(fresh)] });
  };
  const addTyped = () => {
    add([text]);
    setText('');
  };
  const enter = useEnter(addTyped);
  return (
    <fieldset className="field" aria-label={t('edit.similar', { n: similar.length })}>
      <span className="field-label">{t('edit.similar', { n: similar.length })}</span>
      <ul className="wordings">
        {similar.map((wording, at) => (
          // the place is the identity: while one is typed it may for a moment equal another
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={at}>
            <Input
              size="small"
              value={wording}
              aria-label={`${t('field.similar')} ${at + 1}`}
              disabled={disabled}
              maxLength={200}
              onChange={(event) => draft.change({ similar: similar.with(at, event.target.value) })}
            />
            {!disabled && (
              <button
                type="button"
                className="quiet icon-only"
                aria-label={t('edit.remove', { text: wording })}
                onClick={() => draft.change({ similar: similar.toSpliced(at, 1) })}
              >
                <CloseIcon />
              </button>
            )}
          </li>
        ))}
      </ul>
      {!disabled && (
        <div className="wording-new">
          <Input
            size="small"
            value={text}
            aria-label={t('edit.similarHint')}
            placeholder={t('edit.similarHint')}
            maxLength={200}
            onChange={(event) => setText(event.target.value)}
            {...enter}
          />
          <Button size="small" disabled={text.trim() === ''} onClick={addTyped}>
            {t('edit.add')}
          </Button>
        </div>
      )}
      {!disabled && model && <Proposals entry={entry} onTake={add} />}
      <Findings of={draft.lint.byField.get('similar')} />
    </fieldset>
  );
}

function Proposals({ entry, onTake }: { entry: Entry; onTake(wordings: readonly string[]): void }) {
  const { t } = useSpeech();
  const { ask } = useStudio();
  const { message } = App.useApp();
  const [picked, setPicked] = useState<string[]>([]);
  const propose = useMutation({
    mutationFn: () =>
      ask.path<{ questions: string[] }>('/api/drafts/similar', {
        method: 'POST',
        body: { question: entry.question, known: entry.similar },
      }),
    onError: (error) => void message.error(errorText(error, t)),
  });
  const offered = (propose.data?.questions ?? []).filter((question) => !entry.similar.includes(question));
  return (
    <div className="proposals">
      <Button
        size="small"
        loading={propose.isPending}
        disabled={entry.question.trim().length < 2}
        onClick={() => propose.mutate()}
      >
        {propose.isPending ? t('edit.proposing') : t('edit.propose')}
      </Button>
      {propose.isSuccess && offered.length === 0 && <p className="quiet-text">{t('edit.proposedNone')}</p>}
      {offered.length > 0 && (
        <>
          <p className="quiet-text">{t('edit.proposed')}</p>
          <Checkbox.Group options={offered} value={picked} onChange={setPicked} />
          <Button
            size="small"
            disabled={picked.length === 0}
            onClick={() => {
              onTake(picked);
              setPicked([]);
            }}
          >
            {t('edit.take', { n: picked.length })}
          </Button>
        </>
      )}
    </div>
  );
}
