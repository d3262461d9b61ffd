// What the widget's script and the shopper's page in its frame say to each other. Nothing of what was said in the conversation.

export const WIDGET_KIND = 'jiebang.widget';

export type ToWidget = { what: 'ready' } | { what: 'close' } | { what: 'unread'; count: number };

export interface ToPage {
  shown: boolean;
}

export function isToPage(data: unknown): data is ToPage {
  const { kind, shown } = (data ?? {}) as { kind?: unknown; shown?: unknown };
  return kind === WIDGET_KIND && typeof shown === 'boolean';
}
