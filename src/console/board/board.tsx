// The board: live numbers, figures of a period, the agents and what asks for a supervisor; every number opens its list.
import { useEffect, useRef, useState } from 'react';
import { errorText } from '../api.ts';
import { saveCsv } from '../save-file.ts';
import type { Ask } from '../staff/ask.ts';
import type { StaffUser } from '../wire.ts';
import { Agents, agentLines } from './agents.tsx';
import { type ChannelRow, Channels, Due, Letters, Overdue } from './attention.tsx';
import { Card } from './card.tsx';
import { cardsOf } from './cards.tsx';
import { Charts, causesTable } from './charts.tsx';
import { toCsv } from './csv.ts';
import { type AgentNow, type Live, useBoardData } from './data.ts';
import { DataTable } from './data-table.tsx';
import { Move, type MoveCase } from './dialogs/move.tsx';
import { SendHome } from './dialogs/send-home.tsx';
import { exportRows } from './export.ts';
import { FilterBar } from './filter-bar.tsx';
import { useFilters } from './filters.ts';
import { dayOf } from './format.ts';
import { useBoardKeys } from './keys.ts';
import { List, type ListOf } from './list.tsx';
import { Listen, type Listening } from './listen.tsx';
import { nameOf } from './names.ts';
import { Panel } from './panel.tsx';
import { Platform } from './platform.tsx';
import { PlatformDays } from './platform-days.tsx';
import { useSpeech } from './speech.ts';
import './board.css';
import './sheet.css';

/** Live numbers older than this are no longer shown as live. */
const STALE_MS = 30_000;

type Open =
  | { kind: 'list'; list: ListOf }
  | { kind: 'listen'; listening: Listening }
  | { kind: 'move'; cases: readonly MoveCase[]; ownerId: string | null }
  | { kind: 'home'; agent: AgentNow }
  | { kind: 'days'; channel: ChannelRow };

interface Told {
  ok: boolean;
  words: string;
  /** A conversation to go on with at the desk. */
  conversationId: string | null;
}

function ToldBar({ told, onClose }: { told: Told; onClose(): void }) {
  const { t } = useSpeech();
  return (
    <div className={told.ok ? 'banner board-told' : 'banner board-told failed'} role={told.ok ? 'status' : 'alert'}>
      <span>{told.words}</span>
      {told.conversationId !== null && <a href={`/desk?c=${told.conversationId}`}>{t('grab.open')}</a>}
      <button type="button" className="quiet" onClick={onClose}>
        {t('common.close')}
      </button>
    </div>
  );
}

/** Whether the live numbers of `at` are too old to be called live. */
function useStale(at: number): boolean {
  const [stale, setStale] = useState(false);
  useEffect(() => {
    setStale(false);
    if (at === 0) return;
    const timer = setTimeout(() => setStale(true), STALE_MS);
    return () => clearTimeout(timer);
  }, [at]);
  return stale;
}

/** What a supervisor does, and what came of it. */
function useActs(ask: Ask, refresh: () => void) {
  const { t } = useSpeech();
  const [open, setOpen] = useState<Open | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const close = () => setOpen(null);
  const tell = (words: string, ok = true, conversationId: string | null = null) => {
    setTold({ ok, words, conversationId });
    refresh();
  };
  const done = (words: string) => {
    close();
    tell(words);
  };
  const grab = (row: Live['overdue'][number]) => {
    const path = `/api/conversations/${row.conversationId}/takeover`;
    ask.path(path, { method: 'POST', body: { reason: t('grab.reason') } }).then(
      () => tell(t('grab.done', { name: row.shopper ?? t('common.visitor') }), true, row.conversationId),
      (error: unknown) => tell(errorText(error, t), false),
    );
  };
  const move = (agent: AgentNow) => {
    ask('GET /api/metrics/conversations', { query: { measure: 'in-service', agent: agent.id } }).then(
      ({ items }) => {
        const cases = items.flatMap(({ handoffId, shopper }) => (handoffId === null ? [] : [{ handoffId, shopper }]));
        if (cases.length === 0) tell(t('listen.empty'), false);
        else setOpen({ kind: 'move', cases, ownerId: agent.id });
      },
      (error: unknown) => tell(errorText(error, t), false),
    );
  };
  return { open, setOpen, close, told, setTold, done, grab, move };
}

export function Board({ ask, me }: { ask: Ask; me: StaffUser }) {
  const speech = useSpeech();
  const { t, language } = speech;
  const [filters, change] = useFilters();
  const data = useBoardData(ask, me.id, filters);
  const { live, board, health, service, profiles, places, refresh } = data;
  const [asTables, setAsTables] = useState(false);
  const acts = useActs(ask, refresh);
  const { open, setOpen, close, told } = acts;
  const page = useRef<HTMLElement>(null);
  const stale = useStale(live.dataUpdatedAt);
  const cards = cardsOf(data, filters, speech);
  const agents = agentLines(live.data?.agents ?? [], board.data, t);
  const onList = (list: ListOf) => setOpen({ kind: 'list', list });
  const fullScreen = () =>
    void (document.fullscreenElement ? document.exitFullscreen() : page.current?.requestFullscreen().catch(() => {}));
  const tables = () => setAsTables((before) => !before);
  useBoardKeys({
    KeyR: refresh,
    KeyT: tables,
    KeyF: fullScreen,
    Digit1: () => change({ range: 'today' }),
    Digit2: () => change({ range: 'yesterday' }),
    Digit3: () => change({ range: 'week' }),
  });
  const { data: figures } = board;
  const onExport = figures
    ? () => {
        const day = dayOf(Date.now());
        saveCsv(
          `${t('csv.name')}-${filters.range}-${day}.csv`,
          toCsv(exportRows({ cards, board: figures, agents }, t)),
        );
      }
    : null;
  const profile = profiles.data?.items.find((p) => p.id === filters.profile);
  return (
    <main className="board" ref={page}>
      <FilterBar
        filters={filters}
        onChange={change}
        places={places.data}
        profiles={profiles.data?.items ?? []}
        updatedAt={live.dataUpdatedAt}
        stale={stale}
        asTables={asTables}
        onTables={tables}
        onRefresh={refresh}
        onExport={onExport}
        onFullScreen={fullScreen}
      />
      {told && <ToldBar told={told} onClose={() => acts.setTold(null)} />}
      <div className="board-cards">
        {cards.map(({ id, name, facts, from, beforeName, list }) => (
          <Card
            key={id}
            name={name}
            facts={facts}
            beforeName={beforeName}
            failed={data[from].isError}
            stale={from === 'live' && stale}
            onRetry={() => void data[from].refetch()}
            onOpen={list === null ? null : () => onList(list)}
          />
        ))}
      </div>
      <div className="charts">
        {figures ? (
          <Charts board={figures} rangeName={t(`range.${filters.range}`)} asTables={asTables} onList={onList} />
        ) : (
          <Panel name={t('chart.hours')} className="panel-hours" query={board}>
            {() => null}
          </Panel>
        )}
      </div>
      <div className="people">
        <Panel name={t('agents.title')} query={live}>
          {() => (
            <Agents
              lines={agents}
              onList={onList}
              onListen={({ id, name }, whisper) =>
                setOpen({ kind: 'listen', listening: { agent: { id, name }, whisper } })
              }
              onMove={acts.move}
              onHome={(agent) => setOpen({ kind: 'home', agent })}
            />
          )}
        </Panel>
        <Panel name={t('overdue.title')} count={live.data?.overdueCount} query={live}>
          {({ overdue }) => (
            <Overdue
              rows={overdue}
              onGrab={acts.grab}
              onAssign={(row) => setOpen({ kind: 'move', cases: [row], ownerId: row.owner?.id ?? null })}
            />
          )}
        </Panel>
      </div>
      <div className="rooms">
        <Panel
          name={t('platform.title', { name: profile ? nameOf('profile', profile, language, t) : filters.profile })}
          className="panel-platform"
          query={service}
        >
          {(judged) => (
            <Platform
              service={judged}
              profile={profile}
              target={filters.target}
              onTarget={(target) => change({ target })}
            />
          )}
        </Panel>
        <Panel name={t('due.title')} count={health.data?.commitments.length} query={health}>
          {({ commitments }) => <Due rows={commitments} />}
        </Panel>
        <Panel name={t('letters.title')} count={health.data?.letters.length} query={health}>
          {({ letters }) => (
            <Letters ask={ask} rows={letters} mayReplay={me.role === 'admin'} onChange={() => void health.refetch()} />
          )}
        </Panel>
        <Panel name={t('chart.causes')} query={board}>
          {(shown) =>
            shown.causes.length === 0 ? (
              <p className="panel-empty">{t('causes.none')}</p>
            ) : (
              <DataTable {...causesTable(shown, t, onList)} />
            )
          }
        </Panel>
        <Panel name={t('channels.title')} className="panel-channels" query={health}>
          {({ channels }) => <Channels rows={channels} onDays={(channel) => setOpen({ kind: 'days', channel })} />}
        </Panel>
      </div>
      {open?.kind === 'list' && <List ask={ask} filters={filters} list={open.list} onClose={close} />}
      {open?.kind === 'listen' && <Listen ask={ask} me={me.id} listening={open.listening} onClose={close} />}
      {open?.kind === 'days' && <PlatformDays ask={ask} channel={open.channel} onClose={close} />}
      {open?.kind === 'move' && (
        <Move
          ask={ask}
          cases={open.cases}
          ownerId={open.ownerId}
          agents={live.data?.agents ?? []}
          onDone={acts.done}
          onClose={close}
        />
      )}
      {open?.kind === 'home' && <SendHome ask={ask} agent={open.agent} onDone={acts.done} onClose={close} />}
    </main>
  );
}
