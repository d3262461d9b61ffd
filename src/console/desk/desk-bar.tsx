// The strip above the desk's columns: who works here, how much they have, whether they take new conversations, the sound.
import { useNow } from '../clock.ts';
import { BellIcon } from '../icons.tsx';
import { stopwatch } from '../time.ts';
import type { Presence, StaffUser } from '../wire.ts';
import { useKeyText } from './keys.ts';
import type { Ring } from './ring.ts';
import { ShieldSwitch } from './shield.tsx';
import { useSpeech } from './speech.ts';

const PRESENCES = ['online', 'busy', 'away', 'offline'] as const satisfies readonly Presence[];

interface DeskBarProps {
  me: StaffUser;
  presence: Presence;
  /** Since when. */
  since: number;
  load: { load: number; capacity: number } | null;
  ring: Ring;
  onPresence(state: Presence): void;
  onTickets(): void;
  onHandover(): void;
  onShortcuts(): void;
  onSignOut(): void;
}

function Sound({ ring }: Pick<DeskBarProps, 'ring'>) {
  const { t } = useSpeech();
  return (
    <>
      <button
        type="button"
        className="quiet sound"
        aria-pressed={ring.on}
        title={ring.on ? t('desk.soundOn') : t('desk.soundOff')}
        onClick={ring.toggle}
      >
        <BellIcon muted={!ring.on} />
        <span>{t('desk.sound')}</span>
      </button>
      {ring.on && (
        <button type="button" className="quiet sound-test" title={t('ring.testHint')} onClick={ring.test}>
          {t('ring.test')}
        </button>
      )}
    </>
  );
}

/** How long a pause has lasted; no alarm, only a clock. */
function Lasting({ since }: { since: number }) {
  return <span className="presence-time">{stopwatch(useNow() - since)}</span>;
}

export function DeskBar(props: DeskBarProps) {
  const { t } = useSpeech();
  const { me, presence, load, ring } = props;
  const helpKey = useKeyText('help');
  const handoverKey = useKeyText('handover');
  const isFull = load !== null && load.load >= load.capacity;
  return (
    <header className="desk-bar">
      <h1>{t('desk.title')}</h1>
      <span className="desk-me">{me.name}</span>
      <label className={`presence presence-${presence}`}>
        <span className="unseen-label">{t('presence.label')}</span>
        <select value={presence} onChange={(event) => props.onPresence(event.target.value as Presence)}>
          {PRESENCES.map((state) => (
            <option key={state} value={state}>
              {t(`presence.${state}`)}
            </option>
          ))}
        </select>
        {(presence === 'busy' || presence === 'away') && <Lasting since={props.since} />}
      </label>
      {load !== null && (
        <span className={`desk-load ${isFull ? 'desk-load-full' : ''}`}>
          {t('desk.load', { n: load.load, m: load.capacity })}
        </span>
      )}
      <ShieldSwitch />
      <Sound ring={ring} />
      <button type="button" className="quiet" onClick={props.onTickets}>
        {t('tab.tickets')}
      </button>
      <button type="button" className="quiet bar-handover" title={handoverKey} onClick={props.onHandover}>
        {t('handover.title')}
      </button>
      <button
        type="button"
        className="quiet bar-keys"
        aria-label={t('keys.title')}
        title={t('keys.title')}
        onClick={props.onShortcuts}
      >
        <kbd>{helpKey}</kbd>
      </button>
      <button type="button" className="quiet" onClick={props.onSignOut}>
        {t('desk.signOut')}
      </button>
    </header>
  );
}
