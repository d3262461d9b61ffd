// The log of who changed what, with filters in the address, and as a file.
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, Select, Table } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { wordFor } from '../language.tsx';
import type { Reply } from '../routes.ts';
import { saveCsv } from '../save-file.ts';
import { Loaded, Panel, useChange, useData, useSignedIn } from './parts.tsx';
import { useSpeech } from './speech.ts';

type Row = Reply<'GET /api/audit'>['items'][number];

const AREAS = [
  'staff',
  'totp',
  'password',
  'team',
  'rules',
  'account',
  'words',
  'policy',
  'hook',
  'shop',
  'release',
] as const;
const PAGE = 50;

const asText = (value: unknown): string =>
  value === null || value === undefined ? '—' : JSON.stringify(value, null, 2);

function Details({ row }: { row: Row }) {
  const { t } = useSpeech();
  return (
    <div className="settings-diff">
      {(['before', 'after'] as const).map((side) => (
        <div key={side}>
          <p className="quiet-text">{t(`audit.${side}`)}</p>
          <pre className="settings-json">{asText(row[side])}</pre>
        </div>
      ))}
    </div>
  );
}

function Chain() {
  const { t } = useSpeech();
  const check = useData('GET /api/audit/check');
  if (!check.data) return null;
  const { whole, brokenAt } = check.data;
  return whole ? (
    <span className="quiet-text">{t('audit.whole')}</span>
  ) : (
    <Alert type="error" showIcon title={t('audit.broken', { n: brokenAt ?? 0 })} />
  );
}

export function AuditPage() {
  const { t, language } = useSpeech();
  const { ask } = useSignedIn();
  const queries = useQueryClient();
  const [params, setParams] = useSearchParams();
  const [cursors, setCursors] = useState<number[]>([]);
  const given = (name: string) => params.get(name) ?? undefined;
  const filter = { staff: given('staff'), area: given('area'), from: given('from'), until: given('until') };
  const cursor = cursors.at(-1);
  const people = useData('GET /api/staff/people');
  const rows = useData('GET /api/audit', { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) } });
  const set = (name: string, value: string) => {
    setCursors([]);
    setParams(
      (now) => {
        const next = new URLSearchParams(now);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  };
  const download = useChange(() => ask('GET /api/audit/export', { query: filter }), {
    onDone: ({ name, text }) => saveCsv(name, text),
  });
  const at = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' });
  const actions = (
    <>
      <Chain />
      <Button onClick={() => void queries.invalidateQueries()}>{t('audit.refresh')}</Button>
      <Button loading={download.isPending} onClick={() => download.mutate(undefined)}>
        {t('audit.export')}
      </Button>
    </>
  );
  return (
    <Panel title={t('settings.audit')} hint={t('audit.hint')} actions={actions}>
      <div className="settings-row" style={{ marginBottom: 12 }}>
        <Select
          aria-label={t('audit.by')}
          style={{ width: 160 }}
          value={filter.staff ?? ''}
          onChange={(value) => set('staff', value)}
          options={[
            { value: '', label: t('audit.everybody') },
            ...(people.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <Select
          aria-label={t('audit.area')}
          style={{ width: 170 }}
          value={filter.area ?? ''}
          onChange={(value) => set('area', value)}
          options={[
            { value: '', label: t('audit.everything') },
            ...AREAS.map((area) => ({ value: area, label: t(`area.${area}`) })),
          ]}
        />
        <span className="settings-row">
          {t('audit.from')}
          <Input
            type="date"
            aria-label={t('audit.from')}
            style={{ width: 150 }}
            value={filter.from ?? ''}
            onChange={(event) => set('from', event.target.value)}
          />
        </span>
        <span className="settings-row">
          {t('audit.until')}
          <Input
            type="date"
            aria-label={t('audit.until')}
            style={{ width: 150 }}
            value={filter.until ?? ''}
            onChange={(event) => set('until', event.target.value)}
          />
        </span>
      </div>
      <Loaded query={rows}>
        {({ items, next }) => (
          <>
            <Table<Row>
              rowKey="seq"
              size="small"
              pagination={false}
              dataSource={items}
              locale={{ emptyText: t('audit.empty') }}
              expandable={{
                rowExpandable: (row) => row.before !== null || row.after !== null,
                expandedRowRender: (row) => <Details row={row} />,
              }}
              columns={[
                { title: '#', dataIndex: 'seq', width: 70 },
                { title: t('audit.at'), key: 'at', width: 180, render: (_, row) => at.format(new Date(row.at)) },
                {
                  title: t('audit.by'),
                  key: 'by',
                  width: 140,
                  render: (_, row) => row.by?.name ?? t('audit.terminal'),
                },
                {
                  title: t('audit.action'),
                  key: 'action',
                  width: 180,
                  render: (_, row) => wordFor(t, 'action', row.action),
                },
                { title: t('audit.subject'), dataIndex: 'subject' },
              ]}
            />
            <div className="settings-row" style={{ marginTop: 12 }}>
              <Button disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
                {t('audit.newer')}
              </Button>
              <Button disabled={next === null} onClick={() => setCursors([...cursors, Number(next)])}>
                {t('audit.older')}
              </Button>
            </div>
          </>
        )}
      </Loaded>
    </Panel>
  );
}
