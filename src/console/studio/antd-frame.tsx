// antd as these pages wear it: the console's own colours in light and dark, the chosen language, styles under the page's nonce.
import { App, ConfigProvider, type ConfigProviderProps, type ThemeConfig, theme } from 'antd';
import enUS from 'antd/es/locale/en_US.js';
import zhCN from 'antd/es/locale/zh_CN.js';
import { type ReactNode, useMemo, useSyncExternalStore } from 'react';
import { cspNonce } from '../csp-nonce.ts';
import { useSpeech } from '../language.tsx';
import './antd-frame.css';

type Locale = NonNullable<ConfigProviderProps['locale']>;
// their type says they are CommonJS, which they are not
const LOCALES = { 'zh-CN': zhCN as unknown as Locale, en: enUS as unknown as Locale };

const root = document.documentElement;

const isDark = (): boolean => root.dataset.theme === 'dark';

function watchTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(root, { attributeFilter: ['data-theme', 'class'] });
  return () => observer.disconnect();
}

/** antd computes shades from its seeds, so it needs the colours themselves and not the names of variables. */
function themeOf(dark: boolean): ThemeConfig {
  const style = getComputedStyle(root);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: colour('--accent'),
      colorTextLightSolid: colour('--on-accent'),
      colorLink: colour('--accent-dark'),
      colorError: colour('--bad'),
      colorWarning: colour('--warn'),
      colorSuccess: colour('--accent'),
      colorInfo: colour('--accent'),
      // what antd mixes from dark seeds is muddy
      colorPrimaryBg: colour('--accent-soft'),
      colorPrimaryBgHover: colour('--accent-soft'),
      controlItemBgActive: colour('--accent-soft'),
      controlItemBgActiveHover: colour('--accent-soft'),
      colorSuccessBg: colour('--accent-soft'),
      colorSuccessBorder: colour('--accent-soft'),
      colorInfoBg: colour('--accent-soft'),
      colorInfoBorder: colour('--accent-soft'),
      colorWarningBg: colour('--warn-soft'),
      colorWarningBorder: colour('--warn-soft'),
      colorErrorBg: colour('--bad-soft'),
      colorErrorBorder: colour('--bad-soft'),
      colorText: colour('--ink'),
      colorTextSecondary: colour('--ink-2'),
      colorTextTertiary: colour('--ink-3'),
      colorTextPlaceholder: colour('--ink-3'),
      colorTextDescription: colour('--ink-3'),
      colorBgContainer: colour('--card'),
      colorBgElevated: colour('--card'),
      colorBgLayout: colour('--paper'),
      colorBorder: colour('--line-strong'),
      colorBorderSecondary: colour('--line'),
      borderRadius: 8,
      fontFamily: 'var(--font)',
      fontSize: 14,
      motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    },
  };
}

export function AntdFrame({ children }: { children: ReactNode }) {
  const { language } = useSpeech();
  const dark = useSyncExternalStore(watchTheme, isDark);
  const dressed = useMemo(() => themeOf(dark), [dark]);
  const csp = useMemo(() => ({ nonce: cspNonce() }), []);
  return (
    <ConfigProvider
      csp={csp}
      locale={LOCALES[language]}
      theme={dressed}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}
