// Collects everything that is wrong in the content files, so that an editor sees it all at once. Knows no file format.
import { AppError } from '../errors.ts';

/** What is wrong in one place. `line` counts from 1; 0 means the file or folder as a whole. */
export interface ContentProblem {
  file: string;
  line: number;
  /** What is wrong and what was expected, one sentence in Chinese. */
  text: string;
}

/** More than this helps nobody; the count of the rest is told. */
const SHOWN_MAX = 2000;

/** The one error of the loader: one line `file:line: what` per problem, sorted by place; `extra.problems` holds them as data. */
export function badContent(problems: readonly ContentProblem[]): AppError {
  const sorted = problems.toSorted((a, b) => compareText(a.file, b.file) || a.line - b.line);
  const lines = sorted.slice(0, SHOWN_MAX).map(({ file, line, text }) => `${file}:${line}: ${text}`);
  if (sorted.length > SHOWN_MAX) lines.push(`……另有 ${sorted.length - SHOWN_MAX} 处问题未列出`);
  return new AppError('bad_content', lines.join('\n'), { problems: sorted.slice(0, SHOWN_MAX) });
}

/** By code unit, so that the order is the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Shortens and quotes a value out of a file for a message; a message never carries control characters. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  const clean = text.toWellFormed().replace(/\p{Cc}/gu, '·');
  return `「${clean.length > 40 ? `${clean.slice(0, 40)}…` : clean}」`;
}
