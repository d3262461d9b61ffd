// Light, dark, or as the system has it: the choice of this device. public/theme.js shows it; this is the switch.
import { useState } from 'react';
import { AutoThemeIcon, MoonIcon, SunIcon } from '../icons.tsx';
import { keep, kept } from '../kept.ts';
import { useSpeech } from './speech.ts';

const KEY = 'jiebang.theme';
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const ICONS = { system: AutoThemeIcon, light: SunIcon, dark: MoonIcon } as const satisfies Record<Theme, unknown>;

function choose(theme: Theme): void {
  const chosen = theme === 'system' ? null : theme;
  keep(KEY, chosen);
  window.dispatchEvent(new CustomEvent('jiebang.theme', { detail: chosen }));
}

export function ThemeSwitch() {
  const { t } = useSpeech();
  const [theme, setTheme] = useState<Theme>(() => THEMES.find((name) => name === kept(KEY)) ?? 'system');
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
  const Icon = ICONS[theme];
  return (
    <button
      type="button"
      className="quiet icon-only theme-switch"
      aria-label={t('theme.now', { theme: t(`theme.${theme}`) })}
      title={t('theme.next', { theme: t(`theme.${theme}`), next: t(`theme.${next}`) })}
      onClick={() => {
        choose(next);
        setTheme(next);
      }}
    >
      <Icon />
    </button>
  );
}
