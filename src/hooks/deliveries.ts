// The line of deliveries of each endpoint: made from events, taken one at a time and in order, marked. Knows no HTTP.
import type { ShopId } from '../contract/conversation.ts';
import type { HookKind } from '../contract/hook.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';
import { type PlacedEvent, toChannelEvent, toHookEvent } from './event.ts';
import { accountIn, MAY_TELL } from './lines.ts';

/** One delivery taken by this process. `attempt` fences its mark. */
export interface HookClaim {
  status: 'claimed';
  id: string;
  shopId: ShopId;
  endpointId: string;
  seq: string;
  body: string;
  attempt: number;
  url: string;
  /** Sealed; the new one first. */
  secrets: string[];
}

export type HookClaimed =
  | HookClaim
  /** Nothing to tell. */
  | { status: 'idle' }
  /** Paused, disabled or removed. */
  | { status: 'off' }
  /** Another process is at it. */
  | { status: 'busy' }
  | { status: 'early'; dueInMs: number };

export type HookOutcome =
  | { state: 'delivered'; status: number }
  | { state: 'new'; retryMs: number; status: number | null; error: string }
  | { state: 'dead'; status: number | null; error: string };

export interface Mark {
  outcome: HookOutcome;
  /** Disable the endpoint at once, for this reason. */
  disable: string | null;
  /** Disable it when it has not taken anything for this long, and this delivery is dead. */
  disableAfterMs: number;
}

export interface HookDeliveries {
  claim(shopId: ShopId, endpointId: string, leaseMs: number): Promise<HookClaimed>;
  /** Writes how it ended. The reason for which the endpoint was disabled by this, or null. */
  mark(claim: HookClaim, mark: Mark): Promise<string | null>;
  activeEndpoints(shopId: ShopId): Promise<string[]>;
}

const PAGE = 100;
/** Pages of events without a single one that is subscribed, before somebody else has a turn. */
const PAGES_MAX = 20;
/** What was delivered is kept this long, for who asks whether it was. */
const KEPT_DAYS = 7;

interface EndpointRow {
  url: string;
  kinds: HookKind[];
  state: string;
  cursor: string;
  secret: string;
  previous: string | null;
}

/** What happened after $1; of conversations of the account $2 also with whom, and after which message. */
const EVENTS = `select e.seq::text, e.kind, e.payload, e.created_at, h.reason, h.risk, h.team, h.disposition, s.platform_id as shopper,
    case when s.id is not null then (select coalesce(max(m.seq), 0)::text from messages m
      where m.conversation_id = c.id and m.created_at <= e.created_at) end as place
  from events e
  left join handoffs h on h.id = case when e.kind = 'handoff' then (e.payload->>'handoffId')::bigint end
  left join conversations c on c.channel_account_id = $2::bigint
    and c.id = case when e.payload->>'conversationId' ~ '^[0-9]{1,18}$' then (e.payload->>'conversationId')::bigint end
  left join shoppers s on s.id = c.shopper_id
  where e.topic = 'desk' and e.seq > $1 order by e.seq limit ${PAGE}`;

/** Only when everything before has been told: of an endpoint that is away, one page at most waits in rows. */
async function derive(tx: PoolClient, shopId: ShopId, endpointId: string, endpoint: EndpointRow): Promise<void> {
  const account = accountIn(endpoint.url);
  let cursor = endpoint.cursor;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { rows } = await tx.query<PlacedEvent>(EVENTS, [cursor, account]);
    if (rows.length === 0) return;
    const wanted = rows.flatMap((row) => {
      const event = account === null ? toHookEvent(row) : toChannelEvent(shopId, row);
      const isWanted = endpoint.kinds.length === 0 || endpoint.kinds.some((kind) => kind === event?.type);
      return event === null || !isWanted ? [] : [{ seq: row.seq, kind: event.type, body: JSON.stringify(event) }];
    });
    cursor = rows.at(-1)!.seq;
    await tx.query('update hook_endpoints set cursor_seq = $2 where id = $1', [endpointId, cursor]);
    if (wanted.length > 0) {
      await tx.query(
        `insert into hook_deliveries (shop_id, endpoint_id, seq, kind, body)
         select $1, $2, x.seq, x.kind, x.body from jsonb_to_recordset($3::jsonb) as x (seq bigint, kind text, body text) order by x.seq`,
        [shopId, endpointId, JSON.stringify(wanted)],
      );
      await tx.query(
        `delete from hook_deliveries where endpoint_id = $1 and state = 'delivered' and done_at < now() - $2 * interval '1 day'`,
        [endpointId, KEPT_DAYS],
      );
      return;
    }
  }
}

interface HeadRow {
  id: string;
  state: 'new' | 'sending';
  wait_ms: string;
}

/** One at a time: whatever is being sent comes first, then the oldest that waits. */
async function head(tx: PoolClient, endpointId: string): Promise<HeadRow | undefined> {
  const { rows } = await tx.query<HeadRow>(
    `select id::text, state,
       ceil(extract(epoch from case state when 'sending' then lease_until else next_at end - now()) * 1000)::text as wait_ms
     from hook_deliveries d where endpoint_id = $1 and state in ('new', 'sending')
     order by (d.state = 'sending') desc, d.id limit 1`,
    [endpointId],
  );
  return rows[0];
}

async function lockEndpoint(tx: PoolClient, endpointId: string): Promise<EndpointRow | undefined> {
  const { rows } = await tx.query<EndpointRow>(
    `select url, kinds, state, cursor_seq::text as cursor, secret,
       case when previous_until > now() then previous_secret end as previous from hook_endpoints where id = $1 for no key update`,
    [endpointId],
  );
  return rows[0];
}

async function disable(tx: PoolClient, shopId: ShopId, endpointId: string, reason: string): Promise<boolean> {
  const done = await tx.query(
    `update hook_endpoints set state = 'disabled', reason = $2 where id = $1 and state = 'active'`,
    [endpointId, reason],
  );
  if (done.rowCount !== 1) return false;
  await tx.query(
    `select append_event($1, 'desk', 'hook', jsonb_build_object('hookId', $2::text, 'state', 'disabled', 'reason', $3::text))`,
    [shopId, endpointId, reason],
  );
  return true;
}

async function markDelivery(tx: PoolClient, claim: HookClaim, outcome: HookOutcome): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update hook_deliveries set state = $3, status = $4, last_error = $5, lease_until = null,
       next_at = now() + $6 * interval '1 ms', done_at = case when $3 = 'new' then null else now() end
     where id = $1 and state = 'sending' and attempt = $2`,
    [
      claim.id,
      claim.attempt,
      outcome.state,
      outcome.status,
      outcome.state === 'delivered' ? null : outcome.error,
      outcome.state === 'new' ? outcome.retryMs : 0,
    ],
  );
  return rowCount === 1;
}

export function createHookDeliveries(pool: Pool): HookDeliveries {
  return {
    claim: (shopId, endpointId, leaseMs) =>
      inShop(pool, shopId, async (tx) => {
        const endpoint = await lockEndpoint(tx, endpointId);
        if (endpoint?.state !== 'active') return { status: 'off' };
        let next = await head(tx, endpointId);
        if (next === undefined) {
          await derive(tx, shopId, endpointId, endpoint);
          next = await head(tx, endpointId);
        }
        if (next === undefined) return { status: 'idle' };
        const waitMs = Number(next.wait_ms);
        if (waitMs > 0) return next.state === 'sending' ? { status: 'busy' } : { status: 'early', dueInMs: waitMs };
        const { rows } = await tx.query<{ seq: string; body: string; attempt: number }>(
          `update hook_deliveries set state = 'sending', attempt = attempt + 1, lease_until = now() + $2 * interval '1 ms'
           where id = $1 returning seq::text, body, attempt`,
          [next.id, leaseMs],
        );
        const secrets = [endpoint.secret, ...(endpoint.previous === null ? [] : [endpoint.previous])];
        return { status: 'claimed', id: next.id, shopId, endpointId, url: endpoint.url, secrets, ...rows[0]! };
      }),

    mark: (claim, { outcome, disable: now, disableAfterMs }) =>
      inShop(pool, claim.shopId, async (tx) => {
        const { shopId, endpointId } = claim;
        if ((await lockEndpoint(tx, endpointId)) === undefined) return null;
        if (!(await markDelivery(tx, claim, outcome))) return null; // the lease ran out and another has it
        const failed = outcome.state !== 'delivered';
        const { rows } = await tx.query<{ long: boolean }>(
          `update hook_endpoints set last_error = $2, failing_since = case when $3 then coalesce(failing_since, now()) end,
             last_success_at = case when $3 then last_success_at else now() end
           where id = $1 returning coalesce(failing_since <= now() - $4 * interval '1 ms', false) as long`,
          [endpointId, failed ? outcome.error : null, failed, disableAfterMs],
        );
        const reason = now ?? (outcome.state === 'dead' && rows[0]!.long ? outcome.error : null);
        return reason !== null && (await disable(tx, shopId, endpointId, reason)) ? reason : null;
      }),

    async activeEndpoints(shopId) {
      return inShop(pool, shopId, async (tx) => {
        const { rows } = await tx.query<{ id: string }>(
          `select id::text from hook_endpoints e where state = 'active' and ${MAY_TELL} order by e.id`,
        );
        return rows.map(({ id }) => id);
      });
    },
  };
}
