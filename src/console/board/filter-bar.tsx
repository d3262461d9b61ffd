// The strip above the board: period, channel, team, whose measure; and what one may do with the whole page.
import { useChannelName } from '../staff/channel-names.ts';
import type { Places, Profile } from './data.ts';
import { type Filters, RANGES } from './filters.ts';
import { clockTime } from './format.ts';
import { nameOf } from './names.ts';
import { useSpeech } from './speech.ts';

interface FilterBarProps {
  filters: Filters;
  onChange(change: Partial<Filters>): void;
  places: Places | undefined;
  profiles: readonly Profile[];
  updatedAt: number;
  stale: boolean;
  asTables: boolean;
  onTables(): void;
  onRefresh(): void;
  onExport: (() => void) | null;
  onFullScreen(): void;
}

export function FilterBar({ filters, onChange, places, profiles, updatedAt, stale, ...acts }: FilterBarProps) {
  const { t, language } = useSpeech();
  const channelName = useChannelName();
  const select = (
    word: 'board.channel' | 'board.team' | 'board.profile',
    value: string,
    choices: readonly { value: string; name: string }[],
    choose: (value: string) => void,
  ) => (
    <label>
      <span>{t(word)}</span>
      <select aria-label={t(word)} value={value} onChange={(event) => choose(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.name}
          </option>
        ))}
      </select>
    </label>
  );
  const all = { value: '', name: t('board.all') };
  const accounts = places?.accounts.map((a) => ({ value: a.id, name: channelName(a.kind) })) ?? [];
  const teams = places?.teams.map((team) => ({ value: team.name, name: team.label })) ?? [];
  const judges = profiles.map((p) => ({ value: p.id, name: nameOf('profile', p, language, t) }));
  const { account = '', team = '' } = filters;
  return (
    <header className="board-bar">
      <h1>{t('board.title')}</h1>
      <fieldset className="board-filters" aria-label={t('board.filters')}>
        <fieldset className="side-switch" aria-label={t('board.range')}>
          {RANGES.map((range, i) => (
            <button
              key={range}
              type="button"
              aria-pressed={filters.range === range}
              title={i < 3 ? String(i + 1) : undefined}
              onClick={() => onChange({ range })}
            >
              {t(`range.${range}`)}
            </button>
          ))}
        </fieldset>
        {filters.range === 'custom' && (
          <span className="board-days">
            <input
              type="date"
              aria-label={t('board.from')}
              value={filters.from ?? ''}
              onChange={(event) => onChange({ from: event.target.value })}
            />
            <span aria-hidden="true">–</span>
            <input
              type="date"
              aria-label={t('board.until')}
              value={filters.until ?? ''}
              min={filters.from}
              onChange={(event) => onChange({ until: event.target.value })}
            />
          </span>
        )}
        {select('board.channel', account, [all, ...accounts], (value) => onChange({ account: value }))}
        {select('board.team', team, [all, ...teams], (value) => onChange({ team: value }))}
        {select('board.profile', filters.profile, judges, (profile) => onChange({ profile }))}
      </fieldset>
      <div className="board-right">
        <p className={stale ? 'board-asof paused' : 'board-asof'} role="status">
          {updatedAt > 0 && t(stale ? 'board.paused' : 'board.asOf', { time: clockTime(updatedAt) })}
        </p>
        <div className="board-acts">
          <button type="button" onClick={acts.onRefresh}>
            {t('board.refresh')}
            <kbd>R</kbd>
          </button>
          <button type="button" aria-pressed={acts.asTables} onClick={acts.onTables}>
            {t('board.tables')}
            <kbd>T</kbd>
          </button>
          <button type="button" disabled={acts.onExport === null} onClick={acts.onExport ?? undefined}>
            {t('board.export')}
          </button>
          <button type="button" onClick={acts.onFullScreen}>
            {t('board.fullscreen')}
            <kbd>F</kbd>
          </button>
        </div>
      </div>
    </header>
  );
}
