// Finds what an outgoing message promises the shopper, and by when. Pure; knows no conversation and stores nothing.
import type { PromiseKind } from '../contract/promise.ts';
import { ACTS, type Sign } from './acts.ts';
import { OFFICE_CALENDAR, SHOP_TIME_ZONE, type WorkCalendar } from './calendar.ts';
import { type Clause, sentencesOf } from './clauses.ts';
import { type Due, type DueClock, duesIn } from './due.ts';
import { FOR_SHOPPER, reasonAgainst } from './no-promise.ts';

export interface FoundPromise {
  kind: PromiseKind;
  /** The words of the message from `offset`, `length` UTF-16 units long. */
  evidence: string;
  offset: number;
  length: number;
  /** Null when the message names no time, or one that begins with something still to happen. */
  dueAt: Date | null;
  /** As the message says it (normalised), null without any: 今天下班前, 尽快. */
  dueWords: string | null;
  /** What it is about, where the clause counts it: 一双袜子, 10元优惠券. */
  subject?: string;
}

export interface DetectOptions {
  now: Date;
  timeZone?: string;
  calendar?: WorkCalendar;
}

/** A longer text is no chat message; what stands behind is not read. */
const TEXT_MAX = 20_000;

/** Never throws; in the order of the text. */
export function detectPromises(text: string, options: DetectOptions): FoundPromise[] {
  const clock: DueClock = {
    now: options.now,
    timeZone: options.timeZone ?? SHOP_TIME_ZONE,
    calendar: options.calendar ?? OFFICE_CALENDAR,
  };
  const original = text.slice(0, TEXT_MAX);
  return sentencesOf(original).flatMap((clauses) => {
    const readings = clauses.map((_, at) => readClause(clauses, at, clock));
    return told(original, clauses, readings);
  });
}

interface Reading {
  /** `isBare`: names no thing, so that it may go on with what stands before: 给您开票，晚点发您. */
  act: { kind: PromiseKind; isBare: boolean } | null;
  due: Due | null;
}

function readClause(clauses: readonly Clause[], at: number, clock: DueClock): Reading {
  const { text } = clauses[at]!;
  const dues = duesIn(text, clauses[at - 1]?.text ?? '', clock);
  const signs = signsOf(clauses, at, dues);
  let isRuledOut = false;
  for (const act of ACTS) {
    const match = act.any.exec(text);
    if (match === null || act.unless?.test(text) || !act.needs.some((line) => line.every((sign) => signs.has(sign))))
      continue;
    // what is no promise under its own name is none under no name
    if (act.kind === 'other' && isRuledOut) continue;
    const end = match.index + match[0].length;
    const isDated = dues.some((due) => due.isDated);
    if (reasonAgainst({ clauses, at, start: match.index, end, isDated }) === null) {
      return { act: { kind: act.kind, isBare: BARE.test(match[0]) }, due: dueFor(dues, end) };
    }
    isRuledOut = true;
  }
  return { act: null, due: dueFor(dues, text.length) };
}

const BARE = /^(?:发|寄|给)[您你]$/;
const I = /我|咱|这边/;
const OURS = /安排|主管|专员|专人|师傅|财务|让(?:他|她|快递|站点|小哥)/;
/** The clause before says who is speaking and for whom: 那我让他们加急，两小时内出库. */
const SPOKE = /我(?!们)|这边|[给帮为替][您你]/;
const FIRM = /一定|肯定|保证|必|准|务必|最[晚迟]|会|将/;
const THEN = /再|后|了|有(?:结果|消息|进展|货)|到货|清楚|好就/;

function signsOf(clauses: readonly Clause[], at: number, dues: readonly Due[]): ReadonlySet<Sign> {
  const { text } = clauses[at]!;
  const signs = new Set<Sign>();
  if (FOR_SHOPPER.test(text)) signs.add('you');
  if (I.test(text)) signs.add('i');
  if (OURS.test(text) || SPOKE.test(clauses[at - 1]?.text ?? '')) signs.add('ours');
  if (FIRM.test(text)) signs.add('firm');
  if (THEN.test(text)) signs.add('then');
  if (dues.some((due) => due.isDay)) signs.add('day');
  if (dues.some((due) => due.isSoon)) signs.add('soon');
  if (dues.length > 0) signs.add('time');
  return signs;
}

/** What names a time wins over 尽快; before the act over behind it (给您留到周四). */
function dueFor(dues: readonly Due[], actEnd: number): Due | null {
  const dated = dues.filter((due) => due.isDated);
  return (
    dated.findLast((due) => due.start < actEnd) ??
    dated[0] ??
    dues.findLast((due) => due.start < actEnd) ??
    dues[0] ??
    null
  );
}

interface Draft {
  kind: PromiseKind;
  first: number;
  last: number;
  due: (Due & { at: number }) | null;
}

/** A time that stands alone belongs to what was promised before it: 给您申请补偿，两天内到账. */
const ABOUT = /差不多|大概|大约/;
const NOT_ITS_TIME = /[您你](?!的)|请|麻烦|预计|大概|送达|能到|收到|活动/;

function told(original: string, clauses: readonly Clause[], readings: readonly Reading[]): FoundPromise[] {
  const drafts: Draft[] = [];
  let lone: Draft['due'] = null;
  readings.forEach(({ act, due: read }, at) => {
    const { text, isAsked } = clauses[at]!;
    const due = read === null ? null : { ...read, at };
    const previous = drafts.at(-1);
    if (act === null) {
      const isOnlyTime = due !== null && text.replace(ABOUT, '').length - (due.end - due.start) <= 2;
      if (due?.isDated && !isAsked && previous?.last === at - 1 && !NOT_ITS_TIME.test(text)) adopt(drafts, due, at);
      else if (isOnlyTime) lone = due;
      return;
    }
    if (previous?.last === at - 1 && goesOn(previous, act, due)) {
      if (previous.kind === 'other') previous.kind = act.kind;
      previous.last = at;
      previous.due ??= due;
    } else drafts.push({ kind: act.kind, first: at, last: at, due: due ?? lone });
    lone = null;
  });
  return drafts.map((draft) => asPromise(original, clauses, draft));
}

/** 给您补发，明天发出: what goes out by a parcel. */
const SENT: ReadonlySet<PromiseKind> = new Set(['replacement', 'gift']);

/** One promise said in two clauses: the same act once more, or words that name none and give the other half its time. */
function goesOn(previous: Draft, act: NonNullable<Reading['act']>, due: Due | null): boolean {
  if (previous.kind === act.kind) return !due || !previous.due || sameTime(due, previous.due);
  if (previous.due) return false;
  if (SENT.has(previous.kind) && act.kind === 'shipment') return due?.isDated === true;
  return act.isBare || previous.kind === 'other' || (act.kind === 'other' && due?.isDated === true);
}

const sameTime = (one: Due, other: Due): boolean => one.dueAt?.getTime() === other.dueAt?.getTime();

function adopt(drafts: readonly Draft[], due: NonNullable<Draft['due']>, at: number): void {
  for (const draft of drafts) if (!draft.due?.isDated) draft.due = due;
  drafts.at(-1)!.last = at;
}

const COUNTED =
  /(?:[一两二三四五六七八九十]|\d{1,4})(?:[个双件张斤份包袋瓶条只本箱盒块片根颗枚套组对支台]|元)(?!工作日|小时|月|星期|礼拜)(?:的|新的|全新的)?\p{Script=Han}{1,8}?(?=$|[^\p{Script=Han}]|当|做|作|一起|给|寄|发|哈|哦|表示|您)/u;

function asPromise(original: string, clauses: readonly Clause[], { kind, first, last, due }: Draft): FoundPromise {
  const offset = clauses[first]!.start;
  const end = clauses[last]!.end;
  const evidence = original.slice(offset, end);
  const subject = COUNTED.exec(clauses[first]!.text)?.[0];
  return {
    kind,
    evidence,
    offset,
    length: end - offset,
    dueAt: due?.dueAt ?? null,
    dueWords: due ? clauses[due.at]!.text.slice(due.start, due.end) : null,
    ...(subject === undefined ? {} : { subject }),
  };
}
