// Tables in and out: template, export, and an import that shows first what it would change.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Checkbox, Table, Tag } from 'antd';
import { useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { ApiError, errorText } from '../api.ts';
import type { Reply } from '../routes.ts';
import { saveCsv } from '../save-file.ts';
import { useStudio } from './desk-of-editor.tsx';
import { useSpeech } from './speech.ts';

type Plan = Reply<'POST /api/faq/import'>;
type Row = Plan['rows'][number];

/** A table goes as the bytes it is; everything else in the studio is JSON. */
async function upload(file: File, csrf: string, more: Record<string, string>): Promise<Plan> {
  const format = file.name.toLowerCase().endsWith('.csv') ? 'csv' : 'xlsx';
  const response = await fetch(`/api/faq/import?${new URLSearchParams({ format, ...more })}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'x-csrf-token': csrf },
    body: file,
  }).catch(() => {
    throw new ApiError(0, 'offline', 'offline');
  });
  const body = (await response.json().catch(() => ({}))) as Plan & { code?: string; detail?: string };
  if (!response.ok) throw new ApiError(response.status, body.code ?? '', body.detail ?? `HTTP ${response.status}`);
  return body;
}

export function Sheets() {
  const { t } = useSpeech();
  const { canEdit } = useStudio();
  return (
    <div className="sheets">
      {canEdit && (
        <Card title={t('sheet.in')} extra={<Templates />}>
          <Import />
        </Card>
      )}
      <Card title={t('sheet.out')}>
        <p>{t('sheet.outText')}</p>
        <div className="row-moves">
          <Button href="/api/faq/export?format=xlsx">{t('sheet.out')} .xlsx</Button>
          <Button href="/api/faq/export?format=csv">{t('sheet.out')} .csv</Button>
        </div>
      </Card>
    </div>
  );
}

function Templates() {
  const { t } = useSpeech();
  return (
    <span className="row-moves">
      <a href="/api/faq/template?format=xlsx">{t('sheet.template')} .xlsx</a>
      <a href="/api/faq/template?format=csv">.csv</a>
    </span>
  );
}

function Import() {
  const { t } = useSpeech();
  const { csrf } = useStudio();
  const [file, setFile] = useState<File | null>(null);
  const [refused, setRefused] = useState(false);
  const preview = useMutation({ mutationFn: (chosen: File) => upload(chosen, csrf, {}) });
  const take = (chosen: File | undefined) => {
    if (chosen === undefined) return;
    const isKnown = /\.(?:csv|xlsx)$/i.test(chosen.name);
    setRefused(!isKnown);
    if (!isKnown) return;
    setFile(chosen);
    preview.mutate(chosen);
  };
  if (file !== null && preview.data !== undefined)
    return (
      <Preview
        file={file}
        plan={preview.data}
        onAgain={() => {
          setFile(null);
          preview.reset();
        }}
      />
    );
  return (
    <>
      <p>{t('sheet.steps')}</p>
      <Chooser busy={preview.isPending} onFile={take} />
      {refused && <Alert type="error" showIcon title={t('sheet.wrongKind')} />}
      {preview.isError && <Alert type="error" showIcon title={errorText(preview.error, t)} />}
    </>
  );
}

function Chooser({ busy, onFile }: { busy: boolean; onFile(file: File | undefined): void }) {
  const { t } = useSpeech();
  const id = useId();
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way; the button inside does the same
    <div
      className={isOver ? 'sheet-drop sheet-drop-over' : 'sheet-drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFile(event.dataTransfer.files[0]);
      }}
    >
      <input
        ref={input}
        id={id}
        type="file"
        className="unseen-label"
        tabIndex={-1}
        aria-label={t('sheet.choose')}
        accept=".csv,.xlsx"
        onChange={(event) => {
          onFile(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <Button type="primary" loading={busy} onClick={() => input.current?.click()}>
        {busy ? t('sheet.reading') : t('sheet.choose')}
      </Button>
      <span className="quiet-text">{t('sheet.drop')}</span>
    </div>
  );
}

const KINDS = ['new', 'changed', 'conflict', 'error', 'unchanged'] as const;
const COLOURS = {
  new: 'success',
  changed: 'warning',
  conflict: 'orange',
  error: 'error',
  unchanged: undefined,
} as const;

function Preview({ file, plan, onAgain }: { file: File; plan: Plan; onAgain(): void }) {
  const { t } = useSpeech();
  const { csrf } = useStudio();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [, go] = useLocation();
  const [overwrite, setOverwrite] = useState(false);
  const { counts } = plan;
  const wanted = counts.new + counts.changed + (overwrite ? counts.conflict : 0);
  const apply = useMutation({
    mutationFn: () => upload(file, csrf, { apply: plan.fingerprint, overwrite: String(overwrite) }),
    onSuccess({ saved }) {
      void message.success(t('sheet.saved', { n: saved }));
      void client.invalidateQueries();
      go('/studio?state=draft');
    },
  });
  return (
    <div className="sheet-preview">
      <ul className="sheet-counts" aria-label={file.name}>
        {KINDS.map((kind) => (
          <li key={kind}>
            {t(`sheet.${kind}`)} <strong>{counts[kind]}</strong>
          </li>
        ))}
      </ul>
      {plan.rows.length > 0 && <PlanTable rows={plan.rows} />}
      {counts.conflict > 0 && (
        <Checkbox checked={overwrite} onChange={(event) => setOverwrite(event.target.checked)}>
          {t('sheet.overwrite', { n: counts.conflict })}
        </Checkbox>
      )}
      {apply.isError && <Alert type="error" showIcon title={errorText(apply.error, t)} />}
      <div className="row-moves">
        <Button onClick={onAgain}>{t('sheet.again')}</Button>
        {counts.error > 0 && (
          <Button onClick={() => saveCsv(t('sheet.errorsFile'), plan.errorFile)}>{t('sheet.errors')}</Button>
        )}
        <Button type="primary" loading={apply.isPending} disabled={wanted === 0} onClick={() => apply.mutate()}>
          {wanted === 0 ? t('sheet.nothing') : t('sheet.apply', { n: wanted })}
        </Button>
      </div>
    </div>
  );
}

function PlanTable({ rows }: { rows: readonly Row[] }) {
  const { t } = useSpeech();
  return (
    <Table<Row>
      size="small"
      rowKey="line"
      dataSource={rows}
      pagination={{ pageSize: 20, hideOnSinglePage: true, size: 'small', showSizeChanger: false }}
      columns={[
        { title: t('sheet.line'), dataIndex: 'line', width: 70, align: 'right' },
        {
          title: t('sheet.kind'),
          width: 90,
          render: (_, { kind }) => (
            <Tag {...(COLOURS[kind] !== undefined && { color: COLOURS[kind] })}>{t(`sheet.${kind}`)}</Tag>
          ),
        },
        { title: t('sheet.question'), dataIndex: 'question', width: 240 },
        { title: t('sheet.reason'), render: (_, { reasons }) => reasons.join('；') },
      ]}
    />
  );
}
