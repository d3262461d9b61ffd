// The drafts an agent may take over: what the bot would say to the shopper's last words; before there are any, what came with the baton.
import type { Suggestions } from '../../contract/assist.ts';
import type { AnswerSource } from '../../contract/decision.ts';
import { serverNow } from '../clock.ts';
import type { Ask } from '../staff/ask.ts';
import type { DeskMessage } from '../wire.ts';
import { useLoaded, useLooks } from './loaded.ts';
import type { Thread } from './thread.ts';

export interface SuggestedDraft {
  /** Null for one that came with the baton: nobody counts what became of it. */
  id: string | null;
  text: string;
  source?: AnswerSource | undefined;
  confidence: number | null;
}

export interface Suggested {
  drafts: readonly SuggestedDraft[];
  /** `old`: a reply was sent since; `none`: the bot looked and found nothing that fits. */
  state: 'making' | 'fresh' | 'old' | 'none' | 'failed';
  reload(): void;
  /** Another team's matter. */
  elsewhere: Suggestions['elsewhere'];
}

/** The bot has two seconds; after that an agent should not wait for it. */
const MAKING_MS = 2_500;
function stateOf(newest: Suggestions | null, error: unknown, last: DeskMessage | undefined): Suggested['state'] {
  if (newest?.failed || (newest === null && error !== null)) return 'failed';
  if (newest?.answered) return 'old';
  const isBehind = last !== undefined && (newest?.forSeq ?? 0) < last.seq;
  if (isBehind && serverNow() - Date.parse(last.at) < MAKING_MS) return 'making';
  return newest !== null && newest.drafts.length > 0 ? 'fresh' : 'none';
}

export function useSuggested(ask: Ask, conversationId: string, thread: Thread): Suggested {
  const { messages, handoff, detail } = thread;
  const last = messages.findLast((m) => m.from === 'shopper');
  const said = messages.findLast((m) => m.from === 'agent' && m.kind === 'text');
  const isHuman = detail?.state === 'with-agent';
  const looks = useLooks(last?.seq ?? 0);
  const { data, error, reload } = useLoaded(isHuman ? conversationId : null, `${said?.seq} ${looks}`, () =>
    ask.path<Suggestions>(`/api/conversations/${conversationId}/suggestions`),
  );
  const state = stateOf(data, error, isHuman ? last : undefined);
  const elsewhere = data?.elsewhere ?? null;
  if (data !== null && data.drafts.length > 0) return { drafts: data.drafts, state, reload, elsewhere };
  const isAnswered = (said?.seq ?? 0) > (handoff?.packet.transcript.toSeq ?? 0);
  const brought = isAnswered ? [] : (handoff?.packet.suggestions ?? []);
  const drafts = brought.map((draft) => ({ id: null, confidence: null, ...draft }));
  return { drafts, state: drafts.length > 0 ? 'fresh' : state, reload, elsewhere };
}
