// The shopper's feeling as a face and a word, where it is one that wants care. Colour only repeats what the word says.
import { Drawn } from '../icons.tsx';
import { useSpeech } from './speech.ts';

const HEAD = 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z';
const EYES = 'M9.3 10.2v.5M14.7 10.2v.5';
const DOWN = 'M9 16.2c1.8-1.9 4.2-1.9 6 0';

const FACES = {
  angry: `${HEAD}M8 9l2.6 1.5M16 9l-2.6 1.5${DOWN}`,
  sarcastic: `${HEAD}M8.2 10.3h2.5M13.3 10.3h2.5M9.3 15.6c2.2.6 4.2.1 5.6-1.7`,
  disappointed: `${HEAD}${EYES}${DOWN}`,
  anxious: `${HEAD}${EYES}M8.4 15.6c.9-1 1.5-1 2.4 0s1.5 1 2.4 0 1.5-1 2.4 0`,
} as const;

export function Feeling({ name }: { name: string | null | undefined }) {
  const { t } = useSpeech();
  if (name === null || name === undefined || !(name in FACES)) return null;
  const known = name as keyof typeof FACES;
  return (
    <span className={`tag tag-mood mood-${known}`} title={t('emotion.title')}>
      <Drawn d={FACES[known]} />
      {t(`emotion.${known}`)}
    </span>
  );
}
