// npm run simulate -- wechat|taobao [--port N] [--to URL]: a platform on this machine to chat through, until it is stopped; says what belongs into `.env`.
import { randomBytes, randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { AppError } from '../src/errors.ts';
import { loadConfig } from '../src/settings.ts';
import { finishCommand } from './setup/finish.ts';
import type { Room } from './simulate/room.ts';
import { openTaobaoSimulator } from './simulate/taobao.ts';
import { openWechatSimulator } from './simulate/wechat.ts';

const USAGE = `用法：npm run simulate -- wechat|taobao [--port 端口] [--to 接棒的地址]
在本机模拟一个平台：打开它的网页，以顾客的身份聊天。默认端口 wechat 4100，taobao 4200；接棒默认在 .env 里 PORT 的端口上。`;

type Lines = Record<string, string>;

interface Platform {
  port: number;
  /** The setting that points Jiebang at the platform. */
  address: string;
  /** What it looks like on that port, with new secrets. */
  lines(base: string): Lines;
  open(lines: Lines, port: number, target: string): Promise<{ room: Room; close(): Promise<void> }>;
}

const key = (bytes: number) => randomBytes(bytes).toString('hex');

const PLATFORMS: Readonly<Record<string, Platform>> = {
  wechat: {
    port: 4100,
    address: 'WECHAT_OA_API_BASE',
    lines: (base) => ({
      WECHAT_OA_TOKEN: key(12),
      WECHAT_OA_AES_KEY: randomBytes(32).toString('base64').slice(0, 43),
      WECHAT_OA_APPID: `wx${key(8)}`,
      WECHAT_OA_APP_SECRET: key(16),
      WECHAT_OA_MODE: 'secure',
      WECHAT_OA_REPLY: 'async',
      WECHAT_OA_API_BASE: base,
    }),
    open: (lines, port, target) =>
      openWechatSimulator({
        token: lines.WECHAT_OA_TOKEN!,
        aesKey: lines.WECHAT_OA_AES_KEY!,
        appId: lines.WECHAT_OA_APPID!,
        appSecret: lines.WECHAT_OA_APP_SECRET!,
        mode: lines.WECHAT_OA_MODE as 'plain' | 'compat' | 'secure',
        target,
        port,
      }),
  },
  taobao: {
    port: 4200,
    address: 'TAOBAO_API_BASE',
    lines: (base) => ({
      TAOBAO_APP_KEY: String(randomInt(10_000_000, 99_999_999)),
      TAOBAO_APP_SECRET: key(16),
      TAOBAO_SESSION: key(20),
      TAOBAO_API_BASE: `${base}/router/rest`,
      TAOBAO_TMC_GROUP: 'jiebang',
      TAOBAO_DELIVER_URL: `${base}/deliver`,
      TAOBAO_DELIVER_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    }),
    open: (lines, port, target) =>
      openTaobaoSimulator({
        appKey: lines.TAOBAO_APP_KEY!,
        appSecret: lines.TAOBAO_APP_SECRET!,
        session: lines.TAOBAO_SESSION!,
        tmcGroup: lines.TAOBAO_TMC_GROUP!,
        deliverSecret: lines.TAOBAO_DELIVER_SECRET!,
        target,
        port,
      }),
  },
};

await finishCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string' }, to: { type: 'string' } },
  });
  const platform = PLATFORMS[positionals[0] ?? ''];
  const port = Number(values.port ?? platform?.port);
  if (!platform || !Number.isInteger(port) || port < 1 || port > 65_535) throw new AppError('invalid_request', USAGE);
  const config = loadConfig([]);
  const target = (values.to ?? `http://127.0.0.1:${config.PORT}`).replace(/\/+$/, '');
  const fresh = platform.lines(`http://127.0.0.1:${port}`);
  // whoever already points here goes on with the same secrets
  const isKnown = config.CHANNELS[platform.address] === fresh[platform.address];
  const lines = Object.fromEntries(
    Object.entries(fresh).map(([name, value]) => [name, (isKnown && config.CHANNELS[name]) || value]),
  );
  const { room, close } = await platform.open(lines, port, target);
  console.log(`平台已开：${room.url}（消息送往 ${target}）`);
  const isSet = Object.entries(lines).every(([name, value]) => config.CHANNELS[name] === value);
  console.log(isSet ? '.env 已经指向它。按 Ctrl+C 结束。' : '请把下面几行写进 .env，再重启接棒。按 Ctrl+C 结束。\n');
  if (!isSet) for (const [name, value] of Object.entries(lines)) console.log(`${name}=${value}`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await close();
});
