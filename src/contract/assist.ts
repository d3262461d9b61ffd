// Drafts for an agent: what the bot would say, with where it is from and how sure it is. Nothing of it is sent by itself.
import { type Static, Type } from 'typebox';
import { AnswerSource } from './decision.ts';

export const DRAFTS_MAX = 3;

export const Draft = Type.Object({
  id: Type.String({ description: 'names this draft for ever: `<seq>-<n>`, as `suggestionId` in a reply made from it' }),
  text: Type.String(),
  source: Type.Optional(AnswerSource),
  confidence: Type.Number({ description: 'calibrated probability that this answers the message' }),
});
export type Draft = Static<typeof Draft>;

/** What became of a set of drafts: sent as it was, sent after a change, or the agent wrote something else. */
export const LabelOutcome = Type.Union([Type.Literal('accepted'), Type.Literal('edited'), Type.Literal('ignored')]);
export type LabelOutcome = Static<typeof LabelOutcome>;

export const Suggestions = Type.Object({
  forSeq: Type.Union([Type.Integer(), Type.Null()], {
    description: "the shopper's last message they are for; null while there are none",
  }),
  answered: Type.Boolean({ description: 'a person has replied since' }),
  failed: Type.Boolean({ description: 'nothing could be made within the time' }),
  drafts: Type.Array(Draft, { maxItems: DRAFTS_MAX, description: 'best first' }),
  elsewhere: Type.Union([Type.Object({ team: Type.String(), about: Type.String() }), Type.Null()], {
    description: 'the message is a matter of another team, which the owner does not belong to',
  }),
});
export type Suggestions = Static<typeof Suggestions>;
