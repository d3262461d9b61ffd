// The model of the settings, if there is one: loaded only then, and its failures said once in a while.
import type { Config } from './config.ts';
import type { Drafter, Writer } from './providers/language-model.ts';

/**
 * With the embedder's 2 s before it, a hanging writer must still leave time to send the curated answer within the turn's
 * 9 s. That is for one call; a turn that asks twice gives the second what the first has left.
 */
const WRITER_DEADLINE_MS = 6_000;

/** A model that is away is away for every message; the log says so once in a while. */
const SAY_AGAIN_MS = 60_000;

type OnError = (error: unknown, where: string) => void;

/** Null when no model is configured. */
export async function createWriter(config: Config, onError: OnError): Promise<(Writer & Drafter) | null> {
  if (config.LLM_BASE_URL === '') return null;
  const told = new Map<string, number>();
  const { createOpenAiWriter } = await import('./providers/writer.ts'); // langchain costs memory and time: only who asks pays
  return createOpenAiWriter({
    baseUrl: config.LLM_BASE_URL,
    apiKey: config.LLM_API_KEY,
    model: config.LLM_MODEL,
    extra: config.LLM_EXTRA,
    deadlineMs: WRITER_DEADLINE_MS,
    spendCapTokensPerDay: config.LLM_TOKENS_PER_DAY,
    onFailure(job, error) {
      const last = told.get(error.failure) ?? 0;
      if (Date.now() - last < SAY_AGAIN_MS) return;
      told.set(error.failure, Date.now());
      onError(error, `llm ${job}`);
    },
  });
}
