// The storm: shoppers and agents at work, bad-tempered platforms, and a product that is killed again and again. The checker judges the files.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../servers/private-folder.ts';
import { flush } from '../servers/redis.ts';
import { readListing, startAgents } from './agents.ts';
import { check, type Verdict } from './checker.ts';
import { openDeskClient } from './desk-client.ts';
import { type FaultRates, openFakePlatforms } from './fake-platforms.ts';
import { addAgent, type Product, startProduct } from './product.ts';
import { createRandom, type Random } from './random.ts';
import {
  clock,
  openRecords,
  type ReceivedRecord,
  type RecordFile,
  readRecords,
  type WitnessRecord,
} from './records.ts';
import { type Shoppers, startShoppers } from './shoppers.ts';
import { planTraffic } from './traffic.ts';

export interface StormOptions {
  kills: number;
  messages: number;
  seed: number;
  /** Where the record files, the product's log and its data are put. */
  folder: string;
  /** Absent: one process with its embedded database. */
  servers?: { databaseUrl: string; redisUrl: string };
  /** Empties Redis this many times; needs servers. */
  wipes?: number;
  onProgress(line: string): void;
}

export interface StormResult {
  verdict: Verdict;
  seconds: number;
  /** Of the SIGTERM at the end, one per process; null when it had to be killed. */
  exitCodes: (number | null)[];
  /** Requests to the webhook receiver without a valid signature. */
  unsigned: number;
}

const WEBHOOK_FAULTS: FaultRates = { refused: 0.04, lost: 0.02, failed: 0.03, cut: 0.03, slow: 0.05 };
/** WeChat knows no client message id: each unclear end is an `unknown`, so there are fewer of them. */
const WECHAT_FAULTS: FaultRates = { refused: 0.05, lost: 0.01, failed: 0.01, cut: 0.01, slow: 0.05 };
const SLOW_MS = 1_500;
const PASSWORD = 'Sturm-Laterne-7-Wiese';
const APP_ID = 'wx5707270000000001';

/** A row whose sender died waits for its lease (20 s) and the reconciler's round (5 s): doubles could come until then. */
const STRANDED_UNTIL_MS = 27_000;
const SETTLE_WITHIN_MS = 60_000;
const QUIET_MS = 3_000;
const FINISH_WITHIN_MS = 60_000;

/** How long the product lives between kills: at least, ordinarily at most, and at most whatever the machine. */
const LIFE_MIN_MS = 150;
const LIFE_MS = 4_000;
const LIFE_MAX_MS = 10_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Every process of the product that runs at one time. */
interface Fleet {
  start(): Promise<void>;
  /** Kills some or all of them without warning, and starts those again. */
  strike(random: Random): Promise<void>;
  stop(): Promise<(number | null)[]>;
}

function createFleet(roles: readonly ('all' | 'web' | 'worker')[], launch: (role: string) => Product): Fleet {
  const running = new Map<string, Product>();
  const start = (role: string): Product => {
    const product = launch(role);
    running.set(role, product);
    return product;
  };
  return {
    async start() {
      // one after the other: the first one makes the tables
      for (const role of roles) await start(role).ready();
    },
    async strike(random) {
      const all = roles.length === 1 || random.chance(0.4);
      const struck = all ? [...roles] : [random.pick(roles)];
      await Promise.all(struck.map((role) => running.get(role)!.kill()));
      // sometimes the next blow falls while it is still starting
      if (random.chance(0.2)) {
        const starting = struck.map(start);
        await pause(random.between(50, 1500));
        await Promise.all(starting.map((product) => product.kill()));
      }
      await Promise.all(struck.map((role) => start(role).ready()));
    },
    stop: () => Promise.all([...running.values()].map((product) => product.stop())),
  };
}

interface Secrets {
  inbound: string;
  outbound: string;
  wechat: { token: string; aesKey: string; appId: string; mode: 'plain' | 'secure' };
}

const createSecrets = (random: Random): Secrets => ({
  inbound: `whsec_${randomBytes(32).toString('base64')}`,
  outbound: `whsec_${randomBytes(32).toString('base64')}`,
  wechat: {
    token: randomBytes(12).toString('hex'),
    aesKey: randomBytes(32).toString('base64').slice(0, 43),
    appId: APP_ID,
    mode: random.chance(0.5) ? 'plain' : 'secure',
  },
});

function settingsOf(options: StormOptions, secrets: Secrets, deliverUrl: string, wechatBase: string) {
  return {
    DATABASE_URL: options.servers?.databaseUrl ?? '',
    REDIS_URL: options.servers?.redisUrl ?? '',
    LLM_BASE_URL: '',
    EMBEDDING_BASE_URL: '',
    LOG_LEVEL: 'warn',
    // nobody is told "we are closed" in the middle of a run
    SERVICE_HOURS: '00:00-24:00',
    JIEBANG_SECRET_KEY: 'storm-storm-storm-storm-storm-storm-storm',
    WEBHOOK_SECRET: secrets.inbound,
    WEBHOOK_DELIVER_URL: deliverUrl,
    WEBHOOK_DELIVER_SECRET: secrets.outbound,
    WECHAT_OA_TOKEN: secrets.wechat.token,
    WECHAT_OA_AES_KEY: secrets.wechat.aesKey,
    WECHAT_OA_APPID: secrets.wechat.appId,
    WECHAT_OA_APP_SECRET: 'storm-app-secret',
    WECHAT_OA_MODE: secrets.wechat.mode,
    WECHAT_OA_REPLY: 'async',
    WECHAT_OA_API_BASE: wechatBase,
  };
}

/** Kill after kill, each life with its share of the messages. */
async function rage(
  options: StormOptions,
  fleet: Fleet,
  shoppers: Shoppers,
  witness: RecordFile<WitnessRecord>,
  random: Random,
): Promise<void> {
  const share = Math.ceil(options.messages / (options.kills + 1));
  const wipes = options.wipes ?? 0;
  let startMs = 0;
  for (let kill = 1; kill <= options.kills; kill++) {
    // a slow machine gets longer lives, else nothing but starting would ever be interrupted
    const lifeMs = random.between(LIFE_MIN_MS, Math.min(LIFE_MAX_MS, Math.max(LIFE_MS, startMs)));
    shoppers.allow(share, lifeMs);
    await pause(lifeMs);
    witness.write({ kind: 'kill', at: clock() });
    const struckAt = clock();
    await fleet.strike(random);
    startMs = clock() - struckAt;
    const wipesDue = Math.floor((kill * wipes) / options.kills) - Math.floor(((kill - 1) * wipes) / options.kills);
    for (let wipe = 0; wipe < wipesDue; wipe++) {
      await pause(random.between(0, 300));
      await flush(options.servers!.redisUrl);
      witness.write({ kind: 'wipe', at: clock() });
    }
    options.onProgress(`kill ${kill} of ${options.kills}`);
  }
}

/** Waits until nothing acknowledged is open and the platforms hear nothing new, or until the time is up. */
async function settle(
  judge: () => Verdict,
  list: () => Promise<void>,
  received: RecordFile<ReceivedRecord>,
  lastKillAt: number,
): Promise<Verdict> {
  for (const until = clock() + SETTLE_WITHIN_MS; ; await pause(1_500)) {
    if (clock() < until && clock() < lastKillAt + STRANDED_UNTIL_MS) continue;
    await list();
    const verdict = judge();
    const quiet = received.lastAt() < clock() - QUIET_MS;
    if (clock() > until || (quiet && verdict.lost.length === 0)) return verdict;
  }
}

export async function runStorm(options: StormOptions): Promise<StormResult> {
  const startedAt = clock();
  const { folder, onProgress } = options;
  const dataDir = path.join(folder, 'data');
  mkdirSync(dataDir, { recursive: true });
  const files = { witness: path.join(folder, 'witness.jsonl'), received: path.join(folder, 'received.jsonl') };
  const witness = openRecords<WitnessRecord>(files.witness);
  const received = openRecords<ReceivedRecord>(files.received);
  const judge = () => check(readRecords<WitnessRecord>(files.witness), readRecords<ReceivedRecord>(files.received));

  const random = createRandom(options.seed);
  const secrets = createSecrets(random);
  const platforms = await openFakePlatforms({
    received,
    random: createRandom(options.seed + 1),
    deliverSecret: secrets.outbound,
    webhook: WEBHOOK_FAULTS,
    wechat: WECHAT_FAULTS,
    slowMs: SLOW_MS,
  });
  const env = settingsOf(options, secrets, platforms.deliverUrl, platforms.wechatBase);
  const ports: Record<string, number> = { all: await freePort(), web: await freePort(), worker: await freePort() };
  const logFile = path.join(folder, 'product.log');
  const launch = (role: string) =>
    startProduct({ port: ports[role]!, dataDir, role: role as 'all' | 'web' | 'worker', env, logFile });
  const fleet = createFleet(options.servers ? ['web', 'worker'] : ['all'], launch);
  const desks: ReturnType<typeof openDeskClient>[] = [];
  try {
    await fleet.start();
    onProgress(`ready after ${Math.round((clock() - startedAt) / 100) / 10} s`);
    const baseUrl = `http://127.0.0.1:${options.servers ? ports.web : ports.all}`;
    for (const login of ['storm-a', 'storm-b']) {
      await addAgent(login, PASSWORD, { ...env, DATA_DIR: dataDir });
      desks.push(openDeskClient(baseUrl, login, PASSWORD));
    }
    const runId = Math.floor(Date.now() / 1000) % 1_000_000;
    const agents = startAgents({
      desks: [desks[0]!, desks[1]!],
      witness,
      random: createRandom(options.seed + 2),
      runId,
    });
    const shoppers = startShoppers({
      baseUrl,
      webhookSecret: secrets.inbound,
      wechat: secrets.wechat,
      witness,
      random: createRandom(options.seed + 3),
      scripts: planTraffic(random, options.messages, runId),
    });
    await rage(options, fleet, shoppers, witness, random);
    const lastKillAt = clock();
    await shoppers.finish(FINISH_WITHIN_MS);
    await agents.stop();
    onProgress('settling');
    const list = async () => witness.write({ kind: 'listing', at: clock(), ...(await readListing(desks[0]!)) });
    await settle(judge, list, received, lastKillAt);
    const exitCodes = await fleet.stop();
    return { verdict: judge(), seconds: (clock() - startedAt) / 1000, exitCodes, unsigned: platforms.unsigned() };
  } finally {
    for (const desk of desks) desk.close();
    await fleet.stop();
    await platforms.close();
  }
}
