// Embeddings to and from pgvector's text form (`vector` and `halfvec` share it); it knows nothing of dimensions.
import pgvector from 'pgvector';

/** Text for a parameter that is cast with `::vector` or `::halfvec`. Not a number and infinity are refused here. */
export function toVector(values: readonly number[] | Float32Array): string {
  const list = Array.from(values);
  const bad = list.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`a vector holds finite numbers only, element ${bad} is ${list[bad]}`);
  if (list.length === 0) throw new RangeError('a vector has at least one element');
  return pgvector.toSql(list) as string;
}

/** Reads what the database returns for a `vector` or `halfvec` column. */
export function fromVector(text: string): number[] {
  return pgvector.fromSql(text) as number[];
}
