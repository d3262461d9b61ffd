// Taobao style: messages in as TOP-signed calls or from the message service, replies through the shop's own program. Qianniu's chat itself is not open to us.
import type { ChannelAccount } from '../../contract/conversation.ts';
import { parseExact } from '../../providers/exact-json.ts';
import { createTopClient } from '../../providers/top.ts';
import { toActivity } from '../activity.ts';
import { json, refusedAtTheDoor } from '../answers.ts';
import { createBridge } from '../bridge.ts';
import { bridgeProblems } from '../bridge-settings.ts';
import type { Channel, ChannelRequest, ChannelResponse, Inbox } from '../channel.ts';
import { type ChannelTools, type ChannelValues, defineChannel } from '../definition.ts';
import { readShopMessage, type ShopMessage } from '../shop-message.ts';
import { TAOBAO, taobaoFields } from './settings.ts';
import { openSpi } from './spi.ts';
import { consumeTmc } from './tmc.ts';
import { asSendError } from './trouble.ts';

type Field = keyof typeof taobaoFields;

const PATH = '/channels/taobao/:account/spi';
const BODY_LIMIT = 256 * 1024;
const BURST_WINDOW_MS = 600;

/** Strings for `success` too: so the platform's own failure body writes it; api.alidayu.com/docs/api.htm?apiId=70286 */
const failed = (status: number, code: string, message: string): ChannelResponse =>
  json(status, { success: 'false', error_code: code, error_message: message });

const refused = (): ChannelResponse => failed(401, 'sign-check-failure', 'Illegal request');
const tryAgain = (): ChannelResponse => ({
  ...failed(503, 'isp.service-unavailable', 'Service unavailable, try again'),
  headers: { 'retry-after': '2' },
});
const ignored = (why: string): ChannelResponse => json(200, { success: 'true', status: 'ignored', reason: why });

function readBody(text: string): ShopMessage {
  try {
    return readShopMessage(parseExact(text.replace(/^\uFEFF/, '')));
  } catch {
    return { kind: 'malformed', detail: '正文不是合法的 JSON' };
  }
}

/** The caller is who it says it is: from here on it is told what is wrong, as TOP does, with status 200. */
async function answer(read: ShopMessage, account: ChannelAccount, inbox: Inbox): Promise<ChannelResponse> {
  switch (read.kind) {
    case 'echo':
      return ignored('echo');
    case 'other':
      return failed(200, 'isv.invalid-parameter', '需要买家标识（open_uid 或 buyer_nick）和 content');
    case 'malformed':
      return failed(200, 'isv.invalid-parameter', read.detail);
    case 'message':
      try {
        const { status, conversationId, seq } = await inbox.admit(account, toActivity(read.inbound, account));
        return json(200, { success: 'true', status, conversation_id: conversationId, seq });
      } catch {
        return tryAgain();
      }
    default:
      return read satisfies never;
  }
}

export function createTaobao(
  account: ChannelAccount,
  values: ChannelValues<Field>,
  tools: ChannelTools<Field>,
): Channel {
  const { appKey, appSecret, previousSecret, tmcGroup: group } = values;
  const secrets = [appSecret, previousSecret].filter((secret) => secret !== '');
  const top = createTopClient({ ...values, outgoing: tools.outgoing('apiBase'), now: tools.now });
  const { adapter, isThere, ping } = createBridge(account, {
    url: values.deliverUrl,
    secret: values.deliverSecret,
    outgoing: tools.outgoing('deliverUrl'),
    platform: '淘宝',
    app: TAOBAO.app.zh,
    secretName: 'TAOBAO_DELIVER_SECRET',
  });

  async function receive(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse> {
    const atTheDoor = refusedAtTheDoor(account, request, BODY_LIMIT);
    if (atTheDoor !== null) return atTheDoor;
    const body = openSpi(request, { appKey, secrets, now: tools.now });
    return body === null ? refused() : answer(readBody(body), account, inbox);
  }

  return {
    kind: 'taobao',
    delivery: 'push',
    idempotent: true,
    burstWindowMs: BURST_WINDOW_MS,
    account,
    routes: [{ method: 'POST', path: PATH, bodyLimit: BODY_LIMIT, handle: receive }],
    adapter,
    ...(group !== '' && {
      async run(inbox, signal) {
        const onError = (error: unknown) => tools.onError(error, `channel taobao ${account.name}`);
        await tools.memory.alone('tmc', () => consumeTmc({ top, account, group, inbox, signal, onError }));
      },
    }),
    async verify() {
      try {
        await top.call('taobao.time.get');
        // the least there is to ask in the shop's name
        if (values.session !== '') await top.call('taobao.user.seller.get', { fields: 'nick' });
      } catch (error) {
        throw asSendError(error);
      }
      const found = `淘宝开放平台接受了 App Key 和 App Secret${values.session === '' ? '' : '，店铺授权有效'}`;
      if (!isThere) return `${found}；没有设置推送地址，回复要在千牛里发`;
      await ping();
      return `${found}；推送地址收下了一个签名的 ping 事件`;
    },
  };
}

export const taobao = defineChannel({
  kind: 'taobao',
  label: { zh: '淘宝', en: 'Taobao' },
  prefix: 'TAOBAO_',
  key: 'appSecret',
  callback: PATH,
  events: 'none',
  fields: taobaoFields,
  problems: bridgeProblems,
  create: createTaobao,
});
