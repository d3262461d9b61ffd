// Every save of an entry: who, when, what became of it, what it changed; any of them can be loaded again.
import { Button, Tag } from 'antd';
import { EntryDiff } from './change-list.tsx';
import type { EntryView } from './desk-of-editor.tsx';
import { When } from './parts.tsx';
import { useSpeech } from './speech.ts';
import type { Draft } from './use-draft.ts';

type Save = EntryView['history'][number];

function Outcome({ save }: { save: Save }) {
  const { t } = useSpeech();
  if (save.discarded) return <Tag>{t('edit.historyGone')}</Tag>;
  if (save.releasedIn !== null) return <Tag color="success">{t('edit.historyOut', { number: save.releasedIn })}</Tag>;
  return <Tag color="warning">{t('edit.historyDraft')}</Tag>;
}

export function History({ draft, disabled }: { draft: Draft; disabled: boolean }) {
  const { t } = useSpeech();
  const history = draft.view.data?.history ?? [];
  if (history.length === 0) return <p className="quiet-text">{t('edit.historyNone')}</p>;
  return (
    <ol className="history">
      {history.map((save, at) => (
        <li key={save.version}>
          <div className="history-head">
            <strong>{save.by}</strong>
            <When at={save.at} />
            <Outcome save={save} />
            {save.retired && <Tag>{t('list.retire')}</Tag>}
            {!disabled && (
              <Button size="small" type="link" onClick={() => draft.load(save.entry, draft.version)}>
                {t('edit.restore')}
              </Button>
            )}
          </div>
          {history[at + 1] !== undefined && (
            <details>
              <summary>{t('release.diff')}</summary>
              <EntryDiff before={history[at + 1]!.entry} after={save.entry} />
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}
