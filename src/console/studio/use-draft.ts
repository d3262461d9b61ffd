// One entry in the editor's hands: what the form holds, what the server has, the checks while typing, saving and its conflicts.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ApiError } from '../api.ts';
import { type Entry, type Finding, newEntryId, today, useStudio } from './desk-of-editor.tsx';

export interface Conflict {
  by: string;
  at: string;
  version: number;
  entry: Entry;
}

const blank = (question: string): Entry => ({
  id: newEntryId(),
  question,
  similar: [],
  intents: [],
  stage: ['presale', 'insale', 'aftersale'],
  products: [],
  channels: [],
  risk: 'N',
  source: '',
  reviewed: today(),
  answers: { standard: '' },
});

const LINT_AFTER_MS = 400;

function useLater<T>(value: T, ms: number): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return late;
}

/** `id` is `new` for an entry that does not exist yet. */
export function useDraft(id: string, prefilled: string | null, unknown: string | null) {
  const { ask, setUnsaved } = useStudio();
  const client = useQueryClient();
  const isNew = id === 'new';
  const view = useQuery({
    queryKey: ['entry', id],
    queryFn: () => ask('GET /api/faq/:id', { params: { id } }),
    enabled: !isNew,
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
  const [form, setForm] = useState<{ entry: Entry; version: number; dirty: boolean } | null>(
    isNew ? { entry: blank(prefilled ?? ''), version: 0, dirty: prefilled !== null } : null,
  );
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const loaded = view.data;
  useEffect(() => {
    // what is being typed is never replaced from outside
    if (loaded)
      setForm((held) => (held?.dirty ? held : { entry: loaded.entry, version: loaded.version, dirty: false }));
  }, [loaded]);
  const dirty = form?.dirty ?? false;
  useEffect(() => {
    setUnsaved(dirty);
    return () => setUnsaved(false);
  }, [dirty, setUnsaved]);

  const change = useCallback(
    (changes: Partial<Entry>) =>
      setForm((held) => held && { ...held, entry: { ...held.entry, ...changes }, dirty: true }),
    [],
  );
  const late = useLater(form?.entry ?? null, LINT_AFTER_MS);
  const lint = useQuery({
    queryKey: ['lint', late],
    queryFn: () => ask('POST /api/faq/lint', { body: { entry: late! } }),
    enabled: late !== null && (!isNew || dirty),
    placeholderData: (before) => before,
    gcTime: 10_000,
  });

  const save = useMutation({
    mutationFn: async ({ entry, version }: { entry: Entry; version: number }) => {
      const body = { entry, version, ...(unknown !== null && { unknown }) };
      const saved = await ask('PUT /api/faq/:id', { params: { id: entry.id }, body });
      return { entry, version: saved.version };
    },
    onSuccess({ entry, version }) {
      setConflict(null);
      setForm((held) => held && { ...held, version, dirty: held.entry !== entry });
      void client.invalidateQueries({ queryKey: ['entry', entry.id] });
      void client.invalidateQueries({ queryKey: ['entries'] });
      void client.invalidateQueries({ queryKey: ['summary'] });
      void client.invalidateQueries({ queryKey: ['unknowns'] });
    },
    onError(error) {
      if (!(error instanceof ApiError) || error.code !== 'edit_conflict') return;
      const { by, at, version, entry } = error.extra as unknown as Conflict;
      setConflict({ by, at, version, entry });
    },
  });

  const findings = useMemo(() => byField(lint.data?.findings ?? []), [lint.data]);
  return {
    isNew,
    view,
    entry: form?.entry ?? null,
    version: form?.version ?? 0,
    dirty,
    change,
    load: (entry: Entry, version: number) => setForm({ entry, version, dirty: true }),
    lint: {
      findings: lint.data?.findings ?? [],
      byField: findings,
      guess: lint.data?.guess ?? null,
      busy: lint.isFetching,
    },
    save: () => (form === null ? Promise.reject(new Error('nothing to save')) : save.mutateAsync(form)),
    saving: save.isPending,
    conflict,
    settle: (how: 'mine' | 'theirs') => {
      if (conflict === null || form === null) return;
      setConflict(null);
      if (how === 'mine') save.mutate({ entry: form.entry, version: conflict.version });
      else setForm({ entry: conflict.entry, version: conflict.version, dirty: false });
    },
  };
}

export type Draft = ReturnType<typeof useDraft>;

function byField(findings: readonly Finding[]): ReadonlyMap<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  for (const finding of findings) found.set(finding.field, [...(found.get(finding.field) ?? []), finding]);
  return found;
}
