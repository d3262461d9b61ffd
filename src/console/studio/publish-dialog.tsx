// Publishing: what will change, what stands against it, and a word for the record.
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Input, Modal, Skeleton } from 'antd';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { errorText } from '../api.ts';
import { ChangeList } from './change-list.tsx';
import { useStudio } from './desk-of-editor.tsx';
import { Findings } from './lint.tsx';
import { Failed } from './parts.tsx';
import { useSpeech } from './speech.ts';
import { useKeys } from './use-keys.ts';

/** Many changes at once are learned from before they go out. */
const PUBLISH_MS = 180_000;

export function PublishDialog({ onClose, onPublished }: { onClose(): void; onPublished(): void }) {
  const { t } = useSpeech();
  const { ask } = useStudio();
  const { message } = App.useApp();
  const [, go] = useLocation();
  const [note, setNote] = useState('');
  const pending = useQuery({
    queryKey: ['changes'],
    queryFn: () => ask('GET /api/faq/changes'),
    staleTime: 0,
    gcTime: 0,
  });
  const publish = useMutation({
    mutationFn: () =>
      ask.path<{ number: number }>('/api/releases', {
        method: 'POST',
        body: note.trim() === '' ? {} : { note: note.trim() },
        timeoutMs: PUBLISH_MS,
      }),
    onSuccess({ number }) {
      void message.success(t('publish.done', { number }));
      onPublished();
    },
  });
  const changes = pending.data?.changes ?? [];
  const problems = pending.data?.problems ?? [];
  const isReady = pending.isSuccess && changes.length > 0 && problems.length === 0;
  useKeys({ 'Ctrl+Enter': () => isReady && !publish.isPending && publish.mutate() }, 2);
  return (
    <Modal
      open
      width={720}
      title={t('publish.title')}
      okText={publish.isPending ? t('publish.busy') : t('publish.submit')}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: !isReady, loading: publish.isPending }}
      onOk={() => publish.mutate()}
      onCancel={onClose}
    >
      {pending.isPending && <Skeleton active />}
      {pending.isError && <Failed error={pending.error} onRetry={() => void pending.refetch()} />}
      {publish.isError && (
        <Alert type="error" showIcon title={errorText(publish.error, t)} className="publish-problem" />
      )}
      {problems.length > 0 && (
        <Alert
          type="error"
          showIcon
          className="publish-problem"
          title={t('publish.problems', { n: problems.length })}
          description={
            <ul className="problem-list">
              {problems.map(({ id, title, findings }) => (
                <li key={id}>
                  <button
                    type="button"
                    className="entry-link"
                    onClick={() => {
                      onClose();
                      go(`/studio?entry=${encodeURIComponent(id)}`);
                    }}
                  >
                    {title}
                  </button>
                  <Findings of={findings} />
                </li>
              ))}
            </ul>
          }
        />
      )}
      {pending.isSuccess && (changes.length === 0 ? <p>{t('publish.none')}</p> : <ChangeList changes={changes} />)}
      {isReady && (
        <Input
          value={note}
          maxLength={200}
          aria-label={t('publish.note')}
          placeholder={t('publish.note')}
          onChange={(event) => setNote(event.target.value)}
        />
      )}
    </Modal>
  );
}
