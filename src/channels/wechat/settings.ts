// The settings of an account on WeChat's platform, as its console names them; the products differ in words only. Pure.
import { matching, oneOf, text, url } from '../../setting.ts';
import type { ChannelField, ChannelValues } from '../definition.ts';

/** What the platform's clock may be off; the platform names no limit, and its tries of one message each carry their own time. */
export const toleranceField = {
  ...matching(
    /^[1-9]\d{0,4}$/,
    '应为 1 到 99999 之间的整数（秒）',
    'how far the platform’s clock may be from ours',
    '300',
  ),
  env: 'TOLERANCE_SECONDS',
  label: { zh: '允许的时间差（秒）', en: 'Tolerance in seconds' },
  operatorOnly: true,
} as const satisfies ChannelField;

const AES_KEY = /^[A-Za-z0-9+/]{43}$/;
const aesKey = (why: string) => matching(AES_KEY, '应为 43 个字符的 EncodingAESKey', why);

/** `opens`: what the token opens, for `.env.example`. `reply`: the ways of replying the product knows. */
export const wechatFields = (opens: string, reply: ChannelField) =>
  ({
    token: {
      ...text('', opens),
      env: 'TOKEN',
      label: { zh: '令牌（Token）', en: 'Token' },
      secret: true,
    },
    aesKey: {
      ...aesKey('needed in compat and secure mode'),
      env: 'AES_KEY',
      label: { zh: '消息加解密密钥（EncodingAESKey）', en: 'EncodingAESKey' },
      secret: true,
    },
    prevAesKey: {
      ...aesKey('the key before a rotation'),
      env: 'PREV_AES_KEY',
      label: { zh: '更换前的 EncodingAESKey', en: 'EncodingAESKey before the rotation' },
      secret: true,
      previousOf: 'aesKey',
    },
    appId: {
      ...text('', 'app id of the account'),
      env: 'APPID',
      label: { zh: '开发者 ID（AppID）', en: 'AppID' },
    },
    appSecret: {
      ...text('', 'needed to send asynchronous replies'),
      env: 'APP_SECRET',
      label: { zh: '开发者密码（AppSecret）', en: 'AppSecret' },
      secret: true,
    },
    mode: {
      ...oneOf(
        ['plain', 'compat', 'secure'],
        'secure',
        'as set in the platform console; plain messages are refused in secure mode',
      ),
      env: 'MODE',
      label: { zh: '消息加解密方式', en: 'Encryption mode' },
    },
    reply,
    apiBase: {
      ...url(['http', 'https'], 'https://api.weixin.qq.com', 'the platform API'),
      env: 'API_BASE',
      label: { zh: '平台接口地址', en: 'Platform API' },
      operatorOnly: true,
    },
    toleranceSeconds: toleranceField,
  }) as const satisfies Record<string, ChannelField>;

type Field = keyof ReturnType<typeof wechatFields>;

/** What the mode and the way of replying need. */
export function wechatProblems(
  { appId, aesKey, appSecret, mode, reply }: ChannelValues<Field>,
  name: (field: Field) => string,
): { field: Field; text: string }[] {
  const found: { field: Field; text: string }[] = [];
  if (appId === '') found.push({ field: 'appId', text: `设置了${name('token')}，还需要${name('appId')}` });
  if (mode !== 'plain' && aesKey === '')
    found.push({ field: 'aesKey', text: `${name('mode')}为 ${mode} 时，需要${name('aesKey')}` });
  if (reply === 'async' && appSecret === '')
    found.push({ field: 'appSecret', text: `${name('reply')}为 async 时，需要${name('appSecret')}才能发送回复` });
  return found;
}
