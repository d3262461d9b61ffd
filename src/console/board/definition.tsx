// How a platform's measure is counted, in a sentence made of its row, with its source beside it.
import type { Board, Profile } from './data.ts';
import { ofDay } from './format.ts';
import { nameOf } from './names.ts';
import { type Speak, useSpeech } from './speech.ts';

type Row = Profile['metrics'][number];

function sentence(row: Row, name: string, t: Speak): string {
  const spell = (ms: number) =>
    ms % 60_000 === 0 ? t('time.minutes', { n: ms / 60_000 }) : t('time.seconds', { n: ms / 1000 });
  const unit = (of: string | null) =>
    of === 'session-first' || of === 'shopper-day' ? t(`unit.${of}`) : t('unit.round');
  if (row.kind === 'rate-within') return t('info.rate', { name, limit: spell(row.limitMs ?? 0), unit: unit(row.unit) });
  const average = row.unit === 'sessions' ? t('info.averageSessions', { name }) : t('info.averageRounds', { name });
  return row.capMs === null ? average : average + t('info.cap', { time: spell(row.capMs) });
}

interface DefinitionProps {
  of: 'rate' | 'average';
  profiles: readonly Profile[];
  /** Chosen. */
  profileId: string;
  board: Board;
}

const rowOf = (profile: Profile | undefined, of: 'rate' | 'average', board: Board): Row | undefined =>
  profile?.metrics.find((m) => (of === 'rate' ? m.id === board.rate.id : m.kind === 'average-response'));

export function Definition({ of, profiles, profileId, board }: DefinitionProps) {
  const { t, language } = useSpeech();
  const chosen = profiles.find((p) => p.id === profileId);
  const generic = profiles.find((p) => p.id === 'generic');
  const counted = of === 'rate' ? profiles.find((p) => p.id === board.rate.profile) : chosen;
  const row = rowOf(counted, of, board) ?? rowOf(generic, of, board);
  if (!chosen || !row) return null;
  const isOwn = chosen.metrics.some((m) => m.id === row.id && m.name === row.name);
  const lines = [
    sentence(row, nameOf('metric', row, language, t), t),
    t('info.window', { from: ofDay(chosen.fromMinute), to: ofDay(chosen.untilMinute) }),
    isOwn ? null : t('info.fallback', { profile: nameOf('profile', chosen, language, t) }),
    t('info.source', { source: row.source }),
    row.doubt === null ? null : t('info.doubt', { doubt: row.doubt }),
  ].filter((line) => line !== null);
  return lines.map((line) => <span key={line}>{line}</span>);
}
