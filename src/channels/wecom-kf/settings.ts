// The settings of a WeChat customer-service account (微信客服), as WeCom's console names them. Pure.
import { matching, oneOf, text, url } from '../../setting.ts';
import type { ChannelField, ChannelValues } from '../definition.ts';
import { toleranceField } from '../wechat/settings.ts';

export const wecomKfFields = {
  token: {
    ...text('', 'opens the WeCom customer-service channel (微信客服)'),
    env: 'TOKEN',
    label: { zh: '令牌（Token）', en: 'Token' },
    hint: { zh: '微信客服 > API > 接收消息服务器配置', en: 'WeChat customer service > API > callback' },
    secret: true,
  },
  aesKey: {
    ...matching(/^[A-Za-z0-9+/]{43}$/, '应为 43 个字符的 EncodingAESKey', 'of the callback'),
    env: 'AES_KEY',
    label: { zh: '消息加解密密钥（EncodingAESKey）', en: 'EncodingAESKey' },
    secret: true,
  },
  prevAesKey: {
    ...matching(/^[A-Za-z0-9+/]{43}$/, '应为 43 个字符的 EncodingAESKey', 'the key before a rotation'),
    env: null,
    label: { zh: '更换前的 EncodingAESKey', en: 'EncodingAESKey before the rotation' },
    secret: true,
    previousOf: 'aesKey',
  },
  prevToken: {
    ...text('', 'the token before a rotation'),
    env: null,
    label: { zh: '更换前的 Token', en: 'Token before the rotation' },
    secret: true,
    previousOf: 'token',
  },
  corpId: {
    ...text('', 'id of the company, wwxxxxxxxxxxxxxxxx'),
    env: 'CORPID',
    label: { zh: '企业 ID（CorpID）', en: 'CorpID' },
    hint: { zh: '企业微信管理后台 > 我的企业', en: 'WeCom console > My company' },
  },
  secret: {
    ...text('', 'secret of 微信客服, not of another application'),
    env: 'SECRET',
    label: { zh: '微信客服的 Secret', en: 'Secret of WeChat customer service' },
    secret: true,
  },
  openKfId: {
    ...text('', 'the customer-service account whose messages are answered'),
    env: 'OPEN_KFID',
    label: { zh: '客服账号 ID（open_kfid）', en: 'Account id (open_kfid)' },
  },
  agents: {
    ...oneOf(['desk', 'native'], 'desk', 'who answers after a handoff: our desk, or the people in the WeCom app'),
    env: 'AGENTS',
    label: { zh: '人工接待方式', en: 'Who answers after a handoff' },
    hint: { zh: 'desk：在接棒工作台接待；native：转给企业微信里的接待人员', en: 'desk: ours; native: the WeCom app' },
  },
  welcome: {
    ...text(
      '您好，我是智能客服。您可以直接说要问什么，也可以随时说“转人工”。',
      'said when a shopper enters; empty says nothing',
    ),
    env: 'WELCOME',
    label: { zh: '欢迎语', en: 'Welcome message' },
    hint: {
      zh: '管理后台没有配置欢迎语、且 48 小时内没有发过消息时才会发出',
      en: 'Only when the console has none of its own and nothing was sent for 48 hours',
    },
  },
  goodbye: {
    ...text('', 'said when a session with people in the WeCom app ends; empty says nothing'),
    env: 'GOODBYE',
    label: { zh: '结束语', en: 'Closing message' },
    hint: {
      zh: '企业微信里的会话结束时发出，不占 5 条的额度；留空则不发',
      en: 'When a session in the WeCom app ends; no part of the five messages. Empty says nothing',
    },
  },
  apiBase: {
    ...url(['http', 'https'], 'https://qyapi.weixin.qq.com', 'the platform API'),
    env: 'API_BASE',
    label: { zh: '平台接口地址', en: 'Platform API' },
    operatorOnly: true,
  },
  toleranceSeconds: toleranceField,
} as const satisfies Record<string, ChannelField>;

export type WecomKfField = keyof typeof wecomKfFields;

const NEEDED = ['aesKey', 'corpId', 'secret', 'openKfId'] as const;

/** Without any of these it could receive, or send, but not both. */
export const wecomKfProblems = (
  values: ChannelValues<WecomKfField>,
  name: (field: WecomKfField) => string,
): { field: WecomKfField; text: string }[] =>
  NEEDED.filter((field) => values[field] === '').map((field) => ({
    field,
    text: `设置了${name('token')}，还需要${name(field)}`,
  }));
