// What this shopper was promised before: a line each, the broken ones first. Shows what the packet says and decides nothing.
import type { CommitmentFact } from '../../contract/commitment.ts';
import { moment } from '../time.ts';
import { useSpeech } from './speech.ts';

export function Promised({ commitments }: { commitments: readonly CommitmentFact[] }) {
  const { t, language } = useSpeech();
  const standing = ({ state }: CommitmentFact): string | null => {
    if (state === 'broken') return t('packet.broken');
    if (state === 'kept') return t('packet.keptLate');
    return state === 'suggested' ? t('packet.unconfirmed') : null;
  };
  return (
    <ul className="signals">
      {commitments.map((promise) => {
        const notes = [
          standing(promise),
          promise.dueAt && t('packet.due', { time: moment(promise.dueAt, language, Date.now()) }),
          promise.holder?.name,
          promise.orderId,
        ].filter((note) => note !== null && note !== undefined);
        return (
          <li key={promise.id}>
            {promise.state === 'broken' ? <strong>{promise.task}</strong> : promise.task}
            <span className="quiet-text">{notes.join(' · ')}</span>
          </li>
        );
      })}
    </ul>
  );
}
