// What every page or dialog of antd's stands in: the console's colours, the chosen language, the page's nonce for its styles.
import { App, ConfigProvider, theme } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useSpeech } from '../language.tsx';

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
const CSP = nonce === undefined ? {} : { nonce };

const isDark = () => document.documentElement.dataset.theme === 'dark';
function onTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

/** The console's own colour of this name, as it is in the present theme. */
const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const themeOf = (dark: boolean) => ({
  algorithm: [dark ? theme.darkAlgorithm : theme.defaultAlgorithm, theme.compactAlgorithm],
  token: {
    colorPrimary: colour('accent'),
    colorLink: colour('accent'),
    colorError: colour('bad'),
    colorWarning: colour('warn'),
    colorTextBase: colour('ink'),
    colorText: colour('ink'),
    colorTextSecondary: colour('ink-2'),
    colorTextTertiary: colour('ink-3'),
    colorTextDescription: colour('ink-3'),
    colorTextPlaceholder: colour('ink-3'),
    colorBgBase: colour('card'),
    colorBgContainer: colour('card'),
    colorBorder: colour('line-strong'),
    colorBorderSecondary: colour('line'),
    borderRadius: 8,
    fontFamily: colour('font'),
    fontSize: 14,
    controlHeight: 34,
  },
});

export function AntdFrame({ children }: { children: ReactNode }) {
  const { language } = useSpeech();
  const dark = useSyncExternalStore(onTheme, isDark);
  return (
    <ConfigProvider
      csp={CSP}
      locale={language === 'en' ? enUS : zhCN}
      theme={themeOf(dark)}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}
