// Between harsh words and the shopper: what they would do, a calmer sentence, and a colleague who helps. Sends nothing by itself.
import { useState } from 'react';
import { errorText } from '../api.ts';
import { AlertIcon } from '../icons.tsx';
import type { Reply } from '../routes.ts';
import type { Colleague } from '../wire.ts';
import { useBeside } from './beside.tsx';
import { useSpeech } from './care-speech.ts';
import './care.css';

type Tone = Reply<'POST /api/policy/check'>['tone'];

interface CoolDownProps {
  tone: Tone;
  /** Somebody tried to send them. */
  held: boolean;
  onInstead(calm: string): void;
  onSend(): void;
}

const NAMED_MAX = 3;

/** A note that names the supervisors who are there: they hear of it at once, the shopper never. */
function AskForHelp() {
  const { t } = useSpeech();
  const { ask, me, thread } = useBeside();
  const [said, setSaid] = useState<string | null>(null);
  const call = () => {
    ask.path<{ items: Colleague[] }>('/api/staff').then(
      ({ items }) => {
        const there = items.filter(
          ({ id, role, presence }) => role === 'supervisor' && id !== me.id && presence !== 'offline',
        );
        if (there.length > 0) {
          const names = there.slice(0, NAMED_MAX).map(({ name }) => `@${name}`);
          thread.send(t('cool.note', { names: names.join(' ') }), 'note');
        }
        setSaid(there.length > 0 ? t('cool.asked') : t('cool.nobody'));
      },
      (error: unknown) => setSaid(errorText(error, t)),
    );
  };
  if (said !== null) return <span role="status">{said}</span>;
  return (
    <button type="button" className="quiet" onClick={call}>
      {t('cool.help')}
    </button>
  );
}

export function CoolDown({ tone, held, onInstead, onSend }: CoolDownProps) {
  const { t } = useSpeech();
  const calm = tone[0]!.instead;
  return (
    <section className="cool-down" aria-label={t('cool.title')}>
      <p className="cool-why">
        <AlertIcon />
        <strong role={held ? 'alert' : undefined}>{held ? t('cool.held') : t('cool.title')}</strong>
      </p>
      <ul>
        {tone.map(({ rule, evidence, why, source }) => (
          <li key={rule}>
            {t('write.quoted', { text: evidence })}
            {why}
            <span className="finding-why">{t('write.source', { text: source })}</span>
          </li>
        ))}
      </ul>
      <p className="cool-calm" lang="zh-CN">
        {t('cool.instead', { text: calm })}
      </p>
      <p className="cool-acts">
        <button type="button" className="primary" onClick={() => onInstead(calm)}>
          {t('cool.use')}
        </button>
        {held && (
          <button type="button" onClick={onSend}>
            {t('cool.send')}
          </button>
        )}
        <AskForHelp />
      </p>
    </section>
  );
}
