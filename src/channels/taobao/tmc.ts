// Fetches the message service (TMC) over HTTP: admitted first, confirmed after, what is no shopper's message confirmed and left. Knows no HTTP.
import { setTimeout as pause } from 'node:timers/promises';
import type { ChannelAccount } from '../../contract/conversation.ts';
import { idText, isRecord, parseExact } from '../../providers/exact-json.ts';
import { type TopClient, TopError } from '../../providers/top.ts';
import { toActivity } from '../activity.ts';
import type { Inbox } from '../channel.ts';
import { readShopMessage } from '../shop-message.ts';

export interface TmcDeps {
  top: TopClient;
  account: ChannelAccount;
  /** The consumers' group; everything in it is confirmed, so it must be this program's alone. */
  group: string;
  inbox: Inbox;
  signal: AbortSignal;
  onError(error: unknown): void;
}

const PAGE = 100;
/** The API's page asks to wait while there is nothing; github bububa/opentaobao model/tmc/TaobaoTmcMessagesConsumeResponse.go */
const IDLE_MS = 1_000;
const BUSY_MS = 5_000;
/** A session or secret that has to be renewed by a person. */
const PERSON_MS = 60_000;
const LIMITED_MAX_MS = 600_000;

interface TmcMessage {
  id: string;
  content: unknown;
}

/** `content` is JSON in a string; topics of other parts may carry anything. */
function contentIn(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return parseExact(value);
  } catch {
    return null;
  }
}

function messagesIn(answer: Record<string, unknown>): TmcMessage[] {
  const { messages } = answer;
  const list = isRecord(messages) ? messages.tmc_message : messages;
  return (Array.isArray(list) ? list : []).filter(isRecord).flatMap(({ id, content }) => {
    const known = idText(id);
    return known === null ? [] : [{ id: known, content: contentIn(content) }];
  });
}

/** One page. Returns how many there were; what could not be stored is not confirmed and comes again. */
async function takePage({ top, group, account, inbox }: TmcDeps): Promise<number> {
  const answer = await top.call('taobao.tmc.messages.consume', { group_name: group, quantity: String(PAGE) });
  const messages = messagesIn(answer);
  const done: string[] = [];
  let failure: unknown;
  for (const { id, content } of messages) {
    const read = readShopMessage(content, `tmc:${id}`);
    try {
      if (read.kind === 'message') await inbox.admit(account, toActivity(read.inbound, account));
    } catch (error) {
      // the ones behind it wait, so that one shopper's messages stay in their order
      failure = error;
      break;
    }
    done.push(id);
  }
  if (done.length > 0)
    await top.call('taobao.tmc.messages.confirm', { group_name: group, s_message_ids: done.join(',') });
  if (failure !== undefined) throw failure;
  return messages.length;
}

function waitAfter({ trouble, afterMs }: TopError): number {
  switch (trouble) {
    case 'busy':
      return BUSY_MS;
    case 'limited':
      return Math.min(afterMs ?? BUSY_MS, LIMITED_MAX_MS);
    case 'session':
    case 'signature':
    case 'refused':
      return PERSON_MS;
    default:
      return trouble satisfies never;
  }
}

/** Until the signal ends it. @throws whatever is not the platform's own refusal */
export async function consumeTmc(deps: TmcDeps): Promise<void> {
  const { signal } = deps;
  while (!signal.aborted) {
    let waitMs = 0;
    try {
      if ((await takePage(deps)) < PAGE) waitMs = IDLE_MS;
    } catch (error) {
      if (!(error instanceof TopError)) throw error;
      deps.onError(error);
      waitMs = waitAfter(error);
    }
    if (waitMs > 0) await pause(waitMs, undefined, { signal, ref: false }).catch(() => {});
  }
}
