// The second row: sessions by hour with the response rate, why the bot handed over, and when shoppers come.
import type { EChartsCoreOption } from 'echarts/core';
import { type ReactNode, useMemo, useState } from 'react';
import { wordFor } from '../language.tsx';
import { Chart, type Picked } from './chart.tsx';
import type { Board } from './data.ts';
import { DataTable, type TableData } from './data-table.tsx';
import { percent } from './format.ts';
import { Info } from './info.tsx';
import type { ListOf } from './list.tsx';
import { type Look, useLook } from './look.ts';
import { type Speak, useSpeech } from './speech.ts';

type OnList = (list: ListOf) => void;
const KINDS = ['bot', 'person', 'abandoned'] as const;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const hourName = (hour: number) => `${String(hour).padStart(2, '0')}:00`;

const baseOption = (look: Look) => ({
  animation: false,
  textStyle: { fontFamily: look.font, color: look['ink-2'] },
  // as text on the canvas: the box of HTML would bring style attributes
  tooltip: {
    renderMode: 'richText',
    backgroundColor: look.card,
    borderColor: look.line,
    textStyle: { color: look.ink, fontSize: 12, fontFamily: look.font },
  },
});

const axis = (look: Look) => ({
  axisLine: { lineStyle: { color: look.line } },
  axisTick: { show: false },
  axisLabel: { color: look['ink-3'], fontSize: 11 },
  splitLine: { lineStyle: { color: look.line } },
});

function hoursOption({ hours }: Board, look: Look, t: Speak): EChartsCoreOption {
  const colour = { bot: look['chart-bot'], person: look.accent, abandoned: look.bad };
  return {
    ...baseOption(look),
    tooltip: { ...baseOption(look).tooltip, trigger: 'axis' },
    grid: { left: 34, right: 44, top: 34, bottom: 24 },
    legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: look['ink-2'], fontSize: 12 } },
    xAxis: { type: 'category', data: hours.map((h) => hourName(h.hour)), ...axis(look) },
    yAxis: [
      { type: 'value', minInterval: 1, ...axis(look) },
      {
        type: 'value',
        min: 0,
        max: 100,
        ...axis(look),
        splitLine: { show: false },
        axisLabel: { color: look['ink-3'], fontSize: 11, formatter: '{value}%' },
      },
    ],
    series: [
      ...KINDS.map((kind) => ({
        type: 'bar',
        stack: 'sessions',
        name: t(`chart.${kind}`),
        data: hours.map((h) => h[kind]),
        color: colour[kind],
        barMaxWidth: 18,
        cursor: 'pointer',
      })),
      {
        type: 'line',
        name: t('chart.rate'),
        yAxisIndex: 1,
        data: hours.map((h) => (h.of === 0 ? null : Math.round((h.hits / h.of) * 1000) / 10)),
        color: look.warn,
        symbolSize: 5,
        connectNulls: true,
        lineStyle: { width: 2 },
      },
    ],
  };
}

function reasonsOption({ reasons }: Board, look: Look, t: Speak): EChartsCoreOption {
  const upward = reasons.toReversed();
  return {
    ...baseOption(look),
    grid: { left: 4, right: 34, top: 6, bottom: 4, containLabel: true },
    xAxis: { type: 'value', show: false },
    yAxis: {
      type: 'category',
      data: upward.map((r) => wordFor(t, 'reason', r.reason)),
      ...axis(look),
      axisLabel: { color: look['ink-2'], fontSize: 12 },
    },
    series: [
      {
        type: 'bar',
        name: t('chart.count'),
        data: upward.map((r) => r.n),
        color: look.accent,
        barMaxWidth: 16,
        label: { show: true, position: 'right', color: look['ink-2'] },
        cursor: 'pointer',
      },
    ],
  };
}

function heatOption({ heat }: Board, look: Look, t: Speak): EChartsCoreOption {
  return {
    ...baseOption(look),
    grid: { left: 38, right: 6, top: 6, bottom: 24 },
    xAxis: { type: 'category', data: Array.from({ length: 24 }, (_, h) => h), ...axis(look) },
    yAxis: { type: 'category', inverse: true, data: WEEKDAYS.map((d) => t(`weekday.${d}`)), ...axis(look) },
    visualMap: {
      show: false,
      min: 0,
      max: Math.max(1, ...heat.map((h) => h.n)),
      inRange: { color: [look['accent-soft'], look.accent] },
    },
    series: [
      {
        type: 'heatmap',
        name: t('chart.sessions'),
        data: heat.map((h) => [h.hour, h.weekday - 1, h.n]),
        itemStyle: { borderColor: look.card, borderWidth: 2 },
        cursor: 'pointer',
      },
    ],
  };
}

interface PanelProps {
  name: string;
  className: string;
  about?: string;
  option: EChartsCoreOption;
  said: string;
  table: TableData;
  empty: string | null;
  /** All charts show their tables. */
  asTables: boolean;
  onPick(picked: Picked): void;
}

function ChartPanel({ name, className, about, option, said, table, empty, asTables, onPick }: PanelProps): ReactNode {
  const { t } = useSpeech();
  const [own, setOwn] = useState(false);
  const asTable = asTables !== own;
  return (
    <section className={`panel ${className}`} aria-label={name}>
      <header>
        <h2>{name}</h2>
        {about !== undefined && <Info name={name}>{about}</Info>}
        <button type="button" className="quiet" aria-pressed={asTable} onClick={() => setOwn(!own)}>
          {asTable ? t('board.showChart') : t('board.showTable')}
        </button>
      </header>
      {empty !== null ? (
        <p className="panel-empty">{empty}</p>
      ) : asTable ? (
        <DataTable {...table} />
      ) : (
        <Chart option={option} said={said} onPick={onPick} />
      )}
    </section>
  );
}

interface ChartsProps {
  board: Board;
  rangeName: string;
  asTables: boolean;
  onList: OnList;
}

export function hoursTable({ hours }: Board, t: Speak, onList: OnList): TableData {
  const names = KINDS.map((kind) => t(`chart.${kind}`));
  return {
    caption: t('chart.hours'),
    head: [t('chart.hour'), ...names, t('chart.rate')],
    rows: hours
      .filter((h) => h.bot + h.person + h.abandoned + h.of > 0)
      .map((h) => ({
        key: String(h.hour),
        cells: [
          { text: hourName(h.hour) },
          ...KINDS.map((kind, i) => ({
            text: String(h[kind]),
            open: () =>
              onList({ measure: 'sessions', name: `${hourName(h.hour)} ${names[i]}`, narrow: { hour: h.hour, kind } }),
          })),
          {
            text: h.of === 0 ? '—' : percent(h.hits / h.of),
            open: () =>
              onList({ measure: 'response', name: `${hourName(h.hour)} ${t('chart.rate')}`, narrow: { hour: h.hour } }),
          },
        ],
      })),
  };
}

export function reasonsTable({ reasons }: Board, t: Speak, onList: OnList): TableData {
  return {
    caption: t('chart.reasons'),
    head: [t('chart.reason'), t('chart.count')],
    rows: reasons.map(({ reason, n }) => {
      const name = wordFor(t, 'reason', reason);
      const open = () => onList({ measure: 'handoffs', name, narrow: { reason } });
      return { key: reason, cells: [{ text: name }, { text: String(n), open }] };
    }),
  };
}

export function causesTable({ causes }: Board, t: Speak, onList: OnList): TableData {
  return {
    caption: t('chart.causes'),
    head: [t('chart.cause'), t('chart.count')],
    rows: causes.map(({ cause, n }) => {
      const name = wordFor(t, 'cause', cause);
      const open = () => onList({ measure: 'causes', name, narrow: { reason: cause } });
      return { key: cause, cells: [{ text: name }, { text: String(n), open }] };
    }),
  };
}

export function heatTable({ heat }: Board, t: Speak, onList: OnList): TableData {
  return {
    caption: t('chart.heat'),
    head: [t('chart.weekday'), t('chart.hour'), t('chart.sessions')],
    rows: heat.map(({ weekday, hour, n }) => {
      const day = t(`weekday.${weekday as (typeof WEEKDAYS)[number]}`);
      const open = () => onList({ measure: 'sessions', name: `${day} ${hourName(hour)}`, narrow: { weekday, hour } });
      return { key: `${weekday} ${hour}`, cells: [{ text: day }, { text: hourName(hour) }, { text: String(n), open }] };
    }),
  };
}

export function Charts({ board, rangeName, asTables, onList }: ChartsProps) {
  const { t } = useSpeech();
  const look = useLook();
  const options = useMemo(
    () => ({
      hours: hoursOption(board, look, t),
      reasons: reasonsOption(board, look, t),
      heat: heatOption(board, look, t),
    }),
    [board, look, t],
  );
  const { figures, hours, reasons } = board;
  const sessions = figures.sessions.of;
  const sum = (kind: (typeof KINDS)[number]) => hours.reduce((n, h) => n + h[kind], 0);
  const tables = {
    hours: hoursTable(board, t, onList),
    reasons: reasonsTable(board, t, onList),
    heat: heatTable(board, t, onList),
  };
  const empty = sessions === 0 ? t('board.noSessions', { range: rangeName }) : null;
  return (
    <>
      <ChartPanel
        name={t('chart.hours')}
        className="panel-hours"
        about={t('chart.hoursAbout')}
        option={options.hours}
        said={t('chart.hoursSaid', { bot: sum('bot'), person: sum('person'), abandoned: sum('abandoned') })}
        table={tables.hours}
        empty={empty}
        asTables={asTables}
        onPick={({ series, index }) => {
          const kind = KINDS[series];
          const hour = hours[index]!.hour;
          const name = `${hourName(hour)} ${kind ? t(`chart.${kind}`) : t('chart.rate')}`;
          onList(
            kind
              ? { measure: 'sessions', name, narrow: { hour, kind } }
              : { measure: 'response', name, narrow: { hour } },
          );
        }}
      />
      <ChartPanel
        name={t('chart.reasons')}
        className="panel-reasons"
        option={options.reasons}
        said={t('chart.reasonsSaid', {
          n: figures.handoffs.of,
          reason: reasons[0] ? wordFor(t, 'reason', reasons[0].reason) : '—',
        })}
        table={tables.reasons}
        empty={reasons.length === 0 ? t('board.none') : null}
        asTables={asTables}
        onPick={({ index }) => {
          const { reason } = reasons[reasons.length - 1 - index]!;
          onList({ measure: 'handoffs', name: wordFor(t, 'reason', reason), narrow: { reason } });
        }}
      />
      <ChartPanel
        name={t('chart.heat')}
        className="panel-heat"
        option={options.heat}
        said={t('chart.heatSaid', { n: sessions })}
        table={tables.heat}
        empty={empty}
        asTables={asTables}
        onPick={({ index }) => tables.heat.rows[index]?.cells[2]?.open?.()}
      />
    </>
  );
}
