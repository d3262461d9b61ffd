// The operator's one number and the threshold it leads to, over the policy a release was published with. Knows no model.
import type { ShopId, StaffId } from '../contract/conversation.ts';
import type { Policy } from '../contract/decision.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';

export interface PolicyRevision {
  id: string;
  wrongAtMost: number;
  answerMin: number;
  at: Date;
  by: string | null;
}

export interface CurvePoint {
  scoreMin: number;
  answered: number;
  wrong: number;
}

const round = (x: number): number => Math.round(x * 1e4) / 1e4;

/** The newest; null while the release's own policy holds. */
export async function latestRevision(pool: Pool, shopId: ShopId): Promise<PolicyRevision | null> {
  const { rows } = await shopQuery<PolicyRevision>(
    pool,
    shopId,
    `select r.id::text, r.wrong_at_most as "wrongAtMost", r.answer_min as "answerMin", r.created_at as at, s.name as by
     from policy_revisions r left join staff s on s.id = r.staff_id order by r.id desc limit 1`,
  );
  const row = rows[0];
  return row ? { ...row, wrongAtMost: round(row.wrongAtMost), answerMin: round(row.answerMin) } : null;
}

export async function insertRevision(
  tx: PoolClient,
  shopId: ShopId,
  { wrongAtMost, answerMin, by }: { wrongAtMost: number; answerMin: number; by: StaffId },
): Promise<void> {
  await tx.query(
    'insert into policy_revisions (shop_id, wrong_at_most, answer_min, staff_id) values ($1, $2, $3, $4)',
    [shopId, wrongAtMost, answerMin, by],
  );
}

/** The lowest threshold of the curve that is wrong no more often; null when none is. */
export const thresholdFor = (curve: readonly CurvePoint[], wrongAtMost: number): CurvePoint | null =>
  [...curve].sort((a, b) => a.scoreMin - b.scoreMin).find((point) => point.wrong <= wrongAtMost) ?? null;

export const withRevision = (policy: Policy, revision: PolicyRevision | null): Policy =>
  revision === null
    ? policy
    : {
        ...policy,
        version: `${policy.version}+${revision.id}`,
        wrongAtMost: revision.wrongAtMost,
        answerMin: revision.answerMin,
        clarifyMin: Math.min(policy.clarifyMin, revision.answerMin),
      };
