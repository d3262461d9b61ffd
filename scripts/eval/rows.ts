// JSONL files: one object a line, refused with the line's number.
import { readFileSync, writeFileSync } from 'node:fs';
import { AppError } from '../../src/errors.ts';

/** @throws AppError naming file and line when a line is no object with these text fields */
export function readRows<T extends object>(file: string, fields: readonly (keyof T & string)[]): T[] {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch {
    throw new AppError('invalid_request', `读不到文件 ${file}`);
  }
  return source.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      const row = JSON.parse(line) as T;
      if (fields.every((f) => row[f] !== undefined)) return [row];
    } catch {
      /* reported below */
    }
    throw new AppError('invalid_request', `${file}:${i + 1}: 应为含有 ${fields.join('、')} 的一行 JSON`);
  });
}

export const writeRows = (file: string, rows: readonly object[]): void =>
  writeFileSync(file, rows.map((r) => `${JSON.stringify(r)}\n`).join(''));
