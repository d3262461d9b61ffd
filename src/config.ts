// The only reader of the environment: one table of settings, all problems reported at once. Knows nothing of what uses them.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import { AppError } from './errors.ts';
import { hosts, hours, json, matching, oneOf, type Setting, text, url, webhookSecret, whole } from './setting.ts';

type Env = Record<string, string | undefined>;

/** Every setting but those of the channels, in the order of `.env.example`. A test keeps the two the same. */
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
  CLOSE_AFTER_HOURS: whole(
    24,
    0,
    8_760,
    'a conversation of the bot is closed after so many quiet hours, and `conversation.closed` is told; 0: never',
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
  ROUTER_SECRET: webhookSecret('signs what the router is asked'),
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
} as const satisfies Record<string, Setting<unknown>>;

type Values = { readonly [K in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[K]['read']> };

/** All settings, read and checked, with what the command line says on top. */
export interface Config extends Values {
  /** Seed and keep the sample shop. */
  readonly DEMO: boolean;
  /** What the environment says of the channels, by the variable's name; a channel knows its own. */
  readonly CHANNELS: Readonly<Record<string, string>>;
}

/** Settings that a higher floor brings: the channels'. */
export interface MoreSettings {
  settings: Readonly<Record<string, Setting<string>>>;
  /** A sentence for each rule between them that is broken. */
  contradictions(values: Readonly<Record<string, string>>): string[];
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

function readFile(file: string, known: Readonly<Record<string, unknown>>, problems: string[]): Env {
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
    if (!Object.hasOwn(known, name))
      problems.push(`${path.basename(file)}: 不认识的设置 ${name}；全部设置见 .env.example`);
  }
  return env;
}

/**
 * Reads flags, then the environment, then `.env` (first one wins).
 * @throws AppError `bad_setting` with one line per problem, all at once.
 */
export function readConfig(
  more: MoreSettings,
  argv: readonly string[] = [],
  env: Env = process.env,
  envFile = path.resolve('.env'),
): Config {
  const problems: string[] = [];
  const flags = readFlags(argv, problems);
  const file = readFile(envFile, { ...SETTINGS, ...more.settings }, problems);
  const readAll = (settings: Readonly<Record<string, Setting<unknown>>>): Record<string, unknown> => {
    const values: Record<string, unknown> = {};
    for (const [name, setting] of Object.entries(settings)) {
      const given = flags[name] ?? env[name] ?? file[name];
      const raw = given === undefined || given.trim() === '' ? setting.fallback : given;
      try {
        values[name] = setting.read(raw);
      } catch (expected) {
        const shown = /KEY|SECRET|TOKEN|URL/.test(name) ? '所给的值' : `"${raw}"`;
        problems.push(`${name}: ${shown}不对，${String(expected)}`);
      }
    }
    return values;
  };
  const before = problems.length;
  const channels = readAll(more.settings) as Record<string, string>;
  // theirs do not depend on the rest, so all that is wrong is told at once
  const theirs = problems.length === before ? more.contradictions(channels) : [];
  const config = { ...readAll(SETTINGS), DEMO: !flags.noDemo, CHANNELS: channels } as Config;
  if (problems.length === 0) problems.push(...contradictions(config));
  problems.push(...theirs);
  if (problems.length > 0) throw new AppError('bad_setting', problems.join('\n'));
  return { ...config, DATA_DIR: path.resolve(config.DATA_DIR) };
}
