// 交接班: everything I have open goes to one colleague or team, with a word about each; mine until somebody accepts.
import { useEffect, useState } from 'react';
import type { Commitment } from '../../contract/commitment.ts';
import type { DeskRow } from '../../contract/routes/desk.ts';
import { Dialog } from '../dialog.tsx';
import { moment } from '../time.ts';
import type { Handover } from '../wire.ts';
import { useAction } from './dialogs.tsx';
import { WaitText } from './due-badge.tsx';
import { Covered } from './shield.tsx';
import { useSpeech } from './speech.ts';
import type { StaffApi, Target } from './staff-api.ts';
import { useTargets } from './targets.ts';

interface HandoverProps {
  api: StaffApi;
  mine: readonly DeskRow[];
  /** What I have given and nobody has answered. */
  given: Handover | null;
  onChanged(): void;
  onDone(): void;
  onClose(): void;
}

function usePromises(api: StaffApi): readonly Commitment[] {
  const [promises, setPromises] = useState<readonly Commitment[]>([]);
  useEffect(() => {
    let left = false;
    api.promises().then(
      ({ items }) => !left && setPromises(items),
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, [api]);
  return promises;
}

function Given({ api, given, onChanged, onDone, onClose }: HandoverProps & { given: Handover }) {
  const { t } = useSpeech();
  const { busy, error, run } = useAction(onDone);
  const to = 'agent' in given.to ? given.to.agent.name : given.to.team;
  return (
    <Dialog
      title={t('handover.title')}
      submit={t('handover.withdraw')}
      busy={busy}
      error={error}
      onSubmit={() => run(() => api.withdrawHandover(given.id).then(onChanged))}
      onClose={onClose}
    >
      <p>{t('handover.waiting', { name: to, n: given.items.filter((item) => item.kind !== 'note').length })}</p>
      <p className="quiet-text">{t('handover.accountable')}</p>
    </Dialog>
  );
}

function Promises({ promises }: { promises: readonly Commitment[] }) {
  const { t, language } = useSpeech();
  if (promises.length === 0) return null;
  return (
    <div className="field">
      <span>{t('handover.promises')}</span>
      <ul className="handover-promises">
        {promises.map((promise) => (
          <li key={promise.id}>
            {promise.task}
            {promise.dueAt && (
              <span className="quiet-text">
                {' '}
                {t('packet.due', { time: moment(promise.dueAt, language, Date.now()) })}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface OpenWorkProps {
  mine: readonly DeskRow[];
  notes: Readonly<Record<string, string>>;
  onNote(conversationId: string, text: string): void;
}

function OpenWork({ mine, notes, onNote }: OpenWorkProps) {
  const { t } = useSpeech();
  if (mine.length === 0) return <p className="quiet-text">{t('handover.nothing')}</p>;
  return (
    <div className="handover-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('common.shopper')}</th>
            <th scope="col">{t('handover.wait')}</th>
            <th scope="col">{t('handover.summary')}</th>
            <th scope="col">{t('handover.word')}</th>
          </tr>
        </thead>
        <tbody>
          {mine.map((row) => {
            const name = row.shopper.name ?? t('common.visitor');
            return (
              <tr key={row.conversationId}>
                <th scope="row">{name}</th>
                <td>{row.awaitingSince === null ? t('handover.answered') : <WaitText since={row.awaitingSince} />}</td>
                <td className="handover-summary">
                  <Covered id={row.key} when={row.insult}>
                    {row.summary}
                  </Covered>
                </td>
                <td>
                  <input
                    aria-label={t('handover.wordOf', { name })}
                    maxLength={200}
                    value={notes[row.conversationId] ?? ''}
                    onChange={(event) => onNote(row.conversationId, event.target.value)}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function targetOf(value: string): Target {
  const [kind, ...name] = value.split(':');
  return kind === 'agent' ? { agent: name.join(':') } : { team: name.join(':') };
}

function NewHandover({ api, mine, onChanged, onDone, onClose }: HandoverProps) {
  const { t } = useSpeech();
  const found = useTargets(api);
  const promises = usePromises(api);
  const [to, setTo] = useState('');
  const [word, setWord] = useState('');
  const [notes, setNotes] = useState<Readonly<Record<string, string>>>({});
  const { busy, error, setError, run } = useAction(onDone);
  const colleagues = (found?.staff ?? []).filter(
    ({ id, role }) => id !== api.me && (role === 'agent' || role === 'supervisor'),
  );
  const submit = () => {
    const general = word.trim();
    if (to === '' || general === '') {
      setError(t('handover.required'));
      return;
    }
    const own = mine.flatMap(({ conversationId }) => {
      const text = notes[conversationId]?.trim() ?? '';
      return text === '' ? [] : [{ kind: 'follow_up', text, conversationId }];
    });
    run(() => api.giveHandover(targetOf(to), [{ kind: 'other', text: general }, ...own]).then(onChanged));
  };
  return (
    <Dialog
      title={t('handover.title')}
      submit={t('handover.submit')}
      busy={busy}
      error={error}
      wide
      onSubmit={submit}
      onClose={onClose}
    >
      <OpenWork mine={mine} notes={notes} onNote={(id, text) => setNotes((all) => ({ ...all, [id]: text }))} />
      <Promises promises={promises} />
      <label className="field">
        <span>{t('handover.to')}</span>
        <select value={to} onChange={(event) => setTo(event.target.value)}>
          <option value="">{t('handover.choose')}</option>
          <optgroup label={t('transfer.agent')}>
            {colleagues.map(({ id, name, presence, load, capacity }) => (
              <option key={id} value={`agent:${id}`}>
                {`${name} · ${t(`presence.${presence}`)} ${load}/${capacity}`}
              </option>
            ))}
          </optgroup>
          <optgroup label={t('transfer.team')}>
            {(found?.teams ?? []).map(({ name, label }) => (
              <option key={name} value={`team:${name}`}>
                {label}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      <label className="field">
        <span>{t('handover.note')}</span>
        <textarea rows={2} maxLength={1000} value={word} onChange={(event) => setWord(event.target.value)} />
      </label>
      <p className="quiet-text">{t('handover.accountable')}</p>
    </Dialog>
  );
}

export function HandoverDialog(props: HandoverProps) {
  return props.given === null ? <NewHandover {...props} /> : <Given {...props} given={props.given} />;
}
