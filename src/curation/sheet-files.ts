// Tables as files: csv and xlsx, in and out. What comes in may be meant to harm: sizes are bounded before anything is unpacked.
import { inflateRawSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { AppError } from '../errors.ts';

export type SheetFormat = 'csv' | 'xlsx';

/** A row with the line of the file on which it begins. */
export interface SheetRow {
  line: number;
  cells: string[];
}

export const SHEET_BYTES_MAX = 8 * 1024 * 1024;
export const SHEET_ROWS_MAX = 5_000;
const UNPACKED_BYTES_MAX = 64 * 1024 * 1024;
const PARTS_MAX = 500;
const CELL_MAX = 20_000;

/** A spreadsheet runs a cell that begins so; one quote in front makes it text. */
const FORMULA = /^'*[=+\-@\t\r]/;
const guarded = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);
const unguarded = (cell: string): string => (FORMULA.test(cell) && cell.startsWith("'") ? cell.slice(1) : cell);

/** With the mark that makes a Chinese spreadsheet read it as UTF-8. */
export const writeCsv = (rows: readonly (readonly string[])[]): Buffer =>
  Buffer.from(
    stringify(
      rows.map((row) => row.map(guarded)),
      { bom: true, record_delimiter: 'windows' },
    ),
  );

/** Every cell is typed as text, so that nothing in it is ever run. */
export async function writeXlsx(rows: readonly (readonly string[])[]): Promise<Buffer> {
  const data = rows.map((row, at) =>
    row.map((value) => ({
      value: guarded(value),
      type: String,
      ...(at === 0 ? { fontWeight: 'bold' as const } : { wrap: true }),
    })),
  );
  const columns = (rows[0] ?? []).map((title) => ({ width: /问|回答/.test(title) ? 40 : 14 }));
  const { default: writeExcelFile } = await import('write-excel-file/node'); // as in readXlsx
  return writeExcelFile(data, { columns, stickyRowsCount: 1 }).toBuffer();
}

/** @throws AppError `bad_sheet` with what is wrong with the file as a whole */
export async function readSheetFile(bytes: Buffer, format: SheetFormat): Promise<SheetRow[]> {
  if (bytes.length === 0) throw new AppError('bad_sheet', '文件是空的，请选择按模板填写的表格');
  const rows = format === 'csv' ? readCsv(bytes) : await readXlsx(bytes);
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  if (filled.length === 0) throw new AppError('bad_sheet', '表格里没有内容，第一行应为列名');
  if (filled.length > SHEET_ROWS_MAX + 1)
    throw new AppError('bad_sheet', `表格有 ${filled.length - 1} 行，应最多 ${SHEET_ROWS_MAX} 行，请分几次导入`);
  if (filled.some(({ cells }) => cells.some((cell) => cell.length > CELL_MAX)))
    throw new AppError('bad_sheet', `有单元格超过 ${CELL_MAX} 个字，请检查是否缺少引号`);
  return filled.map(({ line, cells }) => ({ line, cells: cells.map(unguarded) }));
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // what a Chinese spreadsheet saves when nobody tells it otherwise
    try {
      return new TextDecoder('gb18030', { fatal: true }).decode(bytes);
    } catch {
      throw new AppError('bad_sheet', '认不出文字编码，请另存为「CSV UTF-8」后再导入');
    }
  }
}

function readCsv(bytes: Buffer): SheetRow[] {
  if (bytes.includes(0)) throw new AppError('bad_sheet', '这不是 CSV 文本文件；表格请选 .xlsx');
  try {
    let after = 0;
    const records = parse(decode(bytes), {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 200_000,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => {
      const line = after + 1;
      after = info.lines;
      return { line, cells: record };
    });
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { lines } = error as { lines?: number };
    throw new AppError('bad_sheet', `第 ${lines ?? '?'} 行附近读不懂，可能是引号没有成对；请检查或另存为 .xlsx`);
  }
}

async function readXlsx(bytes: Buffer): Promise<SheetRow[]> {
  checkArchive(bytes);
  const { readSheet } = await import('read-excel-file/node'); // a hundred modules that no start needs
  let rows: unknown[][];
  try {
    rows = (await readSheet(bytes)) as unknown[][];
  } catch {
    throw new AppError('bad_sheet', '表格打不开，请用 Excel 或 WPS 另存为 .xlsx 后再导入');
  }
  return rows.map((cells, at) => ({ line: at + 1, cells: cells.map(textOf) }));
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  return cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell);
}

const notArchive = () => new AppError('bad_sheet', '这不是 .xlsx 表格，请用 Excel 或 WPS 另存为 .xlsx 后再导入');
const tooLarge = () =>
  new AppError('bad_sheet', `表格解压后超过 ${UNPACKED_BYTES_MAX / 1024 / 1024} MB，已拒绝；请删去图片和空白行后再试`);

/**
 * Unpacks every part under a bound before the library does it without one: what an archive says of its own sizes may be a lie.
 * Parts that define entities are refused as well.
 */
function checkArchive(bytes: Buffer): void {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (bytes.readUInt32LE(0) !== 0x04034b50 || end < 0 || end + 22 > bytes.length) throw notArchive();
  const parts = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  if (parts > PARTS_MAX) throw tooLarge();
  let left = UNPACKED_BYTES_MAX;
  for (let part = 0; part < parts; part++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw notArchive();
    const method = bytes.readUInt16LE(at + 10);
    const packed = bytes.readUInt32LE(at + 20);
    const local = bytes.readUInt32LE(at + 42);
    if (local + 30 > bytes.length) throw notArchive();
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const unpacked = unpack(bytes.subarray(start, start + packed), method, left);
    if (unpacked.includes('<!DOCTYPE') || unpacked.includes('<!ENTITY')) throw notArchive();
    left -= unpacked.length;
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}

function unpack(packed: Buffer, method: number, most: number): Buffer {
  if (method === 0) {
    if (packed.length > most) throw tooLarge();
    return packed;
  }
  if (method !== 8 || most <= 0) throw method === 8 ? tooLarge() : notArchive();
  try {
    return inflateRawSync(packed, { maxOutputLength: most });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : notArchive();
  }
}
