// One entry as one row of a table, and back. Knows no file format and no database.
import type { FaqFile } from '../contract/content.ts';
import type { Style } from '../contract/decision.ts';

type Field = Exclude<keyof FaqFile, 'answers'> | `answers.${Style}` | 'state';

/** The columns of the template, in order. Lists stand one item a line. */
export const COLUMNS: readonly { title: string; field: Field; list?: true }[] = [
  { title: '编号', field: 'id' },
  { title: '标准问', field: 'question' },
  { title: '相似问', field: 'similar', list: true },
  { title: '标准回答', field: 'answers.standard' },
  { title: '简短回答', field: 'answers.terse' },
  { title: '随和回答', field: 'answers.casual' },
  { title: '长辈回答', field: 'answers.elderly' },
  { title: '正式回答', field: 'answers.formal' },
  { title: '意图', field: 'intents', list: true },
  { title: '阶段', field: 'stage', list: true },
  { title: '商品', field: 'products', list: true },
  { title: '渠道', field: 'channels', list: true },
  { title: '生效日', field: 'valid_from' },
  { title: '失效日', field: 'valid_until' },
  { title: '风险', field: 'risk' },
  { title: '多说一句', field: 'plus_one' },
  { title: '来源', field: 'source' },
  { title: '复核日', field: 'reviewed' },
  { title: '状态', field: 'state' },
];

export const ON = '启用';
export const OFF = '停用';

export interface SheetEntry {
  file: FaqFile;
  retired: boolean;
}

export function toRow({ file, retired }: SheetEntry): string[] {
  return COLUMNS.map(({ field }) => {
    if (field === 'state') return retired ? OFF : ON;
    const value = field.startsWith('answers.')
      ? file.answers[field.slice('answers.'.length) as Style]
      : file[field as Exclude<keyof FaqFile, 'answers'>];
    if (value === undefined) return '';
    return Array.isArray(value) ? value.join('\n') : String(value);
  });
}

/** Cells by field; a column that the file does not have is not there. */
export type Cells = ReadonlyMap<Field, string>;

/** The columns of a file; an unknown heading is told by its name. */
export function readHeading(row: readonly string[]): { fields: (Field | null)[]; unknown: string[] } {
  const byTitle = new Map(COLUMNS.map(({ title, field }) => [title, field]));
  const fields = row.map((title) => byTitle.get(title.trim()) ?? null);
  return { fields, unknown: row.filter((title, at) => title.trim() !== '' && fields[at] === null) };
}

export const cellsOf = (fields: readonly (Field | null)[], row: readonly string[]): Cells =>
  new Map(
    fields.flatMap((field, at) => (field === null ? [] : [[field, (row[at] ?? '').replace(/\r\n?/g, '\n')] as const])),
  );

const listIn = (cell: string): string[] =>
  cell
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const LISTS = new Set(COLUMNS.filter(({ list }) => list).map(({ field }) => field));
/** An empty cell takes these away instead of leaving them empty. */
const OPTIONAL = new Set<Field>([
  'plus_one',
  'valid_from',
  'valid_until',
  'answers.terse',
  'answers.casual',
  'answers.elderly',
  'answers.formal',
]);

/** The cells over what is there; the result may still be wrong in every way a person can type. */
export function fromCells(cells: Cells, base: FaqFile): SheetEntry {
  const head: Record<string, unknown> = { ...base, answers: undefined };
  const answers: Record<string, string> = { ...base.answers };
  for (const [field, cell] of cells) {
    if (field === 'state') continue;
    const isAnswer = field.startsWith('answers.');
    const target = isAnswer ? answers : head;
    const name = isAnswer ? field.slice('answers.'.length) : field;
    if (OPTIONAL.has(field) && cell.trim() === '') delete target[name];
    else target[name] = LISTS.has(field) ? listIn(cell) : isAnswer ? cell.trim() : cell.trim();
  }
  return { file: { ...head, answers } as unknown as FaqFile, retired: cells.get('state')?.trim() === OFF };
}
