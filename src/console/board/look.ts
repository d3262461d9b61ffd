// The colours of the page for what is drawn on a canvas; anew when the theme changes.
import { useEffect, useState } from 'react';

const NAMES = ['ink', 'ink-2', 'ink-3', 'line', 'card', 'accent', 'accent-soft', 'bad', 'warn', 'chart-bot'] as const;
type Name = (typeof NAMES)[number];
export interface Look extends Readonly<Record<Name, string>> {
  font: string;
}

function read(): Look {
  const style = getComputedStyle(document.documentElement);
  const colours = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  return { ...(colours as Record<Name, string>), font: getComputedStyle(document.body).fontFamily };
}

export function useLook(): Look {
  const [look, setLook] = useState(read);
  useEffect(() => {
    const again = () => setLook(read());
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const watcher = new MutationObserver(again);
    watcher.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'lang', 'class'] });
    dark.addEventListener('change', again);
    return () => {
      watcher.disconnect();
      dark.removeEventListener('change', again);
    };
  }, []);
  return look;
}
