// What was published when and by whom, what differs between two, and the way back.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Segmented, Skeleton, Table, Tag } from 'antd';
import { useState } from 'react';
import { errorText } from '../api.ts';
import type { Reply } from '../routes.ts';
import { ChangeList } from './change-list.tsx';
import { useStudio } from './desk-of-editor.tsx';
import { Failed, When } from './parts.tsx';
import { useSpeech } from './speech.ts';

type Release = Reply<'GET /api/releases'>['items'][number];
const ROLL_BACK_MS = 180_000;

export function Releases() {
  const { t } = useSpeech();
  const { ask } = useStudio();
  const [chosen, choose] = useState<string | null>(null);
  const list = useQuery({ queryKey: ['releases'], queryFn: () => ask('GET /api/releases') });
  if (list.isError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  const rows = list.data?.items ?? [];
  const shown = rows.find(({ id }) => id === chosen) ?? rows[0];
  return (
    <div className="releases">
      <section className="releases-list" aria-label={t('tab.releases')}>
        <Table<Release>
          size="small"
          rowKey="id"
          loading={list.isPending}
          dataSource={rows}
          pagination={false}
          rowClassName={({ id }) => (id === shown?.id ? 'entry-row-active' : '')}
          columns={[
            {
              title: t('release.number'),
              width: 120,
              render: (_, { id, number, current }) => (
                <>
                  <button
                    type="button"
                    className="entry-link"
                    aria-pressed={id === shown?.id}
                    onClick={() => choose(id)}
                  >
                    v{number}
                  </button>{' '}
                  {current && <Tag color="success">{t('release.current')}</Tag>}
                </>
              ),
            },
            { title: t('release.at'), width: 120, render: (_, { at }) => <When at={at} /> },
            {
              title: t('release.origin'),
              width: 110,
              render: (_, { origin, learned }) => (
                <>
                  {t(`release.${origin}`)}
                  {learned && <small className="release-learned">{t('release.learned')}</small>}
                </>
              ),
            },
            { title: t('release.by'), dataIndex: 'by', width: 90 },
            { title: t('release.entries'), dataIndex: 'entries', width: 80, align: 'right' },
            { title: t('release.note'), dataIndex: 'note', ellipsis: true },
          ]}
        />
        <p className="quiet-text">{t('release.kept')}</p>
      </section>
      <section className="releases-diff" aria-label={t('release.diff')}>
        {shown === undefined ? (
          <Skeleton active />
        ) : (
          <ReleaseDiff release={shown} current={rows.find((row) => row.current)} />
        )}
      </section>
    </div>
  );
}

function ReleaseDiff({ release, current }: { release: Release; current: Release | undefined }) {
  const { t } = useSpeech();
  const { ask, canEdit } = useStudio();
  const [against, setAgainst] = useState<'previous' | 'current'>('previous');
  const withCurrent = against === 'current' && current !== undefined && !release.current;
  const diff = useQuery({
    queryKey: ['diff', release.id, withCurrent ? current.id : null],
    queryFn: () =>
      withCurrent
        ? ask('GET /api/releases/:id/diff', { params: { id: current.id }, query: { with: release.id } })
        : ask('GET /api/releases/:id/diff', { params: { id: release.id }, query: {} }),
  });
  return (
    <>
      <header className="diff-head">
        <h2>v{release.number}</h2>
        {!release.current && (
          <Segmented
            size="small"
            value={against}
            options={[
              { value: 'previous', label: t('release.diffPrevious') },
              { value: 'current', label: t('release.diffCurrent') },
            ]}
            onChange={setAgainst}
          />
        )}
        {canEdit && !release.current && <RollBack release={release} />}
      </header>
      {diff.isPending && <Skeleton active />}
      {diff.isError && <Failed error={diff.error} onRetry={() => void diff.refetch()} />}
      {diff.data !== undefined && (
        <>
          <p className="quiet-text">
            {diff.data.from === null
              ? t('release.noPrevious')
              : t('release.diffOf', { from: diff.data.from, to: diff.data.to })}
          </p>
          {diff.data.from !== null && <ChangeList changes={diff.data.changes} />}
        </>
      )}
    </>
  );
}

function RollBack({ release: { id, number } }: { release: Release }) {
  const { t } = useSpeech();
  const { ask } = useStudio();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const roll = useMutation({
    mutationFn: () =>
      ask.path<{ number: number }>(`/api/releases/${id}/rollback`, {
        method: 'POST',
        body: {},
        timeoutMs: ROLL_BACK_MS,
      }),
    onSuccess(made) {
      void message.success(t('release.rolled', { number: made.number }));
      void client.invalidateQueries();
    },
    onError: (error) => void message.error(errorText(error, t)),
  });
  const askFirst = () =>
    void modal.confirm({
      title: t('release.rollTitle', { number }),
      content: t('release.rollText', { number }),
      okText: t('release.roll'),
      cancelText: t('common.cancel'),
      onOk: () => roll.mutateAsync().catch(() => {}),
    });
  return (
    <Button size="small" loading={roll.isPending} onClick={askFirst}>
      {t('release.roll')}
    </Button>
  );
}
