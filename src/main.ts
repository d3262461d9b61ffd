// The process: reads the settings, opens the database, builds the app, listens; stops cleanly. Failures end in one sentence.
import { flushCompileCache } from 'node:module';
import closeWithGrace from 'close-with-grace';
import { createApp } from './app.ts';
import { urlOf } from './commands.ts';
import { openDatabase } from './db/database.ts';
import { migrate } from './db/migrate.ts';
import { sayFailure } from './failure-words.ts';
import { loadConfig } from './settings.ts';
import { loadShopContent } from './shop.ts';

const STOP_WITHIN_MS = 10_000;
const ROLE_WORDS: Record<string, string> = { agent: '客服', supervisor: '主管', editor: '编辑', admin: '店主' };

const say = (line: string) => console.log(line);

async function start(): Promise<void> {
  const config = loadConfig(process.argv.slice(2));
  // content first: a bad file must not touch the data
  const content = await loadShopContent(config);
  const database = await openDatabase({
    ...(config.DATABASE_URL ? { url: config.DATABASE_URL } : { dataDir: config.DATA_DIR }),
    onError(error, fatal) {
      if (!fatal) return;
      console.error(sayFailure(error));
      process.exit(1); // the embedded database is gone; only a new process can open it again
    },
  });
  await migrate(database);
  const app = await createApp({ config, database, content, onProgress: say, history: config.SAMPLE_HISTORY === 'on' });
  await app.listen();
  closeWithGrace({ delay: STOP_WITHIN_MS, logger: false }, async ({ err }) => {
    if (err) console.error(sayFailure(err));
    await app.close();
  });
  const address = app.server.server.address();
  const port = typeof address === 'object' && address ? address.port : config.PORT;
  const shown = { ...config, PORT: port };
  say(`接棒已就绪：${urlOf(shown)}`);
  if (database.mode === 'embedded')
    say(`数据保存在 ${config.DATA_DIR}（内嵌数据库，断电可能丢失最近的数据；正式经营请设置 DATABASE_URL）`);
  for (const link of await app.signInLinks())
    say(
      `  ${ROLE_WORDS[link.role] ?? link.role} ${link.name}（一次性登录链接）：${link.url.replace(urlOf(config), urlOf(shown))}`,
    );
  flushCompileCache(); // now: a process that is killed keeps nothing, and the next start would compile 3,000 files again
}

// No closing on a failure: the data survives a kill at any moment, and workers that have begun would hold up the end.
start().catch((error: unknown) => {
  console.error(sayFailure(error));
  process.exit(1);
});
