// The rows of teams and routing rules, as settings read them and as the engine uses them.
import type { ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { DEFAULT_RULES, type RouteRule } from './routing.ts';

export interface TeamRow {
  name: string;
  label: string;
  /** Agents pull the most urgent, or are offered one after the other. */
  mode: 'pull' | 'offer';
  offerSeconds: number;
  overflow: string | null;
  /** Null: the shop's hours. */
  hours: unknown;
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

/** Adds or changes one team. */
export async function saveTeam(pool: Pool, shopId: ShopId, team: TeamRow): Promise<void> {
  await inShop(pool, shopId, (tx) =>
    tx.query(
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
    ),
  );
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
export async function saveRules(pool: Pool, shopId: ShopId, rules: readonly RouteRule[]): Promise<void> {
  await inShop(pool, shopId, async (tx) => {
    await tx.query('delete from routing_rules where shop_id = $1', [shopId]);
    await tx.query(
      `insert into routing_rules (shop_id, position, name, when_case, team, priority, skills)
       select $1, x.ord, x.rule->>'name', x.rule->'when', x.rule->>'team', (x.rule->>'priority')::smallint,
         array(select jsonb_array_elements_text(x.rule->'skills'))
       from jsonb_array_elements($2::jsonb) with ordinality x (rule, ord)`,
      [shopId, JSON.stringify(rules)],
    );
  });
}

/** A settings read in every handoff, kept for a few seconds; a change in another process is seen after that at the latest. */
const KEPT_MS = 5_000;

export function createRuleCache(pool: Pool): (shopId: ShopId) => Promise<readonly RouteRule[]> {
  const kept = new Map<ShopId, { at: number; rules: Promise<readonly RouteRule[]> }>();
  return (shopId) => {
    const known = kept.get(shopId);
    if (known && performance.now() - known.at < KEPT_MS) return known.rules;
    const rules = readRules(pool, shopId);
    kept.set(shopId, { at: performance.now(), rules });
    rules.catch(() => kept.delete(shopId)); // a failure is not a setting
    return rules;
  };
}
