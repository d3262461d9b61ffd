// Bot Framework's messaging endpoint: Azure Bot Service with an app's credentials, the Emulator on this machine without. Knows no HTTP server and no database.
import { type Activity, ActivityTypes, type ConversationReference } from 'botbuilder';
import type { ChannelAccount, Outgoing as OutgoingMessage } from '../../contract/conversation.ts';
import { createOutgoing, type Outgoing } from '../../providers/outgoing.ts';
import { matching, text, url } from '../../setting.ts';
import { toActivity } from '../activity.ts';
import { ChannelAdapter } from '../adapter.ts';
import { json, problem, tryAgain } from '../answers.ts';
import { type Channel, type ChannelRequest, type ChannelResponse, type Inbox, SendError } from '../channel.ts';
import { defineChannel } from '../definition.ts';
import type { ChannelMemory } from '../memory.ts';
import { withoutPictures } from '../pictures.ts';
import { type CloudOptions, createConnector } from './connector.ts';
import { type AppIdentity, type BotToken, createBotToken, credentialsOf } from './credentials.ts';
import { isFromThisMachine, isLoopbackUrl } from './emulator.ts';
import { readPosted, referenceOf, shopperOf, toIncoming } from './incoming.ts';

export interface BotFrameworkSettings extends AppIdentity {
  /** How the login service and Bot Framework are called. */
  outgoing: Outgoing;
  memory: ChannelMemory;
  now(): number;
  /** Default: Azure's public cloud. */
  cloud?: CloudOptions;
  /** Besides Microsoft's own. */
  trustedHosts?: readonly string[];
}

const PATH = '/api/messages';
const BODY_LIMIT = 256 * 1024;
const BURST_WINDOW_MS = 600;
const KNOWN_MAX = 10_000;

/**
 * Where Microsoft's channels take answers: webchat, directline and most others below botframework.com, Teams at
 * smba.trafficmanager.net (learn.microsoft.com, "conversation basics" of Teams bots).
 */
const TRUSTED_HOST = /^(?:[a-z0-9-]+\.)*botframework\.com$|^smba\.trafficmanager\.net$/i;

export function isMicrosofts(serviceUrl: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(serviceUrl);
    return protocol === 'https:' && TRUSTED_HOST.test(host) && username === '' && password === '';
  } catch {
    return false;
  }
}

/** One answer for everything nobody vouches for. */
const refused = (): ChannelResponse => problem('invalid_signature');

/** Where each conversation is answered; kept because answers come later, and from other processes. */
function createReferences(memory: ChannelMemory) {
  const known = new Map<string, string>();
  return {
    async keep(shopperId: string, reference: Partial<ConversationReference>): Promise<void> {
      const { activityId: _, ...rest } = reference;
      const now = JSON.stringify(rest);
      if (known.get(shopperId) === now) return;
      await memory.write(`reference:${shopperId}`, now);
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(shopperId, now);
    },
    /** @throws SendError */
    async of(shopperId: string): Promise<Partial<ConversationReference>> {
      const kept = known.get(shopperId) ?? (await memory.read(`reference:${shopperId}`));
      if (kept !== null) return JSON.parse(kept) as Partial<ConversationReference>;
      throw new SendError({ kind: 'permanent', code: 'no_address', detail: '还不知道这个会话在 Bot Framework 的地址' });
    },
  };
}

function toSend(message: OutgoingMessage): Partial<Activity> {
  const { choices = [], agentName } = message.payload;
  return {
    type: ActivityTypes.Message,
    text: agentName ? `${agentName}：${withoutPictures(message)}` : withoutPictures(message),
    textFormat: 'plain',
    inputHint: 'acceptingInput',
    ...(choices.length > 0 && {
      suggestedActions: {
        to: [],
        actions: choices.map(({ label }) => ({ type: 'imBack', title: label, value: label })),
      },
    }),
  };
}

/** A conversation whose address is gone must not hold up what happens to the others for days. */
const TELL_TRIES_MAX = 3;

/** The platform gives each of them an id of its own: ours, by which a repeat is known, goes along. */
const withOwnId = ({ id, ...activity }: Partial<Activity>): Partial<Activity> => ({
  ...activity,
  channelData: { jiebang: { id } },
});

/** The app a token is for, before anything has been checked. */
function audienceIn({ headers }: ChannelRequest): string | null {
  try {
    const [, claims = ''] = (headers.authorization ?? '').split('.');
    const { aud } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { aud: unknown };
    return typeof aud === 'string' ? aud : null;
  } catch {
    return null;
  }
}

function createParts(settings: BotFrameworkSettings) {
  const { appId, now, outgoing, trustedHosts = [] } = settings;
  const isEmulator = appId === '';
  const token: BotToken | null = isEmulator ? null : createBotToken(settings, outgoing, now);
  const isTrusted = (serviceUrl: string): boolean =>
    isEmulator
      ? isLoopbackUrl(serviceUrl)
      : isMicrosofts(serviceUrl) || trustedHosts.some((base) => serviceUrl.startsWith(base));
  const connector = createConnector({
    appId,
    cloud: settings.cloud ?? {},
    credentials: credentialsOf(appId, token),
    token,
    outgoing: isEmulator ? createOutgoing({ named: ['localhost', '127.0.0.1', '::1'] }) : outgoing,
    isTrusted,
  });

  async function isWelcome(request: ChannelRequest, activity: Activity): Promise<boolean> {
    if (isEmulator && (!isFromThisMachine(request) || activity.channelId !== 'emulator')) return false;
    if (!isTrusted(activity.serviceUrl)) return false;
    try {
      await connector.authenticate(activity, request.headers.authorization ?? '');
      return true;
    } catch {
      return false;
    }
  }

  /** Null when it may come in. Without credentials the endpoint is off for everybody but the Emulator. */
  async function refusalOf(request: ChannelRequest, activity: Activity | null): Promise<ChannelResponse | null> {
    if (activity !== null && (await isWelcome(request, activity))) return null;
    return isEmulator ? problem('channel_off') : refused();
  }
  return { token, connector, refusalOf };
}

/** `settings.appId` empty: the Emulator on this machine, and nobody else. */
export function createBotFramework(account: ChannelAccount, settings: BotFrameworkSettings): Channel {
  const { token, connector, refusalOf } = createParts(settings);
  const references = createReferences(settings.memory);

  async function receive(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse> {
    if (request.body.length > BODY_LIMIT) return problem('too_large');
    const activity = readPosted(request.body);
    const refusal = await refusalOf(request, activity);
    if (refusal !== null || activity === null) return refusal ?? refused();
    const incoming = toIncoming(activity);
    try {
      if (incoming.kind === 'typing') await inbox.noteTyping(account, shopperOf(activity));
      if (incoming.kind === 'refused') return problem('invalid_request', incoming.why);
      if (incoming.kind !== 'message') return json(200, {});
      // the answer may leave before this request is over: where to has to be known by then
      await references.keep(incoming.inbound.shopperId, referenceOf(activity));
      await inbox.admit(account, toActivity(incoming.inbound, account));
      return json(200, {});
    } catch {
      return tryAgain();
    }
  }

  return {
    kind: 'bot-framework',
    delivery: 'push',
    idempotent: false,
    burstWindowMs: BURST_WINDOW_MS,
    account,
    routes: [{ method: 'POST', path: PATH, bodyLimit: BODY_LIMIT, handle: receive }],
    claims: (request) => (settings.appId !== '' && audienceIn(request) === settings.appId ? true : 'unclaimed'),
    ...(token && {
      async verify() {
        await token.check();
        return '微软登录服务接受了 App ID 和密码';
      },
    }),
    async tell({ data }, protocol) {
      const activities = await protocol();
      if (activities.length === 0) return;
      const reference = await references.of(data.user.id);
      try {
        for (const activity of activities) await connector.send(reference, withOwnId(activity));
      } catch (error) {
        if (!(error instanceof SendError) || error.failure.kind === 'permanent') throw error;
        throw new SendError({ ...error.failure, triesMax: TELL_TRIES_MAX });
      }
    },
    adapter: new ChannelAdapter(async (message) =>
      connector.send(await references.of(message.shopperId), toSend(message)),
    ),
  };
}

export const botFramework = defineChannel({
  kind: 'bot-framework',
  label: { zh: 'Bot Framework（Azure、Emulator）', en: 'Bot Framework (Azure, Emulator)' },
  prefix: 'BOT_FRAMEWORK_',
  key: 'appId',
  // a proxy on the same machine looks like this machine: whoever is reached from outside needs credentials
  withoutKey: ({ isDemo, publicUrl }) => isDemo && publicUrl === '',
  callback: PATH,
  events: 'sent',
  roots: [PATH],
  fields: {
    appId: {
      ...matching(
        /^[A-Za-z0-9-]{1,100}$/,
        '应为 Azure 里的 Microsoft App ID',
        'opens /api/messages for Azure Bot Service',
      ),
      env: 'APP_ID',
      label: { zh: 'Microsoft App ID', en: 'Microsoft App ID' },
      hint: { zh: 'Azure 门户，机器人资源的“配置”页', en: 'Azure portal, configuration of the bot resource' },
    },
    appPassword: {
      ...text('', 'client secret of the app'),
      env: 'APP_PASSWORD',
      label: { zh: '客户端密码', en: 'Client secret' },
      secret: true,
    },
    tenant: {
      ...matching(
        /^[A-Za-z0-9.-]{1,100}$/,
        '应为租户的 ID 或域名',
        'tenant of a single-tenant app; empty for a multi-tenant one',
      ),
      env: 'TENANT',
      label: { zh: '租户 ID', en: 'Tenant id' },
    },
    loginBase: {
      ...url(
        ['https', 'http'],
        'https://login.microsoftonline.com',
        'where tokens are asked for; only tests change it',
      ),
      env: 'LOGIN_BASE',
      label: { zh: '登录服务地址', en: 'Login service' },
      operatorOnly: true,
    },
  },
  problems: ({ appId, appPassword }, name) =>
    appId !== '' && appPassword === ''
      ? [{ field: 'appPassword', text: `设置了${name('appId')}，还需要${name('appPassword')}，否则回复发不出去` }]
      : [],
  create: (account, values, { outgoing, memory, now }) =>
    createBotFramework(account, { ...values, outgoing: outgoing('loginBase'), memory, now }),
});
