// The list of canned responses over the box: opened by / or 、 or a key, found by words and initials, put in where the caret is.
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { errorText } from '../api.ts';
import { useBeside } from './beside.tsx';
import { fill, type Phrase, searchPhrases } from './phrases.ts';
import { useSpeech } from './speech.ts';

interface PopoverProps {
  onPick(phrase: Phrase): void;
  /** `kept`: the sign that opened it stays in the text. */
  onClose(kept: boolean): void;
}

/** More nobody reads in a list over the box. */
const SHOWN = 30;

interface OptionProps {
  id: string;
  phrase: Phrase;
  isActive: boolean;
  onPick(phrase: Phrase): void;
  onPoint(): void;
}

function Option({ id, phrase, isActive, onPick, onPoint }: OptionProps) {
  const { t } = useSpeech();
  const { values } = useBeside();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the search box's, which points here
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      className="phrase-option"
      ref={(element) => {
        if (isActive) element?.scrollIntoView({ block: 'nearest' });
      }}
      onMouseMove={onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onPick(phrase)}
    >
      <span className="phrase-head">
        <strong>{phrase.title}</strong>
        <span className="mono">{phrase.initials}</span>
        <span className="tag">{phrase.shared ? phrase.group : t('phrase.own')}</span>
      </span>
      <span className="phrase-text">{fill(phrase.text, values)}</span>
    </div>
  );
}

export function PhrasePopover({ onPick, onClose }: PopoverProps) {
  const { t } = useSpeech();
  const { phrases, managePhrases } = useBeside();
  const [words, setWords] = useState('');
  const [active, setActive] = useState(0);
  const frame = useRef<HTMLElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const found = useMemo(() => searchPhrases(phrases.data ?? [], words).slice(0, SHOWN), [phrases.data, words]);
  useEffect(() => input.current?.focus(), []);

  const move = (by: number) => setActive((at) => (found.length === 0 ? 0 : (at + by + found.length) % found.length));
  const onKey = (event: KeyboardEvent) => {
    // the input method has these keys while it composes
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const chosen = found[active];
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter' && chosen) onPick(chosen);
    else if (event.key === 'Escape') onClose(words === '');
    else if (event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <section
      ref={frame}
      className="phrase-popover"
      aria-label={t('phrase.title')}
      onBlur={(event) => {
        if (event.relatedTarget !== null && !frame.current?.contains(event.relatedTarget)) onClose(false);
      }}
    >
      <div className="phrase-search">
        <input
          ref={input}
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={found.length > 0 ? `${id}-${active}` : undefined}
          aria-label={t('phrase.search')}
          placeholder={t('phrase.search')}
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKey}
        />
        <button
          type="button"
          className="quiet"
          onClick={() => {
            onClose(false);
            managePhrases();
          }}
        >
          {t('phrase.manage')}
        </button>
      </div>
      <div className="phrase-list" role="listbox" id={`${id}-list`} aria-label={t('phrase.title')}>
        {found.map((phrase, i) => (
          <Option
            key={phrase.id}
            id={`${id}-${i}`}
            phrase={phrase}
            isActive={i === active}
            onPick={onPick}
            onPoint={() => setActive(i)}
          />
        ))}
      </div>
      {phrases.loading && <p className="side-empty">{t('app.loading')}</p>}
      {phrases.error !== null && phrases.data === null && (
        <p className="list-error" role="alert">
          <span>{errorText(phrases.error, t)}</span>
          <button type="button" className="quiet" onClick={phrases.reload}>
            {t('common.retry')}
          </button>
        </p>
      )}
      {phrases.data !== null && found.length === 0 && <p className="side-empty">{t('phrase.nothing')}</p>}
      <p className="phrase-keys quiet-text">{t('phrase.keys')}</p>
    </section>
  );
}
