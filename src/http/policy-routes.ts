// The operator's one number, the packs of rules with a box to try them, and the shop's own forbidden words.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { policyRoutes as contract } from '../contract/routes/policy.ts';
import { type CurvePoint, insertRevision, latestRevision, thresholdFor } from '../curation/policy-revisions.ts';
import { currentRelease } from '../curation/publish-release.ts';
import { inShop } from '../db/transaction.ts';
import { addWord, readWords, removeWord } from '../desk/words.ts';
import { AppError } from '../errors.ts';
import { checkOutgoing, PACKS } from '../policy/check.ts';
import { writeAudit } from '../staff/audit.ts';
import { createRiskReader } from '../understanding/risk.ts';
import { RISK_RULES } from '../understanding/risk-rules.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';

const ADMIN = ['admin'] as const;

interface Curve {
  basis: 'golden' | 'held-out';
  curve: CurvePoint[];
}

/** What the shop's golden questions gave, or else what learning measured on wordings it had held out. */
async function curveOf(ctx: HttpContext, shopId: string): Promise<Curve> {
  const golden = ctx.knowledge(shopId).policy.evaluation.curve as CurvePoint[] | undefined;
  if (golden !== undefined && golden.length > 0) return { basis: 'golden', curve: golden };
  const release = await currentRelease(ctx.pool, shopId);
  if (release === null) return { basis: 'held-out', curve: [] };
  const { evaluation } = await ctx.learnedPolicy(shopId, release.modelsId);
  const faq = evaluation.faq as { curve?: CurvePoint[] } | undefined;
  return { basis: 'held-out', curve: faq?.curve ?? [] };
}

async function viewOf(ctx: HttpContext, shopId: string) {
  const { policy } = ctx.knowledge(shopId);
  const [measured, revision] = await Promise.all([curveOf(ctx, shopId), latestRevision(ctx.pool, shopId)]);
  const { version, wrongAtMost, answerMin, clarifyMin, actMin } = policy;
  const chosenBy = revision === null ? null : { id: revision.id, at: revision.at.toISOString(), by: revision.by };
  return { version, wrongAtMost, answerMin, clarifyMin, actMin, chosenBy, ...measured };
}

function policyOf(app: Parameters<typeof policyRoutes>[0], ctx: HttpContext): void {
  const on = mount(app, contract);

  on('GET /api/policy', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    return viewOf(ctx, staff.shopId);
  });

  on('PUT /api/policy', async ({ body: { wrongAtMost } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    const { curve } = await curveOf(ctx, staff.shopId);
    const point = thresholdFor(curve, wrongAtMost);
    if (point === null) {
      const words = '评测用的消息里没有一个门槛能把答错的比例压到这么低；请放宽，或补充知识和相似问后再试';
      throw new AppError('invalid_request', words, { field: 'wrongAtMost' });
    }
    const { policy } = ctx.knowledge(staff.shopId);
    await inShop(ctx.pool, staff.shopId, async (tx) => {
      await insertRevision(tx, staff.shopId, { wrongAtMost, answerMin: point.scoreMin, by: staff.id });
      await writeAudit(tx, staff.shopId, {
        by: staff.id,
        action: 'policy.change',
        subject: `答错的回答不超过 ${Number((wrongAtMost * 100).toFixed(1))}%`,
        before: { wrongAtMost: policy.wrongAtMost, answerMin: policy.answerMin },
        after: { wrongAtMost, answerMin: point.scoreMin },
      });
    });
    await ctx.refreshKnowledge();
    return viewOf(ctx, staff.shopId);
  });
}

export const policyRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  policyOf(app, ctx);
  const on = mount(app, contract);
  const risks = createRiskReader();

  on('GET /api/rule-packs', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['admin', 'supervisor', 'editor']);
    const outgoing = Object.entries(PACKS).flatMap(([pack, rules]) =>
      rules.map(({ rule, why, source }) => ({ pack, rule, why, source })),
    );
    const table = RISK_RULES.filter(({ level }) => level !== 'none').map((rule) => ({
      name: rule.name,
      level: rule.level,
      kind: rule.kind,
      channels: [...(rule.channels ?? [])],
      why: rule.why ?? null,
      patterns: rule.any.length + (rule.hints?.length ?? 0),
    }));
    return { outgoing, risks: table, words: await readWords(ctx.pool, staff.shopId) };
  });

  on('POST /api/rule-packs/try', async ({ body: { text, channel } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['admin', 'supervisor', 'editor']);
    const words = await readWords(ctx.pool, staff.shopId);
    const checked = checkOutgoing(text, { channel, author: 'agent', allowedHosts: [], words });
    return {
      findings: checked.ok ? [] : checked.findings,
      risks: risks
        .read(text, channel)
        .map(({ rule, level, evidence, score }) => ({ rule, level, evidence: evidence ?? '', isHint: score < 1 })),
    };
  });

  on('POST /api/words', async ({ body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    const given = { word: body.word.trim(), why: body.why.trim() };
    return inShop(ctx.pool, staff.shopId, async (tx) => {
      const word = await addWord(tx, staff.shopId, given);
      if (word === null) throw new AppError('invalid_request', '已经有这个词了', { field: 'word' });
      const note = { by: staff.id, action: 'words.add', subject: word.word, after: given };
      await writeAudit(tx, staff.shopId, note);
      return word;
    });
  });

  on('DELETE /api/words/:id', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    await inShop(ctx.pool, staff.shopId, async (tx) => {
      const word = await removeWord(tx, params.id);
      if (word === null) throw new AppError('not_found', '没有这个词');
      const before = { word: word.word, why: word.why };
      await writeAudit(tx, staff.shopId, { by: staff.id, action: 'words.remove', subject: word.word, before });
    });
    return { ok: true };
  });
  done();
};
