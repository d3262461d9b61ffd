// Pictures in the conversation: sending one, showing it small and large. Fetched with the token in the header, so that no address carries it.
import { useEffect, useRef, useState } from 'react';
import { ApiError, failureOf } from '../api.ts';
import { useMore } from './more-speech.ts';
import './pictures.css';

/** A picture from a phone over a slow line. */
const UPLOAD_MS = 120_000;

// one fetch per picture, and none for what was sent from here
const shown = new Map<string, Promise<string>>();

async function ask(path: string, token: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { authorization: `Bearer ${token}` } });
  } catch {
    throw new ApiError(0, 'offline', 'offline');
  }
  if (!response.ok) throw await failureOf(response);
  return response;
}

/** Gives the id for a message's attachments. Throws ApiError. */
export async function upload(token: string, picture: Blob): Promise<string> {
  const body = new FormData();
  body.append('file', picture);
  const response = await ask('/api/uploads', token, { method: 'POST', body, signal: AbortSignal.timeout(UPLOAD_MS) });
  const { id } = (await response.json()) as { id: string };
  shown.set(id, Promise.resolve(URL.createObjectURL(picture)));
  return id;
}

function addressOf(id: string, token: string): Promise<string> {
  const known = shown.get(id);
  if (known) return known;
  const fetched = ask(`/api/uploads/${id}`, token)
    .then((response) => response.blob())
    .then((blob) => URL.createObjectURL(blob));
  shown.set(id, fetched);
  // the next drawing may try again
  fetched.catch(() => shown.delete(id));
  return fetched;
}

function Large({ address, onClose }: { address: string; onClose(): void }) {
  const { t } = useMore();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog className="picture-large" ref={dialog} aria-label={t('more.picture')} onClose={onClose}>
      <button type="button" aria-label={t('common.close')} onClick={() => dialog.current?.close()}>
        <img src={address} alt={t('more.picture')} />
      </button>
    </dialog>
  );
}

export function Picture({ id, token }: { id: string; token: string }) {
  const { t } = useMore();
  const [address, setAddress] = useState<string | null>(null);
  const [gone, setGone] = useState(false);
  const [large, setLarge] = useState(false);
  useEffect(() => {
    addressOf(id, token).then(setAddress, () => setGone(true));
  }, [id, token]);
  if (gone) return <p className="picture-gone">{t('more.pictureGone')}</p>;
  return (
    <>
      <button
        type="button"
        className="picture"
        aria-label={t('more.pictureOpen')}
        disabled={address === null}
        onClick={() => setLarge(true)}
      >
        {address !== null && <img src={address} alt={t('more.picture')} onError={() => setGone(true)} />}
      </button>
      {large && address !== null && <Large address={address} onClose={() => setLarge(false)} />}
    </>
  );
}

/** Of what is not sent yet. */
export function Preview({ picture }: { picture: Blob }) {
  const { t } = useMore();
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return <span className="picture">{address !== null && <img src={address} alt={t('more.picture')} />}</span>;
}
