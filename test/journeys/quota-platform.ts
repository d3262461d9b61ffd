// WeChat's customer-service API as far as it counts: refuses what is over its quota, remembers everything. Its clock can be put forward per user.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** developers.weixin.qq.com/doc/service/en/guide/product/kf/intro.html; these numbers are not taken from src. */
const RULES = {
  message: { messages: 5, ms: 48 * 3_600_000 },
  click: { messages: 3, ms: 60_000 },
  follow: { messages: 3, ms: 60_000 },
} as const;
export type Did = keyof typeof RULES;

interface User {
  /** Newest of each kind: when, and how many of our messages were taken since. */
  opened: Map<Did, { at: number; used: number }>;
  taken: { text: string; at: number }[];
}

export interface QuotaPlatform {
  url: string;
  /** The user does something at the platform; the message to us comes afterwards. */
  did(user: string, what: Did): void;
  taken(user: string): readonly { text: string; at: number }[];
  /** Every message over the quota, with the number that WeChat answers. */
  refused: { user: string; text: string; errcode: number }[];
  /** So much time passes for this user. */
  pass(user: string, ms: number): void;
  close(): Promise<void>;
}

interface Sent {
  touser: string;
  text?: { content: string };
  msgmenu?: { head_content: string };
}

export async function openQuotaPlatform(): Promise<QuotaPlatform> {
  const users = new Map<string, User>();
  const userOf = (id: string): User => {
    const known = users.get(id) ?? { opened: new Map(), taken: [] };
    users.set(id, known);
    return known;
  };
  const refused: QuotaPlatform['refused'] = [];

  function take({ touser, text, msgmenu }: Sent): number {
    const user = userOf(touser);
    const words = text?.content ?? msgmenu?.head_content ?? '';
    const now = Date.now();
    const open = [...user.opened].filter(([what, { at }]) => now < at + RULES[what].ms);
    const allowed = open.some(([what, { used }]) => used < RULES[what].messages);
    if (!allowed) {
      const errcode = open.length === 0 ? 45015 : 45047;
      refused.push({ user: touser, text: words, errcode });
      return errcode;
    }
    for (const opening of user.opened.values()) opening.used += 1;
    user.taken.push({ text: words, at: now });
    return 0;
  }

  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const isToken = request.url?.startsWith('/cgi-bin/stable_token');
    const answer = isToken
      ? { access_token: 'token-1', expires_in: 7200 }
      : { errcode: request.url?.includes('custom/send') ? take(JSON.parse(body) as Sent) : 0, errmsg: 'x' };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    did: (user, what) => void userOf(user).opened.set(what, { at: Date.now(), used: 0 }),
    taken: (user) => userOf(user).taken,
    refused,
    pass(user, ms) {
      for (const opening of userOf(user).opened.values()) opening.at -= ms;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
