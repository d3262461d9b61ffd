// The rows of the public table: figures, medians, Markdown and JSON. Pure; knows nothing of how they were measured.

export type Mode = 'embedded' | 'production';
export type Unit = '/s' | 'ms' | 'µs' | 'MB' | 's';

export interface Row {
  mode: Mode;
  /** Stable, for programs. */
  name: string;
  /** For people. */
  what: string;
  unit: Unit;
  value: number;
  /** Of the same rounds: this figure over the rate of an empty route, and over that of one plain INSERT per request. */
  ofEmpty: number | null;
  ofInsert: number | null;
  /** A latency without the burst window it must wait. */
  beyondWindow: number | null;
  note: string;
  /** One figure per round, for whoever wants the spread. */
  rounds?: number[];
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}

/** The median of the rounds' own ratios: a slow moment of the machine slows both sides of its round. */
export const medianRatio = (values: readonly number[], floors: readonly number[]): number =>
  median(values.map((value, i) => value / floors[i]!));

const rounded = (n: number): number => (Math.abs(n) >= 100 ? Math.round(n) : Number(n.toPrecision(3)));
const shown = (n: number | null, unit = ''): string =>
  n === null ? '' : `${rounded(n).toLocaleString('en-US')}${unit === '/s' ? unit : unit && ` ${unit}`}`;

const COLUMNS = ['mode', 'what', 'figure', '÷ empty route', '÷ one INSERT', 'without burst window', 'note'];

export function toMarkdown(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const body = rows.map((r) =>
    line([
      r.mode,
      r.what,
      shown(r.value, r.unit),
      shown(r.ofEmpty),
      shown(r.ofInsert),
      shown(r.beyondWindow, r.unit),
      r.note,
    ]),
  );
  return [line(COLUMNS), line(COLUMNS.map((_, i) => (i >= 2 && i <= 5 ? '--:' : '---'))), ...body].join('\n');
}

export const toJsonLine = (row: Row): string =>
  JSON.stringify(row, (_key, value: unknown) => (typeof value === 'number' ? rounded(value) : value));
