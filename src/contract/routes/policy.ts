// What the bot may say: the one number an operator chooses, the packs of rules, and the shop's own forbidden words.
import { Type } from 'typebox';
import { ChannelKind } from '../conversation.ts';
import { RiskLevel } from '../decision.ts';
import type { RouteTable } from '../route.ts';

const Word = Type.Object({ id: Type.String(), word: Type.String(), why: Type.String() });
const Finding = Type.Object({
  rule: Type.String(),
  evidence: Type.String(),
  why: Type.String(),
  source: Type.String(),
});

const PolicyView = Type.Object({
  version: Type.String(),
  wrongAtMost: Type.Number(),
  answerMin: Type.Number(),
  clarifyMin: Type.Number(),
  actMin: Type.Number(),
  /** `file`: as policy.yaml or training chose it. */
  chosenBy: Type.Union([
    Type.Object({ id: Type.String(), at: Type.String(), by: Type.Union([Type.String(), Type.Null()]) }),
    Type.Null(),
  ]),
  /**
   * Where the curve was measured. `golden`: questions nobody learned from, `wrong` is a share of all of them. `held-out`: new
   * wordings while learning, the hardest case, `wrong` is a share of the answered ones.
   */
  basis: Type.Enum(['golden', 'held-out']),
  curve: Type.Array(Type.Object({ scoreMin: Type.Number(), answered: Type.Number(), wrong: Type.Number() })),
});

export const policyRoutes = {
  'GET /api/policy': { summary: 'The thresholds that hold, with the curve they come from', reply: PolicyView },
  'PUT /api/policy': {
    summary: 'Wrong answers at most this share: a new revision of the policy, at once',
    body: Type.Object({ wrongAtMost: Type.Number({ minimum: 0.001, maximum: 0.2 }) }, { additionalProperties: false }),
    reply: PolicyView,
  },
  'GET /api/rule-packs': {
    summary: 'The rules for outgoing texts and for risks, with their sources',
    reply: Type.Object({
      outgoing: Type.Array(
        Type.Object({ pack: Type.String(), rule: Type.String(), why: Type.String(), source: Type.String() }),
      ),
      risks: Type.Array(
        Type.Object({
          name: Type.String(),
          level: RiskLevel,
          kind: Type.String(),
          channels: Type.Array(ChannelKind),
          why: Type.Union([Type.String(), Type.Null()]),
          patterns: Type.Integer(),
        }),
      ),
      words: Type.Array(Word),
    }),
  },
  'POST /api/rule-packs/try': {
    summary: 'What the rules find in a text, as a reply and as a shopper’s message',
    body: Type.Object({ text: Type.String({ minLength: 1, maxLength: 4_000 }), channel: ChannelKind }),
    reply: Type.Object({
      findings: Type.Array(Finding),
      risks: Type.Array(
        Type.Object({ rule: Type.String(), level: RiskLevel, evidence: Type.String(), isHint: Type.Boolean() }),
      ),
    }),
  },
  'POST /api/words': {
    summary: 'A word this shop’s replies may not contain',
    body: Type.Object(
      {
        word: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }),
        why: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
      },
      { additionalProperties: false },
    ),
    reply: Word,
  },
  'DELETE /api/words/:id': {
    summary: 'Allows it again',
    params: Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) }),
    reply: Type.Object({ ok: Type.Boolean() }),
  },
} as const satisfies RouteTable;
