// The language of the page: kept on this device, told to the document, given to components as `t`.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { keep, kept } from './kept.ts';
import './top-bar.css';
import { en } from './words/en.ts';
import type { Places, Word } from './words/matching.ts';
import { zh } from './words/zh.ts';

export type Language = 'zh-CN' | 'en';

type Arguments<K extends Word> = [Places<(typeof zh)[K]>] extends [never]
  ? []
  : [values: Record<Places<(typeof zh)[K]>, string | number>];

/** Looks a sentence up; the compiler asks for exactly the values its {places} need. */
export type Translate = <K extends Word>(word: K, ...values: Arguments<K>) => string;

interface Speech {
  language: Language;
  setLanguage(language: Language): void;
  t: Translate;
}

const KEY = 'jiebang.language';

const TABLES: Record<Language, Record<Word, string>> = { 'zh-CN': zh, en };

function translator(language: Language): Translate {
  const table = TABLES[language];
  return (word, ...values) => {
    const places: Record<string, string | number> = values[0] ?? {};
    return table[word].replace(/\{(\w+)\}/g, (whole, name: string) => String(places[name] ?? whole));
  };
}

const SpeechContext = createContext<Speech | null>(null);

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => (kept(KEY) === 'en' ? 'en' : 'zh-CN'));
  useEffect(() => {
    document.documentElement.lang = language;
    keep(KEY, language);
  }, [language]);
  const speech = useMemo(() => ({ language, setLanguage, t: translator(language) }), [language]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error('useSpeech needs a LanguageProvider above it');
  return speech;
}

/** A code that came over the wire, as a word if we know one; otherwise the code itself, so that nothing new is hidden. */
export function wordFor(t: Translate, prefix: string, code: string): string {
  const word = `${prefix}.${code}`;
  return word in zh ? (t as (word: string) => string)(word) : code;
}

export function LanguageSwitch() {
  const { language, setLanguage, t } = useSpeech();
  return (
    <fieldset className="language-switch" aria-label={t('app.language')}>
      <button type="button" lang="zh-CN" aria-pressed={language === 'zh-CN'} onClick={() => setLanguage('zh-CN')}>
        中文
      </button>
      <button type="button" lang="en" aria-pressed={language === 'en'} onClick={() => setLanguage('en')}>
        EN
      </button>
    </fieldset>
  );
}
