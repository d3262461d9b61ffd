// The generic channel: signed events in, signed events out, as Standard Webhooks or as Chatwoot does it. Knows no platform behind the shop's bridge.
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { ChannelAccount, Outgoing as OutgoingMessage } from '../../contract/conversation.ts';
import type { Outgoing } from '../../providers/outgoing.ts';
import { toActivity } from '../activity.ts';
import { ChannelAdapter } from '../adapter.ts';
import { json, problem, refusedAtTheDoor, tryAgain } from '../answers.ts';
import type { Channel, ChannelEvent, ChannelRequest, ChannelResponse, Inbox } from '../channel.ts';
import { defineChannel } from '../definition.ts';
import type { ChannelMemory } from '../memory.ts';
import { type ChatwootPlace, chatwootEvent, chatwootHeaders, isChatwootSigned, readChatwoot } from './chatwoot.ts';
import { messageEvent, postEvent, postSigned } from './deliver.ts';
import { readBody } from './message.ts';
import { webhookFields, webhookProblems } from './settings.ts';
import { isSigned, readSecrets } from './signing.ts';

export type WebhookStyle = 'standard' | 'chatwoot';

export interface WebhookSettings {
  /** `WEBHOOK_SECRET`: checks what comes in. Empty: the channel is off. */
  secret: string;
  /** `WEBHOOK_STYLE`: for requests whose address does not say it, and shoppers of whom nothing has come yet. Default `standard`. */
  style?: WebhookStyle;
  /** Checks what Chatwoot sends in the place of `secret`; empty uses `secret`. */
  chatwootSecret?: string;
  /** `WEBHOOK_DELIVER_URL`: where replies are posted. */
  deliverUrl: string;
  /** `WEBHOOK_DELIVER_SECRET`: signs what goes out; empty uses `secret`. */
  deliverSecret: string;
  /** How replies leave; knows whether the address may be a private one. */
  outgoing: Outgoing;
  /** Keeps in which conversation of Chatwoot a shopper is. */
  memory: Pick<ChannelMemory, 'read' | 'write'>;
  now?: () => number;
}

const PATH = '/channels/webhook/:account/webhook';
const BODY_LIMIT = 256 * 1024;
const BURST_WINDOW_MS = 600;

/** Secrets of Chatwoot's style, which are any text; the first one signs. */
const words = (...settings: string[]): string[] =>
  (settings.find((setting) => setting.trim() !== '') ?? '').split(/\s+/).filter((word) => word !== '');

/** In which conversation of Chatwoot a shopper wrote last; null for one who came the standard way. */
function createPlaces(memory: WebhookSettings['memory']) {
  const nameOf = (shopperId: string) => `chatwoot:${shopperId}`;
  return {
    async of(shopperId: string): Promise<ChatwootPlace | null> {
      const kept = await memory.read(nameOf(shopperId));
      return kept === null ? null : (JSON.parse(kept) as ChatwootPlace);
    },
    async keep(shopperId: string, place: ChatwootPlace): Promise<void> {
      const [known, value] = [await memory.read(nameOf(shopperId)), JSON.stringify(place)];
      if (known !== value) await memory.write(nameOf(shopperId), value);
    },
  };
}

function createSending(settings: WebhookSettings, places: ReturnType<typeof createPlaces>) {
  const { outgoing, deliverUrl, deliverSecret, secret, chatwootSecret = '', style, now = Date.now } = settings;
  const [chatwootSigning = ''] = words(deliverSecret, chatwootSecret, secret);
  /** Only one that is used has to be fit for it. */
  const signing = () =>
    deliverSecret.trim() === ''
      ? readSecrets(secret, 'WEBHOOK_SECRET')
      : readSecrets(deliverSecret, 'WEBHOOK_DELIVER_SECRET');

  async function postChatwoot(id: string, event: Record<string, unknown>): Promise<void> {
    const body = JSON.stringify(event);
    await postSigned(outgoing, deliverUrl, body, chatwootHeaders(chatwootSigning, id, body, now()));
  }
  return {
    signing,
    /** As the shopper's last message came. */
    async send(message: OutgoingMessage): Promise<string> {
      const known = await places.of(message.shopperId);
      const place = known ?? (style === 'chatwoot' ? { account: null, conversation: null } : null);
      if (place) await postChatwoot(message.id, chatwootEvent(message, place));
      else await postEvent(outgoing, deliverUrl, signing(), messageEvent(message));
      return message.id;
    },
    /** What Chatwoot shows of a conversation is its own people's; our events have no place there. */
    async tell(event: ChannelEvent): Promise<void> {
      if (style === 'chatwoot' || (await places.of(event.data.user.id)) !== null) return;
      await postEvent(outgoing, deliverUrl, signing(), event);
    },
    async ping(): Promise<void> {
      const id = `ping_${randomUUID()}`;
      if (style === 'chatwoot') return postChatwoot(id, { event: 'ping', id });
      await postEvent(outgoing, deliverUrl, signing(), {
        id,
        type: 'ping',
        timestamp: new Date().toISOString(),
        data: {},
      });
    },
  };
}

/** @throws AppError `bad_setting` when a secret is unfit for the style */
export function createWebhook(account: ChannelAccount, settings: WebhookSettings): Channel {
  const { secret, style = 'standard', chatwootSecret = '', memory, now = Date.now } = settings;
  const places = createPlaces(memory);
  const sending = createSending(settings, places);
  const chatwootSecrets = words(chatwootSecret, secret);
  const incoming = style === 'standard' ? readSecrets(secret, 'WEBHOOK_SECRET') : [];
  if (style === 'standard') sending.signing();

  async function receive(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse> {
    const atTheDoor = refusedAtTheDoor(account, request, BODY_LIMIT);
    if (atTheDoor !== null) return atTheDoor;
    const isChatwoot = (request.query.style ?? style) === 'chatwoot';
    const isGenuine = isChatwoot
      ? isChatwootSigned(chatwootSecrets, request, now())
      : isSigned(incoming, request.body, request.headers);
    if (!isUtf8(request.body) || !isGenuine) return problem('invalid_signature');
    const read = isChatwoot ? readChatwoot(request.body) : readBody(request.body);
    if (read.kind === 'refused') return problem(read.code, read.detail);
    if (read.kind === 'ignored') return json(200, { status: 'ignored', reason: read.why });
    try {
      // before the message: its answer may be quicker than a second look
      if (read.place) await places.keep(read.inbound.shopperId, read.place);
      const admitted = await inbox.admit(account, toActivity(read.inbound, account));
      return json(202, { status: admitted.status, conversation_id: admitted.conversationId, seq: admitted.seq });
    } catch {
      return tryAgain();
    }
  }

  return {
    kind: 'webhook',
    delivery: 'push',
    idempotent: true,
    burstWindowMs: BURST_WINDOW_MS,
    account,
    routes: [{ method: 'POST', path: PATH, bodyLimit: BODY_LIMIT, handle: receive }],
    async verify() {
      await sending.ping();
      return '推送地址收下了一个签名的 ping 事件';
    },
    tell: sending.tell,
    adapter: new ChannelAdapter(sending.send),
  };
}

export const webhook = defineChannel({
  kind: 'webhook',
  label: { zh: '通用接口', en: 'Generic API' },
  prefix: 'WEBHOOK_',
  key: 'secret',
  callback: PATH,
  events: 'sent',
  fields: webhookFields,
  problems: webhookProblems,
  create: (account, { previousSecret, style, ...values }, { outgoing, memory, now }) =>
    createWebhook(account, {
      ...values,
      style: style as WebhookStyle,
      secret: `${values.secret} ${previousSecret}`.trim(),
      outgoing: outgoing('deliverUrl'),
      memory,
      now,
    }),
});
