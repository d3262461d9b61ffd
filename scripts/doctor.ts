// npm run doctor: what is configured, what can be reached, what is missing and how to mend it. Changes nothing.
import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type ChannelDefinition, variableOf } from '../src/channels/definition.ts';
import { CHANNELS } from '../src/channels/table.ts';
import type { Config } from '../src/config.ts';
import { sayFailure } from '../src/failure-words.ts';
import { askControl } from '../src/http/control.ts';
import { loadConfig } from '../src/settings.ts';
import { loadShopContent } from '../src/shop.ts';

let failed = false;

async function check(name: string, work: () => Promise<string>): Promise<void> {
  try {
    console.log(`✔ ${name}：${await work()}`);
  } catch (error) {
    failed = true;
    console.log(`✘ ${name}：${sayFailure(error)}`);
  }
}

async function lookAtDatabase(config: Config): Promise<string> {
  if (config.DATABASE_URL === '') {
    const asked = await askControl(config.DATA_DIR, 'content-status', {}, 10_000);
    const where = `内嵌数据库，${config.DATA_DIR}`;
    if (asked.running) return `${where}，服务正在运行`;
    return existsSync(config.DATA_DIR) ? `${where}，服务没有运行` : `${where}（首次 npm start 时创建）`;
  }
  const client = new pg.Client({ connectionString: config.DATABASE_URL, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string; vector: string | null }>(
      `select current_setting('server_version') as version, (select default_version from pg_available_extensions where name = 'vector') as vector`,
    );
    if (!rows[0]!.vector) throw new Error('服务器没有 pgvector 扩展：请安装 pgvector 0.8 或更新的版本');
    return `PostgreSQL ${rows[0]!.version}，pgvector ${rows[0]!.vector}`;
  } finally {
    await client.end();
  }
}

async function lookAtRedis(url: string): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => {});
  try {
    await redis.connect();
    const info = await redis.info('server');
    return `Redis ${/redis_version:(\S+)/.exec(info)?.[1] ?? ''}`;
  } finally {
    redis.disconnect();
  }
}

async function lookAtEndpoint(base: string, key: string): Promise<string> {
  const response = await fetch(`${base}/models`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(5_000),
  });
  return `可以访问（HTTP ${response.status}）`;
}

let config: Config | undefined;
await check('设置', async () => {
  config = loadConfig([]);
  return `端口 ${config.PORT}，角色 ${config.ROLE}`;
});
await check('内容', async () => {
  const content = await loadShopContent(config ?? loadConfig([]));
  return `${content.intents.length} 个意图，${content.entries.length} 条问答`;
});
if (config) {
  const c = config;
  await check('数据库', () => lookAtDatabase(c));
  if (c.REDIS_URL) await check('队列', () => lookAtRedis(c.REDIS_URL));
  else console.log('· 队列：在数据库里（需要多台机器时可设置 REDIS_URL）');
  if (c.LLM_BASE_URL) await check('大模型', () => lookAtEndpoint(c.LLM_BASE_URL, c.LLM_API_KEY));
  else console.log('· 大模型：没有配置，直接发送编辑好的答案');
  if (c.EMBEDDING_BASE_URL) await check('向量模型', () => lookAtEndpoint(c.EMBEDDING_BASE_URL, c.EMBEDDING_API_KEY));
  else console.log('· 向量模型：用自己的内容学出的编码器');
  const robots = [
    ['钉钉', c.ROBOT_DINGTALK_URL],
    ['飞书', c.ROBOT_FEISHU_URL],
    ['企业微信', c.ROBOT_WECOM_URL],
  ];
  console.log(`· 群机器人：${robots.map(([name, url]) => `${name} ${url ? '开' : '关'}`).join('，')}`);
  const isOn = (d: ChannelDefinition) => d.key === null || c.CHANNELS[variableOf(d, d.key) ?? ''] !== '';
  console.log(`· 渠道：${CHANNELS.map((d) => `${d.label.zh} ${isOn(d) ? '开' : '关'}`).join('，')}`);
}
process.exit(failed ? 1 : 0);
