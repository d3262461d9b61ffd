// A table of numbers; those that have a list behind them are buttons.
import type { ReactNode } from 'react';

export interface TableData {
  caption: string;
  head: readonly string[];
  rows: readonly { key: string; cells: readonly { text: string; open?: () => void }[] }[];
}

const Cell = ({ text, open }: { text: string; open?: (() => void) | undefined }): ReactNode =>
  open === undefined ? (
    text
  ) : (
    <button type="button" className="number" onClick={open}>
      {text}
    </button>
  );

export function DataTable({ caption, head, rows }: TableData) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by the keyboard
    <div className="table-box" tabIndex={0}>
      <table className="data-table">
        <caption className="unseen-label">{caption}</caption>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [first, ...rest] }) => (
            <tr key={key}>
              <th scope="row">{first && <Cell {...first} />}</th>
              {rest.map((cell, i) => (
                <td key={head[i + 1]}>
                  <Cell {...cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
