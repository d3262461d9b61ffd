// Plays shoppers through the platforms: hands every message in until it is acknowledged, repeats some, and writes down what it was told.
import { createHmac } from 'node:crypto';
import { genuinePost, messageXml, type WechatParty } from '../../test/channels/wechat-client.ts';
import type { Random } from './random.ts';
import { clock, type RecordFile, type WitnessRecord } from './records.ts';
import type { PlannedMessage, Script } from './traffic.ts';

export interface ShopperOptions {
  /** The product under test. */
  baseUrl: string;
  webhookSecret: string;
  wechat: WechatParty;
  witness: RecordFile<WitnessRecord>;
  random: Random;
  scripts: readonly Script[];
}

export interface Shoppers {
  /** Lets `count` more messages out, spread over `overMs`. */
  allow(count: number, overMs: number): void;
  /** Lets everything out; resolves when every message was acknowledged or `withinMs` are over. */
  finish(withinMs: number): Promise<void>;
}

const ANSWER_WITHIN_MS = 5_000;
const SHOPPERS_AT_ONCE = 32;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the product answered: its place for the message where the channel tells it, or null for anything but a 2xx. */
type Acknowledgement = { conversation: string | null; seq: number | null } | null;

/** Standard Webhooks, by the text of the specification. */
export function signedPost(secret: string, id: string, body: string): RequestInit {
  const time = String(Math.floor(clock() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': time,
      'webhook-signature': `v1,${signature}`,
    },
  };
}

async function postWebhook(
  options: ShopperOptions,
  shopper: string,
  message: PlannedMessage,
): Promise<Acknowledgement> {
  const body = JSON.stringify({
    type: 'message.created',
    timestamp: new Date().toISOString(),
    data: { id: message.id, user: { id: shopper, name: shopper }, text: message.text },
  });
  const response = await fetch(`${options.baseUrl}/channels/webhook/default/webhook`, {
    ...signedPost(options.webhookSecret, `in-${message.id}`, body),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const text = await response.text();
  if (!response.ok) return null;
  const answer = JSON.parse(text) as { conversation_id: string; seq: number };
  return { conversation: answer.conversation_id, seq: answer.seq };
}

async function postWechat(options: ShopperOptions, shopper: string, message: PlannedMessage): Promise<Acknowledgement> {
  const xml = messageXml({ msgId: message.id, from: shopper, text: message.text });
  const { query, body } = genuinePost(options.wechat, xml);
  const response = await fetch(`${options.baseUrl}/channels/wechat-oa/default/webhook?${new URLSearchParams(query)}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/xml' },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const text = await response.text();
  return response.ok && text === 'success' ? { conversation: null, seq: null } : null;
}

/** A budget of messages that may go out. */
function createPace() {
  let allowed = 0;
  let unlimited = false;
  const waiting: (() => void)[] = [];
  const add = (count: number): void => {
    allowed += count;
    while (waiting.length > 0 && (unlimited || allowed > 0)) {
      allowed -= 1;
      waiting.shift()!();
    }
  };
  return {
    add,
    async take(): Promise<void> {
      if (unlimited) return;
      if (allowed > 0) {
        allowed -= 1;
        return;
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    },
    open(): void {
      unlimited = true;
      add(0);
    },
  };
}

export function startShoppers(options: ShopperOptions): Shoppers {
  const { witness, random } = options;
  const pace = createPace();
  let stopped = false;

  /** One attempt as the platform makes it; true when it was acknowledged. */
  async function attempt({ channel, shopper }: Script, message: PlannedMessage): Promise<boolean> {
    witness.write({ kind: 'sent', at: clock(), channel, shopper, id: message.id, text: message.text });
    try {
      const post = channel === 'webhook' ? postWebhook : postWechat;
      const answer = await post(options, shopper, message);
      if (answer === null) return false;
      witness.write({ kind: 'acknowledged', at: clock(), channel, shopper, id: message.id, ...answer });
      return true;
    } catch {
      return false; // refused, cut or too slow: the platform does not know, so it tries again
    }
  }

  async function handIn(script: Script, message: PlannedMessage): Promise<void> {
    const together = message.atOnce ? 1 + message.repeats : 1;
    const first = await Promise.all(Array.from({ length: together }, () => attempt(script, message)));
    let acknowledged = first.includes(true);
    for (let tries = 1; !acknowledged && !stopped; tries++) {
      // the platform's own three tries come soon, the operator's later
      await pause(tries < 3 ? random.between(100, 400) : random.between(500, 1500));
      acknowledged = await attempt(script, message);
    }
    if (message.atOnce) return;
    for (let repeat = 0; repeat < message.repeats && !stopped; repeat++) {
      await pause(random.between(0, 3000));
      await attempt(script, message);
    }
  }

  async function play(script: Script): Promise<void> {
    const underWay: Promise<void>[] = [];
    for (const step of script.steps) {
      for (const _ of step.messages) await pace.take();
      if (stopped) break;
      const now = step.messages.map((message) => handIn(script, message));
      if (step.patient) await Promise.all(now);
      else underWay.push(...now);
      await pause(step.pauseMs);
    }
    await Promise.all(underWay);
  }

  const waiting = [...options.scripts];
  const players = Promise.all(
    Array.from({ length: SHOPPERS_AT_ONCE }, async () => {
      for (let script = waiting.shift(); script !== undefined && !stopped; script = waiting.shift()) await play(script);
    }),
  );

  return {
    allow(count, overMs) {
      for (let i = 0; i < count; i++) setTimeout(() => pace.add(1), random.between(0, overMs));
    },
    async finish(withinMs) {
      pace.open();
      const late = setTimeout(() => (stopped = true), withinMs);
      await players;
      clearTimeout(late);
    },
  };
}
