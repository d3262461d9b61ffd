// The form of one entry, with what the checks say beside each field.
import { Button, Input, Select, Tabs } from 'antd';
import { type ReactNode, useId, useMemo } from 'react';
import { useChannelName } from '../staff/channel-names.ts';
import { type Entry, type Finding, STYLES, type Style, type Summary } from './desk-of-editor.tsx';
import { Findings } from './lint.tsx';
import { Similar } from './similar.tsx';
import { useSpeech } from './speech.ts';
import type { Draft } from './use-draft.ts';

interface FieldParts {
  label: string;
  findings?: readonly Finding[] | undefined;
  required?: boolean;
  children(id: string): ReactNode;
}

function Field({ label, findings, required, children }: FieldParts) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className={required ? 'field-required' : undefined}>
        {label}
      </label>
      {children(id)}
      <Findings of={findings} />
    </div>
  );
}

interface FormParts {
  draft: Draft;
  entry: Entry;
  summary: Summary | undefined;
  disabled: boolean;
}

const statusOf = (findings: readonly Finding[] | undefined): '' | 'error' =>
  findings?.some(({ level }) => level !== 'warning') ? 'error' : '';

export function EntryForm({ draft, entry, summary, disabled }: FormParts) {
  const { t } = useSpeech();
  const { change, lint } = draft;
  const of = (field: string) => lint.byField.get(field);
  return (
    <div className="entry-form">
      <Field label={t('edit.question')} findings={of('question')} required>
        {(id) => (
          <Input
            id={id}
            value={entry.question}
            status={statusOf(of('question'))}
            disabled={disabled}
            maxLength={100}
            autoFocus={draft.isNew}
            onChange={(event) => change({ question: event.target.value })}
          />
        )}
      </Field>
      <Answers draft={draft} entry={entry} disabled={disabled} />
      <Similar draft={draft} entry={entry} disabled={disabled} model={summary?.model ?? false} />
      <Belongs draft={draft} entry={entry} summary={summary} disabled={disabled} />
      <div className="field-pair">
        <Day field="valid_from" label={t('edit.from')} draft={draft} entry={entry} disabled={disabled} />
        <Day field="valid_until" label={t('edit.until')} draft={draft} entry={entry} disabled={disabled} />
      </div>
      <details className="field-more">
        <summary>{t('edit.more')}</summary>
        <More draft={draft} entry={entry} disabled={disabled} />
      </details>
    </div>
  );
}

interface PartProps {
  draft: Draft;
  entry: Entry;
  disabled: boolean;
}

function Answers({ draft: { change, lint }, entry, disabled }: PartProps) {
  const { t } = useSpeech();
  const set = (style: Style, text: string) => change({ answers: { ...entry.answers, [style]: text } });
  return (
    <div className="field">
      <span className="field-label field-required">{t('edit.answer')}</span>
      <Tabs
        type="card"
        size="small"
        className="answers"
        items={STYLES.map((style) => {
          const findings = lint.byField.get(`answers.${style}`);
          const isFilled = (entry.answers[style] ?? '') !== '';
          return {
            key: style,
            label: (
              <span className={isFilled ? 'answer-filled' : undefined}>
                {t(`style.${style}`)}
                {statusOf(findings) === 'error' && ' !'}
              </span>
            ),
            children: (
              <>
                <Input.TextArea
                  aria-label={t(`field.answers.${style}`)}
                  value={entry.answers[style] ?? ''}
                  status={statusOf(findings)}
                  disabled={disabled}
                  rows={4}
                  maxLength={2_000}
                  showCount
                  onChange={(event) => set(style, event.target.value)}
                />
                <Findings of={findings} />
              </>
            ),
          };
        })}
      />
    </div>
  );
}

function Belongs({ draft, entry, summary, disabled }: FormParts) {
  const { t } = useSpeech();
  const { change, lint } = draft;
  const say = t as (word: string) => string;
  const channelName = useChannelName();
  const intents = useMemo(
    () =>
      (summary?.intents ?? []).map(({ name, label, stage }) => ({
        value: name,
        label: `${label} · ${say(`stage.${stage}`)}`,
      })),
    [summary, say],
  );
  const { guess } = lint;
  return (
    <>
      <Field label={t('edit.intent')} findings={lint.byField.get('intents')} required>
        {(id) => (
          <>
            <Select
              id={id}
              mode="multiple"
              maxCount={5}
              value={entry.intents}
              placeholder={t('edit.intentHint')}
              disabled={disabled}
              options={intents}
              showSearch={{ optionFilterProp: 'label' }}
              onChange={(value: string[]) => change({ intents: value })}
            />
            {guess !== null && entry.intents.length === 0 && (
              <Button size="small" type="link" onClick={() => change({ intents: [guess.intent] })}>
                {t('edit.guess', { label: guess.label })}
              </Button>
            )}
          </>
        )}
      </Field>
      <div className="field-pair">
        <Field label={t('edit.channels')} findings={lint.byField.get('channels')}>
          {(id) => (
            <Select
              id={id}
              mode="multiple"
              value={entry.channels}
              placeholder={t('edit.allChannels')}
              disabled={disabled}
              options={(summary?.channels ?? []).map((kind) => ({ value: kind, label: channelName(kind) }))}
              onChange={(value: string[]) => change({ channels: value })}
            />
          )}
        </Field>
        <Field label={t('edit.risk')} findings={lint.byField.get('risk')}>
          {(id) => (
            <Select
              id={id}
              value={entry.risk}
              disabled={disabled}
              title={t('edit.riskHint')}
              options={(['N', 'L', 'C', 'H'] as const).map((risk) => ({ value: risk, label: t(`risk.${risk}`) }))}
              onChange={(risk: Entry['risk']) => change({ risk })}
            />
          )}
        </Field>
      </div>
      <Field label={t('edit.source')} findings={lint.byField.get('source')} required>
        {(id) => (
          <Input
            id={id}
            value={entry.source}
            disabled={disabled}
            maxLength={200}
            onChange={(event) => change({ source: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function Day({
  field,
  label,
  draft,
  entry,
  disabled,
}: PartProps & { field: 'valid_from' | 'valid_until' | 'reviewed'; label: string }) {
  return (
    <Field label={label} findings={draft.lint.byField.get(field)}>
      {(id) => (
        <Input
          id={id}
          type="date"
          value={entry[field] ?? ''}
          disabled={disabled}
          onChange={(event) => {
            const day = event.target.value;
            if (field === 'reviewed') draft.change({ reviewed: day });
            else draft.change({ [field]: day === '' ? undefined : day });
          }}
        />
      )}
    </Field>
  );
}

function More({ draft, entry, disabled }: PartProps) {
  const { t } = useSpeech();
  const { change, lint } = draft;
  const stages = ['presale', 'insale', 'aftersale', 'complaint', 'handoff', 'chitchat'] as const;
  return (
    <>
      <Field label={t('edit.stage')} findings={lint.byField.get('stage')}>
        {(id) => (
          <Select
            id={id}
            mode="multiple"
            value={entry.stage}
            disabled={disabled}
            options={stages.map((stage) => ({ value: stage, label: t(`stage.${stage}`) }))}
            onChange={(stage: Entry['stage']) => change({ stage })}
          />
        )}
      </Field>
      <Field label={t('edit.products')} findings={lint.byField.get('products')}>
        {(id) => (
          <Select
            id={id}
            mode="tags"
            value={entry.products}
            placeholder={t('edit.productsHint')}
            disabled={disabled}
            tokenSeparators={[' ', ',', '，', '、']}
            onChange={(products: string[]) => change({ products })}
          />
        )}
      </Field>
      <Field label={t('edit.plusOne')} findings={lint.byField.get('plus_one')}>
        {(id) => (
          <Input
            id={id}
            value={entry.plus_one ?? ''}
            disabled={disabled}
            maxLength={120}
            onChange={(event) => change({ plus_one: event.target.value === '' ? undefined : event.target.value })}
          />
        )}
      </Field>
      <div className="field-pair">
        <Field label={t('edit.id')} findings={lint.byField.get('id')}>
          {(id) => (
            <Input
              id={id}
              className="mono"
              value={entry.id}
              disabled={disabled || !draft.isNew}
              maxLength={80}
              onChange={(event) => change({ id: event.target.value })}
            />
          )}
        </Field>
        <Day field="reviewed" label={t('edit.reviewed')} draft={draft} entry={entry} disabled={disabled} />
      </div>
    </>
  );
}
