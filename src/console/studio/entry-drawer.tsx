// The drawer in which one entry is read and changed: form, checks, history, and the moves on it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Skeleton, Tabs } from 'antd';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { errorText } from '../api.ts';
import { moment } from '../time.ts';
import { EntryDiff } from './change-list.tsx';
import { type Summary, useStudio } from './desk-of-editor.tsx';
import { EntryForm } from './entry-form.tsx';
import { History } from './history.tsx';
import { LintSummary } from './lint.tsx';
import { Failed, StateTag } from './parts.tsx';
import { useSpeech } from './speech.ts';
import { type Draft, useDraft } from './use-draft.ts';
import { useKeys } from './use-keys.ts';

interface DrawerParts {
  /** `new`: an entry that does not exist yet. */
  id: string;
  prefilled: string | null;
  unknown: string | null;
  summary: Summary | undefined;
  onClose(): void;
  onCreated(id: string): void;
}

export function EntryDrawer({ id, prefilled, unknown, summary, onClose, onCreated }: DrawerParts) {
  const { t } = useSpeech();
  const { canEdit } = useStudio();
  const draft = useDraft(id, prefilled, unknown);
  const { view, entry } = draft;
  const state = view.data?.state;
  useKeys({ Escape: onClose }, 1);
  return (
    <Drawer
      open
      size={560}
      mask={false}
      keyboard={false}
      onClose={onClose}
      title={
        <span className="drawer-title">
          {draft.isNew ? t('edit.newTitle') : t('edit.title')} {state !== undefined && <StateTag state={state} />}
        </span>
      }
      classNames={{ body: 'entry-drawer' }}
      footer={canEdit && entry !== null && <Moves draft={draft} onClose={onClose} onCreated={onCreated} />}
    >
      {view.isError && <Failed error={view.error} onRetry={() => void view.refetch()} />}
      {entry === null && !view.isError && <Skeleton active paragraph={{ rows: 12 }} />}
      {entry !== null && (
        <>
          <ConflictBar draft={draft} />
          <Tabs
            size="small"
            items={[
              {
                key: 'edit',
                label: t('edit.tabEdit'),
                children: <EntryForm draft={draft} entry={entry} summary={summary} disabled={!canEdit} />,
              },
              { key: 'lint', label: t('edit.tabLint'), children: <LintSummary draft={draft} /> },
              ...(view.data
                ? [
                    {
                      key: 'compare',
                      label: t('edit.compare'),
                      children: <Compared draft={draft} />,
                    },
                    {
                      key: 'history',
                      label: t('edit.history'),
                      children: <History draft={draft} disabled={!canEdit} />,
                    },
                  ]
                : []),
            ]}
          />
        </>
      )}
    </Drawer>
  );
}

function Compared({ draft: { view, entry } }: { draft: Draft }) {
  const { t } = useSpeech();
  const published = view.data?.published;
  if (!published || entry === null) return <p className="quiet-text">{t('state.new')}</p>;
  return <EntryDiff before={published} after={entry} />;
}

function ConflictBar({ draft }: { draft: Draft }) {
  const { t, language } = useSpeech();
  const [shown, show] = useState(false);
  const { conflict, entry } = draft;
  if (conflict === null || entry === null) return null;
  return (
    <Alert
      type="warning"
      showIcon
      className="conflict-bar"
      title={t('edit.conflict', { name: conflict.by, time: moment(conflict.at, language, Date.now()) })}
      description={
        <>
          {shown && <EntryDiff before={conflict.entry} after={entry} />}
          <div className="conflict-moves">
            <Button size="small" onClick={() => show(!shown)} aria-expanded={shown}>
              {t('edit.conflictDiff')}
            </Button>
            <Button size="small" danger onClick={() => draft.settle('mine')}>
              {t('edit.conflictMine')}
            </Button>
            <Button size="small" onClick={() => draft.settle('theirs')}>
              {t('edit.conflictTheirs')}
            </Button>
          </div>
        </>
      }
    />
  );
}

function Moves({ draft, onClose, onCreated }: { draft: Draft; onClose(): void; onCreated(id: string): void }) {
  const { t } = useSpeech();
  const { ask, openPublish } = useStudio();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const [, go] = useLocation();
  const state = draft.view.data?.state;
  const save = async (): Promise<boolean> => {
    try {
      const saved = await draft.save();
      void message.success(t('edit.saved'));
      if (draft.isNew) onCreated(saved.entry.id);
      return true;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'edit_conflict'))
        void message.error(errorText(error, t));
      return false;
    }
  };
  const discard = useMutation({
    mutationFn: () => ask('DELETE /api/faq/:id/draft', { params: { id: draft.entry!.id } }),
    onSuccess() {
      void message.success(t('edit.discarded'));
      void client.invalidateQueries();
      onClose();
    },
    onError: (error) => void message.error(errorText(error, t)),
  });
  const publish = async () => (!draft.dirty || (await save())) && openPublish();
  useKeys({ 'Ctrl+KeyS': () => void save(), 'Ctrl+Enter': () => void publish() }, 1);
  const hasDraft = state === 'new' || state === 'changed' || state === 'retiring';
  return (
    <div className="drawer-moves">
      {hasDraft && (
        <Button
          danger
          type="text"
          onClick={() =>
            void modal.confirm({ title: t('edit.discardAsk'), okText: t('edit.discard'), onOk: () => discard.mutate() })
          }
        >
          {t('edit.discard')}
        </Button>
      )}
      <span className="drawer-gap" />
      {!draft.isNew && !draft.dirty && (
        <Button onClick={() => go(`/studio/bench?ask=${encodeURIComponent(draft.entry!.question)}`)}>
          {t('edit.tryIt')}
        </Button>
      )}
      <Button loading={draft.saving} disabled={!draft.dirty} onClick={() => void save()}>
        {t('edit.save')}
      </Button>
      <Button type="primary" disabled={!draft.dirty && !hasDraft} onClick={() => void publish()}>
        {t('edit.publish')}
      </Button>
    </div>
  );
}
