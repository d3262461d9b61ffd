// Two web processes and a worker of the product on given servers, with agents who can sign in; stopped whatever happens.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addAgent, type Product, startProduct } from '../faults/product.ts';
import { freePort } from '../servers/private-folder.ts';

export interface Servers {
  /** Empty, and ours for the time of the run. */
  databaseUrl: string;
  redisUrl: string;
}

export const PASSWORD = 'Correct-Horse-9-Battery';

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, n: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      while (next < items.length) {
        const n = next++;
        await work(items[n]!, n);
      }
    }),
  );
}

export async function onTwoProcesses<T>(
  { databaseUrl, redisUrl }: Servers,
  logins: readonly string[],
  work: (bases: readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'jiebang-races-'));
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    DATA_DIR: folder,
    JIEBANG_SECRET_KEY: 'a-secret-that-several-processes-share',
    LOG_LEVEL: 'warn',
    SERVICE_HOURS: '00:00-24:00', // at night nobody would wait in line
  };
  const products: Product[] = [];
  const open = async (role: 'web' | 'worker'): Promise<string> => {
    const port = await freePort();
    const logFile = path.join(folder, `${role}-${port}.log`);
    const product = startProduct({ port, role, dataDir: folder, env, logFile });
    products.push(product);
    await product.ready();
    return `http://127.0.0.1:${port}`;
  };
  try {
    // the first one migrates and publishes; the others find it done
    const first = await open('web');
    const [second] = await Promise.all([open('web'), open('worker')]);
    for (const login of logins) await addAgent(login, PASSWORD, env);
    return await work([first, second]);
  } finally {
    await Promise.all(products.map((product) => product.stop()));
    // an answer of 500 says nothing of itself
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.log')))
      for (const line of readFileSync(path.join(folder, file), 'utf8').split('\n'))
        if (line.includes('"level":50')) console.error(`${file}: ${line.slice(0, 1_500)}`);
    rmSync(folder, { recursive: true, force: true });
  }
}
