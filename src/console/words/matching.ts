// What makes a translation complete, said in types: the same keys, and in every sentence the same {places}.
import type { zh } from './zh.ts';

export type Word = keyof typeof zh;

/** The names between braces in a sentence. */
export type Places<S extends string> = S extends `${string}{${infer P}}${infer Rest}` ? P | Places<Rest> : never;

type Fits<Want extends string, Have extends string> = [Places<Want>] extends [Places<Have>]
  ? [Places<Have>] extends [Places<Want>]
    ? Have
    : `has another {place} than: ${Want}`
  : `lacks a {place} of: ${Want}`;

type Complete<T extends Record<Word, string>> = { [K in Word]: Fits<(typeof zh)[K], T[K]> };

/** Gives the table back; the compiler refuses one that lacks a key or a place. */
export const matching = <const T extends Record<Word, string>>(table: T & Complete<T>): T => table;
