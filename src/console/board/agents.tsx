// The agents: how they are now, what the period shows of them, and what a supervisor may do.
import type { AgentNow, Board } from './data.ts';
import { duration, NOTHING, percent, stars } from './format.ts';
import type { ListOf } from './list.tsx';
import { type Speak, useSpeech } from './speech.ts';

export interface AgentLine {
  now: AgentNow;
  /** As shown, in the order of the columns after the name. */
  cells: { key: string; text: string; list: ListOf | null }[];
}

export const agentHead = (t: Speak): string[] => [
  t('agents.name'),
  t('agents.state'),
  t('agents.serving'),
  t('agents.load'),
  t('agents.awaiting'),
  t('agents.rate'),
  t('agents.average'),
  t('agents.resolved'),
  t('agents.stars'),
];

export function agentLines(agents: readonly AgentNow[], board: Board | undefined, t: Speak): AgentLine[] {
  return agents.map((now) => {
    const did = board?.agents.find((a) => a.id === now.id);
    const list = (measure: ListOf['measure'], name: string): ListOf => ({
      measure,
      name: `${now.name} · ${name}`,
      narrow: { agent: now.id },
    });
    const [, , serving, , , rate, average, resolved, rated] = agentHead(t);
    return {
      now,
      cells: [
        { key: 'state', text: t(`presence.${now.presence as 'online'}`), list: null },
        { key: 'serving', text: String(now.serving), list: list('in-service', serving!) },
        { key: 'load', text: `${now.load}/${now.capacity}`, list: null },
        { key: 'awaiting', text: String(now.awaiting), list: null },
        { key: 'rate', text: percent(did?.response.rate ?? null), list: list('response', rate!) },
        { key: 'average', text: duration(did?.averageMs ?? null, t), list: list('average-response', average!) },
        { key: 'resolved', text: did ? String(did.resolved) : NOTHING, list: list('resolved', resolved!) },
        { key: 'stars', text: stars(did?.stars ?? null), list: list('satisfaction', rated!) },
      ],
    };
  });
}

interface AgentsProps {
  lines: readonly AgentLine[];
  onList(list: ListOf): void;
  onListen(agent: AgentNow, whisper: boolean): void;
  onMove(agent: AgentNow): void;
  onHome(agent: AgentNow): void;
}

function Acts({ agent, ...act }: Omit<AgentsProps, 'lines' | 'onList'> & { agent: AgentNow }) {
  const { t } = useSpeech();
  const idle = agent.serving === 0;
  const button = (word: 'listen' | 'assist' | 'move' | 'home', onClick: () => void, disabled: boolean) => {
    const name = t(`agents.${word}`);
    return (
      <button
        type="button"
        className="small"
        aria-label={t('agents.of', { act: name, name: agent.name })}
        disabled={disabled}
        onClick={onClick}
      >
        {name}
      </button>
    );
  };
  return (
    <div className="row-acts">
      {button('listen', () => act.onListen(agent, false), idle)}
      {button('assist', () => act.onListen(agent, true), idle)}
      {button('move', () => act.onMove(agent), idle)}
      {button('home', () => act.onHome(agent), agent.presence === 'offline' && idle)}
    </div>
  );
}

export function Agents({ lines, onList, ...acts }: AgentsProps) {
  const { t } = useSpeech();
  if (lines.length === 0) return <p className="panel-empty">{t('agents.empty')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by the keyboard
    <div className="table-box" tabIndex={0}>
      <table className="data-table agents-table">
        <thead>
          <tr>
            {[...agentHead(t), t('agents.acts')].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ now, cells }) => (
            <tr key={now.id}>
              <th scope="row">{now.name}</th>
              {cells.map(({ key, text, list }) => (
                <td key={key}>
                  {key === 'state' && <span className={`presence-dot dot-${now.presence}`} aria-hidden="true" />}
                  {list === null || text === NOTHING || text === '0' ? (
                    text
                  ) : (
                    <button type="button" className="number" onClick={() => onList(list)}>
                      {text}
                    </button>
                  )}
                </td>
              ))}
              <td>
                <Acts agent={now} {...acts} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
