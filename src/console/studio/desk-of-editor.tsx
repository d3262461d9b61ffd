// What every part of the studio has at hand: calls, what the account may do, and the guard over unsaved changes.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Reply } from '../routes.ts';
import type { Ask } from '../staff/ask.ts';

export type Entry = Reply<'GET /api/faq/:id'>['entry'];
export type EntryView = Reply<'GET /api/faq/:id'>;
export type EntryRow = Reply<'GET /api/faq'>['items'][number];
export type EntryState = EntryRow['state'];
export type Summary = Reply<'GET /api/faq/summary'>;
export type Finding = Reply<'POST /api/faq/lint'>['findings'][number];
export type Change = Reply<'GET /api/faq/changes'>['changes'][number];
export type FieldChange = Change['fields'][number];
export type Style = keyof Entry['answers'];

export const STYLES: readonly Style[] = ['standard', 'terse', 'casual', 'elderly', 'formal'];

export interface Studio {
  ask: Ask;
  csrf: string;
  /** Supervisors look, editors and the shop's admin change. */
  canEdit: boolean;
  /** Goes on at once, or after the editor has agreed to lose what is not saved. */
  leave(go: () => void): void;
  setUnsaved(unsaved: boolean): void;
  openPublish(): void;
}

const StudioContext = createContext<Studio | null>(null);
export const StudioProvider = StudioContext.Provider;

export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (studio === null) throw new Error('useStudio needs a StudioProvider above it');
  return studio;
}

/** Keeps an unsaved form from being lost: asks inside the page, and lets the browser ask at its edge. */
export function useUnsavedGuard(confirm: (onLeave: () => void) => void): Pick<Studio, 'leave' | 'setUnsaved'> {
  const unsaved = useRef(false);
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent) => unsaved.current && event.preventDefault();
    window.addEventListener('beforeunload', onLeave);
    return () => window.removeEventListener('beforeunload', onLeave);
  }, []);
  const setUnsaved = useCallback((value: boolean) => {
    unsaved.current = value;
  }, []);
  const leave = useCallback(
    (go: () => void) => {
      if (!unsaved.current) return go();
      confirm(() => {
        unsaved.current = false;
        go();
      });
    },
    [confirm],
  );
  return useMemo(() => ({ leave, setUnsaved }), [leave, setUnsaved]);
}

const watchNetwork = (onChange: () => void) => {
  for (const kind of ['online', 'offline']) window.addEventListener(kind, onChange);
  return () => {
    for (const kind of ['online', 'offline']) window.removeEventListener(kind, onChange);
  };
};
export const useOnline = (): boolean => useSyncExternalStore(watchNetwork, () => navigator.onLine);

/** Ids of new entries; the editor may choose another before the first save. */
export function newEntryId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `faq-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The shop's day: China keeps one time zone. */
export const today = (): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
