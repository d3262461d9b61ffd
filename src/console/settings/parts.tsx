// What every page of the settings is made of: who asks, data with its states, changes with their errors beside the field.
import { QueryClient, type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, type ButtonProps, type FormInstance, Skeleton } from 'antd';
import { createContext, type ReactNode, use } from 'react';
import { ApiError, errorText } from '../api.ts';
import type { Given, Reply, RouteKey } from '../routes.ts';
import type { SignedIn } from '../staff/gate.tsx';
import { useSpeech } from './speech.ts';

export const SignedInContext = createContext<SignedIn | null>(null);

export function useSignedIn(): SignedIn {
  const signedIn = use(SignedInContext);
  if (signedIn === null) throw new Error('useSignedIn needs a SignedInContext above it');
  return signedIn;
}

/** What was refused once is refused again; what did not get through is tried twice more. */
export const createQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status >= 400),
        staleTime: 5_000,
      },
    },
  });

/** A route of the contract, kept under its key; every change of the page makes all of them stale. */
export function useData<K extends RouteKey>(key: K, ...given: Given<K>): UseQueryResult<Reply<K>> {
  const { ask } = useSignedIn();
  return useQuery<Reply<K>>({ queryKey: [key, ...given], queryFn: () => ask(key, ...given) });
}

/** The same for a route that is not in the contract yet. */
export function usePath<T>(path: string): UseQueryResult<T> {
  const { ask } = useSignedIn();
  return useQuery<T>({ queryKey: [path], queryFn: () => ask.path<T>(path) });
}

/** Which field the server means, and where in it. */
function fieldOf(error: ApiError): string | null {
  if (typeof error.extra.field === 'string') return error.extra.field;
  const [first] = Array.isArray(error.extra.errors) ? (error.extra.errors as unknown[]) : [];
  return typeof first === 'string' ? (/^\/(\w+)/.exec(first)?.[1] ?? null) : null;
}

interface ChangeOptions<R> {
  /** What is said when it is done; nothing without. */
  done?: string;
  /** Errors of a field stand beside it. */
  form?: FormInstance;
  onDone?(result: R): void;
}

/** A change: busy while it runs, its result told once, its refusal where it belongs. */
export function useChange<Input, R>(work: (input: Input) => Promise<R>, options: ChangeOptions<R> = {}) {
  const { t } = useSpeech();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess(result) {
      void queries.invalidateQueries();
      if (options.done !== undefined) void message.success(options.done);
      options.onDone?.(result);
    },
    onError(error) {
      const words = errorText(error, t);
      const field = error instanceof ApiError ? fieldOf(error) : null;
      if (field !== null && options.form?.getFieldInstance(field) !== undefined) {
        options.form.setFields([{ name: field, errors: [words] }]);
        options.form.focusField?.(field);
      } else void message.error(words, 6);
    },
  });
}

/** Puts a text on the clipboard and says so; browsers forbid it on pages without https. */
export function useCopy(): (text: string) => void {
  const { t } = useSpeech();
  const { message } = App.useApp();
  const refused = () => void message.info(t('settings.copyByHand'));
  return (text) => {
    const copying = navigator.clipboard?.writeText(text);
    if (copying === undefined) refused();
    else copying.then(() => void message.success(t('settings.copied')), refused);
  };
}

interface PanelProps {
  title: string;
  hint?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Panel({ title, hint, actions, children }: PanelProps) {
  return (
    <section className="settings-panel" aria-label={title}>
      <header>
        <div>
          <h2>{title}</h2>
          {hint !== undefined && <p className="quiet-text">{hint}</p>}
        </div>
        {actions !== undefined && <div className="settings-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

/** A button for one of many rows: who hears the buttons without seeing the table hears whose each one is. */
export function RowAct({ of, children, ...button }: ButtonProps & { of: string; children: string }) {
  return (
    <Button size="small" aria-label={`${children} ${of}`} {...button}>
      {children}
    </Button>
  );
}

/** Loading as a skeleton, a failure with a way to try again, then what there is. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children(data: T): ReactNode }) {
  const { t } = useSpeech();
  if (query.data !== undefined) return children(query.data);
  if (!query.isError) return <Skeleton active paragraph={{ rows: 6 }} />;
  const retry = (
    <Button size="small" onClick={() => void query.refetch()}>
      {t('common.retry')}
    </Button>
  );
  return <Alert type="error" showIcon title={errorText(query.error, t)} action={retry} />;
}

/** A state in a word; the colour only repeats it. */
export function State({ kind, children }: { kind: 'good' | 'bad' | 'plain'; children: ReactNode }) {
  return <span className={`settings-state settings-state-${kind}`}>{children}</span>;
}
