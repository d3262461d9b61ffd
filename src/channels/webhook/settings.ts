// The settings of the generic webhook in both its styles. Pure.
import { randomBytes } from 'node:crypto';
import { matching, oneOf, text, url } from '../../setting.ts';
import type { ChannelField, ChannelValues } from '../definition.ts';

/** In Chatwoot's style any text is a secret; what the other style wants is said when the style is known. */
const secret = (why: string) => matching(/^\S+(?: \S+)?$/, '应为一个密钥（轮换时可写两个，用空格分开）', why);

export const webhookFields = {
  secret: {
    ...secret('opens the generic webhook channel: whsec_… (Standard Webhooks), or Chatwoot’s secret'),
    env: 'SECRET',
    label: { zh: '签名密钥', en: 'Signing secret' },
    secret: true,
    make: () => `whsec_${randomBytes(32).toString('base64')}`,
  },
  previousSecret: {
    ...secret('the secret before a rotation'),
    env: null,
    label: { zh: '旧密钥', en: 'Secret before the rotation' },
    secret: true,
    previousOf: 'secret',
  },
  style: {
    ...oneOf(['standard', 'chatwoot'], 'standard', 'whose signature and events; ?style= in the address goes before it'),
    env: 'STYLE',
    label: { zh: '签名与事件格式', en: 'Signature and events' },
    hint: {
      zh: 'standard 为 Standard Webhooks，chatwoot 为 Chatwoot 的 webhook',
      en: 'standard is Standard Webhooks, chatwoot is Chatwoot’s webhook',
    },
  },
  chatwootSecret: {
    ...text('', 'Chatwoot’s own secret, where ours is made here'),
    env: null,
    label: { zh: 'Chatwoot 的密钥（仅 chatwoot 格式）', en: 'Chatwoot’s secret (chatwoot only)' },
    hint: { zh: 'Chatwoot 的 webhook 设置里显示的 secret', en: 'The secret shown with the webhook in Chatwoot' },
    secret: true,
  },
  deliverUrl: {
    ...url(['http', 'https'], '', 'where replies of the webhook channel are posted'),
    env: 'DELIVER_URL',
    label: { zh: '推送地址', en: 'Delivery address' },
    hint: { zh: '回复会签名后 POST 到这里', en: 'Replies are signed and posted here' },
    address: true,
  },
  deliverSecret: {
    ...secret('signs those replies; empty uses WEBHOOK_SECRET'),
    env: 'DELIVER_SECRET',
    label: { zh: '推送密钥', en: 'Delivery secret' },
    secret: true,
    operatorOnly: true,
  },
} as const satisfies Record<string, ChannelField>;

type Field = keyof typeof webhookFields;

const WHSEC = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}(?: whsec_[A-Za-z0-9+/]{32,88}={0,2})?$/;

export function webhookProblems(
  values: ChannelValues<Field>,
  name: (field: Field) => string,
): { field: Field; text: string }[] {
  const found: { field: Field; text: string }[] = [];
  if (values.deliverUrl === '') {
    const text = `设置了${name('secret')}，还需要${name('deliverUrl')}，否则回复无处可发`;
    found.push({ field: 'deliverUrl', text });
  }
  if (values.style === 'standard')
    for (const field of ['secret', 'deliverSecret'] as const)
      if (values[field] !== '' && !WHSEC.test(values[field]))
        found.push({
          field,
          text: `${name(field)}应为 whsec_ 开头的 Standard Webhooks 密钥（轮换时可写两个，用空格分开）`,
        });
  return found;
}
