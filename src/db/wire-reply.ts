// Reads what the engine answered to one batch; it decides nothing.
import type { ListenChange } from './sql-scan.ts';
import { type Batch, refusedSql } from './wire-batches.ts';
import { backend, eachMessage, errorResponse, type TransactionStatus } from './wire-messages.ts';

export interface Reply {
  /** For the client, in order: pieces without notifications, refusals in plain words. */
  pieces: Buffer[];
  notifications: Buffer[];
  /** Absent after a Flush, when the answer is not complete. */
  status: TransactionStatus | undefined;
  /** How the transaction ended, when `status` is idle. */
  committed: boolean;
  /** LISTEN and UNLISTEN that were executed. */
  listens: readonly ListenChange[];
}

export function readReply(batch: Batch, bytes: Buffer): Reply {
  const pieces: Buffer[] = [];
  const notifications: Buffer[] = [];
  let status: TransactionStatus | undefined;
  let failed = false;
  let ending: string | undefined;
  let listened = 0;
  let from = 0;
  eachMessage(bytes, (type, start, end) => {
    if (type === backend.ready) {
      status = String.fromCharCode(bytes[start + 5] as number) as TransactionStatus;
    } else if (type === backend.commandComplete) {
      const tag = bytes.toString('latin1', start + 5, end - 1);
      if (tag === 'COMMIT' || tag === 'ROLLBACK') ending = tag;
      else if (tag === 'LISTEN' || tag === 'UNLISTEN') listened++;
    } else if (type === backend.notification || type === backend.error) {
      const refused = type === backend.error && isRefusal(batch, bytes.subarray(start, end));
      failed ||= type === backend.error;
      if (type === backend.error && !refused) return;
      if (start > from) pieces.push(bytes.subarray(from, start));
      from = end;
      if (refused) pieces.push(errorResponse({ severity: 'ERROR', code: '0A000', message: batch.refusal as string }));
      else notifications.push(bytes.subarray(start, end));
    }
  });
  if (from < bytes.length) pieces.push(from === 0 ? bytes : bytes.subarray(from));
  // COMMIT of a failed transaction is answered with ROLLBACK; without BEGIN, a batch without errors has committed.
  const committed = ending ? ending === 'COMMIT' : !failed;
  return { pieces, notifications, status, committed, listens: batch.listens.slice(0, listened) };
}

function isRefusal(batch: Batch, error: Buffer): boolean {
  return batch.refusal !== undefined && error.includes(refusedSql);
}
