// The way into the box from elsewhere on the desk. Types only.

export interface ComposerHandle {
  /** Puts text where the caret is, and the focus into the box; `suggestionId` names the bot's draft it is. */
  insert(text: string, suggestionId?: string): void;
  choose(kind: 'reply' | 'note'): void;
}
