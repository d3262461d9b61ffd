// What differs between two states of the entries, field by field, as text a person can compare. Pure.
import type { FaqFile } from '../contract/content.ts';
import { canonicalJson } from './canonical.ts';
import { compareText } from './content-problems.ts';

export interface FieldChange {
  /** A field of the entry; an answer is `answers.standard`. */
  field: string;
  before: string;
  after: string;
}

export interface EntryChange {
  id: string;
  title: string;
  kind: 'added' | 'changed' | 'removed';
  fields: FieldChange[];
}

function textsOf(file: FaqFile | undefined): Map<string, string> {
  const texts = new Map<string, string>();
  if (file === undefined) return texts;
  const { id: _id, answers, ...head } = file;
  for (const [field, value] of Object.entries(head)) {
    if (value === undefined) continue;
    texts.set(field, Array.isArray(value) ? value.join('\n') : String(value));
  }
  for (const [style, answer] of Object.entries(answers)) if (answer) texts.set(`answers.${style}`, answer);
  return texts;
}

export function fieldChanges(before: FaqFile | undefined, after: FaqFile | undefined): FieldChange[] {
  const [old, fresh] = [textsOf(before), textsOf(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((field) => {
    const change = { field, before: old.get(field) ?? '', after: fresh.get(field) ?? '' };
    return change.before === change.after ? [] : [change];
  });
}

/** Sorted by id; nothing for what is the same. */
export function changesBetween(before: readonly FaqFile[], after: readonly FaqFile[]): EntryChange[] {
  const old = new Map(before.map((file) => [file.id, file]));
  const fresh = new Map(after.map((file) => [file.id, file]));
  const ids = [...new Set([...old.keys(), ...fresh.keys()])].sort(compareText);
  return ids.flatMap((id) => {
    const [was, is] = [old.get(id), fresh.get(id)];
    if (was !== undefined && is !== undefined && canonicalJson(was) === canonicalJson(is)) return [];
    const kind = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    return [{ id, title: (is ?? was)!.question, kind, fields: fieldChanges(was, is) } as EntryChange];
  });
}
