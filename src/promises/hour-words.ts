// Words for the hour: parts of the day, the clock, and words that name no time (马上, 稍后). Knows no day and no promise.
import { spokenNumber } from '../policy/facts.ts';
import type { Meaning, Reader } from './time-word.ts';

const HOUR = 3600;
/** 马上 and 稍后 name no time, yet a reminder needs one. Defaults of the product. */
const AT_ONCE_MINUTES = 30;
const LATER_MINUTES = 120;

const hours = (from: number, until: number): Meaning => ({
  kind: 'hours',
  from: from * HOUR,
  until: until * HOUR,
  pm: from >= 12,
});

export const HOUR_READERS: readonly Reader[] = [
  { pattern: /下班(?:之前|以前|前|时)|打烊前|关门前/g, read: () => ({ kind: 'closing' }) },
  { pattern: /午饭前|饭点前/g, read: () => hours(0, 12) },
  { pattern: /晚饭前/g, read: () => hours(0, 18) },
  { pattern: /凌晨/g, read: () => hours(0, 6) },
  { pattern: /一大?早上?|大?清早|早上|早晨|清晨|(?<=[今明])早|一上班|一开工|上班第一件事/g, read: () => hours(0, 10) },
  { pattern: /上午/g, read: () => hours(0, 12) },
  { pattern: /中午/g, read: () => hours(12, 13) },
  { pattern: /下午/g, read: () => hours(12, 18) },
  { pattern: /傍晚/g, read: () => hours(17, 19) },
  { pattern: /晚上|晚间|夜里|今夜|(?<=[今明当])晚|晚(?=\d{1,2}[点:])/g, read: () => hours(18, 24) },
  {
    pattern: /(?<![\d:.~-]|至|到)([01]?\d|2[0-4]):([0-5]\d)(?![\d:~-]|[至到]\d)/g,
    read: (m) => clock(Number(m[1]), Number(m[2])),
  },
  {
    pattern:
      /(?<![\d.有这])([01]?\d|2[0-4])(?:点|时(?![间候]))(半|一刻|三刻|[0-5]?\d分?)?钟?(?!击|开|进|赞|评|建议|要求|\d)/g,
    read: (m) => clock(Number(m[1]), minutePast(m[2])),
  },
  {
    // 一点 and 两点 alone are 'a little' and 'two points'
    pattern:
      /(?<=上|中|下|晚|早|晨|午|今|天|[号日末一二三四五六])([一两])点(半|一刻|三刻|钟)?|([一两])点(?:(半|一刻|三刻|钟)|(?=前|之前|以前))/g,
    read: (m) => clock((m[1] ?? m[3]) === '一' ? 1 : 2, minutePast(m[2] ?? m[4])),
  },
  {
    pattern:
      /(?<![这有十])(?:[三四五六七八九](?=[四五六七八九]点))?(十[一二]?|[三四五六七八九])点(半|一刻|三刻|钟)?(?!击|开|进|赞|评|建议|要求)/g,
    read: (m) => clock(spokenNumber(m[1]!)!, minutePast(m[2])),
  },
];

function minutePast(text: string | undefined): number {
  if (text === '半') return 30;
  if (text === '一刻') return 15;
  if (text === '三刻') return 45;
  return Number.parseInt(text ?? '0', 10) || 0;
}

function clock(hour: number, minute: number): Meaning | null {
  return hour < 24 || minute === 0 ? { kind: 'clock', minute: hour * 60 + minute } : null;
}

export const LOOSE_READERS: readonly Reader[] = [
  {
    pattern: /马上|立马|立刻|立即|即刻|(?<!现)在?这就|现在就?(?=给|帮|去|打|联|让|安|跟|通|叫|就|为|替|处)/g,
    read: () => ({ kind: 'minutes', count: AT_ONCE_MINUTES, elastic: true }),
  },
  {
    pattern:
      /稍后|稍候(?=[给回再联通告为])|等一?下(?=[给回再联通告发就我])|等会儿?|待会儿?|(?:过一?|一)会儿?(?=[给回再联通告发就我为])/g,
    read: () => ({ kind: 'minutes', count: LATER_MINUTES, elastic: true }),
  },
  {
    pattern: /晚[一些]?点(?!到|才|没|也)|晚些(?:时候)?|迟[些点]|回头(?=[给再我发跟告把])/g,
    read: (_, context) => ({ kind: 'days', first: context.today, last: context.today, endsIt: true }),
  },
  { pattern: /尽快|尽早|第一时间|随时|及时|抓紧/g, read: () => ({ kind: 'unknown' }) },
];
