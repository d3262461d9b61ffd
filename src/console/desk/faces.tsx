// A small palette of plain faces, put in at the caret. They are words of a reply here, not icons of the page.
import { useSpeech } from './care-speech.ts';
import './care.css';

const FACES = {
  smile: '😊',
  laugh: '😄',
  please: '🙏',
  thumb: '👍',
  okay: '👌',
  heart: '❤️',
  rose: '🌹',
  cheer: '🎉',
  strong: '💪',
  hug: '🤗',
  parcel: '📦',
  truck: '🚚',
} as const;

export function Faces({ onPick, onClose }: { onPick(face: string): void; onClose(): void }) {
  const { t } = useSpeech();
  return (
    <fieldset
      className="faces"
      aria-label={t('write.faces')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
    >
      {(Object.keys(FACES) as (keyof typeof FACES)[]).map((name) => (
        <button
          type="button"
          key={name}
          className="quiet"
          aria-label={t(`face.${name}`)}
          title={t(`face.${name}`)}
          onClick={() => onPick(FACES[name])}
        >
          {FACES[name]}
        </button>
      ))}
    </fieldset>
  );
}
