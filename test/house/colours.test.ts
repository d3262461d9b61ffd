// Colours have one place, in two themes, and text can be read on the grounds it stands on; classes do not meet.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const CONSOLE = path.resolve(import.meta.dirname, '../../src/console');
const look = readFileSync(path.join(CONSOLE, 'look.css'), 'utf8');

/** Variables of a rule of look.css whose value is a colour. */
function coloursOf(selector: string): Map<string, string> {
  const from = look.indexOf(`${selector} {`);
  if (from < 0) throw new Error(`look.css has no ${selector}`);
  const block = look.slice(from, look.indexOf('\n}', from));
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6}|rgb\([^)]+\));/gi)].map(([, name, value]) => [name!, value!]),
  );
}

const themes = { light: coloursOf(':root'), dark: coloursOf(':root[data-theme="dark"]') };
/** The colours themselves; what stands in pages of others, without our sheets; a QR code, which cameras want black on white. */
const OWN_COLOURS = ['look.css', 'widget.ts', path.join('settings', 'security.tsx')];
/** The mark and the baton are the same picture everywhere. */
const SAME = ['mark-ground', 'mark-hand', 'baton', 'on-baton'];

/** Relative luminance and contrast ratio as WCAG 2.2 defines them (w3.org/TR/WCAG22/#dfn-contrast-ratio). */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

const GROUNDS = ['paper', 'card', 'card-2'];
const SOFT = ['accent-soft', 'bad-soft', 'warn-soft', 'note', 'note-soft', 'info-soft', 'mine', 'ours', 'wash'];
/** Text, and what it may stand on. */
const ON: Record<string, readonly string[]> = {
  ink: [...GROUNDS, ...SOFT, 'agent-soft', 'violet-soft'],
  'ink-2': [...GROUNDS, 'wash', 'note', 'note-soft', 'accent-soft'],
  'ink-3': [...GROUNDS, 'wash', 'accent-soft'],
  'accent-dark': [...GROUNDS, 'accent-soft', 'wash'],
  good: [...GROUNDS, 'accent-soft'],
  bad: [...GROUNDS, 'bad-soft', 'wash'],
  warn: [...GROUNDS, 'warn-soft', 'note-soft'],
  'note-ink': ['note', 'note-soft', ...GROUNDS],
  'agent-ink': ['agent-soft', 'card'],
  info: ['info-soft', 'card'],
  violet: ['violet-soft', 'card'],
  'on-accent': ['accent', 'accent-dark'],
  'on-bad': ['bad'],
  'on-baton': ['baton'],
  'on-toast': ['toast', 'toast-bad'],
};

/** The rules of a style sheet that name both their colour and their ground. */
function declaredPairs(): { where: string; text: string; ground: string }[] {
  return globSync('**/*.css', { cwd: CONSOLE }).flatMap((file) => {
    const css = readFileSync(path.join(CONSOLE, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    return [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)].flatMap(([, selector, body]) => {
      const text = /(?:^|[\s;])color:\s*var\(--([\w-]+)\)/.exec(body!)?.[1];
      const ground = /background(?:-color)?:\s*var\(--([\w-]+)\)/.exec(body!)?.[1];
      return text && ground ? [{ where: `${file} ${selector!.trim()}`, text, ground }] : [];
    });
  });
}

test('both themes name the same colours', () => {
  const light = [...themes.light.keys()].filter((name) => !SAME.includes(name));
  expect(light.length).toBeGreaterThan(30);
  expect([...themes.dark.keys()].sort()).toEqual(light.sort());
});

describe.each(['light', 'dark'] as const)('in the %s theme', (name) => {
  const theme = themes[name];
  const hex = (colour: string) => theme.get(colour) ?? themes.light.get(colour) ?? 'none';

  test('text holds 4.5:1 on every ground it may stand on', () => {
    const weak = Object.entries(ON).flatMap(([text, grounds]) =>
      grounds
        .map((ground) => ({ pair: `${text} on ${ground}`, ratio: contrast(hex(text), hex(ground)) }))
        .filter(({ ratio }) => !(ratio >= 4.5))
        .map(({ pair, ratio }) => `${pair}: ${ratio.toFixed(2)}`),
    );
    expect(weak).toEqual([]);
  });

  test('so it does in each rule that names both', () => {
    const pairs = declaredPairs();
    expect(pairs.length).toBeGreaterThan(20);
    const weak = pairs
      .filter(({ text, ground }) => hex(text).startsWith('#') && hex(ground).startsWith('#'))
      .filter(({ text, ground }) => contrast(hex(text), hex(ground)) < 4.5)
      .map(
        ({ where, text, ground }) => `${where}: ${text} on ${ground} ${contrast(hex(text), hex(ground)).toFixed(2)}`,
      );
    expect(weak).toEqual([]);
  });
});

test('no style sheet and no component names a colour of its own', () => {
  const named = globSync('**/*.{css,tsx,ts}', { cwd: CONSOLE })
    .filter((file) => !OWN_COLOURS.includes(file))
    .flatMap((file) =>
      readFileSync(path.join(CONSOLE, file), 'utf8')
        .split('\n')
        .flatMap((line, i) =>
          /#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})\b(?![\w-])|\b(?:rgba?|hsla?|oklch)\(/i.test(line)
            ? [`${file}:${i + 1}: ${line.trim()}`]
            : [],
        ),
    );
  expect(named).toEqual([]);
});

test('every variable that is used is a colour of look.css or set beside its use', () => {
  const known = new Set([...look.matchAll(/--([\w-]+):/g)].map((match) => match[1]!));
  const unknown = globSync('**/*.css', { cwd: CONSOLE }).flatMap((file) => {
    const css = readFileSync(path.join(CONSOLE, file), 'utf8');
    const own = new Set([...css.matchAll(/--([\w-]+):/g)].map((match) => match[1]!));
    return [...css.matchAll(/var\(--([\w-]+)(\s*,)?/g)].flatMap(([, name, fallback]) =>
      known.has(name!) || own.has(name!) || fallback ? [] : [`${file}: --${name}`],
    );
  });
  expect(unknown).toEqual([]);
});

/** Whose style sheets come together in one entry. */
const TOGETHER = [
  ['desk', 'board', 'first', 'staff'],
  ['studio', 'settings', 'staff'],
];

test.each(TOGETHER)('a class belongs to one surface of those that meet: %s, %s, …', (...folders) => {
  const owners = new Map<string, Set<string>>();
  for (const folder of folders) {
    for (const file of globSync(`${folder}/*.css`, { cwd: CONSOLE })) {
      const css = readFileSync(path.join(CONSOLE, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
      for (const [, name] of css.matchAll(/(?:^|[},]\s*)\.([a-z][\w-]*)\s*(?=[,{])/g))
        owners.set(name!, (owners.get(name!) ?? new Set()).add(folder));
    }
  }
  expect(owners.size).toBeGreaterThan(20);
  expect([...owners].filter(([, where]) => where.size > 1).map(([name]) => name)).toEqual([]);
});
