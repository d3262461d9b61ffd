// The same words before and after buying: what 什么时候发货, 能退吗, 有货吗 mean by where the order stands. Pure.
import type { Judgement } from '../contract/decision.ts';
import {
  because,
  type Decided,
  type DecideInput,
  type Decision,
  handoff,
  type IntentFacts,
  OPTIONS_MAX,
  type Option,
  orderOption,
  type Standing,
} from './decision.ts';
import { productRivals } from './missing-slot.ts';

/** Says that nothing is bought yet, or asks about the rule itself: then the words decide, whatever was ordered before. */
const SETTLED =
  /还没(有)?(买|下单|拍|付)|没买|(想|打算|准备|要是|如果|万一|假如)(.{0,4})(买|拍|下单|入手)|(买|拍|下单|付款)(之)?前|先问|(现在|今天|今晚|明天)(就)?(买|拍|下单|付)|拍下|下(完)?单(后|之后|的话)|付款后|一般|通常|平时|七天|7天|无理由|规定|政策|规则|法律|运费险|预售|定金|尾款|活动|以后/u;
/** Speaks of something already bought. */
const BOUGHT =
  /我(们)?(买|拍|下单|付款?)(的|了)|(刚|昨天|昨晚|前天|上周|已经|都)(买|拍|付|下单)|我的(单|订单|快递|包裹|货|件)|待发货|没收到|收到|签收/u;
/** More words than this say what they mean. */
const BARE_MAX = 14;

const bare = (text: string): string => text.replace(/[\s\p{P}~]/gu, '');

function isSettled({ text, slots }: Judgement, productId: string | null): boolean {
  const plain = bare(text);
  // who asks from a product's page asks about that product
  return productId !== null || slots.city !== undefined || Array.from(plain).length > BARE_MAX || SETTLED.test(plain);
}

/** The intent whose meaning depends on the order: that of the entry that would answer, else the likeliest. */
function dependent(input: DecideInput): IntentFacts | null {
  const { judgement, policy, asked } = input;
  if (asked !== null) return input.intent(asked.intent) ?? null;
  const [hit] = judgement.faqs;
  const [guess] = judgement.intents;
  const names = [
    ...(guess !== undefined && guess.score >= policy.actMin ? [guess.intent] : []),
    ...(hit !== undefined && hit.score >= policy.answerMin ? [input.intentOf(hit.entryId) ?? ''] : []),
  ];
  return names.map(input.intent).find((facts) => facts?.byOrder !== undefined) ?? null;
}

/** Whether this decision would use the shopper's orders; only then is the shop's system asked. */
export function needsOrders(input: DecideInput): boolean {
  const { judgement, ownerKind, picked, asked, policy } = input;
  if (ownerKind !== 'bot' || judgement.risks.some((signal) => signal.kind !== 'care')) return false;
  if (asked !== null) return true;
  if (picked !== null) return false;
  if (dependent(input) !== null && !isSettled(judgement, input.productId)) return true;
  // whose own things are meant is seen in what they ordered
  const rivals = productRivals(input);
  if (rivals[0]?.kind === 'faq' && isAfterBuying(input, rivals[0].entryId)) return true;
  const [hit] = judgement.faqs;
  const answered = hit !== undefined && hit.score >= policy.answerMin ? input.intentOf(hit.entryId) : undefined;
  return input.intent(answered ?? '')?.asks?.slots.includes('order') === true;
}

const isAfterBuying = (input: DecideInput, entryId: string): boolean =>
  input.intent(input.intentOf(entryId) ?? '')?.stage !== 'presale';

/** What the words mean given the order; null when the order changes nothing, and the words decide as they do for everybody. */
export function bySameWords(input: DecideInput): Decided | null {
  const { situation, judgement } = input;
  if (situation.state === 'unknown' || (input.asked === null && isSettled(judgement, input.productId))) return null;
  const facts = dependent(input);
  const byOrder = facts?.byOrder;
  if (facts === null || byOrder === undefined) return null;
  if (situation.state === 'none') {
    return byOrder.none === undefined || BOUGHT.test(bare(judgement.text)) ? null : follow(input, byOrder.none, null);
  }
  const readings = situation.orders.flatMap((order) => {
    const meaning = order.state === 'unknown' ? undefined : byOrder[order.state];
    return meaning === undefined ? [] : [{ order, meaning }];
  });
  const [first] = readings;
  if (first === undefined) return null;
  const isOne =
    readings.length === 1 || (readings.every((r) => r.meaning === first.meaning) && !acts(input, first.meaning));
  if (isOne) return follow(input, first.meaning, first.order);
  return because(
    {
      kind: 'clarify',
      why: 'which_order',
      options: readings.slice(0, OPTIONS_MAX).map(({ order }) => orderOption(order)),
      asking: { intent: facts.name, slot: 'order' },
    },
    `by order:${facts.name}`,
    'several orders',
  );
}

function acts(input: DecideInput, meaning: string): boolean {
  const then = input.intent(meaning)?.then;
  return typeof then === 'object' && 'act' in then;
}

/** The meaning is an intent's, or an entry of this shop. What the words alone would have said stays one tap away. */
function follow(input: DecideInput, meaning: string, order: Standing | null): Decided | null {
  const because_ = (decision: Decision) => because(decision, `by order:${order?.state ?? 'none'}`, `means:${meaning}`);
  const facts = input.intent(meaning);
  if (facts === undefined) return input.hasEntry(meaning) ? because_(answerWith(input, meaning)) : null;
  if (typeof facts.then === 'object' && 'act' in facts.then) {
    const options = otherwise(input, null);
    return because_({
      kind: 'act',
      action: facts.then.act,
      intent: meaning,
      orderId: order?.orderId ?? null,
      ...(options.length > 0 ? { options } : {}),
    });
  }
  if (typeof facts.then === 'object')
    return because_(handoff('policy', 'none', { intent: meaning, team: facts.then.handoff }));
  const entryId = bestEntry(input, meaning);
  const near = input.judgement.faqs.find((hit) => hit.entryId === entryId)?.score ?? 0;
  // an intent has many entries: one that lies far off would answer something else; a tapped order at least says which side
  return entryId === null || (input.asked === null && near < input.policy.answerMin)
    ? null
    : because_(answerWith(input, entryId));
}

/** The entry of an intent that lies nearest to the words; without any near one, its first. */
export function bestEntry(input: DecideInput, intent: string): string | null {
  const near = input.judgement.faqs.find(
    (hit) => hit.score >= input.policy.clarifyMin && input.intentOf(hit.entryId) === intent,
  );
  return near?.entryId ?? input.entriesOf(intent).find((id) => input.hasEntry(id)) ?? null;
}

function answerWith(input: DecideInput, entryId: string): Decision {
  const hit = input.judgement.faqs.find((one) => one.entryId === entryId) ?? null;
  const options = otherwise(input, entryId);
  return { kind: 'answer', entryId, hit, offer: 'nothing', ...(options.length > 0 ? { options } : {}) };
}

/** What the words alone would have been answered with. Who has just tapped an order does not need it. */
function otherwise({ judgement, policy, asked }: DecideInput, given: string | null): Option[] {
  const [hit] = judgement.faqs;
  if (asked !== null || hit === undefined || hit.entryId === given || hit.score < policy.answerMin) return [];
  return [{ kind: 'faq', entryId: hit.entryId, label: hit.title }];
}
