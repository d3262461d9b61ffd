// The first row: what each card says, made of the live numbers and the figures. The export writes the same facts.

import { stopwatch } from '../time.ts';
import type { CardFacts } from './card.tsx';
import type { Board, BoardData, Live, Profile } from './data.ts';
import { Definition } from './definition.tsx';
import type { Filters } from './filters.ts';
import { duration, percent, stars } from './format.ts';
import type { ListOf } from './list.tsx';
import { nameOf } from './names.ts';
import type { Speak, Speech } from './speech.ts';

export interface BoardCard {
  id: string;
  name: string;
  facts: CardFacts | null;
  from: 'live' | 'board';
  beforeName: string;
  list: ListOf | null;
}

type Figure = Board['figures'][keyof Board['figures']];

/** `up`: more is better. */
function changeOf(now: number | null, before: number | null, better: 'up' | 'down' | 'plain'): CardFacts['change'] {
  if (now === null || before === null || now === before) return null;
  const way = now > before ? 'up' : 'down';
  return { way, mood: better === 'plain' ? 'plain' : way === better ? 'good' : 'bad' };
}

function liveCards(live: Live | undefined, t: Speak): BoardCard[] {
  const count = (presence: string) => live?.agents.filter((a) => a.presence === presence).length ?? 0;
  const beforeName = t('before.day');
  const card = (id: 'waiting' | 'in-service' | 'online', facts: Omit<CardFacts, 'id' | 'name'> | null): BoardCard => {
    const name = t(id === 'waiting' ? 'card.waiting' : id === 'online' ? 'card.online' : 'card.inService');
    const list: ListOf | null = id === 'online' ? null : { measure: id, name };
    return { id, name, from: 'live', beforeName, list, facts: facts && { id, name, ...facts } };
  };
  const waiting = live?.waiting;
  const serving = live?.inService;
  return [
    card(
      'waiting',
      waiting
        ? {
            value: String(waiting.n),
            note:
              waiting.longestMs === null ? t('card.nobody') : t('card.longest', { time: stopwatch(waiting.longestMs) }),
            before: String(waiting.before),
            change: changeOf(waiting.n, waiting.before, 'down'),
            trend: waiting.trend,
            about: t('info.waiting'),
          }
        : null,
    ),
    card(
      'in-service',
      serving
        ? {
            value: `${serving.n}/${serving.capacity}`,
            note: t('card.capacity', { n: serving.capacity }),
            before: String(serving.before),
            change: changeOf(serving.n, serving.before, 'plain'),
            trend: serving.trend,
            about: t('info.inService'),
          }
        : null,
    ),
    card(
      'online',
      live
        ? {
            value: String(count('online')),
            note: t('card.busy', { busy: count('busy'), away: count('away') }),
            before: null,
            change: null,
            trend: [],
            about: t('info.online'),
          }
        : null,
    ),
  ];
}

interface Shown {
  id: keyof Board['figures'];
  name: string;
  show(value: number | null): string;
  note(figure: Figure): string;
  better: 'up' | 'down';
  about: CardFacts['about'];
}

function figuresShown(
  board: Board | undefined,
  profiles: readonly Profile[],
  profileId: string,
  { t, language }: Speech,
): Shown[] {
  const hits = ({ hits: n, of }: Figure) => t('card.hits', { hits: n ?? 0, of });
  const defined = (of: 'rate' | 'average') =>
    board && <Definition of={of} profiles={profiles} profileId={profileId} board={board} />;
  return [
    {
      id: 'response',
      name: board ? nameOf('metric', board.rate, language, t) : t('agents.rate'),
      show: percent,
      note: hits,
      better: 'up',
      about: defined('rate'),
    },
    {
      id: 'first-reply',
      name: t('card.firstReply'),
      show: (ms) => duration(ms, t),
      note: ({ extra }) => t('card.p90', { time: duration(extra, t) }),
      better: 'down',
      about: t('info.firstReply'),
    },
    {
      id: 'average-response',
      name: t('card.average'),
      show: (ms) => duration(ms, t),
      note: ({ of }) => t('card.averageOf', { n: of }),
      better: 'down',
      about: defined('average'),
    },
    {
      id: 'bot-resolution',
      name: t('card.botResolution'),
      show: percent,
      note: hits,
      better: 'up',
      about: t('info.botResolution'),
    },
    {
      id: 'satisfaction',
      name: t('card.satisfaction'),
      show: stars,
      note: ({ of, extra }) => (of === 0 ? t('card.noRatings') : t('card.participation', { percent: percent(extra) })),
      better: 'up',
      about: t('info.satisfaction'),
    },
  ];
}

export function cardsOf({ live, board, profiles }: BoardData, filters: Filters, speech: Speech): BoardCard[] {
  const { t } = speech;
  const figures = board.data?.figures;
  const beforeName = t(`before.${filters.range}`);
  const shown = figuresShown(board.data, profiles.data?.items ?? [], filters.profile, speech);
  return [
    ...liveCards(live.data, t),
    ...shown.map(({ id, name, show, note, better, about }): BoardCard => {
      const figure = figures?.[id];
      return {
        id,
        name,
        from: 'board',
        beforeName,
        list: { measure: id, name },
        facts: figure
          ? {
              id,
              name,
              value: show(figure.value),
              note: note(figure),
              before: figure.before === null ? null : show(figure.before),
              change: changeOf(figure.value, figure.before, better),
              trend: figure.trend,
              about,
            }
          : null,
      };
    }),
  ];
}
