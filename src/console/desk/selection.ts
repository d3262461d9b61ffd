// Which conversation is open; kept in the address so that a reload or a shared link opens the same one.
import { useCallback, useState } from 'react';

export interface Selection {
  conversationId: string;
  /** Null for a conversation the bot has. */
  handoffId: string | null;
}

function read(): Selection | null {
  const query = new URLSearchParams(location.search);
  const conversationId = query.get('c');
  return conversationId === null ? null : { conversationId, handoffId: query.get('h') };
}

function write(selection: Selection | null): void {
  const query = new URLSearchParams(location.search);
  query.delete('c');
  query.delete('h');
  if (selection) query.set('c', selection.conversationId);
  if (selection?.handoffId) query.set('h', selection.handoffId);
  const text = query.toString();
  history.replaceState(history.state, '', text === '' ? location.pathname : `${location.pathname}?${text}`);
}

export function useSelection(): [Selection | null, (selection: Selection | null) => void] {
  const [selection, setSelection] = useState(read);
  const select = useCallback((next: Selection | null) => {
    write(next);
    setSelection(next);
  }, []);
  return [selection, select];
}
