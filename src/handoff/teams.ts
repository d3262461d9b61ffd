// The rows of teams and routing rules, as settings read them and as the engine uses them.
import type { ShopId } from '../contract/conversation.ts';
import type { RouteRule } from '../contract/routing.ts';
import type { Hours } from '../contract/team.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';
import { DEFAULT_RULES } from './routing.ts';

export interface TeamRow {
  name: string;
  label: string;
  /** Agents pull the most urgent, or are offered one after the other. */
  mode: 'pull' | 'offer';
  offerSeconds: number;
  overflow: string | null;
  /** Null: the shop's hours. */
  hours: Hours | null;
}

/** The four teams that intent files may name; a shop may add its own. */
export const DEFAULT_TEAMS: readonly TeamRow[] = [
  { name: 'presale', label: '售前', mode: 'pull', offerSeconds: 30, overflow: 'insale', hours: null },
  { name: 'insale', label: '售中', mode: 'pull', offerSeconds: 30, overflow: 'aftersale', hours: null },
  { name: 'aftersale', label: '售后', mode: 'pull', offerSeconds: 30, overflow: 'insale', hours: null },
  { name: 'complaint', label: '投诉', mode: 'pull', offerSeconds: 30, overflow: 'aftersale', hours: null },
];

/** A shop's teams; those it has not changed are the default ones. */
export async function readTeams(pool: Pool, shopId: ShopId): Promise<TeamRow[]> {
  const { rows } = await shopQuery<TeamRow>(
    pool,
    shopId,
    'select name, label, mode, offer_seconds as "offerSeconds", overflow, hours from teams order by name',
  );
  const own = new Set(rows.map((r) => r.name));
  return [...DEFAULT_TEAMS.filter((t) => !own.has(t.name)), ...rows];
}

/** Adds or changes one team, in the transaction of whoever notes the change. */
export async function saveTeam(tx: PoolClient, shopId: ShopId, team: TeamRow): Promise<void> {
  await tx.query(
    `insert into teams (shop_id, name, label, mode, offer_seconds, overflow, hours) values ($1, $2, $3, $4, $5, $6, $7::jsonb)
     on conflict (shop_id, name) do update set label = excluded.label, mode = excluded.mode,
       offer_seconds = excluded.offer_seconds, overflow = excluded.overflow, hours = excluded.hours`,
    [
      shopId,
      team.name,
      team.label,
      team.mode,
      team.offerSeconds,
      team.overflow,
      team.hours === null ? null : JSON.stringify(team.hours),
    ],
  );
}

/** How many open cases a team has; it cannot go before they do. */
export async function openCases(tx: PoolClient, team: string): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(
    `select count(*)::int as n from handoffs where team = $1 and state <> 'resolved'`,
    [team],
  );
  return rows[0]!.n;
}

/** Also out of the lists of those who served in it. False when it was none of the shop's own. */
export async function removeTeam(tx: PoolClient, name: string): Promise<boolean> {
  await tx.query('update staff set teams = array_remove(teams, $1) where $1 = any(teams)', [name]);
  const { rowCount } = await tx.query('delete from teams where name = $1', [name]);
  return rowCount === 1;
}

/** A shop's routing rules in their order; the default ones until it writes its own. */
export async function readRules(pool: Pool, shopId: ShopId): Promise<RouteRule[]> {
  const { rows } = await shopQuery<RouteRule>(
    pool,
    shopId,
    'select name, when_case as "when", team, priority, skills from routing_rules order by position',
  );
  return rows.length > 0 ? rows : [...DEFAULT_RULES];
}

/** Replaces all rules at once, so that no case ever meets half of a change. */
export async function saveRules(tx: PoolClient, shopId: ShopId, rules: readonly RouteRule[]): Promise<void> {
  await tx.query('delete from routing_rules where shop_id = $1', [shopId]);
  await tx.query(
    `insert into routing_rules (shop_id, position, name, when_case, team, priority, skills)
     select $1, x.ord, x.rule->>'name', x.rule->'when', x.rule->>'team', (x.rule->>'priority')::smallint,
       array(select jsonb_array_elements_text(x.rule->'skills'))
     from jsonb_array_elements($2::jsonb) with ordinality x (rule, ord)`,
    [shopId, JSON.stringify(rules)],
  );
}

/** A settings read in every handoff, kept for a few seconds; a change in another process is seen after that at the latest. */
const KEPT_MS = 5_000;

export interface RuleCache {
  (shopId: ShopId): Promise<readonly RouteRule[]>;
  /** They have been changed in this process. */
  forget(shopId: ShopId): void;
}

export function createRuleCache(pool: Pool): RuleCache {
  const kept = new Map<ShopId, { at: number; rules: Promise<readonly RouteRule[]> }>();
  const read = (shopId: ShopId) => {
    const known = kept.get(shopId);
    if (known && performance.now() - known.at < KEPT_MS) return known.rules;
    const rules = readRules(pool, shopId);
    kept.set(shopId, { at: performance.now(), rules });
    rules.catch(() => kept.delete(shopId)); // a failure is not a setting
    return rules;
  };
  return Object.assign(read, { forget: (shopId: ShopId) => void kept.delete(shopId) });
}
