// A router of the shop's own: what it may change, and that nothing it does or fails to do leaves a case without a team.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RouteCase } from '../../src/contract/routing.ts';
import { createRouter, type Router } from '../../src/handoff/router.ts';
import { DEFAULT_RULES } from '../../src/handoff/routing.ts';
import { DEFAULT_TEAMS } from '../../src/handoff/teams.ts';
import { createOutgoing } from '../../src/providers/outgoing.ts';

const KEY = Buffer.alloc(32, 7);
const CASE: RouteCase = {
  risk: 'none',
  reason: 'asked_for_human',
  stage: 'presale',
  order: 'unknown',
  intent: 'size_advice',
  intentTeam: null,
  channel: 'web',
  language: 'zh',
  vip: false,
  senior: false,
  again: false,
};

let server: Server;
let router: Router;
let answer: (request: IncomingMessage, body: string, response: ServerResponse) => void;
const errors: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => answer(request, body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  router = createRouter({
    rules: async () => DEFAULT_RULES,
    teams: async () => DEFAULT_TEAMS,
    external: {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/route`,
      secret: `whsec_${KEY.toString('base64')}`,
      outgoing: createOutgoing({ named: ['127.0.0.1'] }),
    },
    now: () => new Date(),
    onError: (error) => errors.push((error as Error).message),
  });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  errors.length = 0;
});

const ask = () => router.route('1', '3', CASE);
const say = (status: number, body: string) => {
  answer = (_request, _body, response) => response.writeHead(status).end(body);
};
const BY_RULE = { team: 'presale', priority: 0, skills: [], rule: '售前咨询' };

describe('a router of the shop', () => {
  it('is asked with the case and what the rules say, signed', async () => {
    let seen: { signature: boolean; data: Record<string, unknown> } | null = null;
    answer = (request, body, response) => {
      const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request.headers;
      const expected = createHmac('sha256', KEY).update(`${id}.${at}.${body}`).digest('base64');
      seen = { signature: signature === `v1,${expected}`, data: JSON.parse(body).data };
      response.end('{"team":"complaint","priority":2,"skills":["羽绒"]}');
    };
    expect(await ask()).toEqual({ team: 'complaint', priority: 2, skills: ['羽绒'], rule: '外部路由' });
    expect(seen).toMatchObject({
      signature: true,
      data: { conversation_id: '3', stage: 'presale', rules_say: BY_RULE },
    });
    expect(errors).toEqual([]);
  });

  it('may leave things to the rules', async () => {
    say(200, '{"priority":1}');
    expect(await ask()).toEqual({ ...BY_RULE, priority: 1, rule: '外部路由' });
  });

  it.each([
    ['a team that does not exist', 200, '{"team":"nowhere"}', 'does not exist'],
    ['an answer of another shape', 200, '{"team":7}', 'something else'],
    ['no JSON', 200, 'ok', 'JSON'],
    ['a refusal', 500, '{"team":"complaint"}', 'answered 500'],
    ['a redirect', 302, '', 'answered 302'],
  ])('cannot lose a case by %s', async (_what, status, body, why) => {
    say(status, body);
    expect(await ask()).toEqual(BY_RULE);
    expect(errors).toEqual([expect.stringContaining(why)]);
  });

  it('cannot lose a case by silence', async () => {
    answer = () => {};
    expect(await ask()).toEqual(BY_RULE);
    expect(errors.length).toBe(1);
  });
});
