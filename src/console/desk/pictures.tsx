// Pictures that go with a reply: pasted, dropped or chosen, uploaded at once, seen before they are sent.
import { useState } from 'react';
import { errorText, newClientId } from '../api.ts';
import { CloseIcon } from '../icons.tsx';
import type { Ask } from '../staff/ask.ts';
import { useSpeech } from './speech.ts';

/** The server takes no more with one message. */
const PICTURES_MAX = 4;
const UPLOAD_MS = 60_000;

interface Picture {
  key: string;
  /** Null while it is on its way. */
  id: string | null;
}

export interface Pictures {
  all: readonly Picture[];
  error: string | null;
  busy: boolean;
  /** Takes the pictures among the files; true when there were any. */
  add(files: FileList): boolean;
  remove(key: string): void;
  /** Those that are ready, and forgets them. */
  take(): { id: string }[];
}

export function usePictures(ask: Ask): Pictures {
  const { t } = useSpeech();
  const [all, setAll] = useState<readonly Picture[]>([]);
  const [error, setError] = useState<string | null>(null);
  const remove = (key: string) => setAll((now) => now.filter((one) => one.key !== key));
  const upload = (file: File) => {
    const key = newClientId();
    const form = new FormData();
    form.append('file', file);
    setAll((now) => [...now, { key, id: null }]);
    ask.path<{ id: string }>('/api/uploads', { method: 'POST', form, timeoutMs: UPLOAD_MS }).then(
      ({ id }) => setAll((now) => now.map((one) => (one.key === key ? { key, id } : one))),
      (caught: unknown) => {
        remove(key);
        setError(errorText(caught, t));
      },
    );
  };
  return {
    all,
    error,
    busy: all.some((one) => one.id === null),
    add(files) {
      const pictures = [...files].filter((file) => file.type.startsWith('image/'));
      if (pictures.length === 0) return false;
      setError(all.length + pictures.length > PICTURES_MAX ? t('picture.tooMany', { n: PICTURES_MAX }) : null);
      for (const file of pictures.slice(0, PICTURES_MAX - all.length)) upload(file);
      return true;
    },
    remove,
    take() {
      setAll([]);
      setError(null);
      return all.flatMap(({ id }) => (id === null ? [] : [{ id }]));
    },
  };
}

export function PictureRow({ pictures }: { pictures: Pictures }) {
  const { t } = useSpeech();
  return (
    <>
      {pictures.error !== null && (
        <p className="finding-refused" role="alert">
          {pictures.error}
        </p>
      )}
      {pictures.all.length > 0 && (
        <ul className="pictures" aria-label={t('picture.row')}>
          {pictures.all.map(({ key, id }) => (
            <li key={key}>
              {id === null ? (
                <span role="status">{t('picture.uploading')}</span>
              ) : (
                <img src={`/api/uploads/${id}`} alt={t('message.image')} />
              )}
              <button
                type="button"
                className="quiet icon-only"
                aria-label={t('picture.remove')}
                onClick={() => pictures.remove(key)}
              >
                <CloseIcon />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
