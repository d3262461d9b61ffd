// The settings of a Direct Line account. Knows no request.
import { randomBytes } from 'node:crypto';
import type { Setting } from '../../setting.ts';
import { matching } from '../../setting.ts';
import type { ChannelField } from '../definition.ts';

const ORIGIN = /^https?:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;

const origins = (why: string): Setting<string> => ({
  fallback: '',
  why,
  read(value) {
    const given = value.split(/[\s,，]+/).filter((origin) => origin !== '');
    const read = given.map((origin) => origin.toLowerCase().replace(/\/+$/, ''));
    if (read.some((origin) => origin !== '*' && !ORIGIN.test(origin)))
      throw '应为 https://shop.example 这样的网站地址，用空格或逗号分开（* 表示任何网站）';
    return read.join(' ');
  },
});

/** Short ones could be guessed from any token that they signed. */
const secret = (why: string) => matching(/^\S{8,200}$/, '应为 8 个以上字符，不含空格', why);

export const directlineFields = {
  secret: {
    ...secret('opens the Direct Line channel (/v3/directline); signs its tokens, so keep it off web pages'),
    env: 'SECRET',
    label: { zh: 'Direct Line 密钥', en: 'Direct Line secret' },
    hint: {
      zh: '只放在您自己的服务器上，用它换取给网页的令牌',
      en: 'Stays on your own server, which exchanges it for tokens for pages',
    },
    secret: true,
    make: () => randomBytes(32).toString('base64url'),
  },
  previousSecret: {
    ...secret('the secret before a rotation'),
    env: null,
    label: { zh: '旧密钥', en: 'Secret before the rotation' },
    secret: true,
    previousOf: 'secret',
  },
  origins: {
    ...origins('sites whose pages may talk to it from a browser, separated by spaces; * for any'),
    env: 'ORIGINS',
    label: { zh: '允许的网站', en: 'Allowed sites' },
    hint: {
      zh: '嵌入 Web Chat 的网站，如 https://shop.example；同一地址下的网页不用写',
      en: 'Sites that embed Web Chat, e.g. https://shop.example; pages of this address need not be named',
    },
  },
} satisfies Record<string, ChannelField>;
