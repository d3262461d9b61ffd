// The studio: tabs, what is live and what is draft, and the room that the address names.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Badge, Button } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import type { Ask } from '../staff/ask.ts';
import type { Session } from '../wire.ts';
import { Bench } from './bench.tsx';
import { type Studio as AtHand, StudioProvider, type Summary, useOnline, useUnsavedGuard } from './desk-of-editor.tsx';
import { EntryList } from './entry-list.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { Releases } from './releases.tsx';
import { Sheets } from './sheets.tsx';
import { useSpeech } from './speech.ts';
import './rooms.css';
import './studio.css';
import { Unknowns } from './unknowns.tsx';
import { useKeys } from './use-keys.ts';

const TABS = [
  { path: '/studio', word: 'tab.entries' },
  { path: '/studio/unknowns', word: 'tab.unknowns' },
  { path: '/studio/bench', word: 'tab.bench' },
  { path: '/studio/sheets', word: 'tab.sheets' },
  { path: '/studio/releases', word: 'tab.releases' },
] as const;

export function Studio({ session, ask }: { session: Session; ask: Ask }) {
  const { t } = useSpeech();
  const { modal } = App.useApp();
  const [path, go] = useLocation();
  const [publishing, setPublishing] = useState(false);
  const online = useOnline();
  const client = useQueryClient();
  const confirmLeave = useCallback(
    (onLeave: () => void) =>
      void modal.confirm({
        title: t('edit.leave'),
        content: t('edit.leaveText'),
        okText: t('edit.leaveYes'),
        cancelText: t('edit.leaveNo'),
        okButtonProps: { danger: true },
        onOk: onLeave,
      }),
    [modal, t],
  );
  const guard = useUnsavedGuard(confirmLeave);
  const mayEdit = session.user.role === 'editor' || session.user.role === 'admin';
  const atHand = useMemo<AtHand>(
    () => ({
      ask,
      csrf: session.csrf,
      canEdit: mayEdit && online,
      ...guard,
      openPublish: () => guard.leave(() => setPublishing(true)),
    }),
    [ask, session.csrf, mayEdit, online, guard],
  );
  const summary = useQuery({
    queryKey: ['summary'],
    queryFn: () => ask('GET /api/faq/summary'),
    refetchInterval: 30_000,
  });
  const open = useCallback((to: string) => guard.leave(() => go(to)), [guard, go]);
  useKeys({
    'Alt+KeyT': () => open('/studio/bench'),
    ...(mayEdit && { 'Ctrl+Enter': atHand.openPublish, 'Ctrl+KeyS': () => {} }),
  });
  return (
    <StudioProvider value={atHand}>
      <main className="studio">
        <header className="studio-head">
          <nav aria-label={t('tab.label')}>
            {TABS.map((tab) => (
              <a
                key={tab.path}
                href={tab.path}
                aria-current={path === tab.path ? 'page' : undefined}
                onClick={(event) => {
                  event.preventDefault();
                  open(tab.path);
                }}
              >
                {t(tab.word)}
                {tab.word === 'tab.unknowns' && (summary.data?.unknowns ?? 0) > 0 && (
                  <Badge count={summary.data?.unknowns ?? 0} overflowCount={999} color="var(--ink-3)" size="small" />
                )}
              </a>
            ))}
          </nav>
          <Standing summary={summary.data} mayEdit={mayEdit} onPublish={atHand.openPublish} />
        </header>
        {!online && <Alert type="warning" banner title={t('head.offline')} />}
        {!mayEdit && <Alert type="info" banner title={t('head.readOnly')} />}
        {summary.data?.filesChanged && <Alert type="warning" banner title={t('head.filesChanged')} />}
        <div className="studio-room">
          <Switch>
            <Route path="/studio/unknowns">{() => <Unknowns />}</Route>
            <Route path="/studio/bench">{() => <Bench summary={summary.data} />}</Route>
            <Route path="/studio/sheets">{() => <Sheets />}</Route>
            <Route path="/studio/releases">{() => <Releases />}</Route>
            <Route>{() => <EntryList summary={summary.data} />}</Route>
          </Switch>
        </div>
        {publishing && (
          <PublishDialog
            onClose={() => setPublishing(false)}
            onPublished={() => {
              setPublishing(false);
              void client.invalidateQueries();
            }}
          />
        )}
      </main>
    </StudioProvider>
  );
}

function Standing({
  summary,
  mayEdit,
  onPublish,
}: {
  summary: Summary | undefined;
  mayEdit: boolean;
  onPublish(): void;
}) {
  const { t } = useSpeech();
  if (summary === undefined) return null;
  const { release, drafts } = summary;
  return (
    <div className="studio-standing">
      <span>{t('head.live', { number: release.number })}</span>
      <span aria-hidden="true">·</span>
      <span>{drafts > 0 ? t('head.drafts', { n: drafts }) : t('head.noDrafts')}</span>
      {mayEdit && (
        <Button type="primary" disabled={drafts === 0} onClick={onPublish}>
          {t('head.publish')}
        </Button>
      )}
    </div>
  );
}
