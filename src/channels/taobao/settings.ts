// The settings of an account on Taobao's open platform, as its console names them. Pure.
import { matching, text, url, webhookSecret } from '../../setting.ts';
import type { ChannelField, ChannelValues } from '../definition.ts';

export const taobaoFields = {
  appKey: {
    ...matching(/^\d{1,20}$/, '应为开放平台控制台里的 App Key（数字）', 'app key of the account'),
    env: 'APP_KEY',
    label: { zh: 'App Key', en: 'App Key' },
    hint: { zh: '淘宝开放平台 控制台 > 应用管理', en: 'Open platform console > application' },
  },
  appSecret: {
    ...text('', 'opens the Taobao channel: checks what comes in, signs what is asked'),
    env: 'APP_SECRET',
    label: { zh: 'App Secret', en: 'App Secret' },
    secret: true,
  },
  previousSecret: {
    ...text('', 'the secret before a rotation'),
    env: null,
    label: { zh: '更换前的 App Secret', en: 'App Secret before the rotation' },
    secret: true,
    previousOf: 'appSecret',
  },
  session: {
    ...text('', 'authorisation of the shop (session key), for calls about its orders'),
    env: 'SESSION',
    label: { zh: '店铺授权（Session）', en: 'Shop authorisation (session key)' },
    secret: true,
  },
  apiBase: {
    ...url(['http', 'https'], 'https://gw.api.taobao.com/router/rest', 'the gateway of the open platform'),
    env: 'API_BASE',
    label: { zh: '平台接口地址', en: 'Platform API' },
    operatorOnly: true,
  },
  tmcGroup: {
    ...matching(
      /^[\w.-]{1,64}$/,
      '应为消息分组的名称',
      'a message group (TMC) of its own: everything in it is consumed and confirmed; empty means off',
    ),
    env: 'TMC_GROUP',
    label: { zh: '消息分组（TMC，可不填）', en: 'Message group (TMC, optional)' },
    hint: {
      zh: '须是只给接棒使用的分组：组里的消息会全部被取走并确认',
      en: 'A group of its own: all of it is consumed',
    },
  },
  deliverUrl: {
    ...url(['http', 'https'], '', 'where replies are posted; empty: they are sent by a person in 千牛'),
    env: 'DELIVER_URL',
    label: { zh: '推送地址（可不填）', en: 'Delivery address (optional)' },
    hint: {
      zh: '回复会签名后 POST 到这里；不填则每个会话都转给客服，在千牛里回复',
      en: 'Replies are signed and posted here; without it a person answers in Qianniu',
    },
    address: true,
  },
  deliverSecret: {
    ...webhookSecret('signs those replies (Standard Webhooks)'),
    env: 'DELIVER_SECRET',
    label: { zh: '推送密钥', en: 'Delivery secret' },
    hint: { zh: 'whsec_ 加 openssl rand -base64 32 的输出', en: 'whsec_ and the output of openssl rand -base64 32' },
    secret: true,
  },
} as const satisfies Record<string, ChannelField>;

type Field = keyof typeof taobaoFields;

export function taobaoProblems(
  { appKey, deliverUrl, deliverSecret }: ChannelValues<Field>,
  name: (field: Field) => string,
): { field: Field; text: string }[] {
  const found: { field: Field; text: string }[] = [];
  if (appKey === '') found.push({ field: 'appKey', text: `设置了${name('appSecret')}，还需要${name('appKey')}` });
  if (deliverUrl !== '' && deliverSecret === '')
    found.push({ field: 'deliverSecret', text: `设置了${name('deliverUrl')}，还需要${name('deliverSecret')}来签名` });
  return found;
}
