// The strip above the desk's columns: who works here, whether they take new conversations, the sound.
import { BellIcon } from '../icons.tsx';
import type { Presence, StaffUser } from '../wire.ts';
import { useRing } from './ring.ts';
import { useSpeech } from './speech.ts';

const PRESENCES = ['online', 'busy', 'away', 'offline'] as const satisfies readonly Presence[];

interface DeskBarProps {
  me: StaffUser;
  presence: [Presence, (state: Presence) => void];
  waiting: number;
  onTickets(): void;
  onSignOut(): void;
}

export function DeskBar({ me, presence: [presence, setPresence], waiting, onTickets, onSignOut }: DeskBarProps) {
  const { t } = useSpeech();
  const [sound, toggleSound] = useRing(presence === 'online' ? waiting : 0);
  return (
    <header className="desk-bar">
      <h1>{t('desk.title')}</h1>
      <span className="desk-me">{me.name}</span>
      <label className={`presence presence-${presence}`}>
        <span className="unseen-label">{t('presence.label')}</span>
        <select value={presence} onChange={(event) => setPresence(event.target.value as Presence)}>
          {PRESENCES.map((state) => (
            <option key={state} value={state}>
              {t(`presence.${state}`)}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        className="quiet sound"
        aria-pressed={sound}
        title={sound ? t('desk.soundOn') : t('desk.soundOff')}
        onClick={toggleSound}
      >
        <BellIcon muted={!sound} />
        <span>{t('desk.sound')}</span>
      </button>
      <button type="button" className="quiet" onClick={onTickets}>
        {t('tab.tickets')}
      </button>
      <button type="button" className="quiet" onClick={onSignOut}>
        {t('desk.signOut')}
      </button>
    </header>
  );
}
