// Who we are to Azure Bot Service: one cached token, asked for by one request at a time. Knows no conversation.
import type { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import type { Outgoing } from '../../providers/outgoing.ts';
import { SendError } from '../channel.ts';
import { post } from '../outbound.ts';

/** What the library wants to be given. */
export type Credentials = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[1]>;

export interface AppIdentity {
  appId: string;
  appPassword: string;
  /** Of the app's registration; empty: a bot of all tenants. */
  tenant: string;
  /** Without a slash at the end. */
  loginBase: string;
}

/** learn.microsoft.com, Bot Framework REST, "authenticate requests from your bot to the Bot Connector service". */
const ALL_TENANTS = 'botframework.com';
const SCOPE = 'https://api.botframework.com/.default';
const RENEW_BEFORE_MS = 300_000;

export interface BotToken {
  /** @throws SendError */
  get(): Promise<string>;
  /** Asks anew, so that the settings are known to be right. @throws SendError */
  check(): Promise<void>;
  forget(): void;
}

export function createBotToken(identity: AppIdentity, outgoing: Outgoing, now: () => number): BotToken {
  let cached: { token: string; until: number } | null = null;
  let underWay: Promise<string> | null = null;

  async function ask(): Promise<string> {
    const url = `${identity.loginBase}/${encodeURIComponent(identity.tenant || ALL_TENANTS)}/oauth2/v2.0/token`;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: identity.appId,
      client_secret: identity.appPassword,
      scope: SCOPE,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await post(outgoing, url, form.toString(), headers);
    let body: { access_token?: unknown; expires_in?: unknown; error?: unknown } = {};
    try {
      body = (JSON.parse(answer.text) ?? {}) as typeof body;
    } catch {
      // said below
    }
    const { access_token: token, expires_in: seconds } = body;
    if (answer.status === 200 && typeof token === 'string' && typeof seconds === 'number') {
      cached = { token, until: now() + seconds * 1000 - RENEW_BEFORE_MS };
      return token;
    }
    const reason = typeof body.error === 'string' ? body.error.slice(0, 100) : String(answer.status);
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
      const detail = `微软登录服务拒绝了 App ID、密码或租户（${reason}）`;
      throw new SendError({ kind: 'permanent', code: reason, detail });
    }
    throw new SendError({ kind: 'retry', notSent: true, detail: `微软登录服务没有给出令牌（${reason}）` });
  }

  /** Nothing was sent when it fails. */
  function request(): Promise<string> {
    underWay ??= ask()
      .catch((error: unknown) => {
        if (error instanceof SendError && error.failure.kind === 'retry')
          throw new SendError({ ...error.failure, notSent: true });
        throw error;
      })
      .finally(() => {
        underWay = null;
      });
    return underWay;
  }

  return {
    get: async () => (cached && cached.until > now() ? cached.token : request()),
    check: async () => void (await request()),
    forget() {
      cached = null;
    },
  };
}

/** `token` null: nobody asks who we are (Emulator). */
export const credentialsOf = (appId: string, token: BotToken | null): Credentials => ({
  isValidAppId: async (id = '') => id === appId,
  isAuthenticationDisabled: async () => token === null,
  createCredentials: async () => ({
    async signRequest(request) {
      if (token !== null) request.headers.set('authorization', `Bearer ${await token.get()}`);
      return request;
    },
  }),
});
