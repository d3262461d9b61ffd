// Turns a text into a unit vector: the weighted average of learned n-gram embeddings. Knows no database.
import { createHash } from 'node:crypto';
import { type Vectoriser, vectorise } from './features.ts';
import { type Matrix, normaliseVector, project, type SparseRow } from './matrix.ts';

export interface Encoder {
  /** Hash of the weights; vectors of different encoders never meet. */
  id: string;
  dimensions: number;
  vectoriser: Vectoriser;
  /** One table per seed; the vector is their unit vectors side by side. */
  tables: Matrix[];
}

/** Unit length. All zero when no n-gram of the text is known. */
export function encode(encoder: Encoder, text: string): Float32Array {
  return encodeRow(encoder.tables, vectorise(encoder.vectoriser, text));
}

export function encodeRow(tables: readonly Matrix[], row: SparseRow): Float32Array {
  if (tables.length === 1) return normaliseVector(project(row, tables[0]!));
  const parts = tables.map((table) => normaliseVector(project(row, table)));
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return normaliseVector(out);
}

export function encoderOf(vectoriser: Vectoriser, tables: Matrix[]): Encoder {
  const hash = createHash('sha256');
  const add = (array: Int8Array | Int32Array | Float32Array) =>
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  add(vectoriser.terms.low);
  add(vectoriser.terms.high);
  for (const table of tables) {
    add(table.data);
    if (table.scale !== null) add(table.scale);
  }
  return {
    id: `learned-${hash.digest('hex').slice(0, 16)}`,
    dimensions: tables.reduce((sum, table) => sum + table.cols, 0),
    vectoriser,
    tables,
  };
}
