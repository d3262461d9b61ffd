// The board as a table of a spreadsheet: the same strings as on the screen, part after part.
import { type AgentLine, agentHead } from './agents.tsx';
import type { BoardCard } from './cards.tsx';
import { causesTable, hoursTable, reasonsTable } from './charts.tsx';
import type { Board } from './data.ts';
import type { TableData } from './data-table.tsx';
import type { Speak } from './speech.ts';

const NO_LIST = () => {};

const ofTable = ({ caption, head, rows }: TableData): string[][] => [
  [],
  [caption],
  [...head],
  ...rows.map(({ cells }) => cells.map((cell) => cell.text)),
];

export function exportRows(
  { cards, board, agents }: { cards: readonly BoardCard[]; board: Board; agents: readonly AgentLine[] },
  t: Speak,
): string[][] {
  return [
    [t('csv.metric'), t('csv.value'), t('csv.note'), t('csv.before')],
    ...cards.flatMap(({ name, facts, beforeName }) =>
      facts === null
        ? []
        : [[name, facts.value, facts.note, facts.before === null ? '' : `${beforeName} ${facts.before}`]],
    ),
    ...ofTable(hoursTable(board, t, NO_LIST)),
    ...ofTable(reasonsTable(board, t, NO_LIST)),
    ...ofTable(causesTable(board, t, NO_LIST)),
    [],
    [t('agents.title')],
    agentHead(t),
    ...agents.map(({ now, cells }) => [now.name, ...cells.map((cell) => cell.text)]),
  ];
}
