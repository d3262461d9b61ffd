// Who listens to what. The engine has one list of channels for all sessions, so each session's own is kept here;
// it runs no SQL itself, but says which channels the engine must hear or may forget.
import type { ListenChange } from './sql-scan.ts';

export class Channels<Session> {
  #listeners = new Map<string, Set<Session>>();
  /** LISTEN and UNLISTEN of transactions that are still open. */
  #pending = new Map<Session, ListenChange[]>();

  listenersOf(channel: string): Iterable<Session> {
    return this.#listeners.get(channel) ?? [];
  }

  hasAny(session: Session): boolean {
    return [...this.#listeners.values()].some((sessions) => sessions.has(session));
  }

  /** Executed, to count when the transaction commits. */
  note(session: Session, changes: readonly ListenChange[]): void {
    if (changes.length > 0) this.#pending.set(session, [...(this.#pending.get(session) ?? []), ...changes]);
  }

  /**
   * The transaction is over. New listeners count at once, so that they hear what their own transaction sent; what was
   * left is returned and given to `drop` after the notifications of the transaction have been delivered.
   */
  settle(session: Session, committed: boolean): readonly ListenChange[] {
    const changes = this.#pending.get(session);
    if (!changes) return [];
    this.#pending.delete(session);
    if (!committed) return [];
    for (const change of changes) if (change.kind === 'listen') this.#add(session, change.channel);
    return changes.some((change) => change.kind === 'unlisten') ? changes : [];
  }

  /** Goes through the changes in order; returns the channels the engine left although others want them. */
  drop(session: Session, changes: readonly ListenChange[]): string[] {
    const left = new Set<string>();
    for (const { kind, channel } of changes) {
      if (kind === 'listen') this.#add(session, channel);
      else if (channel === '*') for (const name of [...this.#listeners.keys()]) this.#remove(session, name, left);
      else this.#remove(session, channel, left);
    }
    return [...left].filter((channel) => this.#listeners.has(channel));
  }

  /** Forgets a session; returns the channels that nobody wants any more. */
  leave(session: Session): string[] {
    this.#pending.delete(session);
    const left = new Set<string>();
    for (const name of [...this.#listeners.keys()]) this.#remove(session, name, left);
    return [...left].filter((channel) => !this.#listeners.has(channel));
  }

  #add(session: Session, channel: string): void {
    const sessions = this.#listeners.get(channel);
    if (sessions) sessions.add(session);
    else this.#listeners.set(channel, new Set([session]));
  }

  #remove(session: Session, channel: string, left: Set<string>): void {
    const sessions = this.#listeners.get(channel);
    left.add(channel);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#listeners.delete(channel);
  }
}
