// Draws the baton from its state machine: asks step() about every state and every event, and writes what it answers into docs/baton.md.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Baton, type BatonEvent, type Effect, step } from '../src/handoff/baton.ts';

export const PAGE = path.resolve(import.meta.dirname, '../docs/baton.md');

/** Five people: who owns it, who was asked, whom a transfer is meant for, who declined before, and anybody else. */
const OWNER = '1';
const ASKED = '2';
const MEANT = '3';
const PASSED = '4';
const ANYBODY = '5';
const TEAM = 'aftersale';

const fresh = { team: 'insale', passed: [], raised: false };
const once = { ...fresh, passed: [PASSED] };

/** A box of the drawing, and the states it stands for. */
interface Box {
  name: string;
  states: readonly Baton[];
  /** Who has a part in it, by word. */
  people: Record<string, string>;
}

const owned = { kind: 'with-agent', owner: OWNER, ...fresh } as const;
const BOXES: readonly Box[] = [
  { name: 'with-bot', states: [{ kind: 'with-bot' }], people: {} },
  { name: 'with-platform', states: [{ kind: 'with-platform' }], people: {} },
  {
    name: 'waiting',
    states: [
      { kind: 'waiting', ...fresh },
      { kind: 'waiting', ...once },
    ],
    people: { 'who declined': PASSED },
  },
  { name: 'deferred', states: [{ kind: 'deferred', ...fresh }], people: {} },
  {
    name: 'offered',
    states: [
      { kind: 'offered', to: ASKED, ...fresh },
      { kind: 'offered', to: ASKED, ...once },
    ],
    people: { 'who was asked': ASKED },
  },
  { name: 'with-agent', states: [{ ...owned, transfer: null }], people: { owner: OWNER } },
  {
    name: 'handing-on',
    states: [
      { ...owned, transfer: { kind: 'agent', agent: MEANT } },
      { ...owned, transfer: { kind: 'team', team: TEAM } },
    ],
    people: { owner: OWNER, 'whom it is meant for': MEANT },
  },
];

/** `handing-on` is with-agent whose owner has asked somebody else. */
function boxOf(baton: Baton): string {
  return baton.kind === 'with-agent' && baton.transfer ? 'handing-on' : baton.kind;
}

type Kind = BatonEvent['kind'];

/** An event as each person might cause it; the word says in which way, where there are several. */
function eventsOf(kind: Kind, who: string): { word: string; event: BatonEvent }[] {
  switch (kind) {
    case 'hand-off':
      return [
        { word: '', event: { kind, team: TEAM, away: false } },
        { word: 'nobody is there', event: { kind, team: TEAM, away: true } },
      ];
    case 'offer':
    case 'lapse':
      return [{ word: '', event: { kind, to: who } }];
    case 'take-over':
      return [{ word: '', event: { kind, by: who, team: TEAM } }];
    case 'ask-transfer':
      return [
        { word: '', event: { kind, by: who, to: { kind: 'agent', agent: ANYBODY === who ? MEANT : ANYBODY } } },
        { word: '', event: { kind, by: who, to: { kind: 'team', team: TEAM } } },
        { word: 'to oneself', event: { kind, by: who, to: { kind: 'agent', agent: who } } },
      ];
    case 'accept-transfer':
      return [{ word: '', event: { kind, by: who, teams: who === MEANT ? [TEAM] : ['insale'] } }];
    case 'forgotten':
    case 'lost':
      return [{ word: '', event: { kind, owner: who } }];
    case 'release':
      return [{ word: '', event: { kind, agent: who } }];
    case 'defer':
    case 'recall':
    case 'leave-queue':
    case 'platform-takes':
    case 'platform-ends':
      return [{ word: '', event: { kind } }];
    default:
      return [{ word: '', event: { kind, by: who } }];
  }
}

/** In the order in which they are told. */
const KINDS = [
  'hand-off',
  'offer',
  'claim',
  'decline',
  'lapse',
  'defer',
  'recall',
  'leave-queue',
  'take-over',
  'ask-transfer',
  'accept-transfer',
  'decline-transfer',
  'cancel-transfer',
  'resolve',
  'give-back',
  'forgotten',
  'lost',
  'release',
  'platform-takes',
  'platform-ends',
] as const satisfies readonly Kind[];
/** Fails to compile when an event is missing above. */
const everyKindIsTold: Exclude<Kind, (typeof KINDS)[number]> extends never ? true : never = true;

export interface Answer {
  from: string;
  kind: Kind;
  /** Who, and in which way: the words of the table. */
  who: string;
  /** The box it leads to, or null and the refusal. */
  to: string | null;
  why: string | null;
  effects: readonly Effect[];
}

/** Every state with every event of everybody. */
export function walk(): Answer[] {
  if (!everyKindIsTold) throw new Error('an event is missing');
  return BOXES.flatMap(({ name, states, people }) =>
    KINDS.flatMap((kind) =>
      Object.entries({ ...people, others: ANYBODY }).flatMap(([role, who]) =>
        states.flatMap((state) =>
          eventsOf(kind, who).map(({ word, event }): Answer => {
            const done = step(state, event);
            const said = {
              from: name,
              kind,
              who: role === 'others' && word ? word : [role, word].filter(Boolean).join(', '),
            };
            return done.ok
              ? { ...said, to: boxOf(done.next), why: null, effects: done.effects }
              : { ...said, to: null, why: done.why, effects: [] };
          }),
        ),
      ),
    ),
  );
}

const ownerChanges = ({ effects }: Answer): boolean => effects.some((e) => e.kind === 'own');

const unique = <T>(list: readonly T[]): T[] => [...new Set(list)];

export function diagram(answers: readonly Answer[]): string {
  const id = (name: string): string => name.replaceAll('-', '_'); // a hyphen belongs to the arrow
  const boxes = BOXES.map(({ name }) => `  state "${name}" as ${id(name)}`);
  const lines = ['stateDiagram-v2', ...boxes, `  [*] --> ${id(BOXES[0]!.name)}`];
  for (const from of BOXES)
    for (const to of BOXES) {
      const those = answers.filter((a) => a.from === from.name && a.to === to.name);
      const words = unique(those.map((a) => `${a.kind}${ownerChanges(a) ? '*' : ''}`));
      if (words.length > 0) lines.push(`  ${id(from.name)} --> ${id(to.name)}: ${words.join(', ')}`);
    }
  return lines.join('\n');
}

/** What happens in one cell: who gets where, and what all others hear. */
function cell(answers: readonly Answer[]): string {
  const said = (a: Answer): string => (a.to ? `→ ${a.to}` : (a.why ?? ''));
  const outcomes = new Map<string, string[]>();
  for (const a of answers) outcomes.set(said(a), unique([...(outcomes.get(said(a)) ?? []), a.who]));
  if (outcomes.size === 1) return [...outcomes.keys()][0]!;
  return [...outcomes]
    .sort(([, a], [, b]) => Number(a.includes('others')) - Number(b.includes('others')))
    .map(([what, who]) => `${who.includes('others') ? 'others' : who.join(' or ')}: ${what}`)
    .join('; ');
}

export function table(answers: readonly Answer[]): string {
  const head = `| event | ${BOXES.map((b) => b.name).join(' | ')} |\n|${'---|'.repeat(BOXES.length + 1)}`;
  const rows = KINDS.map((kind) => {
    const cells = BOXES.map((b) => cell(answers.filter((a) => a.kind === kind && a.from === b.name)));
    return `| \`${kind}\` | ${cells.join(' | ')} |`;
  });
  return [head, ...rows].join('\n');
}

const START = '<!-- drawn by scripts/draw-baton.ts -->';
const END = '<!-- end of the drawing -->';

/** The page with what stands between its marks drawn anew. */
export function drawn(page: string): string {
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has lost the marks of its drawing`);
  const answers = walk();
  const parts = [START, '```mermaid', diagram(answers), '```', '', table(answers), END];
  return `${before}${parts.join('\n')}${after}`;
}

if (import.meta.main) writeFileSync(PAGE, drawn(readFileSync(PAGE, 'utf8')));
