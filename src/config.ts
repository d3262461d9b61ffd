// The only reader of the environment: one table of settings, all problems reported at once. Knows nothing of what uses them.
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import { AppError } from './errors.ts';

type Env = Record<string, string | undefined>;

interface Setting<T> {
  /** As written in `.env.example`; empty means off. */
  fallback: string;
  /** One line of why, repeated in `.env.example`. */
  why: string;
  /** Throws a sentence saying what was expected. */
  read(value: string): T;
}

const text = (fallback: string, why: string): Setting<string> => ({ fallback, why, read: (v) => v.trim() });

const whole = (fallback: number, min: number, max: number, why: string): Setting<number> => ({
  fallback: String(fallback),
  why,
  read(v) {
    const n = Number(v);
    if (!Number.isInteger(n) || n < min || n > max) throw `应为 ${min} 到 ${max} 之间的整数`;
    return n;
  },
});

const oneOf = <const T extends string>(values: readonly T[], fallback: T, why: string): Setting<T> => ({
  fallback,
  why,
  read(v) {
    const found = values.find((x) => x === v.trim());
    if (found === undefined) throw `应为 ${values.join(' / ')} 之一`;
    return found;
  },
});

const url = (schemes: readonly string[], fallback: string, why: string): Setting<string> => ({
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

const matching = (pattern: RegExp, expected: string, why: string, fallback = ''): Setting<string> => ({
  fallback,
  why,
  read(v) {
    const value = v.trim();
    if (value !== '' && !pattern.test(value)) throw expected;
    return value;
  },
});

const json = (why: string): Setting<Record<string, unknown>> => ({
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
const hours = (fallback: string, why: string): Setting<{ from: number; until: number }> => ({
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
const hosts = (why: string): Setting<readonly string[]> => ({
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

const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}( whsec_[A-Za-z0-9+/]{32,88}={0,2})?$/;
const AES_KEY = /^[A-Za-z0-9+/]{43}$/;

/** Every setting, in the order of `.env.example`. A test keeps the two the same. */
export const SETTINGS = {
  PORT: whole(3000, 0, 65535, 'port of the web server; 0 picks a free one'),
  HOST: text('127.0.0.1', 'address to listen on; 0.0.0.0 to be reached from other machines'),
  SHOP: matching(
    /^[a-z0-9][a-z0-9-]*$/,
    '应为 faq-corpus 下的文件夹名，例如 apparel',
    'folder of faq-corpus with the content of this shop; samples: apparel electronics food beauty furniture',
    'apparel',
  ),
  SAMPLE_HISTORY: oneOf(
    ['on', 'off'],
    'on',
    'a sample shop starts with seven days of invented conversations; off: with none',
  ),
  DATA_DIR: text('./data', 'where the embedded database lives (not power-loss safe: use DATABASE_URL for a real shop)'),
  DATABASE_URL: url(['postgres', 'postgresql'], '', 'PostgreSQL 15+ with pgvector; empty uses the embedded database'),
  REDIS_URL: url(['redis', 'rediss'], '', 'Redis 7 for the queues; empty keeps them in the database'),
  ROLE: oneOf(['all', 'web', 'worker'], 'all', 'what this process does; web and worker need DATABASE_URL'),
  JIEBANG_SECRET_KEY: matching(
    /^.{32,}$/,
    '至少 32 个字符',
    'signs visitor tokens and seals stored secrets; empty makes one in the database, keep the one you have',
  ),
  PUBLIC_URL: url(['http', 'https'], '', 'the address people use, printed in sign-in links; empty uses HOST and PORT'),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug'], 'warn', 'how much is logged to stderr'),
  SERVICE_HOURS: hours('09:00-23:00', 'when people answer, Asia/Shanghai; told to shoppers who wait outside of it'),
  GIVE_BACK_MINUTES: whole(
    15,
    1,
    1440,
    'an agent silent for this long after the shopper returns the conversation, if its risk allows',
  ),
  SHOPPER_BURST: whole(
    200,
    0,
    10_000,
    'messages that one shopper of the web page may send in ten seconds; 0 for no limit',
  ),
  ALLOW_PRIVATE_HOSTS: hosts(
    'private hosts or networks that webhooks of the shop may reach, e.g. bridge.internal 10.0.0.0/8; those in settings may anyway',
  ),
  ROUTER_URL: url(
    ['https', 'http'],
    '',
    'asked which team takes a handoff, within 800 ms (docs/webhooks.md); empty: the rules',
  ),
  ROUTER_SECRET: matching(
    WEBHOOK_SECRET,
    '应为 whsec_ 开头的 Standard Webhooks 密钥（轮换时可写两个，用空格分开）',
    'signs what the router is asked',
  ),
  ROBOT_DINGTALK_URL: url(
    ['https', 'http'],
    '',
    'group robot of the staff, told what cannot wait: address with access_token',
  ),
  ROBOT_DINGTALK_SECRET: text('', 'its 加签 secret, begins with SEC'),
  ROBOT_FEISHU_URL: url(['https', 'http'], '', 'the same in 飞书: webhook address of the custom bot'),
  ROBOT_FEISHU_SECRET: text('', 'its 签名校验 secret'),
  ROBOT_WECOM_URL: url(['https', 'http'], '', 'the same in 企业微信: webhook address with key'),
  LLM_BASE_URL: url(
    ['http', 'https'],
    '',
    'OpenAI-compatible endpoint for a second opinion, rewording, summaries and drafts (docs/llm.md); empty does without',
  ),
  LLM_API_KEY: text('', 'key for LLM_BASE_URL'),
  LLM_MODEL: text('', 'model asked of LLM_BASE_URL'),
  LLM_EXTRA: json('extra fields of each request to it as JSON, e.g. {"thinking":{"type":"disabled"}}'),
  LLM_TOKENS_PER_DAY: whole(200_000, 0, 1_000_000_000, 'spend cap; beyond it everything goes on without the model'),
  EMBEDDING_BASE_URL: url(
    ['http', 'https'],
    '',
    'OpenAI-compatible embeddings; empty uses the encoder learned from your own content',
  ),
  EMBEDDING_API_KEY: text('', 'key for EMBEDDING_BASE_URL'),
  EMBEDDING_MODEL: text('', 'model asked of EMBEDDING_BASE_URL'),
  EMBEDDING_DIMENSIONS: whole(0, 0, 4000, 'asked-for dimensions; 0 takes what the model gives'),
  WEBHOOK_SECRET: matching(
    WEBHOOK_SECRET,
    '应为 whsec_ 开头的 Standard Webhooks 密钥（轮换时可写两个，用空格分开）',
    'opens the generic webhook channel',
  ),
  WEBHOOK_DELIVER_URL: url(['http', 'https'], '', 'where replies of the webhook channel are posted'),
  WEBHOOK_DELIVER_SECRET: matching(
    WEBHOOK_SECRET,
    '应为 whsec_ 开头的 Standard Webhooks 密钥',
    'signs those replies; empty uses WEBHOOK_SECRET',
  ),
  WECHAT_OA_TOKEN: text('', 'opens the WeChat Official Account channel'),
  WECHAT_OA_AES_KEY: matching(AES_KEY, '应为 43 个字符的 EncodingAESKey', 'needed in compat and secure mode'),
  WECHAT_OA_PREV_AES_KEY: matching(AES_KEY, '应为 43 个字符的 EncodingAESKey', 'the key before a rotation'),
  WECHAT_OA_APPID: text('', 'app id of the account'),
  WECHAT_OA_APP_SECRET: text('', 'needed to send asynchronous replies'),
  WECHAT_OA_MODE: oneOf(
    ['plain', 'compat', 'secure'],
    'secure',
    'as set in the platform console; plain messages are refused in secure mode',
  ),
  WECHAT_OA_REPLY: oneOf(['async', 'passive'], 'async', 'passive for accounts without the customer-service API'),
  WECHAT_OA_API_BASE: url(['http', 'https'], 'https://api.weixin.qq.com', 'the platform API'),
} as const satisfies Record<string, Setting<unknown>>;

type Values = { readonly [K in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[K]['read']> };

/** All settings, read and checked, with what the command line says on top. */
export interface Config extends Values {
  /** Seed and keep the sample shop. */
  readonly DEMO: boolean;
}

/** Rules between settings: each returns a sentence when it is broken. */
function contradictions(c: Config): string[] {
  const found: string[] = [];
  const need = (when: boolean, sentence: string) => {
    if (when) found.push(sentence);
  };
  need(c.ROLE !== 'all' && c.DATABASE_URL === '', `ROLE=${c.ROLE} 需要多个进程共用一个数据库，请同时设置 DATABASE_URL`);
  need(
    c.DATABASE_URL === '' && c.REDIS_URL !== '',
    'REDIS_URL 需要与 DATABASE_URL 一起使用；单机运行时请删去 REDIS_URL',
  );
  need(c.LLM_BASE_URL !== '' && c.LLM_MODEL === '', '设置了 LLM_BASE_URL，还需要 LLM_MODEL');
  need(c.EMBEDDING_BASE_URL !== '' && c.EMBEDDING_MODEL === '', '设置了 EMBEDDING_BASE_URL，还需要 EMBEDDING_MODEL');
  need(
    c.WEBHOOK_SECRET !== '' && c.WEBHOOK_DELIVER_URL === '',
    '设置了 WEBHOOK_SECRET，还需要 WEBHOOK_DELIVER_URL，否则回复无处可发',
  );
  need(
    c.ROUTER_URL !== '' && c.ROUTER_SECRET === '',
    '设置了 ROUTER_URL，还需要 ROUTER_SECRET，好让对方确认请求来自本系统',
  );
  for (const [url, secret, name, where] of [
    [c.ROBOT_DINGTALK_URL, c.ROBOT_DINGTALK_SECRET, 'ROBOT_DINGTALK', '加签'],
    [c.ROBOT_FEISHU_URL, c.ROBOT_FEISHU_SECRET, 'ROBOT_FEISHU', '签名校验'],
  ] as const) {
    need(
      url !== '' && secret === '',
      `设置了 ${name}_URL，还需要 ${name}_SECRET：请在机器人的安全设置里启用“${where}”并复制密钥`,
    );
  }
  if (c.WECHAT_OA_TOKEN !== '') {
    need(c.WECHAT_OA_APPID === '', '设置了 WECHAT_OA_TOKEN，还需要 WECHAT_OA_APPID');
    need(
      c.WECHAT_OA_MODE !== 'plain' && c.WECHAT_OA_AES_KEY === '',
      `WECHAT_OA_MODE=${c.WECHAT_OA_MODE} 需要 WECHAT_OA_AES_KEY`,
    );
    need(
      c.WECHAT_OA_REPLY === 'async' && c.WECHAT_OA_APP_SECRET === '',
      'WECHAT_OA_REPLY=async 需要 WECHAT_OA_APP_SECRET 才能发送回复',
    );
  }
  return found;
}

function readFlags(argv: readonly string[], problems: string[]): Env & { noDemo?: boolean } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        role: { type: 'string' },
        shop: { type: 'string' },
        'no-demo': { type: 'boolean' },
      },
    });
    const flags: Env = {};
    if (values.port !== undefined) flags.PORT = values.port;
    if (values.data !== undefined) flags.DATA_DIR = values.data;
    if (values.role !== undefined) flags.ROLE = values.role;
    if (values.shop !== undefined) flags.SHOP = values.shop;
    return Object.assign(flags, values['no-demo'] ? { noDemo: true } : {});
  } catch (error) {
    problems.push(
      `命令行参数有误：${(error as Error).message}。可用：--port N --data DIR --role all|web|worker --shop FOLDER --no-demo`,
    );
    return {};
  }
}

function readFile(file: string, problems: string[]): Env {
  if (!existsSync(file)) return {};
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    problems.push(
      `${path.basename(file)}: 无法读取（${(error as NodeJS.ErrnoException).code ?? '未知原因'}），应为可读的文本文件`,
    );
    return {};
  }
  source.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() !== '' && !/^\s*(#|(export\s+)?[A-Za-z_]\w*\s*=)/.test(line)) {
      // not the line itself: it may hold a key whose `=` was forgotten
      problems.push(`${path.basename(file)}:${i + 1}: 应为 NAME=value 或 # 注释`);
    }
  });
  const env = parseEnv(source) as Env;
  for (const name of Object.keys(env)) {
    if (!(name in SETTINGS)) problems.push(`${path.basename(file)}: 不认识的设置 ${name}；全部设置见 .env.example`);
  }
  return env;
}

/**
 * Reads flags, then the environment, then `.env` (first one wins).
 * @throws AppError `bad_setting` with one line per problem, all at once.
 */
export function loadConfig(
  argv: readonly string[] = [],
  env: Env = process.env,
  envFile = path.resolve('.env'),
): Config {
  const problems: string[] = [];
  const flags = readFlags(argv, problems);
  const file = readFile(envFile, problems);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const given = flags[name] ?? env[name] ?? file[name];
    const raw = given === undefined || given.trim() === '' ? setting.fallback : given;
    try {
      values[name] = setting.read(raw);
    } catch (expected) {
      const shown = /KEY|SECRET|TOKEN|URL/.test(name) ? '所给的值' : `"${raw}"`;
      problems.push(`${name}: ${shown}不对，${String(expected)}`);
    }
  }
  const config = { ...values, DEMO: !flags.noDemo } as Config;
  if (problems.length === 0) problems.push(...contradictions(config));
  if (problems.length > 0) throw new AppError('bad_setting', problems.join('\n'));
  return { ...config, DATA_DIR: path.resolve(config.DATA_DIR) };
}
