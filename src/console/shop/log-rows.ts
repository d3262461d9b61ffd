// The rows of the shopper's log: messages, and between them who came and when the service ended. Pure.
import type { Mark } from '../../contract/shop.ts';
import type { ShopMessage } from '../wire.ts';

export type Row =
  | { kind: 'message'; key: string; message: ShopMessage; previousAt: string | undefined }
  | { kind: 'mark'; key: string; mark: Mark }
  /** The shopper spoke again after the end. */
  | { kind: 'goes-on'; key: string };

/** By time; a mark stands before what was said after it. Marks older than the first message shown are left out. */
export function rowsOf(messages: readonly ShopMessage[], marks: readonly Mark[], isCut: boolean): Row[] {
  const rows: Row[] = [];
  const first = isCut ? Date.parse(messages[0]!.at) : Number.NEGATIVE_INFINITY;
  const waiting = marks.filter((mark) => Date.parse(mark.at) >= first);
  let previous: ShopMessage | undefined;
  let ended = false;
  const markUntil = (time: number) => {
    while (waiting.length > 0 && Date.parse(waiting[0]!.at) < time) {
      const mark = waiting.shift()!;
      ended = mark.kind === 'ended';
      rows.push({ kind: 'mark', key: `${mark.kind}-${mark.at}`, mark });
    }
  };
  for (const message of messages) {
    markUntil(Date.parse(message.at));
    if (ended && message.from === 'shopper') {
      rows.push({ kind: 'goes-on', key: `on-${message.seq}` });
      ended = false;
    }
    rows.push({ kind: 'message', key: String(message.seq), message, previousAt: previous?.at });
    previous = message;
  }
  markUntil(Number.POSITIVE_INFINITY);
  return rows;
}

/** The service is over and the shopper has not spoken since. */
export const isEnded = (rows: readonly Row[]): boolean => {
  const last = rows.findLast((row) => row.kind !== 'message' || row.message.from === 'shopper');
  return last?.kind === 'mark' && last.mark.kind === 'ended';
};
