// What a platform counted by itself, day by day: read from it when asked for, and never mixed with our own numbers.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PlatformDay } from '../../contract/platform-day.ts';
import { Modal } from '../modal.tsx';
import type { Ask } from '../staff/ask.ts';
import { useChannelName } from '../staff/channel-names.ts';
import { Asked } from './asked.tsx';
import type { ChannelRow } from './attention.tsx';
import { DataTable } from './data-table.tsx';
import { duration, NOTHING, percent } from './format.ts';
import { type Speak, useSpeech } from './speech.ts';

const SPANS = [7, 14, 31] as const;

type Shown = (day: PlatformDay, t: Speak) => string;
const count = (n: number | null): string => (n === null ? NOTHING : String(n));

const COLUMNS = [
  ['days.sessions', (d) => count(d.sessions)],
  ['days.shoppers', (d) => count(d.shoppers)],
  ['days.messages', (d) => count(d.messages)],
  ['days.botSessions', (d) => count(d.botSessions)],
  ['days.toPerson', (d) => percent(d.toPersonShare)],
  ['days.personSessions', (d) => count(d.personSessions)],
  ['days.replied', (d) => percent(d.repliedShare)],
  ['days.firstReply', (d, t) => duration(d.firstReplySeconds === null ? null : d.firstReplySeconds * 1000, t)],
  ['days.satisfied', (d) => percent(d.satisfiedShare)],
  ['days.rejecting', (d) => count(d.rejecting)],
] as const satisfies readonly (readonly [string, Shown])[];

interface PlatformDaysProps {
  ask: Ask;
  channel: ChannelRow;
  onClose(): void;
}

export function PlatformDays({ ask, channel, onClose }: PlatformDaysProps) {
  const { t } = useSpeech();
  const name = useChannelName()(channel.kind);
  const [days, setDays] = useState<number>(SPANS[0]);
  const told = useQuery({
    queryKey: ['platform-days', channel.id, days],
    queryFn: () => ask('GET /api/metrics/channels/:id/days', { params: { id: channel.id }, query: { days } }),
    retry: false,
    gcTime: 0,
  });
  return (
    <Modal look="sheet" title={t('days.title', { name })} onClose={onClose}>
      <label className="list-misses">
        {t('days.span')}
        <select value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {SPANS.map((span) => (
            <option key={span} value={span}>
              {t('days.last', { n: span })}
            </option>
          ))}
        </select>
      </label>
      <Asked query={told} />
      {told.data?.items.length === 0 && <p className="panel-empty">{t('days.none')}</p>}
      {told.data !== undefined && told.data.items.length > 0 && (
        <div className="drawer-body">
          <DataTable
            caption={t('days.title', { name })}
            head={[t('days.day'), ...COLUMNS.map(([word]) => t(word))]}
            rows={told.data.items.toReversed().map((one) => ({
              key: one.day,
              cells: [{ text: one.day.slice(5) }, ...COLUMNS.map(([, shown]) => ({ text: shown(one, t) }))],
            }))}
          />
          <p className="panel-empty">{t('days.about')}</p>
        </div>
      )}
    </Modal>
  );
}
