// Routing rules in their order, first match wins; and a case to try them with before they are saved.
import { Alert, Button, Select, Switch } from 'antd';
import { useEffect, useState } from 'react';
import type { RouteCase, RouteRule } from '../../contract/routing.ts';
import { Loaded, Panel, RowAct, useChange, useData, useSignedIn } from './parts.tsx';
import { RuleForm } from './rule-form.tsx';
import { CASE_LISTS, useConditions } from './rule-words.ts';
import { useSpeech } from './speech.ts';

/** Rules carry no id; while they are edited each has one of its own. */
interface Row {
  key: number;
  rule: RouteRule;
}
let keys = 0;
const toRows = (rules: readonly RouteRule[]): Row[] => rules.map((rule) => ({ key: ++keys, rule }));

const EMPTY: RouteRule = { name: '', when: {}, team: 'insale', priority: 0, skills: [] };

const FIRST_CASE: RouteCase = {
  risk: 'none',
  reason: 'asked_for_human',
  stage: 'presale',
  order: 'shipped',
  intent: null,
  intentTeam: null,
  channel: 'web',
  language: 'zh',
  vip: false,
  senior: false,
  again: false,
};

function TryOut({ rules, onHit }: { rules: readonly RouteRule[]; onHit(rule: string | null): void }) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const { values, valueWord } = useConditions();
  const teams = useData('GET /api/teams');
  const [of, setOf] = useState<RouteCase>(FIRST_CASE);
  const attempt = useChange(() => ask('POST /api/rules/try', { body: { case: of, rules: [...rules] } }), {
    onDone: ({ rule }) => onHit(rule),
  });
  const maybe = (field: string) => (field === 'stage' || field === 'intentTeam' ? [''] : []);
  const choose = (field: (typeof CASE_LISTS)[number]) => (
    <div key={field}>
      <span className="quiet-text">{t(`rule.${field}`)}</span>
      <Select
        aria-label={t(`rule.${field}`)}
        value={of[field] ?? ''}
        style={{ width: '100%' }}
        onChange={(value) => setOf({ ...of, [field]: value === '' ? null : value })}
        options={[...maybe(field), ...values[field]].map((value) => ({
          value,
          label: value === '' ? t('rule.unknown') : valueWord(field, value),
        }))}
      />
    </div>
  );
  const flag = (field: 'vip' | 'senior' | 'again') => (
    <span key={field} className="settings-row">
      <Switch
        size="small"
        aria-label={t(`rule.${field}`)}
        checked={of[field]}
        onChange={(on) => setOf({ ...of, [field]: on })}
      />
      {t(`rule.${field}`)}
    </span>
  );
  const labelOf = (name: string) => teams.data?.items.find((team) => team.name === name)?.label ?? name;
  return (
    <Panel title={t('rules.try')} hint={t('rules.tryHint')}>
      <div className="settings-grid">{CASE_LISTS.map(choose)}</div>
      <div className="settings-row settings-below">
        {(['vip', 'senior', 'again'] as const).map(flag)}
        <Button loading={attempt.isPending} onClick={() => attempt.mutate(undefined)}>
          {t('rules.tryNow')}
        </Button>
        <output aria-live="polite">
          {attempt.data && t('rules.result', { team: labelOf(attempt.data.team), rule: attempt.data.rule })}
        </output>
      </div>
    </Panel>
  );
}

interface RowProps {
  row: Row;
  at: number;
  count: number;
  hit: boolean;
  teamLabel(name: string): string;
  onMove(by: -1 | 1): void;
  onEdit(): void;
  onRemove(): void;
}

function RuleRow({ row: { rule }, at, count, hit, teamLabel, onMove, onEdit, onRemove }: RowProps) {
  const { t } = useSpeech();
  const { sentence } = useConditions();
  return (
    <li className={hit ? 'settings-rule settings-rule-hit' : 'settings-rule'}>
      <span className="quiet-text">{at + 1}</span>
      <div>
        <strong>{rule.name}</strong>
        <div className="settings-when">{sentence(rule.when)}</div>
      </div>
      <span>
        {t('rules.to', { team: rule.team === 'intent' ? t('rules.byIntent') : teamLabel(rule.team) })}
        {rule.priority > 0 && <span className="quiet-text"> {t('rules.faster', { n: rule.priority })}</span>}
      </span>
      <div className="settings-row">
        <Button
          size="small"
          disabled={at === 0}
          aria-label={t('rules.up', { name: rule.name })}
          onClick={() => onMove(-1)}
        >
          ↑
        </Button>
        <Button
          size="small"
          disabled={at === count - 1}
          aria-label={t('rules.down', { name: rule.name })}
          onClick={() => onMove(1)}
        >
          ↓
        </Button>
        <RowAct of={rule.name} onClick={onEdit}>
          {t('settings.edit')}
        </RowAct>
        <RowAct of={rule.name} disabled={count === 1} onClick={onRemove}>
          {t('settings.remove')}
        </RowAct>
      </div>
    </li>
  );
}

function Rules({ saved }: { saved: readonly RouteRule[] }) {
  const { t } = useSpeech();
  const { ask } = useSignedIn();
  const teams = useData('GET /api/teams');
  const [rows, setRows] = useState<Row[]>(() => toRows(saved));
  const [editing, setEditing] = useState<Row | null>(null);
  const [hit, setHit] = useState<string | null>(null);
  const rules = rows.map(({ rule }) => rule);
  const isChanged = JSON.stringify(rules) !== JSON.stringify(saved);
  const save = useChange(() => ask('PUT /api/rules', { body: { rules } }), { done: t('rules.saved') });
  // what was not saved would be lost without a word
  useEffect(() => {
    if (!isChanged) return;
    const hold = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', hold);
    return () => window.removeEventListener('beforeunload', hold);
  }, [isChanged]);
  const teamLabel = (name: string) => teams.data?.items.find((team) => team.name === name)?.label ?? name;
  const move = (at: number, by: -1 | 1) => {
    const next = [...rows];
    [next[at], next[at + by]] = [next[at + by]!, next[at]!];
    setRows(next);
  };
  const put = (row: Row) => {
    const known = rows.some(({ key }) => key === row.key);
    // a new rule goes before the last one, which catches all
    setRows(known ? rows.map((one) => (one.key === row.key ? row : one)) : rows.toSpliced(-1, 0, row));
    setEditing(null);
  };
  const actions = (
    <>
      <Button onClick={() => setEditing({ key: ++keys, rule: EMPTY })}>{t('rules.new')}</Button>
      <Button disabled={!isChanged} onClick={() => setRows(toRows(saved))}>
        {t('settings.undo')}
      </Button>
      <Button type="primary" disabled={!isChanged} loading={save.isPending} onClick={() => save.mutate(undefined)}>
        {t('rules.save')}
      </Button>
    </>
  );
  return (
    <>
      <Panel title={t('settings.rules')} hint={t('rules.hint')} actions={actions}>
        {isChanged && <Alert type="warning" showIcon title={t('rules.unsaved')} style={{ marginBottom: 10 }} />}
        <ol>
          {rows.map((row, at) => (
            <RuleRow
              key={row.key}
              row={row}
              at={at}
              count={rows.length}
              hit={hit === row.rule.name}
              teamLabel={teamLabel}
              onMove={(by) => move(at, by)}
              onEdit={() => setEditing(row)}
              onRemove={() => setRows(rows.filter(({ key }) => key !== row.key))}
            />
          ))}
        </ol>
      </Panel>
      <TryOut rules={rules} onHit={setHit} />
      {editing !== null && (
        <RuleForm
          rule={editing.rule}
          teams={teams.data?.items ?? []}
          onDone={(rule) => put({ key: editing.key, rule })}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

export function RulesPage() {
  const rules = useData('GET /api/rules');
  return <Loaded query={rules}>{({ items }) => <Rules key={JSON.stringify(items)} saved={items} />}</Loaded>;
}
