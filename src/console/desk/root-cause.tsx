// 根因 in the dialog that ends a case: a short list for the category, what the conversation speaks for, and a word of one's own.
import type { RootCauseHint } from '../../contract/root-cause.ts';
import { wordFor } from '../language.tsx';
import { zh } from '../words/case.zh.ts';
import { useSpeech } from './care-speech.ts';
import './care.css';

export interface Cause {
  /** Empty: not chosen. */
  cause: string;
  note: string;
}

interface RootCauseProps {
  hint: RootCauseHint | null;
  /** As the dialog stores it: the shop's own words. */
  category: string;
  value: Cause;
  onValue(value: Cause): void;
}

const OPTIONAL = '';

/** Those of the chosen category, or all: the category may be the bot's guess in other words. */
function offered({ groups }: RootCauseHint, category: string) {
  const own = groups.filter((group) => zh[`category.${group.category}` as keyof typeof zh] === category);
  return own.length > 0 ? own : groups;
}

export function RootCauseField({ hint, category, value, onValue }: RootCauseProps) {
  const { t } = useSpeech();
  if (hint === null) return null;
  const { suggested } = hint;
  const name = (cause: string) => wordFor(t, 'cause', cause);
  const groups = offered(hint, category);
  const isShown = groups.some(({ causes }) => causes.includes(value.cause));
  return (
    <>
      <label className="field">
        <span>{t('cause.label')}</span>
        <select value={value.cause} onChange={(event) => onValue({ ...value, cause: event.target.value })}>
          <option value={OPTIONAL}>{t('cause.optional')}</option>
          {!isShown && value.cause !== OPTIONAL && <option value={value.cause}>{name(value.cause)}</option>}
          {groups.map((group) => (
            <optgroup key={group.category} label={wordFor(t, 'category', group.category)}>
              {group.causes.map((cause) => (
                <option key={cause} value={cause}>
                  {name(cause)}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      {suggested !== null && value.cause !== suggested.cause && (
        <p className="cause-hint">
          <span>{t('cause.suggested', { cause: name(suggested.cause), because: suggested.because })}</span>
          <button type="button" className="quiet" onClick={() => onValue({ ...value, cause: suggested.cause })}>
            {t('cause.use')}
          </button>
        </p>
      )}
      {value.cause !== OPTIONAL && (
        <label className="field">
          <span>{t('cause.note')}</span>
          <input
            maxLength={200}
            value={value.note}
            onChange={(event) => onValue({ ...value, note: event.target.value })}
          />
        </label>
      )}
    </>
  );
}
