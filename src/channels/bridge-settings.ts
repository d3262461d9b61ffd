// The settings of a marketplace's app and of the shop's own program behind it, and the rules between them. Pure; knows no platform.
import { matching, text, url, webhookSecret } from '../setting.ts';
import type { ChannelField, ChannelValues, Words } from './definition.ts';

export interface Marketplace {
  /** What the console of its open platform is called, and where the key is found in it. */
  console: Words;
  consoleName: string;
  keyDigits: number;
  /** Of the secret, for operators: what it opens and is used for. */
  opens: string;
  /** What its sellers answer in. */
  app: Words;
}

/** Who the shop's app is on the open platform. */
export const appFields = ({ console, consoleName, keyDigits, opens }: Marketplace) =>
  ({
    appKey: {
      ...matching(
        new RegExp(`^\\d{1,${keyDigits}}$`),
        `应为${consoleName}控制台里的 App Key（数字）`,
        'app key of the account',
      ),
      env: 'APP_KEY',
      label: { zh: 'App Key', en: 'App Key' },
      hint: console,
    },
    appSecret: {
      ...text('', opens),
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
  }) as const satisfies Record<string, ChannelField>;

/** Where replies go, as the marketplace opens no way of its own. */
export const bridgeFields = ({ app }: Marketplace) =>
  ({
    deliverUrl: {
      ...url(['http', 'https'], '', `where replies are posted; empty: they are sent by a person in ${app.zh}`),
      env: 'DELIVER_URL',
      label: { zh: '推送地址（可不填）', en: 'Delivery address (optional)' },
      hint: {
        zh: `回复会签名后 POST 到这里；不填则每个会话都转给客服，在${app.zh}里回复`,
        en: `Replies are signed and posted here; without it a person answers in ${app.en}`,
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
  }) as const satisfies Record<string, ChannelField>;

type Field = 'appKey' | 'appSecret' | 'deliverUrl' | 'deliverSecret';

export function bridgeProblems(
  { appKey, deliverUrl, deliverSecret }: ChannelValues<Field>,
  name: (field: Field) => string,
): { field: Field; text: string }[] {
  const found: { field: Field; text: string }[] = [];
  if (appKey === '') found.push({ field: 'appKey', text: `设置了${name('appSecret')}，还需要${name('appKey')}` });
  if (deliverUrl !== '' && deliverSecret === '')
    found.push({ field: 'deliverSecret', text: `设置了${name('deliverUrl')}，还需要${name('deliverSecret')}来签名` });
  return found;
}
