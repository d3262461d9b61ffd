// The entries: categories on the left, filters that live in the address, the table, and the drawer over it.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Empty, type GetRef, Input, type InputRef, Select, Table, type TableProps } from 'antd';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { RouteInput } from '../../contract/route.ts';
import type { Routes } from '../../contract/routes/table.ts';
import { errorText } from '../api.ts';
import { useChannelName } from '../staff/channel-names.ts';
import { CategoryTree } from './category-tree.tsx';
import { type EntryRow, type Summary, useStudio } from './desk-of-editor.tsx';
import { EntryDrawer } from './entry-drawer.tsx';
import { Failed, StateTag, When } from './parts.tsx';
import { useSpeech } from './speech.ts';
import { useKeys } from './use-keys.ts';

const PAGE = 50;
const FILTERS = ['q', 'stage', 'intent', 'scope', 'channel', 'state', 'validity', 'sort'] as const;
type Filters = Partial<Record<(typeof FILTERS)[number], string>>;

/** Filters, page and the open entry are the address, so that a link shows what its sender saw. */
export function useAddress() {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => {
    const found: Filters = {};
    for (const name of FILTERS) {
      const value = search.get(name);
      if (value !== null && value !== '') found[name] = value;
    }
    return found;
  }, [search]);
  const set = useCallback(
    (changes: Record<string, string | null>, replace = true) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === null || value === '') next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace },
      ),
    [setSearch],
  );
  return { filters, set, page: Number(search.get('page') ?? '1'), open: search.get('entry'), search };
}

export function EntryList({ summary }: { summary: Summary | undefined }) {
  const { t } = useSpeech();
  const { ask, canEdit, leave } = useStudio();
  const { filters, set, page, open, search } = useAddress();
  const [picked, setPicked] = useState<string[]>([]);
  const [row, setRow] = useState(0);
  const query = { ...filters, limit: PAGE, cursor: String((page - 1) * PAGE) };
  const list = useQuery({
    queryKey: ['entries', query],
    queryFn: () => ask('GET /api/faq', { query: query as RouteInput<Routes['GET /api/faq']>['query'] }),
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.items ?? [];
  const filter = (changes: Record<string, string | null>) => {
    setRow(0);
    setPicked([]);
    set({ ...changes, page: null });
  };
  const openEntry = (id: string | null) => leave(() => set({ entry: id, question: null, unknown: null }, false));
  const searchBox = useRef<InputRef>(null);
  const step = (by: number) => {
    setRow((at) => Math.max(0, Math.min(at + by, rows.length - 1)));
    requestAnimationFrame(() => document.querySelector('.entry-row-active')?.scrollIntoView({ block: 'nearest' }));
  };
  useKeys({
    Slash: () => searchBox.current?.focus({ cursor: 'all' }),
    KeyJ: () => step(1),
    KeyK: () => step(-1),
    Enter: () => rows[row] && openEntry(rows[row].id),
    ...(canEdit && { KeyN: () => openEntry('new') }),
  });
  return (
    <div className="entries">
      <CategoryTree summary={summary} filters={filters} onPick={filter} />
      <section className="entries-main" aria-label={t('tab.entries')}>
        <Toolbar
          filters={filters}
          channels={summary?.channels ?? []}
          searchBox={searchBox}
          onFilter={filter}
          onNew={() => openEntry('new')}
        />
        {picked.length > 0 && <Bulk picked={picked} onDone={() => setPicked([])} />}
        {list.isError ? (
          <Failed error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <EntryTable
            rows={rows}
            total={list.data?.total ?? 0}
            loading={list.isPending}
            isFiltered={Object.keys(filters).length > 0}
            page={page}
            active={row}
            sort={filters.sort}
            picked={picked}
            onPick={setPicked}
            onOpen={openEntry}
            onChange={set}
          />
        )}
        <p className="studio-keys quiet-text">{t('keys.hint')}</p>
      </section>
      {open !== null && (
        <EntryDrawer
          key={open}
          id={open}
          prefilled={search.get('question')}
          unknown={search.get('unknown')}
          summary={summary}
          onClose={() => openEntry(null)}
          onCreated={(id) => set({ entry: id, question: null, unknown: null })}
        />
      )}
    </div>
  );
}

interface ToolbarProps {
  filters: Filters;
  channels: readonly string[];
  searchBox: React.RefObject<InputRef | null>;
  onFilter(changes: Record<string, string | null>): void;
  onNew(): void;
}

function Toolbar({ filters, channels, searchBox, onFilter, onNew }: ToolbarProps) {
  const { t } = useSpeech();
  const { canEdit } = useStudio();
  const choose = (name: keyof Filters, label: string, options: readonly [string, string][]) => (
    <Select
      aria-label={label}
      placeholder={label}
      allowClear
      value={filters[name] ?? null}
      options={options.map(([value, text]) => ({ value, label: text }))}
      onChange={(value: string | null | undefined) => onFilter({ [name]: value ?? null })}
      className="entries-filter"
    />
  );
  const channelName = useChannelName();
  return (
    <div className="entries-tools">
      <Input.Search
        key={filters.q ?? ''}
        ref={searchBox}
        className="entries-search"
        aria-label={t('list.search')}
        placeholder={`${t('list.search')}（/）`}
        defaultValue={filters.q ?? ''}
        allowClear
        onSearch={(text) => onFilter({ q: text.trim() || null })}
      />
      {choose('state', t('list.state'), [
        ['draft', t('state.draft')],
        ['live', t('state.live')],
        ['new', t('state.new')],
        ['changed', t('state.changed')],
        ['retiring', t('state.retiring')],
        ['retired', t('state.retired')],
      ])}
      {choose('scope', t('list.scope'), [
        ['own', t('list.scopeOwn')],
        ['general', t('list.scopeGeneral')],
      ])}
      {choose(
        'channel',
        t('list.channel'),
        channels.map((kind) => [kind, channelName(kind)]),
      )}
      {choose('validity', t('list.validity'), [
        ['limited', t('list.limited')],
        ['soon', t('list.soon')],
        ['expired', t('list.expired')],
      ])}
      {Object.keys(filters).length > 0 && (
        <Button type="text" onClick={() => onFilter(Object.fromEntries(FILTERS.map((name) => [name, null])))}>
          {t('list.clear')}
        </Button>
      )}
      {canEdit && (
        <Button type="primary" className="entries-new" onClick={onNew}>
          {t('list.new')}
        </Button>
      )}
    </div>
  );
}

function Bulk({ picked, onDone }: { picked: readonly string[]; onDone(): void }) {
  const { t } = useSpeech();
  const { ask, canEdit } = useStudio();
  const { message } = App.useApp();
  const client = useQueryClient();
  const turn = useMutation({
    mutationFn: (retired: boolean) => ask('POST /api/faq/retire', { body: { ids: [...picked], retired } }),
    onSuccess({ changed }) {
      void message.success(changed > 0 ? t('list.turned', { n: changed }) : t('list.turnedNone'));
      void client.invalidateQueries();
      onDone();
    },
    onError: (error) => void message.error(errorText(error, t)),
  });
  const ids = encodeURIComponent(picked.join(','));
  return (
    <div className="entries-bulk" role="toolbar" aria-label={t('list.picked', { n: picked.length })}>
      <strong>{t('list.picked', { n: picked.length })}</strong>
      {canEdit && (
        <>
          <Button size="small" disabled={turn.isPending} onClick={() => turn.mutate(false)}>
            {t('list.enable')}
          </Button>
          <Button size="small" disabled={turn.isPending} onClick={() => turn.mutate(true)}>
            {t('list.retire')}
          </Button>
        </>
      )}
      <Button size="small" href={`/api/faq/export?format=xlsx&ids=${ids}`}>
        {t('list.export')}
      </Button>
    </div>
  );
}

interface TableParts {
  rows: readonly EntryRow[];
  total: number;
  loading: boolean;
  isFiltered: boolean;
  page: number;
  active: number;
  sort: string | undefined;
  picked: string[];
  onPick(ids: string[]): void;
  onOpen(id: string): void;
  onChange(changes: Record<string, string | null>): void;
}

function EntryTable({
  rows,
  total,
  loading,
  isFiltered,
  page,
  active,
  sort,
  picked,
  onPick,
  onOpen,
  onChange,
}: TableParts) {
  const { t } = useSpeech();
  const columns: TableProps<EntryRow>['columns'] = [
    {
      title: t('list.question'),
      dataIndex: 'question',
      render: (_, row) => (
        <>
          <button type="button" className="entry-link" onClick={() => onOpen(row.id)}>
            {row.question}
          </button>
          <span className="entry-id">
            <span className="mono">{row.id}</span>
            {row.general && <span> · {t('list.general')}</span>}
            {row.validUntil !== null && <span> · {t('list.until', { day: row.validUntil })}</span>}
          </span>
        </>
      ),
    },
    { title: t('list.intent'), dataIndex: 'intentLabel', width: 132, ellipsis: true },
    { title: t('list.similar'), dataIndex: 'similar', width: 76, align: 'right' },
    { title: t('list.state'), dataIndex: 'state', width: 90, render: (_, { state }) => <StateTag state={state} /> },
    {
      title: t('list.hits'),
      dataIndex: 'hits',
      width: 100,
      align: 'right',
      sorter: true,
      sortDirections: ['descend'],
      sortOrder: sort === 'hits' ? 'descend' : null,
    },
    {
      title: t('list.updated'),
      width: 132,
      render: (_, { updatedBy, updatedAt }) =>
        updatedAt === null ? (
          <span className="quiet-text">{t('list.fromFiles')}</span>
        ) : (
          <>
            {updatedBy} <When at={updatedAt} />
          </>
        ),
    },
  ];
  const table = useRef<GetRef<typeof Table>>(null);
  // antd measures columns with a hidden copy of the head, checkbox included, which the keyboard must not find
  useEffect(() => {
    for (const copy of table.current?.nativeElement.querySelectorAll<HTMLElement>('.ant-table-measure-row') ?? [])
      copy.inert = true;
  });
  return (
    <Table<EntryRow>
      ref={table}
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={rows}
      loading={loading}
      sticky
      rowClassName={(_, at) => (at === active ? 'entry-row-active' : '')}
      rowSelection={{
        selectedRowKeys: picked,
        onChange: (keys) => onPick(keys.map(String)),
        getTitleCheckboxProps: () => ({ 'aria-label': t('list.pickAll') }),
        getCheckboxProps: ({ question }) => ({ 'aria-label': t('list.pick', { question }) }),
      }}
      onChange={(_pagination, _filters, sorter) =>
        onChange({ sort: !Array.isArray(sorter) && sorter.order ? 'hits' : null })
      }
      locale={{
        emptyText: <Empty description={isFiltered ? t('list.none') : `${t('list.empty')} · ${t('list.emptyHint')}`} />,
      }}
      pagination={{
        current: page,
        pageSize: PAGE,
        total,
        showSizeChanger: false,
        size: 'small',
        showTotal: (n) => t('list.total', { n }),
        onChange: (next) => onChange({ page: next === 1 ? null : String(next) }),
      }}
    />
  );
}
