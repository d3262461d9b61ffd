// What the rules would say to the words in the box, asked while somebody writes. The server decides again when they are sent.
import { useEffect, useState } from 'react';
import type { Reply } from '../routes.ts';
import type { Ask } from '../staff/ask.ts';

type Checked = Reply<'POST /api/policy/check'>;

export interface Lint extends Checked {
  /** Exactly what was looked at. */
  text: string;
}

/** Long enough that a word is whole, short enough that the hand is still on the keys. */
const REST_MS = 350;

export const NOTHING: Lint = { text: '', findings: [], promises: [], tone: [], faces: null };

/** Of the last words that were looked at; compare `text` before relying on it. Silent while the server is away. */
export function useLint(ask: Ask, conversationId: string, text: string, wanted: boolean): Lint {
  const [lint, setLint] = useState<Lint>(NOTHING);
  const said = wanted ? text.trim() : '';
  useEffect(() => {
    if (said === '') {
      setLint(NOTHING);
      return;
    }
    let left = false;
    const timer = setTimeout(() => {
      ask('POST /api/policy/check', { body: { text: said, conversationId } }).then(
        (checked) => !left && setLint({ ...checked, text: said }),
        () => undefined,
      );
    }, REST_MS);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [ask, conversationId, said]);
  return lint;
}
