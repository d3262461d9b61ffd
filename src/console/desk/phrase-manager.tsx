// Keeping one's canned responses: add, change, remove; those of the shop are changed by supervisors only.
import { useState } from 'react';
import { PHRASE_VARIABLES } from '../../contract/phrase-variables.ts';
import { errorText } from '../api.ts';
import { Modal } from '../modal.tsx';
import { useBeside } from './beside.tsx';
import { FormEnd } from './form-end.tsx';
import { type Phrase, searchPhrases } from './phrases.ts';
import './sheet.css';
import { useSpeech } from './speech.ts';

type Editing = Pick<Phrase, 'group' | 'title' | 'text' | 'shared'> & { id: string | null };

const BLANK: Editing = { id: null, group: '', title: '', text: '', shared: false };

interface FormProps {
  start: Editing;
  groups: readonly string[];
  onSaved(): void;
  onCancel(): void;
}

function PhraseForm({ start, groups, onSaved, onCancel }: FormProps) {
  const { t } = useSpeech();
  const { ask, me } = useBeside();
  const [phrase, setPhrase] = useState(start);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<Editing>) => setPhrase((now) => ({ ...now, ...part }));
  const save = () => {
    const { id, shared } = phrase;
    const [group, title, text] = [phrase.group.trim(), phrase.title.trim(), phrase.text.trim()];
    if (group === '' || title === '' || text === '') {
      setError(t('phrase.required'));
      return;
    }
    setBusy(true);
    const words = { group, title, text };
    const saved =
      id === null
        ? ask('POST /api/phrases', { body: { ...words, shared } })
        : ask('PUT /api/phrases/:id', { params: { id }, body: words });
    saved.then(onSaved, (caught: unknown) => {
      setBusy(false);
      setError(errorText(caught, t));
    });
  };
  return (
    <form
      className="sheet-form"
      aria-label={phrase.id === null ? t('phrase.add') : t('phrase.edit')}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <label className="field">
        <span>{t('phrase.name')}</span>
        <input maxLength={40} value={phrase.title} onChange={(event) => set({ title: event.target.value })} />
      </label>
      <label className="field">
        <span>{t('phrase.group')}</span>
        <input
          maxLength={20}
          list="phrase-groups"
          value={phrase.group}
          onChange={(event) => set({ group: event.target.value })}
        />
        <datalist id="phrase-groups">
          {groups.map((group) => (
            <option key={group} value={group} />
          ))}
        </datalist>
      </label>
      <label className="field wide">
        <span>{t('phrase.text')}</span>
        <textarea
          rows={4}
          maxLength={1000}
          value={phrase.text}
          onChange={(event) => set({ text: event.target.value })}
        />
      </label>
      <p className="wide quiet-text">
        {t('phrase.variables')}{' '}
        {PHRASE_VARIABLES.map((name) => (
          <button
            type="button"
            key={name}
            className="finding-variable"
            onClick={() => set({ text: `${phrase.text}{${name}}` })}
          >
            {`{${name}}`}
          </button>
        ))}
      </p>
      {phrase.id === null && me.role !== 'agent' && (
        <label className="wide">
          <input type="checkbox" checked={phrase.shared} onChange={(event) => set({ shared: event.target.checked })} />{' '}
          {t('phrase.forAll')}
        </label>
      )}
      <FormEnd error={error} busy={busy} submit={t('phrase.save')} onCancel={onCancel} />
    </form>
  );
}

export function PhraseManager({ onClose }: { onClose(): void }) {
  const { t } = useSpeech();
  const { ask, me, phrases } = useBeside();
  const [editing, setEditing] = useState<Editing | null>(null);
  const [words, setWords] = useState('');
  const [error, setError] = useState<string | null>(null);
  const all = phrases.data ?? [];
  const mayChange = (phrase: Phrase) => !phrase.shared || me.role !== 'agent';
  const done = () => {
    setEditing(null);
    phrases.reload();
  };
  const remove = (id: string) => {
    ask('DELETE /api/phrases/:id', { params: { id } }).then(done, (caught: unknown) => setError(errorText(caught, t)));
  };
  return (
    <Modal look="sheet" title={t('phrase.manage')} onClose={onClose}>
      <div className="sheet-body">
        {editing === null ? (
          <div className="sheet-row">
            <input
              type="search"
              aria-label={t('phrase.search')}
              placeholder={t('phrase.search')}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
            <button type="button" className="primary" onClick={() => setEditing(BLANK)}>
              {t('phrase.add')}
            </button>
          </div>
        ) : (
          <PhraseForm
            key={editing.id}
            start={editing}
            groups={[...new Set(all.map((phrase) => phrase.group))]}
            onSaved={done}
            onCancel={() => setEditing(null)}
          />
        )}
        {error !== null && (
          <p className="form-error" role="alert">
            {error}
          </p>
        )}
        <table className="sheet-table">
          <thead>
            <tr>
              <th>{t('phrase.name')}</th>
              <th>{t('phrase.text')}</th>
              <th>{t('phrase.uses')}</th>
              <th>
                <span className="unseen-label">{t('phrase.acts')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {searchPhrases(all, words).map((phrase) => (
              <tr key={phrase.id}>
                <td>
                  {phrase.title}
                  <br />
                  <span className="quiet-text">
                    {phrase.shared ? phrase.group : `${t('phrase.own')} · ${phrase.group}`}
                  </span>
                </td>
                <td>{phrase.text}</td>
                <td className="tight">{phrase.uses}</td>
                <td className="tight">
                  {mayChange(phrase) && (
                    <>
                      <button
                        type="button"
                        className="quiet"
                        aria-label={t('phrase.editNamed', { title: phrase.title })}
                        onClick={() => setEditing(phrase)}
                      >
                        {t('phrase.edit')}
                      </button>
                      <button
                        type="button"
                        className="quiet"
                        aria-label={t('phrase.removeNamed', { title: phrase.title })}
                        onClick={() => remove(phrase.id)}
                      >
                        {t('phrase.remove')}
                      </button>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Modal>
  );
}
