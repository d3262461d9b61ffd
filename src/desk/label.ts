// What an agent made of a draft: took it, changed it, or wrote something else. Pure; the labels train the next release.
import type { LabelOutcome } from '../contract/assist.ts';

/** Below this share of the draft left in the reply, the agent wrote their own words. */
const KEPT_MIN = 0.3;
/** Comparing costs the product of both lengths; a chat message that is longer is cut. */
const COMPARED_MAX = 1_000;

export interface Label {
  outcome: LabelOutcome;
  /** Signs added, removed or changed. */
  distance: number;
}

/** What differs in the middle; an edit mostly leaves both ends alone. */
function middles(a: string[], b: string[]): [string[], string[]] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}

/** Levenshtein distance in code points. */
export function editDistance(from: string, to: string): number {
  const [a, b] = middles([...from].slice(0, COMPARED_MAX), [...to].slice(0, COMPARED_MAX));
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, above[j]! + 1, row[j - 1]! + 1));
    }
    above = row;
  }
  return above[b.length]!;
}

const bare = (text: string): string => text.trim().replace(/\r\n/g, '\n');

/** `draft` null: the agent replied with drafts in view and named none. */
export function labelOf(draft: string | null, reply: string): Label {
  if (draft === null) return { outcome: 'ignored', distance: 0 };
  const [from, to] = [bare(draft), bare(reply)];
  if (from === to) return { outcome: 'accepted', distance: 0 };
  const distance = editDistance(from, to);
  const longest = Math.max(1, Math.min(COMPARED_MAX, Math.max([...from].length, [...to].length)));
  // a short addition to a short draft is an edit, a page around one word of it is not
  return { outcome: 1 - distance / longest < KEPT_MIN ? 'ignored' : 'edited', distance };
}
