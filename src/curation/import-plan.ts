// What an imported table would change, row by row, before anything is changed. Writes nothing.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FaqFile } from '../contract/content.ts';
import { AppError } from '../errors.ts';
import { canonicalJson, contentHash } from './canonical.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { type LintFinding, lintEntry, wordingsOf } from './lint.ts';
import type { SheetRow } from './sheet-files.ts';
import { type Cells, cellsOf, fromCells, OFF, ON, readHeading } from './sheet-rows.ts';

export interface PlannedRow {
  line: number;
  kind: 'new' | 'changed' | 'unchanged' | 'conflict' | 'error';
  id: string;
  question: string;
  /** Of an error or a conflict. */
  reasons: string[];
  cells: string[];
}

export interface ImportPlan {
  heading: string[];
  rows: PlannedRow[];
  /** What would be saved; those in conflict only when they are to be overwritten. */
  saves: { file: FaqFile; retired: boolean; base: number; kind: PlannedRow['kind'] }[];
  /** Changes when anybody saves or publishes something in between. */
  fingerprint: string;
}

export interface ImportContext {
  catalogue: readonly CatalogueEntry[];
  intents: ReadonlySet<string>;
  /** For a new entry without an intent. */
  guessIntent(question: string): Promise<string | null>;
  today: string;
}

const blank = (id: string, today: string): FaqFile => ({
  id,
  question: '',
  similar: [],
  intents: [],
  stage: ['presale', 'insale', 'aftersale'],
  products: [],
  channels: [],
  risk: 'N',
  source: '店铺客服规范',
  reviewed: today,
  answers: { standard: '' },
});

/** A new entry without an id of its own gets one from its question, so that importing twice makes one entry. */
export const idFor = (question: string): string => `faq-${contentHash(question.trim()).slice(0, 12)}`;

export const fingerprintOf = (catalogue: readonly CatalogueEntry[]): string =>
  contentHash(catalogue.map(({ file, state, version }) => [file.id, state, version])).slice(0, 24);

export async function planImport(rows: readonly SheetRow[], context: ImportContext): Promise<ImportPlan> {
  const [first, ...rest] = rows;
  const heading = first!.cells.map((title) => title.trim());
  const { fields, unknown } = readHeading(heading);
  if (unknown.length > 0)
    throw new AppError('bad_sheet', `不认识的列：${unknown.slice(0, 5).join('、')}；列名应与模板相同`);
  for (const needed of ['question', 'answers.standard'] as const)
    if (!fields.includes(needed) && !fields.includes('id'))
      throw new AppError('bad_sheet', '缺少「编号」列，也没有「标准问」「标准回答」两列；请按模板填写');
  const known = new Map(context.catalogue.map((entry) => [entry.file.id, entry]));
  const drafted: Drafted[] = [];
  const seen = new Map<string, number>();
  for (const row of rest) drafted.push(await draftOf(row, cellsOf(fields, row.cells), known, seen, context));
  return finish(drafted, heading, context);
}

interface Drafted {
  row: SheetRow;
  file: FaqFile;
  retired: boolean;
  known: CatalogueEntry | undefined;
  reasons: string[];
}

async function draftOf(
  row: SheetRow,
  cells: Cells,
  known: ReadonlyMap<string, CatalogueEntry>,
  seen: Map<string, number>,
  context: ImportContext,
): Promise<Drafted> {
  const question = (cells.get('question') ?? '').trim();
  const id = (cells.get('id') ?? '').trim() || idFor(question);
  const there = known.get(id);
  const { file, retired } = fromCells(cells, there?.file ?? blank(id, context.today));
  file.id = id;
  if (there === undefined && Array.isArray(file.intents) && file.intents.length === 0 && question !== '') {
    const guess = await context.guessIntent(question);
    if (guess !== null) file.intents = [guess];
  }
  const reasons: string[] = [];
  const state = cells.get('state')?.trim() ?? '';
  if (state !== '' && state !== ON && state !== OFF) reasons.push(`状态应为「${ON}」或「${OFF}」`);
  const earlier = seen.get(id);
  if (earlier !== undefined) reasons.push(`编号 ${id} 与第 ${earlier} 行重复`);
  else seen.set(id, row.line);
  const keeps = cells.has('state') ? retired : there?.state === 'retired' || there?.state === 'retiring';
  return { row, file, retired: keeps, known: there, reasons };
}

const isOff = (entry: CatalogueEntry | undefined): boolean => entry?.state === 'retired' || entry?.state === 'retiring';
const hasDraft = (entry: CatalogueEntry | undefined): boolean =>
  entry !== undefined && entry.state !== 'live' && entry.state !== 'retired';

const ROWS_AT_ONCE = 20;

/** Wordings are compared with the whole as it will be: two rows may trade a wording. */
async function finish(drafted: readonly Drafted[], heading: string[], context: ImportContext): Promise<ImportPlan> {
  const replaced = new Map(drafted.map(({ file }) => [file.id, file]));
  const others = context.catalogue.filter(({ file, state }) => !replaced.has(file.id) && state !== 'retired');
  const shaped = [...replaced.values()].filter(
    (file) => typeof file.question === 'string' && Array.isArray(file.similar),
  );
  const wordings = wordingsOf([...others.map(({ file }) => file), ...shaped]);
  const saves: ImportPlan['saves'] = [];
  const planRow = ({ row, file, retired, known, reasons }: Drafted): PlannedRow => {
    const about = { line: row.line, id: file.id, question: file.question, cells: row.cells };
    const isSame = known !== undefined && canonicalJson(known.file) === canonicalJson(file) && isOff(known) === retired;
    if (isSame && reasons.length === 0) return { ...about, kind: 'unchanged', reasons };
    const wrong = [
      ...reasons,
      ...lintEntry(file, { intents: context.intents, wordings }).filter(isError).map(sentence),
    ];
    if (wrong.length > 0) return { ...about, kind: 'error', reasons: wrong };
    const base = known?.version ?? 0;
    if (known !== undefined && hasDraft(known)) {
      saves.push({ file, retired, base, kind: 'conflict' });
      return { ...about, kind: 'conflict', reasons: [`${known.updatedBy ?? ''} 有未发布的草稿，导入会覆盖它`] };
    }
    const kind = known === undefined ? 'new' : 'changed';
    saves.push({ file, retired, base, kind });
    return { ...about, kind, reasons: [] };
  };
  const rows: PlannedRow[] = [];
  for (const [at, one] of drafted.entries()) {
    // a thousand entries take the rules half a second: shoppers are answered in between
    if (at % ROWS_AT_ONCE === 0) await nextTurn();
    rows.push(planRow(one));
  }
  return { heading, rows, saves, fingerprint: fingerprintOf(context.catalogue) };
}

const isError = ({ level }: LintFinding): boolean => level !== 'warning';
const sentence = ({ text, evidence }: LintFinding): string =>
  evidence === undefined || text.includes(evidence) ? text : `${text}（${evidence}）`;
