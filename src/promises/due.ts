// By when a clause says that something will be done. Deterministic: the same words at the same moment give the same instant. Knows no promise.
import { type DayNumber, instantOf, localTime, type WorkCalendar } from './calendar.ts';
import { DAY_READERS, SPAN_READERS } from './day-words.ts';
import { HOUR_READERS, LOOSE_READERS } from './hour-words.ts';
import type { Meaning, Reader, ReaderContext, TimeWord } from './time-word.ts';

export interface DueClock {
  now: Date;
  timeZone: string;
  calendar: WorkCalendar;
}

export interface Due {
  /** Place of the words in the clause. */
  start: number;
  end: number;
  /** Null when the words name no time: 尽快, or a span that begins with something that has not happened yet. */
  dueAt: Date | null;
  /** Names a day or an hour, not only how soon. */
  isDated: boolean;
  /** Names a day or an hour of the calendar, not a span from now. */
  isDay: boolean;
  /** 马上, 稍后. */
  isSoon: boolean;
}

/** Earlier readers win a place that two of them claim: 11月30日 is no span of 30 days. */
const READERS: readonly Reader[] = [...DAY_READERS, ...SPAN_READERS, ...HOUR_READERS, ...LOOSE_READERS];

const END_OF_DAY = 86_399;
const DAY = 86_400;

/** 收到后24小时内, 有结果马上: the clock starts with what stands before. */
const STARTS_LATER =
  /(?<![今稍然最以之天时月年周钟日班售先前背])(?:之后|以后|后(?![台面续期天勤备]))|(?:到货?|有货|补货|上新|回来|收到|查到|问到|好)了(?:就|再|我|这边|$)|(?:[拍付看问查弄做办修收]完|做好|弄好|修好|处理好|开好|查到|问到|收到.{0,6}(?:货|包裹|件))(?:就|再|我|这边|$)|有(?:结果|消息|进展|货)|到货|补货/;
/** 明天还不动我就…, 今天没到: the time of what did not happen. */
const NOT_YET = /^[还再都仍也]?[不没未]/;
/** 裁好了 is over, 到货了 is still to come. */
const ENDS_AS_START = /(?:后|时|时候)$|(?:有货|到货|补货|结果|消息|进展)了?$/;

/** Every statement of time in the clause, in its order. Both clauses are normalised; `lead` is the one before in the sentence. */
export function duesIn(clause: string, lead: string, clock: DueClock): Due[] {
  const local = localTime(clock.now, clock.timeZone);
  const context: ReaderContext = { today: local.day, calendar: clock.calendar };
  const afterLead = ENDS_AS_START.test(lead) && STARTS_LATER.test(lead.slice(-20));
  return phrasesOf(clause, timeWordsIn(clause, context))
    .filter(({ end }) => !NOT_YET.test(clause.slice(end, end + 3)))
    .map((phrase) => {
      const start = phrase.words[0]!.start;
      const isSpan = phrase.words.every((word) => word.meaning.kind === 'minutes' || startsWithCount(clause, word));
      const waits = isSpan && (afterLead || STARTS_LATER.test(clause.slice(Math.max(0, start - 20), start)));
      const dueAt = waits ? null : dueOf(phrase, clock, local);
      const isDated = phrase.words.some(({ meaning }) => !(meaning.kind === 'unknown' || isElastic(meaning)));
      return {
        start,
        end: phrase.end,
        dueAt: dueAt && later(dueAt, clock.now),
        isDated,
        isDay: isDated && !isSpan,
        isSoon: phrase.words.some(({ meaning }) => isElastic(meaning)),
      };
    });
}

const startsWithCount = (clause: string, { meaning, start }: TimeWord): boolean =>
  meaning.kind === 'days' &&
  meaning.endsIt === true &&
  /^[\d一二两三四五六七八九十半]/.test(clause.slice(start, start + 1));

const isElastic = (meaning: Meaning): boolean => meaning.kind === 'minutes' && meaning.elastic === true;

/** The last second of a day is over before the day is. */
const later = (due: Date, now: Date): Date => (due < now ? now : due);

function timeWordsIn(clause: string, context: ReaderContext): TimeWord[] {
  const found: TimeWord[] = [];
  for (const { pattern, read } of READERS) {
    for (const match of clause.matchAll(pattern)) {
      const start = match.index;
      const end = start + match[0].length;
      if (found.some((word) => word.start < end && start < word.end)) continue;
      const meaning = read(match, context);
      if (meaning !== null) found.push({ start, end, meaning });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

interface Phrase {
  words: TimeWord[];
  end: number;
  /** 周五前: over before Friday begins. */
  isBefore: boolean;
}

const BETWEEN = /^[\s的之里内在、,]{0,2}$/;
const BEFORE = /^(?:之前|以前|前)(?!台|往|面|期)/;
const WITHIN = /^(?:之内|以内|内|里)/;

/** 明天 + 上午 + 10点 + 前 is one statement. */
function phrasesOf(clause: string, words: readonly TimeWord[]): Phrase[] {
  const phrases: Phrase[] = [];
  for (const word of words) {
    const last = phrases.at(-1);
    if (last && !last.isBefore && BETWEEN.test(clause.slice(last.end, word.start)) && joins(last.words, word)) {
      last.words.push(word);
      last.end = word.end;
    } else phrases.push({ words: [word], end: word.end, isBefore: false });
    const phrase = phrases.at(-1)!;
    const rest = clause.slice(phrase.end, phrase.end + 4);
    const before = BEFORE.exec(rest);
    phrase.end += before?.[0].length ?? WITHIN.exec(rest)?.[0].length ?? 0;
    phrase.isBefore = before !== null;
  }
  return phrases;
}

const RANK: Record<Meaning['kind'], number> = { days: 0, hours: 1, clock: 2, closing: 2, minutes: 3, unknown: 3 };

/** A day, then a part of it, then the hour; 尽快 and 马上 stand alone. */
function joins(words: readonly TimeWord[], word: TimeWord): boolean {
  return RANK[word.meaning.kind] < 3 && RANK[words.at(-1)!.meaning.kind] < RANK[word.meaning.kind];
}

function dueOf({ words, isBefore }: Phrase, clock: DueClock, local: { day: DayNumber; second: number }): Date | null {
  const of = <K extends Meaning['kind']>(kind: K) =>
    words
      .map(({ meaning }) => meaning)
      .find((meaning): meaning is Extract<Meaning, { kind: K }> => meaning.kind === kind);
  const minutes = of('minutes');
  if (minutes) return new Date(clock.now.getTime() + minutes.count * 60_000);
  if (of('unknown')) return null;
  const days = of('days');
  const hours = of('hours');
  const hour = of('closing') ? clock.calendar.closesAtMinute * 60 : hourOf(of('clock'), hours, days, local);
  if (hour === null && !hours) return at(endOf(days!, isBefore, local.day), END_OF_DAY, clock);
  const second = hour ?? (isBefore ? hours!.from : hours!.until);
  const day = days?.last ?? (second > local.second ? local.day : local.day + 1);
  // 今天2点 said at three is a slip of the pen: today it is
  if (day === local.day && second <= local.second) return at(day, Math.max(hours?.until ?? 0, END_OF_DAY), clock);
  return second === DAY && hour === null ? at(day, END_OF_DAY, clock) : at(day, second, clock);
}

/** `before` the day begins, unless that moment is over. */
function endOf(days: Extract<Meaning, { kind: 'days' }>, isBefore: boolean, today: DayNumber): DayNumber {
  return isBefore && !days.endsIt && days.first > today ? days.first - 1 : days.last;
}

const at = (day: DayNumber, second: number, clock: DueClock): Date => instantOf({ day, second }, clock.timeZone);

/** Seconds since midnight; an hour without 上午 or 下午 is the one a shop would mean. */
function hourOf(
  clockWord: Extract<Meaning, { kind: 'clock' }> | undefined,
  hours: Extract<Meaning, { kind: 'hours' }> | undefined,
  days: Extract<Meaning, { kind: 'days' }> | undefined,
  local: { day: DayNumber; second: number },
): number | null {
  if (!clockWord) return null;
  const second = clockWord.minute * 60;
  const isMorningHour = clockWord.minute < 12 * 60;
  if (hours) {
    if (hours.from >= 18 * 3600 && clockWord.minute === 12 * 60) return DAY;
    return hours.pm &&
      isMorningHour &&
      !(hours.from === 12 * 3600 && clockWord.minute >= 10 * 60 && hours.until === 13 * 3600)
      ? second + DAY / 2
      : second;
  }
  if (!isMorningHour) return second;
  const isToday = days === undefined || days.last === local.day;
  if (isToday && second <= local.second && second + DAY / 2 > local.second) return second + DAY / 2;
  return clockWord.minute < 7 * 60 ? second + DAY / 2 : second;
}
