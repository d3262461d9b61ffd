// Botbuilder's CloudAdapter, on a leash: what it sends goes out through our own client and to nobody but who was checked. Knows no database.
import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type ConversationReference,
} from 'botbuilder';
import type { Outgoing } from '../../providers/outgoing.ts';
import { SendError } from '../channel.ts';
import { post, retryAfterMs } from '../outbound.ts';
import type { BotToken, Credentials } from './credentials.ts';

/** What the library lets one say about the clouds; empty: Azure's public one. */
export type CloudOptions = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[0]>;
type ClientOptions = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[4]>;
type HttpClient = NonNullable<ClientOptions['httpClient']>;

export interface ConnectorDeps {
  appId: string;
  cloud: CloudOptions;
  credentials: Credentials;
  token: BotToken | null;
  outgoing: Outgoing;
  /** Whether an address is one that answers are sent to. */
  isTrusted(serviceUrl: string): boolean;
}

export interface Connector {
  /** Rejects unless Microsoft (or, without credentials, anybody) vouches for the request. */
  authenticate(activity: Activity, authorization: string): Promise<void>;
  /** Sends to a conversation; the id the platform gave. @throws SendError */
  send(reference: Partial<ConversationReference>, activity: Partial<Activity>): Promise<string | undefined>;
}

const TOKEN_ERROR = 401;
/** The service answered and took nothing: 412 is Teams' word for 429, learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit */
const NOT_NOW: ReadonlySet<number> = new Set([TOKEN_ERROR, 412, 429]);

function failureOf(status: number, headers: Headers): SendError {
  const detail = `Bot Framework 返回 ${status}`;
  const afterMs = retryAfterMs(headers);
  const more = afterMs === undefined ? {} : { afterMs };
  if (NOT_NOW.has(status)) return new SendError({ kind: 'retry', notSent: true, detail, ...more });
  if (status >= 500 || status === 408) return new SendError({ kind: 'retry', notSent: false, detail, ...more });
  return new SendError({ kind: 'permanent', code: String(status), detail });
}

export function createConnector(deps: ConnectorDeps): Connector {
  const { outgoing, token } = deps;
  const httpClient: HttpClient = {
    async sendRequest(request) {
      if (request.method !== 'POST' || typeof request.body !== 'string')
        throw new SendError({ kind: 'permanent', code: 'method', detail: '只发送消息' });
      if (!deps.isTrusted(request.url))
        throw new SendError({ kind: 'permanent', code: 'refused_address', detail: '不是 Bot Framework 的地址' });
      const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
      const authorization = request.headers.get('authorization');
      if (authorization !== undefined) headers.authorization = authorization;
      const answer = await post(outgoing, request.url, request.body, headers);
      if (answer.status === TOKEN_ERROR) token?.forget();
      if (answer.status < 200 || answer.status > 299) throw failureOf(answer.status, answer.headers);
      return { request, status: answer.status, headers: request.headers, bodyAsText: answer.text };
    },
  };
  const authentication = new ConfigurationBotFrameworkAuthentication(
    { MicrosoftAppId: deps.appId, ...deps.cloud },
    deps.credentials,
    undefined,
    undefined,
    { httpClient },
  );
  const adapter = new CloudAdapter(authentication);

  return {
    async authenticate(activity, authorization) {
      await authentication.authenticateRequest(activity, authorization);
    },
    async send(reference, activity) {
      let id: string | undefined;
      await adapter.continueConversationAsync(deps.appId, reference, async (context) => {
        // the library made one up here, and would answer to a message that nobody knows
        delete (context.activity as Partial<Activity>).id;
        id = (await context.sendActivity(activity))?.id;
      });
      return id;
    },
  };
}
