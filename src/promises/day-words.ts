// Words for days and for spans of time: dates, weekdays, 明天, 3个工作日. Knows no hour and no promise.
import { spokenNumber } from '../policy/facts.ts';
import { addMonths, addWorkingDays, type DayNumber, dateOf, dayOf, daysInMonth, weekdayOf } from './calendar.ts';
import { amountOf, type Meaning, NUMBER, type Reader, type ReaderContext, TENS } from './time-word.ts';

const oneDay = (day: DayNumber): Meaning => ({ kind: 'days', first: day, last: day });
const untilDay = (day: DayNumber): Meaning => ({ kind: 'days', first: day, last: day, endsIt: true });

/** 下下周 is two ahead, 下周 one. */
const howFar = (which = ''): number => (which.startsWith('下下') ? 2 : which.startsWith('下') ? 1 : 0);

/** The first of these dates that is not over. */
function nextDate(day: number, context: ReaderContext, month?: number, year?: number): Meaning | null {
  const today = dateOf(context.today);
  const isDate = (y: number, m: number) => day >= 1 && m >= 1 && m <= 12 && day <= daysInMonth(y, m);
  if (month !== undefined) {
    // 29 February is at most eight years away
    for (let y = year ?? today.year; y <= (year ?? today.year + 8); y++) {
      const found = dayOf(y, month, day);
      if (isDate(y, month) && (found >= context.today || year !== undefined)) return oneDay(found);
    }
    return null;
  }
  for (let ahead = 0; ahead < 3; ahead++) {
    const first = dateOf(dayOf(today.year, today.month + ahead, 1));
    const found = dayOf(first.year, first.month, day);
    if (isDate(first.year, first.month) && found >= context.today) return oneDay(found);
  }
  return null;
}

/** 下月初, 12月底. Without a month or a 下, the first that is not over. */
function monthPart(context: ReaderContext, ahead: number, part: string, month?: number): Meaning {
  const today = dateOf(context.today);
  const first = dateOf(dayOf(today.year, (month ?? today.month) + ahead, 1));
  const end = daysInMonth(first.year, first.month);
  const [from, to] = MONTH_PARTS[part] ?? [end, end];
  const last = dayOf(first.year, first.month, Math.min(to, end));
  if (last < context.today) return monthPart(context, ahead + (month === undefined ? 1 : 12), part, month);
  return { kind: 'days', first: dayOf(first.year, first.month, from), last, endsIt: from === end };
}

/** 底 and 下旬 are not here: the last day is meant. */
const MONTH_PARTS: Record<string, [from: number, to: number]> = {
  '': [1, 31],
  初: [1, 10],
  上旬: [1, 10],
  中: [15, 15],
  中旬: [11, 20],
};

function weekday(context: ReaderContext, which: string, sign: string): Meaning {
  const monday = context.today - weekdayOf(context.today) + 1;
  const number = '一二三四五六'.includes(sign) ? '一二三四五六'.indexOf(sign) + 1 : Number(sign) || 7;
  const weeks = howFar(which);
  const day = monday + weeks * 7 + number - 1;
  return oneDay(day < context.today ? day + 7 : day);
}

function wholeWeek(context: ReaderContext, which: string, from: 1 | 6): Meaning {
  const weeks = howFar(which);
  const monday = context.today - weekdayOf(context.today) + 1 + weeks * 7;
  return { kind: 'days', first: monday + from - 1, last: monday + 6 };
}

/** 民法典 201: the day on which a span of days begins does not count; 202: a month ends on the same date or its last day. */
function span(count: number, unit: string, context: ReaderContext): Meaning | null {
  const whole = Math.ceil(count);
  switch (unit) {
    case '小时':
    case '钟头':
    case 'h':
      return { kind: 'minutes', count: count * 60 };
    case '分钟':
    case 'min':
      return { kind: 'minutes', count };
    case '刻钟':
      return { kind: 'minutes', count: count * 15 };
    case '工作日':
      return untilDay(addWorkingDays(context.today, whole, context.calendar));
    case '周':
    case '星期':
    case '礼拜':
      return untilDay(context.today + Math.ceil(count * 7));
    case '月':
      return untilDay(count === 0.5 ? context.today + 15 : addMonths(context.today, whole));
    default:
      // 半天 is said of anything between an hour and never
      return count < 1 ? { kind: 'unknown' } : untilDay(context.today + whole);
  }
}

const WEEK = '(?:周|星期|礼拜)';
const WHICH = '(下下个?|下个?|这个?|本)?';
const SPAN_UNIT =
  '工作日|小时|钟头|h(?![a-z])|分钟|min(?![a-z])|刻钟|自然日|天|日(?=之?内|以内)|周(?![一二三四五六日天末边围])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|月';

export const DAY_READERS: readonly Reader[] = [
  {
    pattern:
      /(?:(\d{4})[年./-])?(?<![\d.])(\d{1,2})(?:月|[./-](?=\d{1,2}(?:号|日|前|之前|以前)))(\d{1,2})(?![\d.])[号日]?/g,
    read: (m, context) => nextDate(Number(m[3]), context, Number(m[2]), m[1] === undefined ? undefined : Number(m[1])),
  },
  {
    pattern: new RegExp(`(?<![个十一二三])(${TENS})月(${TENS})[号日]`, 'g'),
    read: (m, context) => nextDate(spokenNumber(m[2]!)!, context, spokenNumber(m[1]!)!),
  },
  {
    pattern:
      /(?<!\d)(下下个?|下个?|这个?|本)?(\d{1,2})?(?<!(?:\d|[一二两三四五六七八九十半几])个)月(底|末|初|中旬|上旬|下旬|中|内|之内|以内)/g,
    read(m, context) {
      const month = m[2] === undefined ? undefined : Number(m[2]);
      if (month === 0 || (month ?? 1) > 12) return null;
      return monthPart(context, howFar(m[1]), m[3]!.replace(/.?内/, ''), month);
    },
  },
  {
    pattern: new RegExp(`(下下个?|下个?|这个?|本)月(?:(\\d{1,2}|${TENS})[号日])?`, 'g'),
    read(m, context) {
      const ahead = howFar(m[1]);
      if (m[2] === undefined) return monthPart(context, ahead, '');
      const today = dateOf(context.today);
      return nextDate(amountOf(m[2])!, {
        ...context,
        today: Math.max(context.today, dayOf(today.year, today.month + ahead, 1)),
      });
    },
  },
  {
    pattern: /年[底末]/g,
    read: (_, context) => untilDay(dayOf(dateOf(context.today).year, 12, 31)),
  },
  {
    pattern: new RegExp(
      `(?<![\\d月.:/#-])(\\d{1,2}|(?<![十一二三四五六七八九])(?:${TENS}))(?:号|日(?!内|之内|以内|用|常|期))(?![a-z楼线店仓门码单元链色桌台房鞋电]|链接)`,
      'g',
    ),
    read: (m, context) => nextDate(amountOf(m[1]!)!, context),
  },
  {
    pattern: new RegExp(`(?<![每上])${WHICH}周末`, 'g'),
    read: (m, context) => wholeWeek(context, m[1] ?? '', 6),
  },
  {
    pattern: new RegExp(
      `(?<![每上一二两三四五六七八九十\\d]|上个)${WHICH}${WEEK}([一二三四五六日天]|[1-6](?![\\d天个小.]))(?!(?:到|至|-|~)${WEEK}?[一二三四五六日天])(?<!${WEEK}[一二三四五六日天](?:到|至|-|~)${WEEK}.)`,
      'g',
    ),
    read: (m, context) => weekday(context, m[1] ?? '', m[2]!),
  },
  {
    pattern: new RegExp(`(下下个?|下个?|这个?|本)${WEEK}(?!期|[一二三四五六日天末\\d])`, 'g'),
    read: (m, context) => wholeWeek(context, m[1]!, 1),
  },
  { pattern: /大后天/g, read: (_, context) => oneDay(context.today + 3) },
  { pattern: /明后两?天|(?<!大)后天/g, read: (_, context) => oneDay(context.today + 2) },
  { pattern: /今明两?天/g, read: (_, context) => oneDay(context.today + 1) },
  {
    pattern: /明[天日]|明儿个?|明(?=早|晚|上午|中午|下午|晨)|次日|翌日|第二天|隔[天日]/g,
    read: (_, context) => oneDay(context.today + 1),
  },
  // 生日当天 is not today
  {
    pattern: /今[天日]|今儿个?|今(?=早|晚|夜)|(?<!\p{Script=Han})当[天日晚]|(?<=[就能会您你可以单])当[天日]/gu,
    read: (_, context) => oneDay(context.today),
  },
];

export const SPAN_READERS: readonly Reader[] = [
  {
    pattern: new RegExp(
      `(?<![第每满近前过\\d.]|超过|最近)(?:(?:${NUMBER})(?:-|~|到|至))?(?<count>${NUMBER}|半)(?<piece>个?)(?<half>半?)` +
        `(?<unit>${SPAN_UNIT})(?!前|没|不|未|了|多|无理由|都|还)(?:之?内|以内|左右|之后|以后|后)?`,
      'g',
    ),
    read(match, context) {
      const { count: words, piece, half, unit } = match.groups as Record<'count' | 'piece' | 'half' | 'unit', string>;
      const count = amountOf(words);
      if (count === null || (unit === '月' && piece === '')) return null;
      return span(half === '' ? count : count + 0.5, unit, context);
    },
  },
  {
    pattern: /几(?:天|个?小时|分钟|个?工作日)(?:之?内|以内)?|改天|近期|近日/g,
    read: () => ({ kind: 'unknown' }),
  },
];
