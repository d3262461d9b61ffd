// A canned response (话术) as the desk and the API show it; free of frameworks.
import { type Static, Type } from 'typebox';

export const Phrase = Type.Object({
  id: Type.String(),
  shared: Type.Boolean({ description: 'of the whole shop; supervisors change it' }),
  group: Type.String(),
  title: Type.String(),
  text: Type.String({ description: 'with {variables} that are filled in where it is used' }),
  initials: Type.String({ description: "of the title's pinyin, lower case" }),
  pinyin: Type.String(),
  uses: Type.Integer(),
});
export type Phrase = Static<typeof Phrase>;

export const PhraseWords = Type.Object(
  {
    group: Type.String({ minLength: 1, maxLength: 20 }),
    title: Type.String({ minLength: 1, maxLength: 40 }),
    text: Type.String({ minLength: 1, maxLength: 1_000 }),
  },
  { additionalProperties: false },
);
export type PhraseWords = Static<typeof PhraseWords>;
