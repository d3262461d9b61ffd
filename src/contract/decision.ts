// What the engine understood and decided about one turn; shared with the desk and the studio, free of frameworks.
import { type Static, Type } from 'typebox';

/** How dangerous a message is for a person, the law or the shop. `none` is below the ladder. R0 is the worst. */
export const RiskLevel = Type.Union([
  Type.Literal('R0'),
  Type.Literal('R1'),
  Type.Literal('R2'),
  Type.Literal('R3'),
  Type.Literal('R4'),
  Type.Literal('none'),
]);
export type RiskLevel = Static<typeof RiskLevel>;

/** Worst first; the desk's queue and `decide` compare by this order. */
export const RISK_ORDER: readonly RiskLevel[] = ['R0', 'R1', 'R2', 'R3', 'R4', 'none'];

/** What a risk rule recognised. The kind decides what the bot may still do. */
export const RiskKind = Type.Union([
  Type.Literal('safety'),
  Type.Literal('law'),
  Type.Literal('complaint'),
  Type.Literal('asks_for_human'),
  Type.Literal('emotion'),
  Type.Literal('scam'),
  Type.Literal('authority'),
  Type.Literal('platform'),
  Type.Literal('care'),
]);
export type RiskKind = Static<typeof RiskKind>;

export const RiskSignal = Type.Object({
  rule: Type.String({ description: 'name of the rule that fired, or `model:complaint`' }),
  level: RiskLevel,
  kind: RiskKind,
  evidence: Type.String({ description: 'the words that made it fire, normalised' }),
  score: Type.Number({ description: '1 for a rule, probability for a model' }),
  why: Type.Optional(Type.String({ description: 'the rule of the platform behind it, with its source' })),
  answer: Type.Optional(
    Type.String({ description: 'the intent whose entry is the answer, whatever else was understood' }),
  ),
});
export type RiskSignal = Static<typeof RiskSignal>;

export const IntentGuess = Type.Object({ intent: Type.String(), label: Type.String(), score: Type.Number() });
export type IntentGuess = Static<typeof IntentGuess>;

export const FaqHit = Type.Object({
  entryId: Type.String(),
  revisionId: Type.String(),
  question: Type.String({ description: 'the variant that matched' }),
  title: Type.String({ description: 'the canonical question of the entry' }),
  score: Type.Number({ description: 'calibrated probability that this entry answers the message' }),
  lexical: Type.Number(),
  dense: Type.Number(),
});
export type FaqHit = Static<typeof FaqHit>;

/** Slots read from the text by deterministic rules. Values are normalised strings. */
export const Slots = Type.Record(Type.String(), Type.Array(Type.String()));
export type Slots = Static<typeof Slots>;

export const Style = Type.Union([
  Type.Literal('standard'),
  Type.Literal('terse'),
  Type.Literal('casual'),
  Type.Literal('elderly'),
  Type.Literal('formal'),
]);
export type Style = Static<typeof Style>;

export const Stage = Type.Union([
  Type.Literal('presale'),
  Type.Literal('insale'),
  Type.Literal('aftersale'),
  Type.Literal('complaint'),
  Type.Literal('handoff'),
  Type.Literal('chitchat'),
]);
export type Stage = Static<typeof Stage>;

/** The seven feelings a message is told apart by. */
export const EmotionName = Type.Union([
  Type.Literal('neutral'),
  Type.Literal('happy'),
  Type.Literal('anxious'),
  Type.Literal('disappointed'),
  Type.Literal('angry'),
  Type.Literal('sarcastic'),
  Type.Literal('confused'),
]);
export type EmotionName = Static<typeof EmotionName>;

export const Emotion = Type.Object({
  name: EmotionName,
  strength: Type.Number({ description: '0 (neutral) to 1' }),
  evidence: Type.String({
    description: 'the words it was read from, normalised; empty when the intent alone suggests it',
  }),
  by: Type.String({ description: 'the rule or the intent behind it' }),
});
export type Emotion = Static<typeof Emotion>;

/** From this strength on anger is an insult or open rage. */
export const VERY_BAD = 0.8;

/** Where the order that is meant stands. `none`: nothing bought; `signed`: received, whatever came after; `unknown`: nobody could say. */
export const OrderState = Type.Union([
  Type.Literal('none'),
  Type.Literal('unpaid'),
  Type.Literal('paid'),
  Type.Literal('shipped'),
  Type.Literal('signed'),
  Type.Literal('unknown'),
]);
export type OrderState = Static<typeof OrderState>;

/** 售前, 售中 or 售后 by the order, whatever the words say. */
export const OrderStage = Type.Object({
  stage: Type.Union([
    Type.Literal('presale'),
    Type.Literal('insale'),
    Type.Literal('aftersale'),
    Type.Literal('unknown'),
  ]),
  order: OrderState,
  orderId: Type.Union([Type.String(), Type.Null()]),
});
export type OrderStage = Static<typeof OrderStage>;

/** Everything the three judgements say about one turn's text, before any decision. */
export const Judgement = Type.Object({
  text: Type.String({ description: 'normalised text the judgements were made on' }),
  language: Type.Union([Type.Literal('zh'), Type.Literal('en'), Type.Literal('mixed')]),
  style: Style,
  intents: Type.Array(IntentGuess, { description: 'best first, at most 5, calibrated' }),
  faqs: Type.Array(FaqHit, { description: 'best first, at most 5, calibrated' }),
  risks: Type.Array(RiskSignal, { description: 'worst first' }),
  emotion: Emotion,
  rejects: Type.Boolean({ description: 'the shopper says the last answer did not help (不是这个 / 没解决)' }),
  slots: Slots,
  releaseId: Type.String(),
  timings: Type.Record(Type.String(), Type.Number(), { description: 'milliseconds per step' }),
  degraded: Type.Array(Type.String(), { description: 'parts that failed and were done without, e.g. `dense`' }),
});
export type Judgement = Static<typeof Judgement>;

export const HandoffReason = Type.Union([
  Type.Literal('asked_for_human'),
  Type.Literal('takeover'),
  Type.Literal('complaint'),
  Type.Literal('risk'),
  Type.Literal('low_confidence'),
  Type.Literal('repeated_question'),
  Type.Literal('answer_rejected'),
  Type.Literal('emotion'),
  Type.Literal('authority'),
  Type.Literal('vip'),
  Type.Literal('bot_failed'),
  Type.Literal('policy'),
  Type.Literal('off_hours'),
]);
export type HandoffReason = Static<typeof HandoffReason>;

/** One tappable choice. `value` is what comes back as `{choice}`; the label is shown and also accepted as text. */
export const Choice = Type.Object({ value: Type.String({ maxLength: 200 }), label: Type.String({ maxLength: 100 }) });
export type Choice = Static<typeof Choice>;

/** Where an answer comes from, shown to the shopper as its source and kept in the receipt. */
export const AnswerSource = Type.Object({
  kind: Type.Union([Type.Literal('faq'), Type.Literal('order'), Type.Literal('product')]),
  id: Type.String(),
  revisionId: Type.Optional(Type.String()),
  title: Type.String(),
  reference: Type.Optional(Type.String({ description: 'the law, policy or page behind it' })),
});
export type AnswerSource = Static<typeof AnswerSource>;

/** The thresholds of a shop, with the evaluation they come from. Probabilities are calibrated: 0.9 means nine of ten are right. */
export const Policy = Type.Object({
  version: Type.String(),
  wrongAtMost: Type.Number({ description: 'what the operator asked for: share of wrong answers, 0.02 by default' }),
  answerMin: Type.Number({ description: 'FAQ probability from which an entry is the answer' }),
  clarifyMin: Type.Number({
    description: 'FAQ or intent probability from which candidates are worth offering as choices',
  }),
  actMin: Type.Number({
    description: 'intent probability from which an action or a handoff named by the intent follows',
  }),
  evaluation: Type.Record(Type.String(), Type.Unknown(), { description: 'the figures that produced the thresholds' }),
});
export type Policy = Static<typeof Policy>;
