// All shortcuts of the desk, and other keys for them, kept on this device.
import { type KeyboardEvent, useState, useSyncExternalStore } from 'react';
import { Dialog } from '../dialog.tsx';
import { isOffered } from './keys.ts';
import {
  ACTIONS,
  type Action,
  bind,
  bindDefaults,
  bindings,
  comboOf,
  comboText,
  DEFAULTS,
  onBindings,
  writes,
} from './shortcuts.ts';
import { useSpeech } from './speech.ts';

/** Keys that belong to the boxes themselves and cannot be moved. */
const FIXED = ['send', 'newline', 'close'] as const;

interface RowProps {
  action: Action;
  combo: string;
  waiting: boolean;
  onWait(): void;
  onKey(event: KeyboardEvent): void;
  onLeave(): void;
}

function Row({ action, combo, waiting, onWait, onKey, onLeave }: RowProps) {
  const { t } = useSpeech();
  const word = t(`key.${action}`);
  return (
    <tr>
      <th scope="row">{word}</th>
      <td>
        <kbd>{comboText(combo)}</kbd>
      </td>
      <td>
        <button
          type="button"
          className="quiet"
          aria-label={t('keys.change', { action: word })}
          onClick={onWait}
          onKeyDown={waiting ? onKey : undefined}
          onBlur={onLeave}
        >
          {waiting ? t('keys.press') : t('keys.changeShort')}
        </button>
      </td>
    </tr>
  );
}

export function ShortcutDialog({ onClose }: { onClose(): void }) {
  const { t } = useSpeech();
  const bound = useSyncExternalStore(onBindings, bindings);
  const [waiting, setWaiting] = useState<Action | null>(null);
  const [error, setError] = useState<string | null>(null);
  const shown = ACTIONS.filter(isOffered);

  const onKey = (action: Action) => (event: KeyboardEvent) => {
    if (event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') {
      setWaiting(null);
      return;
    }
    const combo = comboOf(event.nativeEvent);
    if (combo === null) return;
    const other = ACTIONS.find((name) => name !== action && bound[name] === combo);
    if (writes(combo) && combo !== DEFAULTS[action]) setError(t('keys.needsModifier'));
    else if (other !== undefined) setError(t('keys.taken', { key: comboText(combo), action: t(`key.${other}`) }));
    else {
      bind(action, combo);
      setError(null);
      setWaiting(null);
    }
  };

  return (
    <Dialog
      title={t('keys.title')}
      submit={t('keys.done')}
      busy={false}
      error={error}
      wide
      onSubmit={onClose}
      onClose={onClose}
    >
      <div className="key-table">
        <table>
          <tbody>
            {shown.map((action) => (
              <Row
                key={action}
                action={action}
                combo={bound[action]}
                waiting={waiting === action}
                onWait={() => setWaiting(action)}
                onKey={onKey(action)}
                onLeave={() => setWaiting((now) => (now === action ? null : now))}
              />
            ))}
            {FIXED.map((name) => (
              <tr key={name}>
                <th scope="row">{t(`key.${name}`)}</th>
                <td colSpan={2}>
                  <kbd>{t(`keyText.${name}`)}</kbd>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="key-foot">
        <span className="quiet-text">{t('keys.kept')}</span>
        <button type="button" className="quiet" onClick={bindDefaults}>
          {t('keys.defaults')}
        </button>
      </p>
    </Dialog>
  );
}
