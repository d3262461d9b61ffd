// A language model as a careful assistant: it may reword what was retrieved, sum up and choose, and its failure is always null.
import type { BaseMessage } from '@langchain/core/messages';
import type { ChatPromptTemplate } from '@langchain/core/prompts';
import { initChatModel } from 'langchain';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Style } from '../contract/decision.ts';
import { createMaskLedger, type MaskLedger, maskPersonalData } from '../policy/mask.ts';
import { boundedFetch, type Fetch } from './bounded-fetch.ts';
import { createBudget } from './budget.ts';
import { REWORD, SECOND_OPINION, SUMMARISE, TONES } from './prompts.ts';
import { asProviderError, ProviderError } from './provider-error.ts';
import { createResilientCall } from './resilience.ts';

/**
 * Every method ends within the writer's deadline and never rejects: null means "go on without me".
 * What comes back is still a model's text: guardRewording and checkOutgoing decide whether it may be sent.
 */
export interface Writer {
  reword(request: {
    question: string;
    /** The curated text. */
    answer: string;
    style: Style;
    /** Passages that must stand in the result word for word. */
    mustKeep: readonly string[];
  }): Promise<string | null>;
  /** At most two lines for the agent who takes over. */
  summarise(request: { messages: readonly { author: string; text: string }[] }): Promise<string | null>;
  /** The id of the candidate that answers the question. */
  secondOpinion(request: {
    question: string;
    candidates: readonly { id: string; title: string }[];
  }): Promise<string | null>;
}

export interface OpenAiWriterOptions {
  baseUrl: string;
  apiKey: string;
  model: string;
  /** Total time of one call, retries included. */
  deadlineMs?: number;
  /** Of this writer; build one per shop to have the cap per shop. Counted in this process. */
  spendCapTokensPerDay: number;
  concurrencyMax?: number;
  breakAfter?: number;
  halfOpenAfterMs?: number;
  /** Told of every null that has a cause, for the log and the metrics. Carries no key and no shopper's text. */
  onFailure?: (job: keyof Writer, error: ProviderError) => void;
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

const Opinion = Type.Object(
  { id: Type.String({ description: '候选的 id，都不合适时为 none' }) },
  { additionalProperties: false },
);
type Opinion = Static<typeof Opinion>;

export function createOpenAiWriter(options: OpenAiWriterOptions): Writer {
  const deadlineMs = options.deadlineMs ?? 8000;
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
  async function spend<T>(job: keyof Writer, messages: BaseMessage[], ask: Ask<T>): Promise<T | null> {
    const reserved = estimateTokens(messages) + ANSWER_TOKENS_MAX;
    if (!budget.reserve(reserved)) {
      options.onFailure?.(job, new ProviderError('over-budget', `${ENDPOINT} 今天的用量已到上限`));
      return null;
    }
    try {
      const { raw, value } = await resilient.run(deadlineMs, (signal) => ask(messages, signal));
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

  const askText: Ask<string> = async (messages, signal) => {
    const raw = await (await ready).invoke(messages, { signal, callbacks: [] });
    const value = raw.text.trim();
    if (value === '') throw new ProviderError('bad-answer', `${ENDPOINT} 的回答是空的`);
    return { raw, value };
  };

  return {
    async reword({ question, answer, style, mustKeep }) {
      const ledger = createMaskLedger();
      const data = {
        question: maskPersonalData(question, ledger).slice(0, QUESTION_MAX),
        answer: maskPersonalData(answer, ledger),
        mustKeep: mustKeep.map((passage) => maskPersonalData(passage, ledger)),
      };
      // A cut answer would come back as a different promise.
      if (data.answer.length > INPUT_MAX) return null;
      const messages = await promptOf(REWORD, data, TONES[style]);
      const text = await spend('reword', messages, askText);
      const restored = text === null ? null : usable(text, ledger);
      return restored !== null && mustKeep.every((passage) => restored.includes(passage)) ? restored : null;
    },

    async summarise({ messages }) {
      const ledger = createMaskLedger();
      const lines = messages.map(({ author, text }) => ({
        author,
        text: maskPersonalData(text, ledger).slice(0, QUESTION_MAX),
      }));
      while (JSON.stringify(lines).length > INPUT_MAX && lines.length > 1) lines.shift();
      if (lines.length === 0) return null;
      const prompt = await promptOf(SUMMARISE, { messages: lines });
      const text = await spend('summarise', prompt, askText);
      const restored = text === null ? null : usable(text, ledger);
      return (
        restored
          ?.split('\n')
          .filter((line) => line.trim() !== '')
          .slice(0, 2)
          .join('\n')
          .slice(0, 300) ?? null
      );
    },

    async secondOpinion({ question, candidates }) {
      if (candidates.length === 0) return null;
      const offered = candidates.slice(0, CANDIDATES_MAX);
      const asked = maskPersonalData(question).slice(0, QUESTION_MAX);
      const data = {
        question: asked,
        candidates: offered.map(({ id, title }) => ({ id, title: title.slice(0, 200) })),
      };
      const structured = (await ready).withStructuredOutput<Opinion>(Opinion, {
        name: 'choose',
        method: 'functionCalling',
        includeRaw: true,
      });
      const opinion = await spend('secondOpinion', await promptOf(SECOND_OPINION, data), async (messages, signal) => {
        const { raw, parsed } = await structured.invoke(messages, { signal, callbacks: [] });
        if (!Value.Check(Opinion, parsed)) throw new ProviderError('bad-answer', `${ENDPOINT} 的回答不符合约定的格式`);
        return { raw, value: parsed };
      });
      return offered.find(({ id }) => id === opinion?.id)?.id ?? null;
    },
  };
}

type Ask<T> = (messages: BaseMessage[], signal: AbortSignal) => Promise<{ raw: BaseMessage; value: T }>;

/** langchain's universal chat model: the provider is the OpenAI protocol, whoever speaks it at `baseUrl`. */
function createModel({ baseUrl, apiKey, model, fetch: inner }: OpenAiWriterOptions) {
  return initChatModel(model, {
    modelProvider: 'openai',
    apiKey,
    temperature: 0.3,
    maxTokens: ANSWER_TOKENS_MAX,
    useResponsesApi: false,
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

const REFUSAL =
  /作为(?:一个|一名)?(?:AI|人工智能|语言模型)|我(?:无法|不能)(?:协助|帮助|满足|提供该)|抱歉[，,]?我(?:无法|不能)(?:处理|完成|回答)这|I(?:'m| am) sorry|as an ai\b|system prompt|系统提示|mustKeep|"answer"|JSON/i;

/** The text with the real values filled in again; null when it is a refusal, empty, or names a placeholder nobody gave out. */
function usable(text: string, ledger: MaskLedger): string | null {
  const plain = text.replace(/<think>[\s\S]*?<\/think>/g, '').trim();
  if (plain === '' || REFUSAL.test(plain) || ledger.unknownIn(plain).length > 0 || !plain.isWellFormed()) return null;
  return /[^\P{Cc}\n\t]/u.test(plain) ? null : ledger.restore(plain);
}

/** One Chinese character is at most about two tokens in the usual tokenisers. */
function estimateTokens(messages: readonly BaseMessage[]): number {
  return messages.reduce((sum, message) => sum + message.text.length * 2, 0);
}

function usedTokens(raw: BaseMessage): number | null {
  const usage: unknown = 'usage_metadata' in raw ? raw.usage_metadata : undefined;
  const total: unknown =
    typeof usage === 'object' && usage !== null && 'total_tokens' in usage ? usage.total_tokens : undefined;
  return typeof total === 'number' && total > 0 ? total : null;
}
