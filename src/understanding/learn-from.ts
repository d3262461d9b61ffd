// Turns the content files of a shop into rows to learn from: labelled texts, groups of same meaning, variants of a release.
import type { Content, FaqFile } from '../contract/content.ts';
import { type Release, type ReleaseEntry, textsOf } from './retriever.ts';
import type { LabelledText } from './train-classifier.ts';
import type { GroupedText } from './train-encoder.ts';

/** The intent whose examples mean "none of these". */
export const OUTSIDE_INTENT = 'out_of_scope';

/** The intent of those who ask whether somebody who claims to be the shop is a swindler. */
export const SCAM_INTENT = 'fraud_scam_alert';

export interface LabelledRow extends LabelledText {
  source: 'intent' | 'faq';
}

/** Examples, counter-examples (under the intent they name) and the questions of the entries under their main intent; no text twice. */
export function examplesOf(content: Content): LabelledRow[] {
  const names = new Set(content.intents.map((intent) => intent.name));
  const rows = new Map<string, LabelledRow>();
  const add = (text: string, label: string, source: LabelledRow['source']) => {
    if (names.has(label) && !rows.has(text)) rows.set(text, { text, label, source });
  };
  for (const intent of content.intents) for (const text of intent.examples) add(text, intent.name, 'intent');
  for (const intent of content.intents)
    for (const counter of intent.counter_examples ?? []) add(counter.text, counter.intent, 'intent');
  for (const entry of content.entries) for (const text of questionsOf(entry)) add(text, entry.intents[0]!, 'faq');
  return [...rows.values()];
}

export function questionsOf(entry: FaqFile): string[] {
  return [...new Set([entry.question, ...entry.similar])];
}

/** The release these entries make. `revisionOf` gives the revision of each entry that the release holds. */
export function releaseOf(
  content: Pick<Content, 'entries'>,
  id: string,
  revisionOf: (entryId: string) => string,
): Release {
  return {
    id,
    entries: content.entries.map((entry) => ({
      entryId: entry.id,
      revisionId: revisionOf(entry.id),
      title: entry.question,
      variants: questionsOf(entry),
      answer: Object.values(entry.answers).join('\n'),
      intents: entry.intents,
      products: entry.products,
      channels: entry.channels,
      validFrom: entry.valid_from ?? null,
      validUntil: entry.valid_until ?? null,
    })),
  };
}

/**
 * Groups for the encoder: the questions of an entry and the sentences of its answer belong together; so do the examples of an
 * intent. An example and an entry of its intent are kin: near, but nobody said that this entry answers this example.
 */
export function groupedTexts(rows: readonly LabelledRow[], entries: readonly ReleaseEntry[]): GroupedText[] {
  const entriesOf = new Map<string, string[]>();
  for (const entry of entries) {
    const main = entry.intents[0] ?? '';
    entriesOf.set(main, [...(entriesOf.get(main) ?? []), entry.entryId]);
  }
  const grouped: GroupedText[] = entries.flatMap((entry) =>
    textsOf(entry).map((text) => ({
      text,
      group: `entry ${entry.entryId}`,
      kin: { name: entry.intents[0] ?? '', side: 'entry' as const },
    })),
  );
  for (const row of rows) {
    if (row.source !== 'intent' || row.label === OUTSIDE_INTENT) continue;
    const own = entriesOf.get(row.label) ?? [];
    const group = own.length === 1 ? `entry ${own[0]!}` : `intent ${row.label}`;
    grouped.push({ text: row.text, group, kin: { name: row.label, side: 'example' } });
  }
  return grouped;
}
