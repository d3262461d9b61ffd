// What differs, entry by entry and field by field; removed words struck through in red, new ones in green, and marked for the ear too.
import { useQueryClient } from '@tanstack/react-query';
import { Tag } from 'antd';
import type { Change, Entry, FieldChange, Summary } from './desk-of-editor.tsx';
import { useSpeech } from './speech.ts';

interface Piece {
  kind: 'same' | 'out' | 'in';
  text: string;
}

const partsOf = (text: string): string[] =>
  text.match(/[^\n。！？；]*[\n。！？；]?/gu)?.filter((part) => part !== '') ?? [];
/** Longer texts are compared as a whole. */
const PARTS_MAX = 400;

/** By sentences: the longest common sequence of the two. */
function pieces(before: string, after: string): Piece[] {
  const [a, b] = [partsOf(before), partsOf(after)];
  if (a.length > PARTS_MAX || b.length > PARTS_MAX)
    return [
      { kind: 'out', text: before },
      { kind: 'in', text: after },
    ];
  const same: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      same[i]![j] = a[i] === b[j] ? same[i + 1]![j + 1]! + 1 : Math.max(same[i + 1]![j]!, same[i]![j + 1]!);
  const found: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      found.push({ kind: 'same', text: a[i++]! });
      j++;
    } else if (j >= b.length || (i < a.length && same[i + 1]![j]! >= same[i]![j + 1]!))
      found.push({ kind: 'out', text: a[i++]! });
    else found.push({ kind: 'in', text: b[j++]! });
  }
  return found;
}

/** Codes by the words that people know them by. */
function useCodeWords(): (field: string, text: string) => string {
  const { t } = useSpeech();
  const intents = useQueryClient().getQueryData<Summary>(['summary'])?.intents ?? [];
  const say = t as (word: string) => string;
  const wordOf = (field: string, code: string): string => {
    if (field === 'intents') return intents.find(({ name }) => name === code)?.label ?? code;
    const known = field === 'stage' || field === 'risk' ? say(`${field}.${code}`) : code;
    return known === `${field}.${code}` ? code : known;
  };
  return (field, text) =>
    text
      .split('\n')
      .map((line) => wordOf(field, line))
      .join('\n');
}

export function FieldDiff({ change }: { change: FieldChange }) {
  const { t } = useSpeech();
  const inWords = useCodeWords();
  const [before, after] = [inWords(change.field, change.before), inWords(change.field, change.after)];
  const name = (t as (word: string) => string)(`field.${change.field}`);
  return (
    <div className="field-diff">
      <dt>{name}</dt>
      <dd>
        {pieces(before, after).map(({ kind, text }, at) => {
          const key = `${at}${kind}`;
          if (kind === 'out') return <del key={key}>{text}</del>;
          if (kind === 'in') return <ins key={key}>{text}</ins>;
          return <span key={key}>{text}</span>;
        })}
      </dd>
    </div>
  );
}

const COLOURS = { added: 'success', changed: 'warning', removed: 'error' } as const;

export function ChangeList({ changes }: { changes: readonly Change[] }) {
  const { t } = useSpeech();
  if (changes.length === 0) return <p className="quiet-text">{t('change.none')}</p>;
  const count = (kind: Change['kind']) => changes.filter((change) => change.kind === kind).length;
  return (
    <div className="change-list">
      <p className="quiet-text">
        {t('change.counts', { added: count('added'), changed: count('changed'), removed: count('removed') })}
      </p>
      <ul>
        {changes.map(({ id, title, kind, fields }) => (
          <li key={id}>
            <details open={changes.length <= 5 && kind !== 'removed'}>
              <summary>
                <Tag color={COLOURS[kind]}>{t(`change.${kind}`)}</Tag>
                <strong>{title}</strong>
                <span className="mono quiet-text">{id}</span>
              </summary>
              <dl>
                {fields.map((change) => (
                  <FieldDiff key={change.field} change={change} />
                ))}
              </dl>
            </details>
          </li>
        ))}
      </ul>
    </div>
  );
}

function textsOf({ id: _id, answers, ...head }: Entry): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [field, value] of Object.entries(head))
    if (value !== undefined) texts.set(field, Array.isArray(value) ? value.join('\n') : String(value));
  for (const [style, answer] of Object.entries(answers)) if (answer) texts.set(`answers.${style}`, answer);
  return texts;
}

/** Of two states of one entry. */
export function fieldChanges(before: Entry, after: Entry): FieldChange[] {
  const [old, fresh] = [textsOf(before), textsOf(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((field) => ({ field, before: old.get(field) ?? '', after: fresh.get(field) ?? '' }))
    .filter((change) => change.before !== change.after);
}

export function EntryDiff({ before, after }: { before: Entry; after: Entry }) {
  const { t } = useSpeech();
  const changes = fieldChanges(before, after);
  if (changes.length === 0) return <p className="quiet-text">{t('change.none')}</p>;
  return (
    <dl className="change-list">
      {changes.map((change) => (
        <FieldDiff key={change.field} change={change} />
      ))}
    </dl>
  );
}
