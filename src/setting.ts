// One setting as text: its default, why it is there, how it is read and refused. Knows no setting by name and no environment.
import { isIP } from 'node:net';

export interface Setting<T> {
  /** As written in `.env.example`; empty means off. */
  fallback: string;
  /** One line of why, repeated in `.env.example`. */
  why: string;
  /** The only values there are, when they can be counted. */
  options?: readonly string[];
  /** Throws a sentence saying what was expected. */
  read(value: string): T;
}

export const text = (fallback: string, why: string): Setting<string> => ({ fallback, why, read: (v) => v.trim() });

export const whole = (fallback: number, min: number, max: number, why: string): Setting<number> => ({
  fallback: String(fallback),
  why,
  read(v) {
    const n = Number(v);
    if (!Number.isInteger(n) || n < min || n > max) throw `应为 ${min} 到 ${max} 之间的整数`;
    return n;
  },
});

export const oneOf = <const T extends string>(values: readonly T[], fallback: T, why: string): Setting<T> => ({
  fallback,
  why,
  options: values,
  read(v) {
    const found = values.find((x) => x === v.trim());
    if (found === undefined) throw `应为 ${values.join(' / ')} 之一`;
    return found;
  },
});

export const url = (schemes: readonly string[], fallback: string, why: string): Setting<string> => ({
  fallback,
  why,
  read(v) {
    const value = v.trim().replace(/\/+$/, '');
    if (value === '') return '';
    let scheme = '';
    try {
      scheme = new URL(value).protocol.slice(0, -1);
    } catch {
      /* reported below */
    }
    if (!schemes.includes(scheme)) throw `应为以 ${schemes.map((s) => `${s}://`).join(' 或 ')} 开头的地址`;
    return value;
  },
});

export const matching = (pattern: RegExp, expected: string, why: string, fallback = ''): Setting<string> => ({
  fallback,
  why,
  read(v) {
    const value = v.trim();
    if (value !== '' && !pattern.test(value)) throw expected;
    return value;
  },
});

export const json = (why: string): Setting<Record<string, unknown>> => ({
  fallback: '',
  why,
  read(v) {
    if (v.trim() === '') return {};
    let value: unknown = null;
    try {
      value = JSON.parse(v);
    } catch {
      /* reported below */
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw '应为一个 JSON 对象';
    return value as Record<string, unknown>;
  },
});

/** `09:00-23:00` in the shop's time zone (Asia/Shanghai), minutes since midnight. */
export const hours = (fallback: string, why: string): Setting<{ from: number; until: number }> => ({
  fallback,
  why,
  read(v) {
    const m = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(v.trim());
    const from = m ? Number(m[1]) * 60 + Number(m[2]) : 0;
    const until = m ? Number(m[3]) * 60 + Number(m[4]) : 0;
    if (!m || until <= from || until > 1440) throw '应为 09:00-23:00 这样的时间段，结束晚于开始';
    return { from, until };
  },
});

/** `bridge.internal 10.0.0.0/8`: hosts, addresses and networks, separated by spaces or commas. */
export const hosts = (why: string): Setting<readonly string[]> => ({
  fallback: '',
  why,
  read(v) {
    const entries = v.split(/[\s,，]+/).filter((entry) => entry !== '');
    for (const entry of entries) {
      const [address = '', bits] = entry.split('/');
      const version = isIP(address);
      const isName = bits === undefined && /^(?=.{1,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(address);
      const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
      if (!(version === 0 ? isName : isNetwork)) throw '应为主机名、IP 地址或 10.0.0.0/8 这样的网段，用空格或逗号分开';
    }
    return entries;
  },
});

const SITE = /^https?:\/\/(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;

/** A site as browsers name it, `https://shop.example:8443`, or all below one, `https://*.shop.example`; null for anything else. */
export function readSite(given: string): string | null {
  const site = given.trim().toLowerCase().replace(/\/+$/, '');
  return SITE.test(site) ? site : null;
}

/** Sites, separated by spaces or commas; read as one text with spaces between them. */
export const sites = (why: string): Setting<string> => ({
  fallback: '',
  why,
  read(v) {
    const given = v.split(/[\s,，]+/).filter((site) => site !== '');
    const read = given.map((site) => (site === '*' ? site : readSite(site)));
    if (read.includes(null))
      throw '应为 https://shop.example 或 https://*.shop.example，用空格或逗号分开（* 表示任何网站）';
    return read.join(' ');
  },
});

export const webhookSecret = (why: string): Setting<string> =>
  matching(
    /^whsec_[A-Za-z0-9+/]{32,88}={0,2}( whsec_[A-Za-z0-9+/]{32,88}={0,2})?$/,
    '应为 whsec_ 开头的 Standard Webhooks 密钥（轮换时可写两个，用空格分开）',
    why,
  );
