// A turn, a judgement and a knowledge made by hand, so that a test decides every score itself.

import type { Entry, Knowledge } from '../../src/bot/knowledge.ts';
import { createShelves } from '../../src/bot/shelf.ts';
import type { TurnDeps } from '../../src/bot/turn.ts';
import type { Channel } from '../../src/channels/channel.ts';
import type { Commerce } from '../../src/commerce/commerce.ts';
import type { ConversationId, ShopId } from '../../src/contract/conversation.ts';
import type { Judgement } from '../../src/contract/decision.ts';
import type { ClaimedTurn, PastMessage, Turns } from '../../src/conversations/turns.ts';
import { routeCase } from '../../src/handoff/routing.ts';
import type { Writer } from '../../src/providers/language-model.ts';

const SHOP = 'shop' as ShopId;

export function claimedTurn(text: string, more: Partial<ClaimedTurn> = {}): ClaimedTurn {
  return {
    status: 'claimed',
    shopId: SHOP,
    turnId: 'turn',
    attempt: 1,
    firstSeq: 10,
    lastSeq: 10,
    epoch: '1',
    ownerKind: 'bot',
    memory: {},
    conversationId: 'conversation' as ConversationId,
    accountId: 'account',
    shopper: { id: 'shopper', platformId: 'p', name: null, customerId: null },
    messages: [{ seq: 10, text, payload: {}, at: '2026-11-24T10:00:00+08:00' }],
    history: [],
    handoff: null,
    ...more,
  };
}

export const past = (author: PastMessage['author'], text: string, seq: number): PastMessage => ({
  seq,
  author,
  kind: 'text',
  text,
  source: null,
});

export function entry(id: string, question: string, answer: string, intent = 'ask_shipping'): Entry {
  return {
    revisionId: `${id}@1`,
    file: {
      id,
      question,
      similar: [],
      intents: [intent],
      stage: ['presale'],
      products: [],
      channels: [],
      risk: 'N',
      source: '店铺客服规范',
      reviewed: '2026-11-20',
      answers: { standard: answer },
    },
  };
}

export const hit = (id: string, title: string, score: number): Judgement['faqs'][number] => ({
  entryId: id,
  revisionId: `${id}@1`,
  question: title,
  title,
  score,
  lexical: score,
  dense: score,
});

export const judgement = (more: Partial<Judgement> = {}): Judgement => ({
  text: '啥时候能收到',
  language: 'zh',
  style: 'standard',
  intents: [],
  faqs: [],
  risks: [],
  emotion: { name: 'neutral', strength: 0, evidence: '', by: '' },
  rejects: false,
  slots: {},
  releaseId: 'release',
  timings: {},
  degraded: [],
  ...more,
});

export function knowledgeOf(entries: Entry[], judged: Judgement | Promise<Judgement>): Knowledge {
  const then: Record<string, 'answer' | { handoff: 'complaint' }> = { complain: { handoff: 'complaint' } };
  return {
    releaseId: 'release',
    policy: { version: '1', wrongAtMost: 0.02, answerMin: 0.9, clarifyMin: 0.1, actMin: 0.4, evaluation: {} },
    understand: async () => judged,
    intent: (name) => ({ name, label: name, stage: 'presale', then: then[name] ?? 'answer', slots: [] }),
    entry: (id) => entries.find(({ file }) => file.id === id),
    entriesOf: () => [],
    entries: new Map(entries.map((entry) => [entry.file.id, entry])),
    intents: [],
  };
}

const none = async () => [];
const nothing: unknown = new Proxy({}, { get: () => none });

/** Everything a turn needs but rows: it is thought about, never claimed or committed. */
export function turnDeps(knowledge: Knowledge, writer: Writer | null): TurnDeps {
  return {
    turns: nothing as Turns,
    commerce: nothing as Commerce,
    shelves: createShelves(nothing as Commerce),
    writer,
    knowledge: () => knowledge,
    channelOf: () => ({ kind: 'web' }) as Channel,
    forbidden: none,
    route: async (_shop, _conversation, c) => routeCase(c),
    standing: async () => ({ again: false, vip: false }),
    queue: {
      newcomer: async () => ({ position: 1, range: null, foreseen: null, agentsOnline: 1, isOpen: true, backAt: null }),
      of: async () => null,
    },
    calls: { windows: async () => [], book: async () => null },
    askQuote: async () => {},
    leaveQueue: async () => false,
    keepMessage: async () => {},
    now: () => new Date('2026-11-24T10:00:00+08:00'),
    onError() {},
  };
}
