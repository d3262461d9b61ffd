// Seven days of the sample shop before it was opened, the same for the same moment: who came, when, about what. Pure.
import { createRandom, type Random } from './random.ts';
import { type Topic, tellVisit, type Visit } from './story.ts';

export interface SampleShopper {
  /** The platform's id of a shopper. */
  key: string;
  name: string;
  visits: Visit[];
}

/** A shopper who waits for a person when the shop opens. */
export interface SampleWaiting {
  key: string;
  name: string;
  topic: string;
  asks: string;
  reason: 'complaint' | 'asked_for_human' | 'answer_rejected' | 'low_confidence';
  risk: 'R2' | 'none';
  /** Since when, seconds, and how long until a person has to answer. */
  waitedS: number;
  dueS: number;
}

export interface SampleHistory {
  shoppers: SampleShopper[];
  waiting: SampleWaiting[];
}

/** The agents of the sample, and how slow each is. */
export const SAMPLE_AGENTS = [
  { login: 'demo-agent', name: '小美', slow: 0.8 },
  { login: 'demo-agent-2', name: '小帅', slow: 1 },
  { login: 'demo-agent-3', name: '小雅', slow: 1.5 },
] as const;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const OFFSET_MS = 8 * HOUR_MS;
const DAYS = 7;
const VISITS_A_DAY = 60;
/** Visits by hour of the day: mornings, afternoons, and the evening peak; hardly anybody at night. */
const HOURS = [2, 1, 0, 0, 0, 0, 1, 2, 4, 8, 11, 10, 7, 7, 9, 9, 8, 7, 6, 8, 12, 13, 9, 5];
const SURNAMES = '王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗'.split('');
const GIVEN = ['先生', '女士', '同学', '小雨', '晓彤', '子涵', '建国', '阿杰', '妈妈', '老师'];

const WAITING: readonly SampleWaiting[] = [
  {
    key: 'sample:w1',
    name: '王小雨',
    topic: 'logistics_track',
    asks: '快递三天没更新了，到底寄没寄出来',
    reason: 'answer_rejected',
    risk: 'none',
    waitedS: 25,
    dueS: 180,
  },
  {
    key: 'sample:w2',
    name: '赵先生',
    topic: 'change_address',
    asks: '地址填错了，麻烦人工帮我改一下',
    reason: 'asked_for_human',
    risk: 'none',
    waitedS: 95,
    dueS: 180,
  },
  {
    key: 'sample:w3',
    name: '李女士',
    topic: 'quality_problem',
    asks: '收到的东西是坏的，我要投诉',
    reason: 'complaint',
    risk: 'R2',
    waitedS: 205,
    dueS: 300,
  },
  {
    key: 'sample:w4',
    name: '周同学',
    topic: 'invoice',
    asks: '能不能开专票，急用',
    reason: 'low_confidence',
    risk: 'none',
    waitedS: 228,
    dueS: 180,
  },
];

/** When visits begin, oldest first, all before now. */
function beginnings(random: Random, now: number): number[] {
  const today = Math.floor((now + OFFSET_MS) / DAY_MS) * DAY_MS - OFFSET_MS;
  const times: number[] = [];
  for (let ago = DAYS; ago >= 0; ago--) {
    const midnight = today - ago * DAY_MS;
    const isWeekend = [0, 6].includes(new Date(midnight + OFFSET_MS).getUTCDay());
    const visits = Math.round(VISITS_A_DAY * (isWeekend ? 1.3 : 1) * random.between(0.85, 1.15));
    for (let i = 0; i < visits; i++) {
      const hour = random.weighted([...HOURS.keys()], (h) => HOURS[h]!);
      times.push(midnight + hour * HOUR_MS + Math.floor(random.next() * HOUR_MS));
    }
  }
  return times.filter((at) => at < now).sort((a, b) => a - b);
}

function nameOf(random: Random, n: number): string {
  const surname = SURNAMES[n % SURNAMES.length]!;
  return `${surname}${random.pick(GIVEN)}`;
}

/** Visits end before now; what would still go on is left out. */
export function makeHistory(topics: readonly Topic[], now: number): SampleHistory {
  const random = createRandom(20_261_127);
  const shoppers: SampleShopper[] = [];
  const isFree = (shopper: SampleShopper, at: number) => shopper.visits.at(-1)!.endedAt + HOUR_MS < at;
  for (const at of beginnings(random, now)) {
    const topic = random.weighted(topics, (t) => t.weight);
    const visit = tellVisit(random, topic, at, SAMPLE_AGENTS);
    const known = random.chance(0.25) ? shoppers.filter((s) => isFree(s, at)) : [];
    if (visit.endedAt > now - 60_000) continue;
    if (known.length > 0) {
      random.pick(known).visits.push(visit);
      continue;
    }
    const n = shoppers.length;
    shoppers.push({ key: `sample:${n + 1}`, name: nameOf(random, n), visits: [visit] });
  }
  return { shoppers, waiting: [...WAITING] };
}
