// Commands of the terminal. Asked of the running server if there is one on the data directory, else done here on the database.
import type { Config } from './config.ts';
import type { Content } from './contract/content.ts';
import type { ShopId } from './contract/conversation.ts';
import { loadContent } from './curation/load-content.ts';
import { currentRelease } from './curation/publish-release.ts';
import { openDatabase } from './db/database.ts';
import { migrate } from './db/migrate.ts';
import { shopQuery } from './db/transaction.ts';
import { askControl, type Handlers } from './http/control.ts';
import { createLearned } from './jobs/learned.ts';
import { type PublishDeps, publishContent, settle } from './jobs/release.ts';
import { loadConfig } from './settings.ts';
import { contentRoot, ensureDefaultShop } from './shop.ts';
import { type NewStaff, saveStaff } from './staff/accounts.ts';
import { createLink } from './staff/sessions.ts';

export interface CommandTypes {
  'staff-add': { args: NewStaff; result: { login: string; name: string; role: string; link: string | null } };
  'content-publish': {
    args: { root: string };
    result: { releaseId: string; intents: number; entries: number; unchanged: boolean };
  };
  'content-status': {
    args: Record<string, never>;
    result: { releaseId: string | null; hash: string | null; publishedAt: string | null };
  };
}

type Commands = { [K in keyof CommandTypes]: (args: CommandTypes[K]['args']) => Promise<CommandTypes[K]['result']> };

export interface CommandDeps extends PublishDeps {
  shopId: ShopId;
  publicUrl: string;
  /** The running server loads what was published; what follows the publication is up to whoever runs the command. */
  onPublished(content: Content): Promise<void>;
}

export function createCommands(deps: CommandDeps): Commands {
  const { pool } = deps;
  return {
    async 'staff-add'(args) {
      const staff = await saveStaff(pool, deps.shopId, args);
      const link = args.password === null ? `${deps.publicUrl}/sign-in?token=${await createLink(pool, staff)}` : null;
      return { login: staff.login, name: staff.name, role: staff.role, link };
    },
    async 'content-publish'({ root }) {
      // a folder from elsewhere is one shop's as a whole
      const content = await loadContent(root, root === contentRoot() ? deps.config.SHOP : null);
      const before = await currentRelease(pool, deps.shopId);
      if (before !== null && before.origin !== 'files')
        deps.onProgress(
          `线上版本 v${before.number} 是在知识库页面发布的，现在以文件内容为准；可在知识库的「发布记录」里回滚`,
        );
      const published = await publishContent(deps, deps.shopId, content);
      await deps.onPublished(content);
      return { ...published, intents: content.intents.length, entries: content.entries.length };
    },
    async 'content-status'() {
      const { rows } = await shopQuery<{ id: string; hash: string; at: Date }>(
        pool,
        deps.shopId,
        `select r.id::text, r.content_hash as hash, r.created_at as at from faq_releases r join shops s on s.current_release_id = r.id`,
        [],
      );
      const row = rows[0];
      return { releaseId: row?.id ?? null, hash: row?.hash ?? null, publishedAt: row?.at.toISOString() ?? null };
    },
  };
}

export const asHandlers = (commands: Commands): Handlers => commands as unknown as Handlers;

export const urlOf = (config: Config): string =>
  config.PUBLIC_URL || `http://${config.HOST === '0.0.0.0' ? '127.0.0.1' : config.HOST}:${config.PORT}`;

/** Runs one command for the terminal. @throws AppError and the database's own failures, all worded for people */
export async function runCommand<K extends keyof CommandTypes>(
  name: K,
  args: CommandTypes[K]['args'],
): Promise<CommandTypes[K]['result']> {
  const config = loadConfig([]);
  const asked = await askControl(config.DATA_DIR, name, args);
  if (asked.running) return asked.result as CommandTypes[K]['result'];
  const database = await openDatabase(
    config.DATABASE_URL ? { url: config.DATABASE_URL } : { dataDir: config.DATA_DIR },
  );
  try {
    await migrate(database);
    const shop = await ensureDefaultShop(database, config);
    const { pool } = database;
    const publishing = {
      pool,
      config,
      learned: createLearned(pool),
      onProgress: (line: string) => console.error(line),
    };
    const commands = createCommands({
      ...publishing,
      shopId: shop.id,
      publicUrl: urlOf(config),
      onPublished: async (content) => void (await settle(publishing, shop.id, content)),
    });
    return await commands[name](args);
  } finally {
    await database.close();
  }
}
