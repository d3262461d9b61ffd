// Which cause most likely lay behind a case, by what the shopper was understood to want in it. Deterministic; the agent decides.
import type { HandoffId, ShopId } from '../contract/conversation.ts';
import { type CauseCategory, ROOT_CAUSES, type RootCause, type RootCauseHint } from '../contract/root-cause.ts';
import type { Pool } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';

/** What an intent says of the cause. An intent that may have any cause (退货申请, 投诉) is not here: nothing is better than a guess. */
const BY_INTENT: Readonly<Record<string, RootCause>> = {
  urge_shipment: 'late_shipment',
  urge_delivery: 'courier_delay',
  logistics_stalled: 'courier_delay',
  logistics_track: 'courier_delay',
  delivery_service_complaint: 'courier_delay',
  package_lost: 'lost_parcel',
  not_received_signed: 'lost_parcel',
  damaged_in_transit: 'damaged_on_way',
  modify_address: 'wrong_address',
  intercept_redirect: 'wrong_address',
  size_not_fit: 'size',
  color_difference: 'not_as_described',
  not_as_described: 'not_as_described',
  wrong_item: 'wrong_item',
  missing_item: 'wrong_item',
  refund_status: 'refund_slow',
  refund_rejected: 'refund_refused',
  return_freight: 'return_freight',
  quality_issue: 'defect',
  product_fault: 'fault',
  warranty_repair: 'fault',
  food_safety: 'hygiene',
  complaint_service_attitude: 'attitude',
  cashback_claim: 'promise_broken',
  counterfeit_claim: 'doubtful_goods',
  authenticity_check: 'doubtful_goods',
  privacy_complaint: 'privacy',
  price_protection: 'price_drop',
  price_fraud_claim: 'price_drop',
  missing_discount: 'coupon',
  coupon_inquiry: 'rule_unclear',
  promotion_rule: 'rule_unclear',
  modify_sku: 'shopper_mistake',
  cancel_order: 'changed_mind',
  payment_failed: 'payment',
  stockout_notice_reply: 'out_of_stock',
  invoice_request: 'not_issued',
  invoice_problem: 'wrong_title',
  product_spec: 'page_lacks',
  product_material: 'page_lacks',
  product_function: 'page_lacks',
  size_recommend: 'choice',
  product_recommend: 'choice',
  product_usage: 'usage',
  usage_guide: 'usage',
};

/** From this sure on a turn's likeliest intent counts. */
const SURE = 0.5;
const TURNS = 20;

/** What a conversation was about: with the packet, in the bot's turns, in what came while a person had it. Newest first. */
const HEARD = `select x.intent, x.label from (
    select 2000000000::bigint + s.for_seq as at, s.talk->>'intent' as intent, s.talk->>'label' as label
      from suggestions s join handoffs h on h.conversation_id = s.conversation_id where h.id = $1 and s.talk is not null
        and s.made_at >= h.queued_at
    union all
    select 1999999999::bigint, h.packet->'intent'->>'name', h.packet->'intent'->>'label' from handoffs h where h.id = $1
    union all
    select t.last_seq, t.receipt->'intents'->0->>'intent', t.receipt->'intents'->0->>'label'
      from turns t join handoffs h on h.conversation_id = t.conversation_id
      where h.id = $1 and t.created_at between h.queued_at - interval '1 day' and coalesce(h.resolved_at, now())
        and (t.receipt->'intents'->0->>'score')::float8 >= ${SURE}) x
  where x.intent is not null order by x.at desc limit ${TURNS}`;

interface Heard {
  intent: string;
  label: string;
}

const categoryOf = (cause: RootCause): CauseCategory =>
  (Object.keys(ROOT_CAUSES) as CauseCategory[]).find((name) => ROOT_CAUSES[name].some((one) => one === cause))!;

/** The cause most turns speak of; of several the one that came last. */
export function likeliestCause(heard: readonly Heard[]): RootCauseHint['suggested'] {
  const found = heard.flatMap(({ intent, label }) => {
    const cause = BY_INTENT[intent];
    return cause === undefined ? [] : [{ cause, because: label }];
  });
  const byCause = [...Map.groupBy(found, (one) => one.cause).values()];
  const [most] = byCause.sort((a, b) => b.length - a.length);
  if (most === undefined) return null;
  const { cause, because } = most[0]!;
  return { category: categoryOf(cause), cause, because };
}

/** Null when the shop has no such handoff. */
export async function causesFor(pool: Pool, shopId: ShopId, id: HandoffId): Promise<RootCauseHint | null> {
  const there = await shopQuery(pool, shopId, 'select from handoffs where id = $1', [id]);
  if (there.rowCount === 0) return null;
  const { rows } = await shopQuery<Heard>(pool, shopId, HEARD, [id]);
  const groups = Object.entries(ROOT_CAUSES).map(([category, causes]) => ({ category, causes: [...causes] }));
  return { groups, suggested: likeliestCause(rows) };
}
