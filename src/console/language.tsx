// The language of the page: kept on this device, told to the document, given to components as `t`. Each surface has its own
// words beside those of every page: `speechOf` makes its `useSpeech`.
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { keep, kept } from './kept.ts';
import './top-bar.css';
import { zh as commonZh } from './words/common.zh.ts';
import type { Places, Table } from './words/matching.ts';

export type Language = 'zh-CN' | 'en';

type Arguments<S extends string> = [Places<S>] extends [never] ? [] : [values: Record<Places<S>, string | number>];

/** Looks a sentence up; the compiler asks for exactly the values its {places} need. */
type TranslateOf<Z extends Table> = <K extends keyof Z & string>(word: K, ...values: Arguments<Z[K]>) => string;

/** What the parts shared by all pages may say. */
export type Translate = TranslateOf<typeof commonZh>;

interface Chosen {
  language: Language;
  setLanguage(language: Language): void;
}

const KEY = 'jiebang.language';

function translator(table: Table) {
  return (word: string, ...values: [Record<string, string | number>?]): string =>
    (table[word] ?? word).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[0]?.[name] ?? whole));
}

type Loaded<Z extends Table> = Promise<{ en: Record<keyof Z, string> }>;

const keptLanguage = (): Language => (kept(KEY) === 'en' ? 'en' : 'zh-CN');

// English is loaded when somebody reads it: first pages stay small
const loads = new Set<() => Promise<void>>();
const listeners = new Set<() => void>();
let version = 0;
const onLoaded = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
const loadEnglish = async (): Promise<void> => void (await Promise.all([...loads].map((load) => load())));

/** Resolves when the words of the kept language are there. */
export const languageReady = async (): Promise<void> => {
  if (keptLanguage() === 'en') await loadEnglish();
};

const LanguageContext = createContext<Chosen | null>(null);

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, show] = useState<Language>(keptLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
    keep(KEY, language);
  }, [language]);
  const setLanguage = useCallback((next: Language) => {
    // chosen is chosen, also for whoever leaves before the words are there
    keep(KEY, next);
    if (next === 'zh-CN') show(next);
    // without the words the page stays as it is
    else void loadEnglish().then(() => show(next));
  }, []);
  const chosen = useMemo(() => ({ language, setLanguage }), [language, setLanguage]);
  return <LanguageContext value={chosen}>{children}</LanguageContext>;
}

/** The `useSpeech` of a surface, which knows its own words and those of every page. */
export function speechOf<Z extends Table>(words: { zh: Z; en(): Loaded<Z> }) {
  const inChinese = translator({ ...commonZh, ...words.zh });
  let inEnglish: typeof inChinese | null = null;
  const load = async () => {
    if (inEnglish !== null) return;
    const [common, own] = await Promise.all([import('./words/common.en.ts'), words.en()]);
    inEnglish = translator({ ...common.en, ...own.en });
    version += 1;
    for (const listener of listeners) listener();
  };
  loads.add(load);
  // a surface that came later than the choice
  if (keptLanguage() === 'en') void load();
  return (): Chosen & { t: Translate & TranslateOf<Z> } => {
    const chosen = useContext(LanguageContext);
    if (!chosen) throw new Error('useSpeech needs a LanguageProvider above it');
    useSyncExternalStore(onLoaded, () => version);
    const t = (chosen.language === 'en' ? (inEnglish ?? inChinese) : inChinese) as Translate & TranslateOf<Z>;
    return useMemo(() => ({ ...chosen, t }), [chosen, t]);
  };
}

export const useSpeech = speechOf({ zh: {}, en: async () => ({ en: {} }) });

/** A code that came over the wire, as a word if we know one; otherwise the code itself, so that nothing new is hidden. */
export function wordFor(t: Translate, prefix: string, code: string): string {
  const word = `${prefix}.${code}`;
  const said = (t as (word: string) => string)(word);
  return said === word ? code : said;
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
