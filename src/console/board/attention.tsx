// What asks for a supervisor: conversations that are overdue, promises due today, what did not arrive, channels.
import { useState } from 'react';
import { errorText } from '../api.ts';
import { useNow } from '../clock.ts';
import { wordFor } from '../language.tsx';
import type { Ask } from '../staff/ask.ts';
import { useChannelName } from '../staff/channel-names.ts';
import { stopwatch } from '../time.ts';
import type { Health, Live } from './data.ts';
import { dayAndTime } from './format.ts';
import { useSpeech } from './speech.ts';

type OverdueRow = Live['overdue'][number];

interface OverdueProps {
  rows: readonly OverdueRow[];
  onGrab(row: OverdueRow): void;
  onAssign(row: OverdueRow): void;
}

export function Overdue({ rows, onGrab, onAssign }: OverdueProps) {
  const { t } = useSpeech();
  const now = useNow();
  if (rows.length === 0) return <p className="panel-empty">{t('overdue.empty')}</p>;
  return (
    <ul className="attention">
      {rows.map((row) => {
        const name = row.shopper ?? t('common.visitor');
        return (
          <li key={row.handoffId}>
            <a href={`/desk?c=${row.conversationId}&h=${row.handoffId}`}>{name}</a>
            <span className="attention-bad">{t('overdue.over', { time: stopwatch(now - Date.parse(row.since)) })}</span>
            <span className="quiet-text">{row.owner?.name ?? t('overdue.queue')}</span>
            <div className="row-acts">
              <button
                type="button"
                className="small"
                aria-label={t('agents.of', { act: t('overdue.grab'), name })}
                onClick={() => onGrab(row)}
              >
                {t('overdue.grab')}
              </button>
              <button
                type="button"
                className="small"
                aria-label={t('agents.of', { act: t('overdue.assign'), name })}
                onClick={() => onAssign(row)}
              >
                {t('overdue.assign')}
              </button>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

export function Due({ rows }: { rows: Health['commitments'] }) {
  const { t } = useSpeech();
  if (rows.length === 0) return <p className="panel-empty">{t('due.empty')}</p>;
  return (
    <ul className="attention">
      {rows.map((row) => (
        <li key={row.id}>
          {row.conversationId === null ? row.task : <a href={`/desk?c=${row.conversationId}`}>{row.task}</a>}
          <span className={row.isOver ? 'attention-bad' : ''}>
            {row.dueAt === null ? t('due.undated') : dayAndTime(row.dueAt)}
            {row.isOver && ` ${t('due.over')}`}
          </span>
          <span className="quiet-text">
            {row.holder ?? t('due.nobody')}
            {row.shopper !== null && ` · ${row.shopper}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

type Letter = Health['letters'][number];

interface LettersProps {
  ask: Ask;
  rows: readonly Letter[];
  /** Deliveries to the shop's systems are an admin's. */
  mayReplay: boolean;
  onChange(): void;
}

export function Letters({ ask, rows, mayReplay, onChange }: LettersProps) {
  const { t } = useSpeech();
  const [error, setError] = useState<string | null>(null);
  const settle = (done: Promise<unknown>) => {
    setError(null);
    done.then(onChange, (failed: unknown) => setError(errorText(failed, t)));
  };
  if (rows.length === 0) return <p className="panel-empty">{t('letters.empty')}</p>;
  return (
    <>
      {error !== null && (
        <p className="card-failed" role="alert">
          {error}
        </p>
      )}
      <ul className="attention">
        {rows.map((row) => (
          <li key={`${row.kind} ${row.id}`}>
            <span className="attention-text">
              {t(row.kind === 'message' ? 'letters.message' : 'letters.hook')}：{row.about}
            </span>
            <span className="attention-bad">{wordFor(t, 'letters', row.state)}</span>
            <span className="quiet-text">
              {dayAndTime(row.at)} {row.error}
            </span>
            <div className="row-acts">
              {row.conversationId !== null && <a href={`/desk?c=${row.conversationId}`}>{t('letters.open')}</a>}
              {row.kind === 'message' && (
                <button
                  type="button"
                  className="small"
                  onClick={() => settle(ask('POST /api/metrics/letters/:id/acknowledge', { params: { id: row.id } }))}
                >
                  {t('letters.seen')}
                </button>
              )}
              {row.hookId !== null && mayReplay && (
                <button
                  type="button"
                  className="small"
                  onClick={() =>
                    settle(ask.path(`/api/hooks/${row.hookId}/deliveries/${row.id}/replay`, { method: 'POST' }))
                  }
                >
                  {t('letters.replay')}
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

export type ChannelRow = Health['channels'][number];

interface ChannelsProps {
  rows: readonly ChannelRow[];
  onDays(row: ChannelRow): void;
}

export function Channels({ rows, onDays }: ChannelsProps) {
  const { t } = useSpeech();
  const channelName = useChannelName();
  const time = (at: string | null) => (at === null ? t('channels.never') : dayAndTime(at));
  return (
    <table className="data-table">
      <thead>
        <tr>
          <th scope="col">{t('channels.name')}</th>
          <th scope="col">{t('channels.lastIn')}</th>
          <th scope="col">{t('channels.lastOut')}</th>
          <th scope="col">{t('channels.failures')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">
              {channelName(row.kind)} <small>{row.on ? t('channels.on') : t('channels.off')}</small>
              {row.tells && (
                <button
                  type="button"
                  className="small"
                  aria-label={t('days.open', { name: channelName(row.kind) })}
                  onClick={() => onDays(row)}
                >
                  {t('days.short')}
                </button>
              )}
            </th>
            <td>{time(row.lastInAt)}</td>
            <td>{time(row.lastOutAt)}</td>
            <td className={row.failed > 0 ? 'attention-bad' : ''}>{row.failed}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
