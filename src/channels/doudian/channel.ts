// 抖店: signed pushes in, replies through the shop's own program, else by a person in 飞鸽. The shop's chat itself is not open to us.
import type { ChannelAccount } from '../../contract/conversation.ts';
import { matching, url } from '../../setting.ts';
import { toActivity } from '../activity.ts';
import { json, problem, refusedAtTheDoor, tryAgain } from '../answers.ts';
import { createBridge } from '../bridge.ts';
import { appFields, bridgeFields, bridgeProblems, type Marketplace } from '../bridge-settings.ts';
import type { Channel, ChannelRequest, ChannelResponse, Inbox } from '../channel.ts';
import { type ChannelField, type ChannelTools, type ChannelValues, defineChannel } from '../definition.ts';
import { tryAuthorisation } from './api.ts';
import { isGenuine, readPush } from './push.ts';

const PATH = '/channels/doudian/:account/webhook';
const BODY_LIMIT = 256 * 1024;
const BURST_WINDOW_MS = 600;

/** The one answer the platform takes for success, within five seconds; else it pushes again. */
const success = (): ChannelResponse => json(200, { code: 0, msg: 'success' });

const DOUDIAN: Marketplace = {
  console: { zh: '抖店开放平台 控制台 > 应用详情', en: 'Open platform console > application' },
  consoleName: '抖店开放平台',
  keyDigits: 24,
  opens: 'opens the Doudian channel: checks what is pushed',
  app: { zh: '飞鸽', en: 'Feige' },
};

const fields = {
  ...appFields(DOUDIAN),
  shopId: {
    ...matching(/^\d{1,24}$/, '应为店铺 ID（数字）', 'pushes for other shops are left; also used to try the settings'),
    env: 'SHOP_ID',
    label: { zh: '店铺 ID', en: 'Shop ID' },
    hint: { zh: '抖店后台右上角，店铺名称旁', en: 'Beside the name of the shop in its console' },
  },
  messageTags: {
    ...matching(
      /^[\w.-]{1,40}(?: [\w.-]{1,40}){0,19}$/,
      '应为用空格分开的 tag',
      'tags that carry messages of shoppers; empty: every push with a shopper and words',
    ),
    env: 'MESSAGE_TAGS',
    label: { zh: '顾客消息的 tag（可不填）', en: 'Tags of shopper messages (optional)' },
  },
  ...bridgeFields(DOUDIAN),
  apiBase: {
    ...url(['http', 'https'], 'https://openapi-fxg.jinritemai.com', 'the platform API'),
    env: 'API_BASE',
    label: { zh: '平台接口地址', en: 'Platform API' },
    operatorOnly: true,
  },
} as const satisfies Record<string, ChannelField>;
type Field = keyof typeof fields;

export function createDoudian(
  account: ChannelAccount,
  values: ChannelValues<Field>,
  tools: ChannelTools<Field>,
): Channel {
  const { appKey, appSecret, previousSecret, shopId } = values;
  const secrets = [appSecret, previousSecret].filter((secret) => secret !== '');
  const rules = { shopId, tags: values.messageTags.split(' ').filter((tag) => tag !== '') };
  const { adapter, isThere, ping } = createBridge(account, {
    url: values.deliverUrl,
    secret: values.deliverSecret,
    outgoing: tools.outgoing('deliverUrl'),
    platform: '抖店',
    app: DOUDIAN.app.zh,
    secretName: 'DOUDIAN_DELIVER_SECRET',
  });

  async function receive(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse> {
    const atTheDoor = refusedAtTheDoor(account, request, BODY_LIMIT);
    if (atTheDoor !== null) return atTheDoor;
    if (!isGenuine(request, appKey, secrets)) return problem('invalid_signature');
    const read = readPush(request.body, rules);
    if (read === null) return problem('invalid_json');
    try {
      // one after the other: what stays behind a failure comes again with the whole body, and the rest is known by then
      for (const message of read)
        if (message.kind === 'message') await inbox.admit(account, toActivity(message.inbound, account));
    } catch {
      return tryAgain();
    }
    return success();
  }

  return {
    kind: 'doudian',
    delivery: 'push',
    idempotent: true,
    burstWindowMs: BURST_WINDOW_MS,
    account,
    routes: [{ method: 'POST', path: PATH, bodyLimit: BODY_LIMIT, handle: receive }],
    adapter,
    async verify() {
      const found: string[] = [];
      if (shopId !== '') {
        await tryAuthorisation({ ...values, outgoing: tools.outgoing('apiBase'), now: tools.now });
        found.push('抖店接受了 App Key、App Secret 和店铺 ID');
      } else found.push('没有填写店铺 ID，无法向抖店核对密钥');
      if (isThere) await ping();
      found.push(isThere ? '推送地址收下了一个签名的 ping 事件' : '没有设置推送地址，回复要在飞鸽里发');
      return found.join('；');
    },
  };
}

export const doudian = defineChannel({
  kind: 'doudian',
  label: { zh: '抖店', en: 'Doudian' },
  prefix: 'DOUDIAN_',
  key: 'appSecret',
  callback: PATH,
  events: 'none',
  fields,
  problems: bridgeProblems,
  create: createDoudian,
});
