// Canned responses (话术) as rows: those of the shop and each person's own. Knows no desk; what may never be sent is not kept.
import type { ShopId, StaffId } from '../contract/conversation.ts';
import type { Phrase, PhraseWords } from '../contract/phrase.ts';
import { PHRASE_VARIABLES } from '../contract/phrase-variables.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { checkOutgoing } from '../policy/check.ts';
import type { Staff } from '../staff/accounts.ts';
import { spellingOf } from './pinyin.ts';
import { SAMPLE_PHRASES } from './sample.ts';

/** More nobody finds again; of each person, and of the shop. */
const PHRASES_MAX = 500;

const VIEW = `jsonb_build_object('id', p.id::text, 'shared', p.staff_id is null, 'group', p.group_name, 'title', p.title,
  'text', p.text, 'initials', p.initials, 'pinyin', p.pinyin, 'uses', p.uses)`;

const asPattern = (words: string): string => `%${words.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** Of the shop and of this person, the most used first. */
export async function listPhrases(pool: Pool, shopId: ShopId, staffId: StaffId, words = ''): Promise<Phrase[]> {
  const { rows } = await shopQuery<{ view: Phrase }>(
    pool,
    shopId,
    `select ${VIEW} as view from phrases p where p.deleted_at is null and (p.staff_id is null or p.staff_id = $1)
       and ($2 = '' or p.title ilike $3 or p.text ilike $3 or p.initials like lower($3) or p.pinyin like lower($3))
     order by p.uses desc, p.id limit $4`,
    [staffId, words.trim(), asPattern(words.trim()), PHRASES_MAX * 2],
  );
  return rows.map((r) => r.view);
}

const isBoss = (staff: Staff): boolean => staff.role === 'supervisor' || staff.role === 'admin';

/** @throws AppError `invalid_request` for what could never be sent as it is, on any channel with the strictest rules */
function requireSendable({ text }: PhraseWords): void {
  for (const [whole, name] of text.matchAll(/\{([^{}]*)\}/g)) {
    if (!(PHRASE_VARIABLES as readonly string[]).includes(name!))
      throw new AppError('invalid_request', `没有变量「${whole}」，可用的是：${PHRASE_VARIABLES.join('、')}`);
  }
  const checked = checkOutgoing(text, { channel: 'web', author: 'agent', allowedHosts: [] });
  if (checked.ok) return;
  const why = checked.findings.map((f) => `「${f.evidence}」${f.why}（${f.source}）`).join('；');
  throw new AppError('invalid_request', `这条话术没有保存：${why}`, { findings: checked.findings });
}

/** @throws AppError `forbidden` for a shared one by an agent, `invalid_request` */
export async function addPhrase(pool: Pool, staff: Staff, given: PhraseWords & { shared: boolean }): Promise<Phrase> {
  if (given.shared && !isBoss(staff)) throw new AppError('forbidden', '公共话术由主管维护；您可以存为自己的话术');
  requireSendable(given);
  const owner = given.shared ? null : staff.id;
  const spelling = spellingOf(given.title);
  return inShop(pool, staff.shopId, async (tx) => {
    const { rows } = await tx.query<{ view: Phrase }>(
      `insert into phrases as p (shop_id, staff_id, group_name, title, text, initials, pinyin)
       select $1, $2, $3, $4, $5, $6, $7 where (select count(*) from phrases o
         where o.deleted_at is null and o.staff_id is not distinct from $2) < $8 returning ${VIEW} as view`,
      [staff.shopId, owner, given.group, given.title, given.text, spelling.initials, spelling.pinyin, PHRASES_MAX],
    );
    if (!rows[0]) throw new AppError('invalid_request', `最多保存 ${PHRASES_MAX} 条话术，请先删掉不用的`);
    return rows[0].view;
  });
}

/** Whether this person may change it. @throws AppError `not_found`, also for a colleague's own; `forbidden` */
async function requireOwn(pool: Pool, staff: Staff, id: string): Promise<void> {
  const { rows } = await shopQuery<{ owner: StaffId | null }>(
    pool,
    staff.shopId,
    'select staff_id::text as owner from phrases where id = $1 and deleted_at is null',
    [id],
  );
  if (!rows[0] || (rows[0].owner !== null && rows[0].owner !== staff.id))
    throw new AppError('not_found', '没有这条话术');
  if (rows[0].owner === null && !isBoss(staff)) throw new AppError('forbidden', '公共话术由主管维护');
}

/** @throws AppError `not_found`, `forbidden`, `invalid_request` */
export async function changePhrase(pool: Pool, staff: Staff, id: string, words: PhraseWords): Promise<Phrase> {
  await requireOwn(pool, staff, id);
  requireSendable(words);
  const spelling = spellingOf(words.title);
  return inShop(pool, staff.shopId, async (tx) => {
    const { rows } = await tx.query<{ view: Phrase }>(
      `update phrases p set group_name = $2, title = $3, text = $4, initials = $5, pinyin = $6, updated_at = now()
       where p.id = $1 returning ${VIEW} as view`,
      [id, words.group, words.title, words.text, spelling.initials, spelling.pinyin],
    );
    return rows[0]!.view;
  });
}

/** @throws AppError `not_found`, `forbidden` */
export async function removePhrase(pool: Pool, staff: Staff, id: string): Promise<void> {
  await requireOwn(pool, staff, id);
  await inShop(pool, staff.shopId, (tx) => tx.query('update phrases set deleted_at = now() where id = $1', [id]));
}

/** False when this person has no such phrase. */
export async function notePhraseUse(pool: Pool, staff: Staff, id: string): Promise<boolean> {
  return inShop(pool, staff.shopId, async (tx) => {
    const { rowCount } = await tx.query(
      `update phrases set uses = uses + 1, used_at = now()
       where id = $1 and deleted_at is null and (staff_id is null or staff_id = $2)`,
      [id, staff.id],
    );
    return rowCount === 1;
  });
}

/** Gives the sample shop its phrases; those it has, or has deleted, stay as they are. */
export async function seedSamplePhrases(pool: Pool, shopId: ShopId): Promise<void> {
  const rows = SAMPLE_PHRASES.map((phrase) => ({ ...phrase, ...spellingOf(phrase.title) }));
  await inShop(pool, shopId, (tx) =>
    tx.query(
      `insert into phrases (shop_id, group_name, title, text, initials, pinyin, sample)
       select $1, x->>'group', x->>'title', x->>'text', x->>'initials', x->>'pinyin', x->>'title'
       from jsonb_array_elements($2::jsonb) x
       on conflict (shop_id, sample) where sample is not null do nothing`,
      [shopId, JSON.stringify(rows)],
    ),
  );
}
