// The keyboard shortcuts of the desk: what there is, on which keys, and what somebody has changed on this device. Knows no page.
import { keep, kept } from '../kept.ts';

/** Modifiers in this order, then the key by its place on the keyboard, so that layouts and input methods do not matter. */
export const DEFAULTS = {
  claimNext: 'Alt+KeyQ',
  next: 'Alt+KeyJ',
  previous: 'Alt+KeyK',
  longest: 'Alt+KeyU',
  use1: 'Alt+Digit1',
  use2: 'Alt+Digit2',
  use3: 'Alt+Digit3',
  phrases: 'Alt+Slash',
  search: 'Alt+KeyF',
  presence: 'Alt+KeyS',
  transfer: 'Alt+KeyT',
  resolve: 'Alt+KeyE',
  resolveNext: 'Alt+Shift+KeyE',
  note: 'Alt+KeyN',
  reply: 'Alt+KeyR',
  remark: 'Alt+KeyM',
  ticket: 'Alt+KeyG',
  side: 'Alt+KeyI',
  handover: 'Alt+KeyH',
  help: 'Shift+Slash',
} as const;

export type Action = keyof typeof DEFAULTS;
export const ACTIONS = Object.keys(DEFAULTS) as Action[];

const KEY = 'jiebang.keys';
const listeners = new Set<() => void>();

function read(): Record<Action, string> {
  try {
    const changed: unknown = JSON.parse(kept(KEY) ?? '{}');
    const known = Object.entries(changed as Record<string, unknown>).filter(
      ([action, combo]) => action in DEFAULTS && typeof combo === 'string',
    );
    return { ...DEFAULTS, ...Object.fromEntries(known) };
  } catch {
    return { ...DEFAULTS };
  }
}

let bound = read();

export const bindings = (): Readonly<Record<Action, string>> => bound;

export function onBindings(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function change(next: Record<Action, string>): void {
  bound = next;
  const changed = ACTIONS.filter((action) => next[action] !== DEFAULTS[action]);
  keep(KEY, changed.length === 0 ? null : JSON.stringify(Object.fromEntries(changed.map((a) => [a, next[a]]))));
  for (const listener of listeners) listener();
}

export const bind = (action: Action, combo: string): void => change({ ...bound, [action]: combo });
export const bindDefaults = (): void => change({ ...DEFAULTS });

type Pressed = Pick<KeyboardEvent, 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

const MODIFIER = /^(Alt|Control|Shift|Meta|OS)(Left|Right)?$/;

/** Null for a modifier alone, and for keys with Meta, which belong to the system. */
export function comboOf({ code, altKey, ctrlKey, metaKey, shiftKey }: Pressed): string | null {
  if (metaKey || MODIFIER.test(code) || code === '') return null;
  return `${ctrlKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${shiftKey ? 'Shift+' : ''}${code}`;
}

/** Alone or with Shift a key writes; it is no shortcut while somebody is writing. */
export const writes = (combo: string): boolean => !/^(Ctrl|Alt)\+/.test(combo);

const SIGNS: Record<string, string> = { Slash: '/', Comma: ',', Period: '.', Semicolon: ';', Minus: '-', Equal: '=' };

/** As people read it: Alt+Shift+E. The question mark has its own sign. */
export function comboText(combo: string): string {
  if (combo === 'Shift+Slash') return '?';
  const parts = combo.split('+');
  const code = parts.pop()!;
  return [...parts, SIGNS[code] ?? code.replace(/^(Key|Digit)/, '')].join('+');
}
