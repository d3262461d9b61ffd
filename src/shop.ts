// The shop this installation serves first: its row, its secret, its sample staff.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { seedSampleShop } from './commerce/sample/sample-commerce.ts';
import type { Config } from './config.ts';
import type { Content } from './contract/content.ts';
import type { ChannelAccount, ChannelKind, ShopId } from './contract/conversation.ts';
import { loadShopFile } from './curation/load-content.ts';
import type { Database } from './db/database.ts';
import { inShop, shopQuery } from './db/transaction.ts';
import { cachedContent } from './jobs/content-cache.ts';
import { seedSamplePhrases } from './phrases/store.ts';
import { STAFF, type Staff, saveStaff } from './staff/accounts.ts';

export interface DefaultShop {
  id: ShopId;
  slug: string;
  name: string;
}

/** Where `intents/` and `faq-corpus/` lie. */
export const contentRoot = (): string => path.resolve(import.meta.dirname, '..');

/** The content of the shop that the settings name. @throws AppError `bad_content` */
export const loadShopContent = (config: Config): Promise<Content> => cachedContent(contentRoot(), config.SHOP);

/** Makes the first shop if it is not there. Runs as the owner of the tables: requests cannot make shops. */
export async function ensureDefaultShop(database: Database, config: Config): Promise<DefaultShop> {
  const { slug, name } = await loadShopFile(contentRoot(), config.SHOP);
  const { rows } = await database
    .ownerPool()
    .query<{ id: string }>('select ensure_shop($1, $2, $3)::text as id', [slug, name, config.DEMO]);
  return { id: rows[0]!.id, slug, name };
}

/** The key that signs visitor tokens: from the settings, else made once and kept beside the data, the same for all processes. */
export async function ensureSecret(database: Database, config: Config): Promise<string> {
  if (config.JIEBANG_SECRET_KEY !== '') return config.JIEBANG_SECRET_KEY;
  const { rows } = await database.ownerPool().query<{ value: string }>(
    `insert into installation (name, value) values ('secret', $1)
     on conflict (name) do update set value = installation.value returning value`,
    [randomBytes(32).toString('base64url')],
  );
  return rows[0]!.value;
}

export async function ensureAccount(database: Database, shopId: ShopId, kind: ChannelKind): Promise<ChannelAccount> {
  const id = await inShop(database.pool, shopId, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `insert into channel_accounts (shop_id, kind, name) values ($1, $2, 'default')
       on conflict (kind, name) do update set name = excluded.name returning id::text`,
      [shopId, kind],
    );
    return rows[0]!.id;
  });
  return { id, shopId, kind, name: 'default' };
}

/** One person per role, without a password: they sign in by one-time link, or from this machine. */
export async function ensureSampleStaff(database: Database, shopId: ShopId): Promise<Staff[]> {
  const people = [
    { login: 'demo-agent', name: '小美', role: 'agent' as const },
    { login: 'demo-supervisor', name: '店长', role: 'supervisor' as const },
    { login: 'demo-editor', name: '小编', role: 'editor' as const },
    { login: 'demo-admin', name: '店主', role: 'admin' as const },
  ];
  const { rows } = await shopQuery<Staff>(database.pool, shopId, `select ${STAFF} from staff where login = any($1)`, [
    people.map((p) => p.login),
  ]);
  // who is there keeps what the settings made of them
  const known = new Map(rows.map((staff) => [staff.login, staff]));
  const made = people.map(
    (p) => known.get(p.login) ?? saveStaff(database.pool, shopId, { ...p, teams: [], password: null }),
  );
  return Promise.all(made);
}

/** What the sample shop has before anybody comes: its goods and orders, its staff, what they answer with. */
export async function ensureSample(database: Database, shopId: ShopId, config: Config, now: number): Promise<void> {
  await seedSampleShop(database.pool, shopId, config.SHOP, now);
  await ensureSampleStaff(database, shopId);
  await seedSamplePhrases(database.pool, shopId);
}
