// Questions nobody could answer: newest first, masked, and one click from each to a new entry.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Empty, Input, Modal, Radio, Table } from 'antd';
import { useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { errorText } from '../api.ts';
import type { Reply } from '../routes.ts';
import { useStudio } from './desk-of-editor.tsx';
import { Failed, When } from './parts.tsx';
import { useSpeech } from './speech.ts';

type Unknown = Reply<'GET /api/unknowns'>['items'][number];
const PAGE = 50;

export function Unknowns() {
  const { t } = useSpeech();
  const { ask, canEdit } = useStudio();
  const [, go] = useLocation();
  const [search, setSearch] = useSearchParams();
  const page = Number(search.get('page') ?? '1');
  const [dismissing, setDismissing] = useState<Unknown | null>(null);
  const list = useQuery({
    queryKey: ['unknowns', page],
    queryFn: () => ask('GET /api/unknowns', { query: { limit: PAGE, cursor: String((page - 1) * PAGE) } }),
    refetchInterval: 30_000,
  });
  if (list.isError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  const create = ({ question, key }: Unknown) =>
    go(`/studio?${new URLSearchParams({ entry: 'new', question: question.slice(0, 100), unknown: key })}`);
  return (
    <section className="unknowns" aria-label={t('tab.unknowns')}>
      <p className="quiet-text">{t('unknown.masked')}</p>
      <Table<Unknown>
        size="small"
        rowKey="key"
        sticky
        loading={list.isPending}
        dataSource={list.data?.items ?? []}
        columns={[
          { title: t('unknown.question'), dataIndex: 'question' },
          { title: t('unknown.times'), dataIndex: 'times', width: 70, align: 'right' },
          {
            title: t('unknown.how'),
            width: 220,
            render: (_, { how }) => how.map((one) => t(`how.${one}`)).join(' · '),
          },
          { title: t('unknown.last'), width: 120, render: (_, { lastAt }) => <When at={lastAt} /> },
          ...(canEdit
            ? [
                {
                  title: '',
                  width: 180,
                  render: (_: unknown, row: Unknown) => (
                    <span className="row-moves">
                      <Button size="small" type="primary" ghost onClick={() => create(row)}>
                        {t('unknown.create')}
                      </Button>
                      <Button size="small" onClick={() => setDismissing(row)}>
                        {t('unknown.dismiss')}
                      </Button>
                    </span>
                  ),
                },
              ]
            : []),
        ]}
        locale={{
          emptyText: (
            <Empty
              description={
                <>
                  <p>{t('unknown.empty')}</p>
                  <p className="quiet-text">{t('unknown.emptyHint')}</p>
                </>
              }
            />
          ),
        }}
        pagination={{
          current: page,
          pageSize: PAGE,
          total: list.data?.total ?? 0,
          hideOnSinglePage: true,
          showSizeChanger: false,
          size: 'small',
          onChange: (next) => setSearch(next === 1 ? {} : { page: String(next) }),
        }}
      />
      {dismissing !== null && <DismissDialog unknown={dismissing} onClose={() => setDismissing(null)} />}
    </section>
  );
}

const REASONS = ['reasonKnown', 'reasonOff', 'reasonOnce', 'reasonOther'] as const;

function DismissDialog({ unknown, onClose }: { unknown: Unknown; onClose(): void }) {
  const { t } = useSpeech();
  const { ask } = useStudio();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [reason, setReason] = useState<(typeof REASONS)[number] | null>(null);
  const [other, setOther] = useState('');
  const told = reason === 'reasonOther' ? other.trim() : reason === null ? '' : t(`unknown.${reason}`);
  const dismiss = useMutation({
    mutationFn: () => ask('POST /api/unknowns/dismiss', { body: { key: unknown.key, reason: told } }),
    onSuccess() {
      void message.success(t('unknown.dismissed'));
      void client.invalidateQueries({ queryKey: ['unknowns'] });
      void client.invalidateQueries({ queryKey: ['summary'] });
      onClose();
    },
    onError: (error) => void message.error(errorText(error, t)),
  });
  return (
    <Modal
      open
      title={t('unknown.dismissTitle')}
      okText={t('unknown.dismiss')}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: told === '', loading: dismiss.isPending }}
      onOk={() => dismiss.mutate()}
      onCancel={onClose}
    >
      <blockquote className="dismissed">{unknown.question}</blockquote>
      <Radio.Group
        vertical
        aria-label={t('unknown.reason')}
        value={reason}
        onChange={(event) => setReason(event.target.value as (typeof REASONS)[number])}
        options={REASONS.map((one) => ({ value: one, label: t(`unknown.${one}`) }))}
      />
      {reason === 'reasonOther' && (
        <Input
          autoFocus
          value={other}
          maxLength={200}
          aria-label={t('unknown.reason')}
          onChange={(event) => setOther(event.target.value)}
        />
      )}
      <p className="quiet-text">{t('unknown.dismissText')}</p>
    </Modal>
  );
}
