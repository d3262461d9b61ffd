// What the shoppers of a storm will say: conversations, bursts, repeats. Pure: the same seed gives the same traffic.
import type { Random } from './random.ts';
import type { StormChannel } from './records.ts';

export interface PlannedMessage {
  id: string;
  text: string;
  /** How often the platform repeats it although it was acknowledged. */
  repeats: number;
  /** The repeats come at once instead of after the acknowledgement. */
  atOnce: boolean;
}

/** Messages handed in together; the next step follows after `pauseMs`. */
export interface Step {
  messages: PlannedMessage[];
  /** Wait for every acknowledgement before the next step. */
  patient: boolean;
  pauseMs: number;
}

export interface Script {
  channel: StormChannel;
  shopper: string;
  steps: Step[];
}

const ANSWERED = [
  '买的衣服不喜欢，七天内能退吗',
  '一般几天能到货',
  '满多少包邮',
  '退款多久能到账',
  '可以开发票吗',
  '羽绒服怎么洗',
  '尺码怎么选',
  '优惠券在哪里领',
  '默认发什么快递',
  '换货的运费谁出',
  '牛仔裤会掉色吗',
  '能改收货地址吗',
  '还没发货可以取消订单吗',
  '支持哪些付款方式',
  '新疆发货要加运费吗',
  '退货地址在哪里',
  '你们是正品吗',
  '几点前下单当天发货',
];

const UNCLEAR = ['那个呢', '怎么弄', '嗯嗯', '不是这个', '上次那个东西', '?', '我想问一下', '那要是不行呢', '啊这'];

const FOR_A_PERSON = [
  '转人工',
  '我要找人工客服',
  '让真人来跟我说',
  '我要投诉你们，态度太差了',
  '再不处理我就打12315投诉',
  '别用机器人糊弄我，叫你们主管来',
];

function sayText(random: Random): string {
  const kind = random.next();
  if (kind < 0.1) return random.pick(FOR_A_PERSON);
  return random.pick(kind < 0.25 ? UNCLEAR : ANSWERED);
}

/** Platforms repeat what they believe was not taken, sometimes wrongly. */
const REPEATED = 0.15;
const WECHAT_SHARE = 0.2;
const CONVERSATION_MAX = 9;

/** WeChat message ids are numbers beyond 2^53; the run's start keeps two storms on one database apart. */
function createIds(runId: number): (channel: StormChannel, n: number) => string {
  return (channel, n) =>
    channel === 'webhook'
      ? `storm-${runId}-${n}`
      : `7${String(runId % 1e9).padStart(9, '0')}${String(n).padStart(8, '0')}`;
}

/** Scripts with `count` messages in all. WeChat shoppers say one thing each, as their answers do not name what they answer. */
export function planTraffic(random: Random, count: number, runId: number): Script[] {
  const scripts: Script[] = [];
  const idOf = createIds(runId);
  let planned = 0;
  const message = (channel: StormChannel): PlannedMessage => {
    planned += 1;
    return {
      id: idOf(channel, planned),
      text: sayText(random),
      repeats: random.chance(REPEATED) ? random.between(1, 2) : 0,
      atOnce: random.chance(0.5),
    };
  };
  while (planned < count) {
    const name = `${runId}-${scripts.length + 1}`;
    if (random.chance(WECHAT_SHARE)) {
      const steps = [{ messages: [message('wechat-oa')], patient: true, pauseMs: 0 }];
      scripts.push({ channel: 'wechat-oa', shopper: `oStorm${name}`, steps });
      continue;
    }
    const steps: Step[] = [];
    for (let left = Math.min(random.between(1, CONVERSATION_MAX), count - planned); left > 0; ) {
      const burst = Math.min(left, random.chance(0.2) ? random.between(2, 4) : 1);
      steps.push({
        messages: Array.from({ length: burst }, () => message('webhook')),
        patient: random.chance(0.7),
        pauseMs: random.between(0, 2500),
      });
      left -= burst;
    }
    scripts.push({ channel: 'webhook', shopper: `storm-${name}`, steps });
  }
  return scripts;
}
