// What a language model may be asked, as the rest of the house sees it. Knows no SDK, so that whoever has no model loads none.
import type { Style } from '../contract/decision.ts';

/** What every question to a model carries. */
export interface Bounded {
  /** What the turn has left, where that is less than the writer's own deadline. Milliseconds. */
  withinMs?: number;
}

/** What the model said to a question about candidates. `nothing`: no answer came, or none of the agreed form. */
export type Opinion =
  | { said: 'entry'; id: string }
  | { said: 'none' }
  /** It named an entry that was not among the candidates; which one is not repeated. */
  | { said: 'unknown' }
  | { said: 'nothing' };

/**
 * What a turn may ask. Every method ends within the deadline and never rejects: null means "go on without me".
 * What comes back is still a model's text: the guards of policy/ decide whether it may be used.
 */
export interface Writer {
  reword(
    request: Bounded & {
      question: string;
      /** The curated text. */
      answer: string;
      style: Style;
      /** Passages that must stand in the result word for word. */
      mustKeep: readonly string[];
    },
  ): Promise<string | null>;
  /** At most two lines for the agent who takes over. */
  summarise(request: Bounded & { messages: readonly { author: string; text: string }[] }): Promise<string | null>;
  /** Which of the candidates answers the question. */
  secondOpinion(
    request: Bounded & { question: string; candidates: readonly { id: string; title: string }[] },
  ): Promise<Opinion>;
}

/** What an editor may ask, with the same manners and a longer patience. Nothing of it is published by itself. */
export interface Drafter {
  /** A first wording of an entry for a question nobody could answer; facts come from `related` only. */
  draft(request: {
    question: string;
    related: readonly { title: string; answer: string }[];
  }): Promise<{ question: string; answer: string } | null>;
  /** Other ways to ask the same; at most ten, none of `known`. */
  similar(request: { question: string; known: readonly string[] }): Promise<string[] | null>;
}

export type WriterJob = keyof Writer | keyof Drafter;
