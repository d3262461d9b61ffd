// The tab 备注: what colleagues wrote inside this conversation, pinned ones on top.
import { useState } from 'react';
import { errorText } from '../api.ts';
import { moment } from '../time.ts';
import { useBeside } from './beside.tsx';
import { useLoaded } from './loaded.ts';
import { PanelState } from './panel-state.tsx';
import { useSpeech } from './speech.ts';

export function NotesPane() {
  const { t, language } = useSpeech();
  const { ask, conversationId, thread, composer } = useBeside();
  const [error, setError] = useState<string | null>(null);
  const lastNote = thread.messages.findLast((m) => m.kind === 'note')?.seq ?? 0;
  const notes = useLoaded(
    conversationId,
    lastNote,
    async () => (await ask('GET /api/conversations/:id/notes', { params: { id: conversationId } })).items,
  );
  const pin = (seq: number, pinned: boolean) => {
    const params = { id: conversationId, seq };
    const done = pinned
      ? ask('PUT /api/conversations/:id/notes/:seq/pin', { params })
      : ask('DELETE /api/conversations/:id/notes/:seq/pin', { params });
    done.then(
      () => {
        setError(null);
        notes.reload();
      },
      (caught: unknown) => setError(errorText(caught, t)),
    );
  };
  return (
    <>
      <div className="side-search">
        <span className="quiet-text">{t('composer.noteHint')}</span>
        <button type="button" onClick={() => composer.current?.choose('note')}>
          {t('notes.write')}
        </button>
      </div>
      <PanelState of={notes} failed={t('notes.failed')} />
      {error !== null && (
        <p className="side-error" role="alert">
          {error}
        </p>
      )}
      {notes.data?.length === 0 && <p className="side-empty">{t('notes.none')}</p>}
      <ul className="note-list" aria-label={t('composer.note')}>
        {notes.data?.map((note) => (
          <li key={note.seq} className="note">
            <p className="note-head">
              {note.pinned && <strong>{t('notes.pinned')} · </strong>}
              {note.author} · {moment(note.at, language, Date.now())}
              <button
                type="button"
                className="quiet copy"
                aria-pressed={note.pinned}
                onClick={() => pin(note.seq, !note.pinned)}
              >
                {note.pinned ? t('notes.unpin') : t('notes.pin')}
              </button>
            </p>
            <p className="words">{note.text}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
