// A fictional tenth channel, “灯塔”: what a new platform costs is this folder and a line. Only tests know it.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { toActivity } from '../../../src/channels/activity.ts';
import { ChannelAdapter } from '../../../src/channels/adapter.ts';
import { json, problem, tryAgain } from '../../../src/channels/answers.ts';
import {
  type Channel,
  type ChannelRequest,
  type ChannelResponse,
  type Inbox,
  SendError,
} from '../../../src/channels/channel.ts';
import { defineChannel } from '../../../src/channels/definition.ts';
import { post, retryAfterMs } from '../../../src/channels/outbound.ts';
import { withoutPictures } from '../../../src/channels/pictures.ts';
import type { ChannelAccount } from '../../../src/contract/conversation.ts';
import type { Outgoing } from '../../../src/providers/outgoing.ts';
import { oneOf, text, url } from '../../../src/setting.ts';

const PATH = '/channels/lantern/:account/beam';
const BODY_LIMIT = 16 * 1024;
const TOLERANCE_MS = 300_000;

export const lanternSign = (secret: string, time: string, body: string | Buffer): string =>
  createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex');

function isSigned(secret: string, { headers, body }: ChannelRequest, now: number): boolean {
  const { 'lantern-time': time = '', 'lantern-sign': given = '' } = headers;
  const [a, b] = [lanternSign(secret, time, body), given].map((sign) =>
    createHmac('sha256', 'equal length').update(sign).digest(),
  );
  return timingSafeEqual(a!, b!) && /^\d{13}$/.test(time) && Math.abs(now - Number(time)) <= TOLERANCE_MS;
}

interface Beam {
  kind: string;
  id: string;
  from: string;
  words: string;
}

/** Null when it is no beam. */
function readBeam(body: Buffer): Beam | null {
  try {
    const { kind, id, from, words } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    if (typeof kind !== 'string' || typeof id !== 'string' || typeof from !== 'string' || typeof words !== 'string')
      return null;
    return id === '' || from === '' ? null : { kind, id, from, words };
  } catch {
    return null;
  }
}

interface LanternSettings {
  secret: string;
  harbour: string;
  outgoing: Outgoing;
}

async function send({ secret, harbour, outgoing }: LanternSettings, to: string, words: string, id: string) {
  const body = JSON.stringify({ id, to, words });
  const time = String(Date.now());
  const answer = await post(outgoing, `${harbour}/beams`, body, {
    'content-type': 'application/json; charset=utf-8',
    'lantern-time': time,
    'lantern-sign': lanternSign(secret, time, body),
  });
  if (answer.status >= 200 && answer.status < 300) return;
  const detail = `灯塔返回 ${answer.status}`;
  if (answer.status === 410) throw new SendError({ kind: 'permanent', code: '410', detail });
  const afterMs = retryAfterMs(answer.headers);
  const notSent = answer.status === 429;
  throw new SendError({ kind: 'retry', notSent, detail, ...(afterMs !== undefined && { afterMs }) });
}

function createLantern(account: ChannelAccount, settings: LanternSettings, now: () => number): Channel {
  async function receive(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse> {
    if (request.account !== account.name) return problem('channel_off');
    if (request.body.length > BODY_LIMIT) return problem('too_large');
    const beam = isSigned(settings.secret, request, now()) ? readBeam(request.body) : null;
    if (beam === null) return problem('invalid_signature');
    if (beam.kind !== 'words') return json(200, { seen: true });
    const inbound = { externalId: beam.id, shopperId: beam.from, text: beam.words, payload: {} };
    try {
      await inbox.admit(account, toActivity(inbound, account));
    } catch {
      return tryAgain();
    }
    return json(200, { seen: true });
  }
  return {
    kind: account.kind,
    delivery: 'push',
    idempotent: true,
    burstWindowMs: 300,
    account,
    routes: [{ method: 'POST', path: PATH, bodyLimit: BODY_LIMIT, handle: receive }],
    adapter: new ChannelAdapter(async (message) => {
      await send(settings, message.shopperId, withoutPictures(message), message.id);
      return message.id;
    }),
  };
}

export const lantern = defineChannel({
  kind: 'lantern',
  label: { zh: '灯塔', en: 'Lantern' },
  prefix: 'LANTERN_',
  key: 'secret',
  callback: PATH,
  events: 'none',
  fields: {
    secret: { ...text('', 'opens the channel'), env: 'SECRET', label: { zh: '灯语密钥', en: 'Secret' }, secret: true },
    harbour: {
      ...url(['http', 'https'], '', 'where beams are sent to'),
      env: 'HARBOUR',
      label: { zh: '港口地址', en: 'Harbour' },
      address: true,
    },
    colour: {
      ...oneOf(['white', 'red'], 'white', 'colour of the light'),
      env: 'COLOUR',
      label: { zh: '灯光颜色', en: 'Colour' },
    },
  },
  problems: ({ harbour }, name) =>
    harbour === '' ? [{ field: 'harbour', text: `设置了${name('secret')}，还需要${name('harbour')}` }] : [],
  create: (account, { secret, harbour }, { outgoing, now }) =>
    createLantern(account, { secret, harbour, outgoing: outgoing('harbour') }, now),
});
