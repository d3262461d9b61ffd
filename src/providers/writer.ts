// A language model as a careful assistant: it may reword what was retrieved, choose among it, sum up and draft for editors, and its failure is always null.
import type { BaseMessage } from '@langchain/core/messages';
import type { ChatPromptTemplate } from '@langchain/core/prompts';
import { initChatModel } from 'langchain';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { createMaskLedger, type MaskLedger, maskPersonalData } from '../policy/mask.ts';
import { boundedFetch, type Fetch } from './bounded-fetch.ts';
import { createBudget } from './budget.ts';
import type { Bounded, Drafter, Writer, WriterJob } from './language-model.ts';
import { estimateTokens, jsonIn, usable, usedTokens } from './model-text.ts';
import { DRAFT, REWORD, SECOND_OPINION, SIMILAR, SUMMARISE, TONES } from './prompts.ts';
import { ProviderError } from './provider-error.ts';
import { createResilientCall } from './resilience.ts';
import { asProviderError } from './sdk-errors.ts';

export interface OpenAiWriterOptions {
  baseUrl: string;
  apiKey: string;
  model: string;
  /** Fields that this endpoint wants in every request, e.g. `{ thinking: { type: 'disabled' } }`. */
  extra?: Record<string, unknown>;
  /** Total time of one call, retries included. */
  deadlineMs?: number;
  /** The same for the drafts: an editor waits longer than a shopper. */
  draftDeadlineMs?: number;
  /** Of this writer; build one per shop to have the cap per shop. Counted in this process. */
  spendCapTokensPerDay: number;
  concurrencyMax?: number;
  breakAfter?: number;
  halfOpenAfterMs?: number;
  /** Told of every null that has a cause, for the log and the metrics. Carries no key and no shopper's text. */
  onFailure?: (job: WriterJob, error: ProviderError) => void;
  now?: () => number;
  fetch?: Fetch;
}

const ENDPOINT = '文字生成接口';
const RETRIES = 2;
const ANSWER_TOKENS_MAX = 600;
const ANSWER_BYTES_MAX = 1024 * 1024;
/** What is sent is bounded, or one pasted novel eats the day's budget. Characters. */
const INPUT_MAX = 6000;
const QUESTION_MAX = 1000;
const CANDIDATES_MAX = 10;
const TITLE_MAX = 200;
const RELATED_MAX = 3;
const KNOWN_MAX = 40;
/** No endpoint answers in less, so the call is not made at all. */
const WORTH_ASKING_MS = 200;

const Choice = Type.Object(
  { id: Type.String({ description: '候选的 id，都不合适时为 none' }) },
  { additionalProperties: false },
);
const Draft = Type.Object(
  {
    question: Type.String({ minLength: 2, maxLength: 100, description: '标准问题' }),
    answer: Type.String({ minLength: 2, maxLength: 800, description: '回答，缺的事实写【待填】' }),
  },
  { additionalProperties: false },
);
const Similar = Type.Object(
  { questions: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 30, description: '十句相似问法' }) },
  { additionalProperties: false },
);

export function createOpenAiWriter(options: OpenAiWriterOptions): Writer & Drafter {
  const deadlineMs = options.deadlineMs ?? 8000;
  const draftDeadlineMs = options.draftDeadlineMs ?? 20_000;
  const ready = createModel(options);
  ready.catch(() => {}); // told to the first call instead
  const budget = createBudget(options.spendCapTokensPerDay, options.now ?? Date.now);
  const resilient = createResilientCall({
    endpoint: ENDPOINT,
    concurrencyMax: options.concurrencyMax ?? 8,
    breakAfter: options.breakAfter ?? 5,
    halfOpenAfterMs: options.halfOpenAfterMs ?? 30_000,
  });

  /** One paid call. `ask` returns the raw message, from which the real use is read, and what was understood of it. */
  async function spend<T>(job: WriterJob, ms: number, messages: BaseMessage[], ask: Ask<T>): Promise<T | null> {
    if (ms < WORTH_ASKING_MS) return null;
    const reserved = estimateTokens(messages) + ANSWER_TOKENS_MAX;
    if (!budget.reserve(reserved)) {
      options.onFailure?.(job, new ProviderError('over-budget', `${ENDPOINT} 今天的用量已到上限`));
      return null;
    }
    try {
      const { raw, value } = await resilient.run(ms, (signal) => ask(messages, signal));
      budget.settle(reserved, usedTokens(raw) ?? reserved);
      return value;
    } catch (error) {
      const failure = asProviderError(error, ENDPOINT);
      // A call that never left or was turned away costs nothing; one that ran into its deadline may have been paid for.
      if (failure.failure !== 'timeout' && failure.failure !== 'bad-answer') budget.settle(reserved, 0);
      options.onFailure?.(job, failure);
      return null;
    }
  }

  const within = ({ withinMs }: Bounded) => Math.min(deadlineMs, withinMs ?? deadlineMs);

  const askText: Ask<string> = async (messages, signal) => {
    const raw = await (await ready).invoke(messages, { signal, callbacks: [] });
    const value = raw.text.trim();
    if (value === '') throw new ProviderError('bad-answer', `${ENDPOINT} 的回答是空的`);
    return { raw, value };
  };

  /** Asks for an object by a tool call; the same object as plain text is taken too. */
  const askFor =
    <S extends TSchema>(name: string, schema: S): Ask<Static<S>> =>
    async (messages, signal) => {
      const structured = (await ready).withStructuredOutput<Record<string, unknown>>(schema, {
        name,
        method: 'functionCalling',
        includeRaw: true,
      });
      const { raw, parsed } = await structured.invoke(messages, { signal, callbacks: [] });
      const value: unknown = parsed ?? jsonIn(raw.text);
      if (!Value.Check(schema, value)) throw new ProviderError('bad-answer', `${ENDPOINT} 的回答不符合约定的格式`);
      return { raw, value };
    };

  return {
    async reword({ question, answer, style, mustKeep, ...bounds }) {
      const ledger = createMaskLedger();
      const data = {
        question: maskPersonalData(question, ledger).slice(0, QUESTION_MAX),
        answer: maskPersonalData(answer, ledger),
        mustKeep: mustKeep.map((passage) => maskPersonalData(passage, ledger)),
      };
      // A cut answer would come back as a different promise.
      if (data.answer.length > INPUT_MAX) return null;
      const messages = await promptOf(REWORD, data, TONES[style]);
      const text = await spend('reword', within(bounds), messages, askText);
      const restored = text === null ? null : usable(text, ledger);
      return restored !== null && mustKeep.every((passage) => restored.includes(passage)) ? restored : null;
    },

    async summarise({ messages, ...bounds }) {
      const ledger = createMaskLedger();
      const lines = maskedLines(messages, ledger);
      if (lines.length === 0) return null;
      const prompt = await promptOf(SUMMARISE, { messages: lines });
      const text = await spend('summarise', within(bounds), prompt, askText);
      const restored = text === null ? null : usable(text, ledger);
      const kept = restored?.split('\n').filter((line) => line.trim() !== '');
      return kept?.slice(0, 2).join('\n').slice(0, 300) ?? null;
    },

    async secondOpinion({ question, candidates, ...bounds }) {
      if (candidates.length === 0) return { said: 'nothing' };
      const offered = candidates.slice(0, CANDIDATES_MAX);
      const data = {
        question: maskPersonalData(question).slice(0, QUESTION_MAX),
        candidates: offered.map(({ id, title }) => ({ id, title: maskPersonalData(title).slice(0, TITLE_MAX) })),
      };
      const prompt = await promptOf(SECOND_OPINION, data);
      const choice = await spend('secondOpinion', within(bounds), prompt, askFor('choose', Choice));
      if (choice === null) return { said: 'nothing' };
      if (offered.some(({ id }) => id === choice.id)) return { said: 'entry', id: choice.id };
      return { said: choice.id === 'none' ? 'none' : 'unknown' };
    },

    async draft({ question, related }) {
      const data = {
        asked: maskPersonalData(question).slice(0, QUESTION_MAX),
        related: related.slice(0, RELATED_MAX).map(({ title, answer }) => ({
          title: maskPersonalData(title).slice(0, TITLE_MAX),
          answer: maskPersonalData(answer).slice(0, QUESTION_MAX),
        })),
      };
      const drafted = await spend('draft', draftDeadlineMs, await promptOf(DRAFT, data), askFor('draft', Draft));
      // Nothing is filled in again: an entry is read by everybody.
      const blank = createMaskLedger();
      const [title, answer] = [drafted?.question, drafted?.answer].map((text) => (text ? usable(text, blank) : null));
      return title && answer ? { question: title, answer } : null;
    },

    async similar({ question, known }) {
      const data = {
        question: maskPersonalData(question).slice(0, TITLE_MAX),
        known: known.slice(0, KNOWN_MAX).map((text) => maskPersonalData(text).slice(0, TITLE_MAX)),
      };
      const found = await spend('similar', draftDeadlineMs, await promptOf(SIMILAR, data), askFor('similar', Similar));
      if (found === null) return null;
      const blank = createMaskLedger();
      return found.questions.map((text) => usable(text, blank)).filter((text) => text !== null);
    },
  };
}

type Ask<T> = (messages: BaseMessage[], signal: AbortSignal) => Promise<{ raw: BaseMessage; value: T }>;

/** langchain's universal chat model: the provider is the OpenAI protocol, whoever speaks it at `baseUrl`. */
function createModel({ baseUrl, apiKey, model, extra, fetch: inner }: OpenAiWriterOptions) {
  return initChatModel(model, {
    modelProvider: 'openai',
    apiKey,
    temperature: 0.3,
    maxTokens: ANSWER_TOKENS_MAX,
    useResponsesApi: false,
    modelKwargs: extra ?? {},
    // The retries are the SDK's (`configuration`), which honours Retry-After; a second layer here would multiply them.
    maxRetries: 0,
    configuration: {
      baseURL: baseUrl,
      maxRetries: RETRIES,
      organization: null,
      project: null,
      logLevel: 'off',
      fetch: boundedFetch(ANSWER_BYTES_MAX, inner),
    },
  });
}

/** The data go in as one JSON text: nothing in them can end the quotation or pass for a message of another role. */
function promptOf(template: ChatPromptTemplate, data: object, tone = ''): Promise<BaseMessage[]> {
  return template.formatMessages({ data: JSON.stringify(data), tone });
}

/** A burst of one author is one text: a number typed in two messages is still a number. The end matters most. */
function maskedLines(messages: readonly { author: string; text: string }[], ledger: MaskLedger) {
  const bursts: { author: string; text: string }[] = [];
  for (const { author, text } of messages) {
    const last = bursts.at(-1);
    if (last?.author === author) last.text += `\n${text}`;
    else bursts.push({ author, text });
  }
  const lines = bursts.map(({ author, text }) => ({
    author,
    text: maskPersonalData(text, ledger).slice(-QUESTION_MAX),
  }));
  while (JSON.stringify(lines).length > INPUT_MAX && lines.length > 1) lines.shift();
  return lines;
}
