// The tab 话术 of the right column: canned responses by group, a click puts one where the caret is.
import { useMemo, useState } from 'react';
import { useBeside } from './beside.tsx';
import { Campaigns } from './campaigns.tsx';
import { PanelState } from './panel-state.tsx';
import { fill, type Phrase, searchPhrases } from './phrases.ts';
import { useSpeech } from './speech.ts';

function byGroup(phrases: readonly Phrase[], own: string): [string, Phrase[]][] {
  const groups = new Map<string, Phrase[]>();
  for (const phrase of [...phrases].sort((a, b) => Number(a.shared) - Number(b.shared))) {
    const name = phrase.shared ? phrase.group : own;
    groups.set(name, [...(groups.get(name) ?? []), phrase]);
  }
  return [...groups];
}

export function PhrasePane() {
  const { t } = useSpeech();
  const { ask, phrases, values, composer, managePhrases } = useBeside();
  const [words, setWords] = useState('');
  const groups = useMemo(
    () => byGroup(searchPhrases(phrases.data ?? [], words), t('phrase.own')),
    [phrases.data, words, t],
  );
  const use = (phrase: Phrase) => {
    composer.current?.insert(fill(phrase.text, values));
    ask('POST /api/phrases/:id/used', { params: { id: phrase.id } }).catch(() => undefined);
  };
  return (
    <>
      <div className="side-search">
        <input
          type="search"
          aria-label={t('phrase.search')}
          placeholder={t('phrase.search')}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <button type="button" onClick={managePhrases}>
          {t('phrase.manage')}
        </button>
      </div>
      <PanelState of={phrases} failed={t('phrase.failed')} />
      {phrases.data !== null && groups.length === 0 && <p className="side-empty">{t('phrase.nothing')}</p>}
      {groups.map(([group, list]) => (
        <section className="side-section" key={group}>
          <h3>{group}</h3>
          <ul className="phrase-cards">
            {list.map((phrase) => (
              <li key={phrase.id}>
                <button type="button" onClick={() => use(phrase)} aria-label={t('phrase.use', { title: phrase.title })}>
                  <strong>{phrase.title}</strong>
                  <span className="phrase-text">{fill(phrase.text, values)}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {words === '' && <Campaigns />}
    </>
  );
}
