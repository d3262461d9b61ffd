// Keeps a list from moving under the pointer: while somebody points at it nothing is inserted or taken away, only counted.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { DeskRow } from '../../contract/routes/desk.ts';

/** A pointer that has not moved for so long points at nothing: whoever writes by keyboard has left the mouse somewhere. */
const STILL_MS = 10_000;

export interface FrozenList {
  shown: readonly DeskRow[];
  /** Conversations that are not shown yet. */
  fresh: number;
  /** In the list as it stood, and no longer on the server's. */
  isGone(row: DeskRow): boolean;
  release(): void;
  handlers: { onPointerMove(event: { pointerType: string }): void; onPointerLeave(): void };
}

export interface Stood {
  rows: readonly DeskRow[];
  /** There was more on the server: what comes after the end is a further page, and comes as it is. */
  more: boolean;
}

/** What is shown of `rows` while the list stands as it stood. Pure. */
export function freezeRows({ rows: frozen, more }: Stood, rows: readonly DeskRow[]) {
  const now = new Map(rows.map((row) => [row.conversationId, row]));
  const held = new Set(frozen.map((row) => row.conversationId));
  const end = frozen.at(-1)?.key ?? '';
  const stood = frozen.map((row) => now.get(row.conversationId) ?? row);
  const others = rows.filter((row) => !held.has(row.conversationId));
  const further = more ? others.filter((row) => row.key > end) : [];
  return { shown: [...stood, ...further], fresh: others.length - further.length };
}

/** `of`: another value is another list, which moves at once. */
export function useFrozen(rows: readonly DeskRow[], more: boolean, of: string): FrozenList {
  const [frozen, setFrozen] = useState<(Stood & { of: string }) | null>(null);
  const still = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef<Stood>({ rows, more });
  const release = useCallback(() => {
    clearTimeout(still.current);
    setFrozen(null);
  }, []);
  useEffect(() => () => clearTimeout(still.current), []);

  const isFrozen = frozen !== null && frozen.of === of;
  const { shown, fresh } = useMemo(
    () => (isFrozen ? freezeRows(frozen, rows) : { shown: rows, fresh: 0 }),
    [isFrozen, frozen, rows],
  );
  latest.current = { rows: shown, more };
  const known = useMemo(() => new Set(rows.map((row) => row.conversationId)), [rows]);

  const handlers = useMemo(
    () => ({
      onPointerMove({ pointerType }: { pointerType: string }) {
        if (pointerType !== 'mouse') return;
        clearTimeout(still.current);
        still.current = setTimeout(release, STILL_MS);
        setFrozen((before) => (before?.of === of ? before : { of, ...latest.current }));
      },
      onPointerLeave: release,
    }),
    [of, release],
  );
  return { shown, fresh, isGone: (row) => isFrozen && !known.has(row.conversationId), release, handlers };
}
