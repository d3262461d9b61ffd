// What makes a translation complete, said in types: the same keys, and in every sentence the same {places}.

export type Table = Readonly<Record<string, string>>;

/** The names between braces in a sentence. */
export type Places<S extends string> = S extends `${string}{${infer P}}${infer Rest}` ? P | Places<Rest> : never;

type Fits<Want extends string, Have extends string> = [Places<Want>] extends [Places<Have>]
  ? [Places<Have>] extends [Places<Want>]
    ? Have
    : `has another {place} than: ${Want}`
  : `lacks a {place} of: ${Want}`;

type Complete<Z extends Table, T extends Record<keyof Z, string>> = { [K in keyof Z]: Fits<Z[K], T[K]> };

/** Gives the table back; the compiler refuses one that lacks a key or a place of `Z`. */
export const matching =
  <Z extends Table>() =>
  <const T extends Record<keyof Z, string>>(table: T & Complete<Z, T>): T =>
    table;
