// Covers insults until the agent wants to read them. The words stay as they are; each agent switches it for themselves, on this device.
import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { Drawn } from '../icons.tsx';
import { keep, kept } from '../kept.ts';
import { useSpeech } from './speech.ts';

const keyOf = (me: string): string => `jiebang.shieldOff.${me}`;

let place: string | null = null;
let isOn = true;
const listeners = new Set<() => void>();
/** What was uncovered stays so while the page lives: scrolling draws messages anew. */
const seen = new Set<string>();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Whether it is on, for whoever sits here. */
export function useShield(): boolean {
  return useSyncExternalStore(subscribe, () => isOn);
}

export function openShield(me: string): void {
  if (place === keyOf(me)) return;
  place = keyOf(me);
  isOn = kept(place) === null;
}

function turnShield(): void {
  isOn = !isOn;
  if (place !== null) keep(place, isOn ? null : 'yes');
  seen.clear();
  for (const listener of listeners) listener();
}

const ShieldIcon = () => (
  <Drawn d="M12 3.5c2.3 1.6 4.6 2.3 7 2.4 0 6.6-2 11-7 14.6-5-3.6-7-8-7-14.6 2.4-.1 4.7-.8 7-2.4z" />
);

export function ShieldSwitch() {
  const { t } = useSpeech();
  const on = useShield();
  return (
    <button type="button" className="quiet sound" aria-pressed={on} title={t('shield.hint')} onClick={turnShield}>
      <ShieldIcon />
      <span>{t('shield.title')}</span>
    </button>
  );
}

interface CoveredProps {
  /** Names it for as long as the page lives. */
  id: string;
  when: boolean | undefined;
  children: ReactNode;
}

export function Covered({ id, when, children }: CoveredProps) {
  const { t } = useSpeech();
  const on = useShield();
  const [, setSeen] = useState(false);
  if (!when || !on || seen.has(id)) return children;
  const uncover = () => {
    seen.add(id);
    setSeen(true);
  };
  return (
    <button type="button" className="covered" onClick={uncover}>
      <ShieldIcon />
      {t('shield.covered')}
      <span className="covered-see">{t('shield.see')}</span>
    </button>
  );
}
