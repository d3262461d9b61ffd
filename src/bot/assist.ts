// Drafts for the agent who owns a conversation: what the bot would say, never said by it. Writes nothing and sends nothing.
import { DRAFTS_MAX, type Draft } from '../contract/assist.ts';
import type { Team } from '../contract/content.ts';
import type { ChannelKind } from '../contract/conversation.ts';
import type { Judgement, Stage } from '../contract/decision.ts';
import type { OpenQuestion } from '../conversations/open-question.ts';
import type { ClaimedTurn } from '../conversations/turns.ts';
import { checkOutgoing } from '../policy/check.ts';
import type { Writer } from '../providers/language-model.ts';
import { shopDay } from './clock-words.ts';
import { curated, sourceOf } from './compose.ts';
import { withDeadline } from './deadline.ts';
import type { Knowledge } from './knowledge.ts';
import type { Mood } from './mood.ts';
import { type MindDeps, type Thought, think } from './think.ts';

/** An agent reads and types meanwhile; later than this a draft comes too late to be of use. */
export const ASSIST_DEADLINE_MS = 2_000;
/** Kept free of the model, so that what goes on without it is still in time. */
const RESERVE_MS = 300;

type Words = Omit<Draft, 'id'>;

/** The bot decides about the newest message as if the conversation were its own; what came before it was perhaps a call for a person. */
function asTurn(question: OpenQuestion): ClaimedTurn {
  const newest = question.messages.at(-1)!;
  return {
    status: 'claimed',
    turnId: '0',
    attempt: 0,
    ownerKind: 'bot',
    handoff: null,
    ...question,
    firstSeq: newest.seq,
    lastSeq: newest.seq,
    messages: [newest],
  };
}

/** The model has what is left of the two seconds, and sums nothing up: nobody is handed over. */
function inAHurry(writer: Writer, leftMs: () => number): Writer {
  const within = <T extends { withinMs?: number }>(request: T): T => ({
    ...request,
    withinMs: Math.max(1, Math.min(request.withinMs ?? ASSIST_DEADLINE_MS, leftMs())),
  });
  return {
    reword: (request) => writer.reword(within(request)),
    secondOpinion: (request) => writer.secondOpinion(within(request)),
    summarise: async () => null,
  };
}

/** As for a turn; whom it would hand over to is of no interest here and costs no query. */
const assistDeps = (deps: MindDeps, leftMs: () => number): MindDeps => ({
  ...deps,
  writer: deps.writer === null ? null : inAHurry(deps.writer, leftMs),
  queue: {
    of: async () => null,
    newcomer: async () => ({ agentsOnline: 1, isOpen: true, backAt: null, position: 1, range: null, foreseen: null }),
  },
  route: async () => ({ team: 'insale', priority: 0, skills: [], rule: '' }),
  standing: async () => ({ again: false, vip: false }),
});

/** The bot's own words, if it would answer at all: a question with choices or a handoff is nothing an agent sends. */
function botWords({ outcome }: Thought, judgement: Judgement): Words[] {
  if (outcome.handoff !== null) return [];
  return outcome.parts.flatMap(({ text, payload }) => {
    const source = payload?.source;
    if (source === undefined) return [];
    const hit = judgement.faqs.find((f) => f.entryId === source.id);
    // an action and a tapped entry are as sure as what the shopper was understood to want
    return [{ text, source, confidence: hit?.score ?? judgement.intents[0]?.score ?? 0 }];
  });
}

/** The curated answers of what was retrieved, in the shopper's style. */
function retrieved(judgement: Judgement, knowledge: Knowledge): Words[] {
  return judgement.faqs.flatMap((hit) => {
    const entry = knowledge.entry(hit.entryId);
    if (entry === undefined || hit.score < knowledge.policy.clarifyMin) return [];
    return [{ text: curated(entry, judgement.style), source: sourceOf(hit.entryId, entry), confidence: hit.score }];
  });
}

/** Several quick lines may be one thought or several questions: besides the newest, so many before it and all together are looked up. */
const EARLIER_MAX = 2;

async function otherReadings(deps: MindDeps, question: OpenQuestion, channel: ChannelKind): Promise<Words[]> {
  const { shopId, messages } = question;
  if (messages.length < 2) return [];
  const knowledge = deps.knowledge(shopId);
  const productId = messages.at(-1)!.payload.productId;
  const context = { shopId, channel, today: shopDay(deps.now()), ...(productId ? { productId } : {}) };
  const earlier = messages.slice(0, -1).slice(-EARLIER_MAX);
  const texts = [messages.map((m) => m.text).join('\n'), ...earlier.map((m) => m.text)];
  const judged = await Promise.all(texts.map((text) => knowledge.understand(text, context)));
  return judged.flatMap((judgement) => retrieved(judgement, knowledge));
}

const sourceKey = ({ source }: Words): string => `${source?.kind}:${source?.id}`;

/** Each source once: the first wording of it, as sure as the surest of its finds. Surest first. */
function ranked(words: readonly Words[]): Words[] {
  const bySource = new Map<string, Words>();
  for (const one of words) {
    const known = bySource.get(sourceKey(one)) ?? one;
    bySource.set(sourceKey(one), { ...known, confidence: Math.max(known.confidence, one.confidence) });
  }
  return [...bySource.values()].sort((a, b) => b.confidence - a.confidence);
}

/** What an agent could send at once: breaks no rule, and was not said a moment ago. */
function useful(words: readonly Words[], question: OpenQuestion, channel: ChannelKind): Words[] {
  const said = new Set(question.history.map((m) => m.text));
  return words.filter(
    ({ text }) => !said.has(text) && checkOutgoing(text, { channel, author: 'agent', allowedHosts: [] }).ok,
  );
}

export interface Looked {
  /** At most three, best first; none when the bot knows nothing to say. */
  drafts: Draft[];
  /** How the newest message sounds; null when nobody could say. */
  mood: Mood | null;
  /** What it is about, more likely than not. */
  talk: Talk | null;
}

export interface Talk {
  intent: string;
  label: string;
  stage: Stage;
  /** The team its intent file names. */
  intentTeam: Team | null;
}

/** More likely right than wrong: it only makes a proposal to an agent. */
const TALK_MIN = 0.5;

/** By the likeliest intent, else by the entry that would answer. */
function talkOf({ intents: [guess], faqs: [hit] }: Judgement, knowledge: Knowledge): Talk | null {
  const entry = hit !== undefined && hit.score >= TALK_MIN ? knowledge.entry(hit.entryId) : undefined;
  const name = guess !== undefined && guess.score >= TALK_MIN ? guess.intent : entry?.file.intents[0];
  const facts = name === undefined ? undefined : knowledge.intent(name);
  if (facts === undefined) return null;
  const { label, stage, then } = facts;
  const intentTeam = typeof then === 'object' && 'handoff' in then ? then.handoff : null;
  return { intent: facts.name, label, stage, intentTeam };
}

/** What the bot makes of the shopper's newest words. @throws when it failed or took too long */
export async function lookForAgent(deps: MindDeps, question: OpenQuestion): Promise<Looked> {
  const started = performance.now();
  const leftMs = () => ASSIST_DEADLINE_MS - RESERVE_MS - (performance.now() - started);
  const channel = deps.channelOf(question.accountId).kind;
  const [thought, others] = await withDeadline(
    Promise.all([think(assistDeps(deps, leftMs), asTurn(question)), otherReadings(deps, question, channel)]),
    ASSIST_DEADLINE_MS,
    () => new Error(`no drafts within ${ASSIST_DEADLINE_MS} ms`),
  );
  const { judgement } = thought;
  const newest =
    judgement === null
      ? []
      : [...botWords(thought, judgement), ...retrieved(judgement, deps.knowledge(question.shopId))];
  const seq = question.messages.at(-1)!.seq;
  const drafts = useful(ranked([...newest, ...others]), question, channel)
    .slice(0, DRAFTS_MAX)
    .map((draft, i) => ({ id: `${seq}-${i + 1}`, ...draft }));
  const talk = judgement === null ? null : talkOf(judgement, deps.knowledge(question.shopId));
  return { drafts, mood: judgement?.emotion ?? null, talk };
}
