// The settings of an account on Taobao's open platform, as its console names them. Pure.
import { matching, text, url } from '../../setting.ts';
import { appFields, bridgeFields, type Marketplace } from '../bridge-settings.ts';
import type { ChannelField } from '../definition.ts';

export const TAOBAO: Marketplace = {
  console: { zh: '淘宝开放平台 控制台 > 应用管理', en: 'Open platform console > application' },
  consoleName: '开放平台',
  keyDigits: 20,
  opens: 'opens the Taobao channel: checks what comes in, signs what is asked',
  app: { zh: '千牛', en: 'Qianniu' },
};

export const taobaoFields = {
  ...appFields(TAOBAO),
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
  ...bridgeFields(TAOBAO),
} as const satisfies Record<string, ChannelField>;
