// Looks at conversations that a person owns after the shopper spoke: the absent owner's words, then fresh drafts. Only drafts: the bot says nothing here.
import { lookForAgent } from '../bot/assist.ts';
import { isVeryBad } from '../bot/mood.ts';
import type { MindDeps } from '../bot/think.ts';
import { channelIfOn } from '../channels/channel.ts';
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import { type OpenQuestion, readOpenQuestion } from '../conversations/open-question.ts';
import type { Pool } from '../db/database.ts';
import { keepSuggestions } from '../desk/suggestions.ts';
import { whoseTalk } from '../desk/whose-talk.ts';
import type { Live } from '../queue/live.ts';

export interface AssistDeps {
  pool: Pool;
  turn: MindDeps;
  live: Live;
  /** Says the owner's words of absence, if they are due. */
  sayAway(shopId: ShopId, conversationId: ConversationId): Promise<boolean>;
  /** Shoppers are waiting for their acknowledgement: drafts can wait. */
  crowded(): boolean;
  onError(error: unknown, where: string): void;
}

export interface AssistRunner {
  /** A hint. Any number for one conversation is one look at a time, and the last look sees the newest message. */
  wake(shopId: ShopId, conversationId: ConversationId): void;
  /** Resolves when what is under way is over; nothing new starts. */
  drain(): Promise<void>;
}

/** People write in bursts; drafts for half a thought are of no use. Milliseconds. */
const LISTEN_MS = 350;
const LOOKS_AT_ONCE = 2;
const LOOK_AGAIN_MS = 50;

export function createAssistRunner(deps: AssistDeps): AssistRunner {
  const listening = new Map<ConversationId, NodeJS.Timeout>();
  const ready = new Map<ConversationId, ShopId>();
  const running = new Map<ConversationId, Promise<void>>();
  let draining = false;
  let lookAgain: NodeJS.Timeout | null = null;

  /** Null when it could not be done in time; nobody waits for it, so the log is the only one to hear. */
  async function lookAt(question: OpenQuestion) {
    try {
      return await lookForAgent(deps.turn, question);
    } catch (error) {
      deps.onError(error, 'assist');
      return null;
    }
  }

  async function look(shopId: ShopId, conversationId: ConversationId): Promise<void> {
    const seen = await readOpenQuestion(deps.pool, shopId, conversationId);
    if (seen === null) return;
    if (seen.question === null) {
      // a clock runs and there is nothing to draft for: once is enough
      if (seen.isAwaiting)
        await keepSuggestions(deps.pool, shopId, conversationId, { seenSeq: seen.lastSeq, set: null });
      return;
    }
    // nobody could send a draft now; it is looked at when the account is on again
    if (channelIfOn(deps.turn.channelOf, seen.question.accountId) === null) return;
    if (seen.isAway) await deps.sayAway(shopId, conversationId);
    const forSeq = seen.question.messages.at(-1)!.seq;
    const made = seen.draftedSeq >= forSeq ? undefined : await lookAt(seen.question);
    const mood = made?.mood ? { ...made.mood, hard: isVeryBad(made.mood) } : null;
    const talk = made?.talk ? await whoseTalk(deps.pool, shopId, made.talk) : null;
    const set = made === undefined ? null : { forSeq, drafts: made?.drafts ?? [], failed: made === null, mood, talk };
    if (await keepSuggestions(deps.pool, shopId, conversationId, { seenSeq: seen.lastSeq, set }))
      deps.live.touch(`conversation:${conversationId}`);
  }

  function start(): void {
    for (const [conversationId, shopId] of ready) {
      if (draining || running.size >= LOOKS_AT_ONCE) return;
      if (deps.crowded()) {
        lookAgain ??= setTimeout(() => {
          lookAgain = null;
          start();
        }, LOOK_AGAIN_MS);
        return;
      }
      if (running.has(conversationId)) continue; // it stays ready and is looked at once more afterwards
      ready.delete(conversationId);
      const work = look(shopId, conversationId)
        .catch((error: unknown) => deps.onError(error, 'assist'))
        .finally(() => {
          running.delete(conversationId);
          start();
        });
      running.set(conversationId, work);
    }
  }

  return {
    wake(shopId, conversationId) {
      if (draining || listening.has(conversationId)) return;
      const timer = setTimeout(() => {
        listening.delete(conversationId);
        ready.set(conversationId, shopId);
        start();
      }, LISTEN_MS);
      listening.set(conversationId, timer);
    },
    async drain() {
      draining = true;
      for (const timer of listening.values()) clearTimeout(timer);
      if (lookAgain) clearTimeout(lookAgain);
      await Promise.allSettled(running.values());
    },
  };
}
