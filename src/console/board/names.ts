// What a platform and its measures are called: in Chinese as the platform's own people say, otherwise by our words for them.
import { type Language, wordFor } from '../language.tsx';
import type { Speak } from './speech.ts';

export interface Named {
  id: string;
  name: string;
}

export function nameOf(kind: 'profile' | 'metric', { id, name }: Named, language: Language, t: Speak): string {
  if (language === 'zh-CN') return name;
  const word = wordFor(t, kind, id);
  return word === id ? name : word;
}
