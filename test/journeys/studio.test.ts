// The editor's road over HTTP: from a question nobody could answer to a published entry, and back again.
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaqFile } from '../../src/contract/content.ts';
import { readSheetFile, writeCsv, writeXlsx } from '../../src/curation/sheet-files.ts';
import { COLUMNS } from '../../src/curation/sheet-rows.ts';
import { inShop } from '../../src/db/transaction.ts';
import { createLearned } from '../../src/jobs/learned.ts';
import { publishFiles } from '../../src/jobs/studio-moves.ts';
import { loadConfig } from '../../src/settings.ts';
import { loadShopContent } from '../../src/shop.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { enterShop, signIn } from './people.ts';
import { PASSWORD, type RunningServer, startServer } from './server.ts';

let server: RunningServer;
let editor: Awaited<ReturnType<typeof signIn>>;
let colleague: Awaited<ReturnType<typeof signIn>>;
beforeAll(async () => {
  server = await startServer();
  await server.addStaff('editor-a', 'editor');
  await server.addStaff('editor-b', 'editor');
  await server.addStaff('agent-a', 'agent');
  editor = await signIn(server.base, 'editor-a');
  colleague = await signIn(server.base, 'editor-b');
}, 300_000);
afterAll(() => server?.close());

interface Finding {
  level: string;
  field: string;
  text: string;
  source?: string;
}
interface Shown {
  entry: FaqFile;
  state: string;
  version: number;
  history: { version: number; by: string; releasedIn: number | null }[];
}
interface Plan {
  counts: Record<'new' | 'changed' | 'unchanged' | 'conflict' | 'error', number>;
  rows: { line: number; kind: string; id: string; reasons: string[] }[];
  fingerprint: string;
  saved: number;
  errorFile: string;
}

const entryOf = (id: string, question: string, answer: string, more: Partial<FaqFile> = {}): FaqFile => ({
  id,
  question,
  similar: [],
  intents: ['invoice_request'],
  stage: ['presale', 'insale', 'aftersale'],
  products: [],
  channels: [],
  risk: 'N',
  source: '店铺客服规范',
  reviewed: '2026-11-27',
  ...more,
  answers: { standard: answer, ...more.answers },
});

const read = async (id: string) => (await editor.get<Shown>(`/api/faq/${id}`)).body;
const save = (entry: FaqFile, version = 0, by = editor, more: Record<string, unknown> = {}) =>
  by.put<{ version: number; code?: string; by?: string; entry?: FaqFile }>(`/api/faq/${entry.id}`, {
    version,
    entry,
    ...more,
  });
const publish = (note?: string) =>
  editor.post<{ number: number; detail?: string }>('/api/releases', note ? { note } : {});
const tryOut = async (text: string, draft: boolean) =>
  (
    await editor.post<{
      faq: string | null;
      answer: string;
      judgement: { faqs: { entryId: string; question: string }[] };
    }>('/api/triage', { text, draft })
  ).body;
const upload = async (bytes: Buffer, query: string) => {
  const session = await editor.get<{ csrf: string }>('/api/session');
  const answer = await fetch(`${server.base}/api/faq/import?${query}`, {
    method: 'POST',
    headers: { cookie: editor.cookie, 'x-csrf-token': session.body.csrf, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });
  return { status: answer.status, body: (await answer.json()) as Plan & { code?: string; detail?: string } };
};
const download = async (path: string): Promise<Buffer> => {
  const answer = await fetch(server.base + path, { headers: { cookie: editor.cookie } });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
};

const ASKED = '旧衣服寄回来可以回收吗';
const fresh = entryOf('old-clothes', ASKED, '可以的，旧衣服洗净后寄回，本店每月统一交给环保机构，运费由您承担。', {
  similar: ['旧衣回收有吗', '旧毛衣你们收不收', '不穿的衣服能寄给你们回收吗', '你们做旧衣回收吗', '旧衣服回收怎么参加'],
});

describe('a question nobody could answer', () => {
  it('becomes an entry: tried as a draft, published, answered at once', { timeout: 60_000 }, async () => {
    const agent = await signIn(server.base, 'agent-a');
    const shopper = await enterShop(server.base);
    const odd = '你们那个量子毛衣的缠绕态怎么保养，我电话13812345678';
    await shopper.say(odd);
    await shopper.hear();
    expect(
      (await agent.post('/api/unknowns', { conversationId: shopper.conversationId, question: ASKED })).status,
    ).toBe(200);
    expect((await agent.post('/api/unknowns', { conversationId: '999999', question: ASKED })).status).toBe(404);
    expect((await agent.get('/api/unknowns')).status).toBe(403);
    const listed = (await editor.get<{ items: { key: string; question: string; times: number }[] }>('/api/unknowns'))
      .body.items;
    expect(JSON.stringify(listed)).not.toContain('13812345678');
    const reported = listed.find(({ question }) => question === ASKED)!;
    expect(reported.times).toBe(1);

    const { guess } = (
      await editor.post<{ guess: { intent: string } }>('/api/faq/lint', { entry: { ...fresh, intents: [] } })
    ).body;
    fresh.intents = [guess.intent];
    expect((await save(fresh, 0, editor, { unknown: reported.key })).body).toEqual({ version: 1 });
    const after = (await editor.get<{ items: { question: string }[] }>('/api/unknowns')).body.items;
    expect(after.some(({ question }) => question === ASKED)).toBe(false);

    const published = await tryOut(ASKED, false);
    expect(published.judgement.faqs.some(({ entryId }) => entryId === fresh.id)).toBe(false);
    const drafted = await tryOut(ASKED, true);
    expect(drafted).toMatchObject({ faq: fresh.id, answer: fresh.answers.standard });
    expect(drafted.judgement.faqs.length).toBeGreaterThan(1);
    // trying a draft publishes nothing
    expect((await tryOut(ASKED, false)).faq).not.toBe(fresh.id);

    expect((await publish('旧衣')).status).toBe(200);
    const asked = await enterShop(server.base);
    await asked.say(ASKED);
    const words = await asked.hear(['bot']);
    expect(words.map(({ text }) => text).join()).toContain('环保机构');
    expect(await read(fresh.id)).toMatchObject({ state: 'live', version: 1 });
    // asked again afterwards, a question is back
    await agent.post('/api/unknowns', { conversationId: shopper.conversationId, question: ASKED });
    const back = (await editor.get<{ items: { key: string; question: string }[] }>('/api/unknowns')).body.items;
    expect(back.find(({ question }) => question === ASKED)?.key).toBe(reported.key);
    await editor.post('/api/unknowns/dismiss', { key: reported.key, reason: '已有知识' });
  });

  it('loses and gains wordings, and the test bench follows', { timeout: 60_000 }, async () => {
    const odd = '压箱底那几件旧的咋交给你们回收';
    const isHeard = async () => {
      const { judgement } = await tryOut(odd, true);
      return judgement.faqs.some((hit) => hit.entryId === fresh.id && hit.question === odd);
    };
    const { entry, version } = await read(fresh.id);
    expect(await isHeard()).toBe(false);
    await save({ ...entry, similar: [...entry.similar, odd] }, version);
    expect(await isHeard()).toBe(true);
    expect((await editor.delete(`/api/faq/${fresh.id}/draft`)).status).toBe(200);
    expect(await isHeard()).toBe(false);
    expect((await editor.delete(`/api/faq/${fresh.id}/draft`)).status).toBe(404);
  });
});

describe('drafts', () => {
  it('are refused with who and when after somebody else saved', async () => {
    const { entry, version } = await read(fresh.id);
    const mine = await save({ ...entry, answers: { standard: '甲改的回答。' } }, version);
    expect(mine.status).toBe(200);
    const theirs = await save({ ...entry, answers: { standard: '乙改的回答。' } }, version, colleague);
    expect(theirs.status).toBe(409);
    expect(theirs.body).toMatchObject({ code: 'edit_conflict', by: 'editor-a', version: mine.body.version });
    expect(theirs.body.entry?.answers.standard).toBe('甲改的回答。');
    expect((await save({ ...entry, answers: { standard: '乙改的回答。' } }, mine.body.version, colleague)).status).toBe(
      200,
    );
    await editor.delete(`/api/faq/${fresh.id}/draft`);
  });

  it('are looked through as publishing looks', async () => {
    const bad = entryOf('bad-entry', ASKED, '全网最低价！加微信 abc，电话 13812345678，{顾客昵称}', {
      intents: ['no_such_intent'],
      valid_from: '2026-12-31',
      valid_until: '2026-12-01',
    });
    const { findings } = (await editor.post<{ findings: Finding[] }>('/api/faq/lint', { entry: bad })).body;
    const said = (part: string) => findings.find(({ text, source }) => `${text} ${source}`.includes(part));
    expect(said('广告法')?.level).toBe('error');
    expect(said('个人信息保护法')?.level).toBe('error');
    expect(said('不会被替换')?.field).toBe('answers.standard');
    expect(said('已属于')?.field).toBe('question');
    expect(said('没有定义')?.field).toBe('intents');
    expect(said('早于')?.field).toBe('valid_until');
    expect(said('建议至少')?.level).toBe('warning');
    await save(bad);
    const refused = await publish();
    expect(refused.status).toBe(422);
    expect(refused.body.detail).toContain('已属于');
    await editor.delete('/api/faq/bad-entry/draft');
    const empty = await save(entryOf('empty', '空的', ' '));
    expect(empty.status).toBe(422);
  });
});

describe('releases', () => {
  it('show what changed, and go back', { timeout: 60_000 }, async () => {
    const { entry, version } = await read(fresh.id);
    const before = (await editor.get<{ items: { id: string; number: number; current: boolean }[] }>('/api/releases'))
      .body.items;
    const old = before.find(({ current }) => current)!;
    await save({ ...entry, answers: { standard: '旧衣每月五号统一交出。' } }, version);
    const pending = (
      await editor.get<{ changes: { id: string; fields: { field: string; after: string }[] }[] }>('/api/faq/changes')
    ).body;
    expect(pending.changes).toMatchObject([
      { id: fresh.id, fields: [{ field: 'answers.standard', after: '旧衣每月五号统一交出。' }] },
    ]);
    const { number } = (await publish()).body;
    expect(number).toBeGreaterThan(old.number);
    expect((await tryOut(ASKED, false)).answer).toContain('五号');
    const rows = (await editor.get<{ items: { id: string; number: number }[] }>('/api/releases')).body.items;
    const made = rows.find((row) => row.number === number)!;
    const diff = (
      await editor.get<{ from: number; changes: { id: string }[] }>(`/api/releases/${made.id}/diff?with=${old.id}`)
    ).body;
    expect(diff).toMatchObject({ from: old.number, changes: [{ id: fresh.id, kind: 'changed' }] });
    expect((await editor.post(`/api/releases/${old.id}/rollback`)).status).toBe(200);
    expect((await tryOut(ASKED, false)).answer).toBe(fresh.answers.standard);
    expect((await publish()).status).toBe(409);
    expect((await read(fresh.id)).history[0]).toMatchObject({ releasedIn: number });
  });

  it('publish also when the models of the same content were learned anew meanwhile', { timeout: 60_000 }, async () => {
    const { entry, version } = await read(fresh.id);
    await save({ ...entry, answers: { standard: '旧衣每月九号统一交出。' } }, version);
    // as soon as the publication has begun, the same content becomes current once more, with newly learned models
    const { shopId, database } = server;
    const copy = (
      await inShop(database.pool, shopId, (client) =>
        client.query<{ id: string }>(
          `insert into faq_releases (shop_id, content_hash, content, models_id, policy, encoders, origin, files_hash, note,
             made_by, learned, number)
           select r.shop_id, content_hash, content, models_id, policy, encoders, origin, files_hash, note, made_by, true,
             (select max(number) + 1 from faq_releases where shop_id = r.shop_id)
           from faq_releases r join shops s on s.current_release_id = r.id where s.id = $1 returning id::text`,
          [shopId],
        ),
      )
    ).rows[0]!.id;
    const owner = database.ownerPool();
    await owner.query(`create function learned_meanwhile() returns trigger language plpgsql as $$ begin
      if new.origin = 'studio' then update shops set current_release_id = ${copy} where id = new.shop_id; end if;
      return new; end $$`);
    await owner.query(
      'create trigger learned_meanwhile after insert on faq_releases for each row execute function learned_meanwhile()',
    );
    try {
      expect(await publish()).toMatchObject({ status: 200 });
    } finally {
      await owner.query('drop trigger learned_meanwhile on faq_releases');
      await owner.query('drop function learned_meanwhile()');
    }
    expect((await tryOut(ASKED, false)).answer).toContain('九号');
    await inShop(database.pool, shopId, (client) => client.query('delete from faq_releases where id = $1', [copy]));
    await save(entry, (await read(fresh.id)).version);
    expect((await publish()).status).toBe(200);
  });

  it('take entries out and back in', { timeout: 60_000 }, async () => {
    expect((await editor.post('/api/faq/retire', { ids: [fresh.id], retired: true })).body).toEqual({ changed: 1 });
    expect((await read(fresh.id)).state).toBe('retiring');
    expect((await tryOut(ASKED, true)).faq).not.toBe(fresh.id);
    expect((await tryOut(ASKED, false)).faq).toBe(fresh.id);
    await publish();
    expect((await read(fresh.id)).state).toBe('retired');
    expect((await tryOut(ASKED, false)).faq).not.toBe(fresh.id);
    const gone = await read(fresh.id);
    await save({ ...gone.entry, source: '活动规则' }, gone.version);
    expect((await read(fresh.id)).state).toBe('retired');
    await editor.post('/api/faq/retire', { ids: [fresh.id], retired: false });
    expect((await read(fresh.id)).state).toBe('new');
    await publish();
    expect((await tryOut(ASKED, false)).faq).toBe(fresh.id);
  });

  it('of the studio outlive a start, with the same files and with others', { timeout: 60_000 }, async () => {
    const config = loadConfig([], {}, '/nonexistent/.env');
    const files = await loadShopContent(config);
    const told: string[] = [];
    const { pool } = server.database;
    const onProgress = (line: string) => void told.push(line);
    const deps = { pool, config, learned: createLearned(pool), onProgress };
    const kept = await publishFiles(deps, server.shopId, files);
    expect(kept.entries.some(({ id }) => id === fresh.id)).toBe(true);
    expect(told).toEqual([]);
    const changed = { ...files, hash: 'other' };
    expect((await publishFiles(deps, server.shopId, changed)).hash).toBe(kept.hash);
    expect(told.join()).toContain('没有自动合并');
    expect((await tryOut(ASKED, false)).faq).toBe(fresh.id);
  });
});

describe('tables', () => {
  const heading = COLUMNS.map(({ title }) => title);
  const cell = (title: string, row: string[]) => row[heading.indexOf(title)];

  it.each(['csv', 'xlsx'] as const)('an export comes back as no change: %s', { timeout: 60_000 }, async (format) => {
    const bytes = await download(`/api/faq/export?format=${format}`);
    const { counts } = (await upload(bytes, `format=${format}`)).body;
    expect(counts).toMatchObject({ new: 0, changed: 0, conflict: 0, error: 0 });
    expect(counts.unchanged).toBeGreaterThan(100);
  });

  it('show what an import would do, line by line, and do it as drafts', { timeout: 60_000 }, async () => {
    const rows = [
      ['编号', '标准问', '标准回答', '相似问'],
      ['sheet-new', '可以货到付款吗这家店', '本店不支持货到付款。', '能到付吗本店\n送到再给钱可以吗'],
      [fresh.id, ASKED, '改过的旧衣回答。', fresh.similar.join('\n')],
      ['sheet-bad', '这条写着全网最低', '全网最低价，绝对正品。', ''],
      ['sheet-bad-2', '', '没有问题的回答。', ''],
    ];
    const bytes = await writeXlsx(rows);
    const plan = (await upload(bytes, 'format=xlsx')).body;
    expect(plan.counts).toEqual({ new: 1, changed: 1, unchanged: 0, conflict: 0, error: 2 });
    expect(plan.rows.filter(({ kind }) => kind === 'error').map(({ line }) => line)).toEqual([4, 5]);
    expect(plan.errorFile).toContain('错误原因');
    expect((await upload(bytes, 'format=xlsx&apply=outdated')).status).toBe(409);
    expect((await upload(bytes, `format=xlsx&apply=${plan.fingerprint}`)).body.saved).toBe(2);
    expect(await read('sheet-new')).toMatchObject({ state: 'new' });
    const again = (await upload(bytes, 'format=xlsx')).body;
    expect(again.counts).toEqual({ new: 0, changed: 0, unchanged: 2, conflict: 0, error: 2 });
    const other = await writeXlsx([rows[0]!, [fresh.id, ASKED, '又一种回答。', fresh.similar.join('\n')]]);
    expect((await upload(other, 'format=xlsx')).body.counts.conflict).toBe(1);
  });

  it('never run what a cell says', async () => {
    const evil = ['=1+1', '+86', '-2', '@SUM(A1)', "'=x", '普通'];
    const csv = writeCsv([evil]);
    expect(csv.toString('utf8')).toContain("'=1+1");
    for (const format of ['csv', 'xlsx'] as const) {
      const bytes = format === 'csv' ? writeCsv([heading, evil]) : await writeXlsx([heading, evil]);
      const back = await readSheetFile(bytes, format);
      expect(back[1]!.cells.slice(0, evil.length)).toEqual(evil);
      expect(cell('编号', back[1]!.cells)).toBe('=1+1');
    }
  });

  it('refuse what is no table, and archives that unfold', async () => {
    expect((await upload(Buffer.from('PK not a zip'), 'format=xlsx')).body.code).toBe('bad_sheet');
    expect((await upload(Buffer.from([0, 1, 2]), 'format=csv')).body.code).toBe('bad_sheet');
    expect((await upload(Buffer.from('随便,什么\n1,2'), 'format=csv')).body.detail).toContain('不认识的列');
    expect((await upload(bomb(), 'format=xlsx')).body.detail).toContain('解压后超过');
  });
});

/** One part of 200 MB of zeros in 200 kB, which says of itself that it is small. */
function bomb(): Buffer {
  const packed = deflateRawSync(Buffer.alloc(200 * 1024 * 1024));
  const name = Buffer.from('xl/workbook.xml');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(100, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt32LE(100, 24);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + packed.length, 16);
  return Buffer.concat([local, name, packed, central, name, end]);
}

describe('two shops', () => {
  it('never see each other’s drafts, releases and questions', async () => {
    const { database } = server;
    const made = await database
      .ownerPool()
      .query<{ id: string }>(`select ensure_shop('studio-other', '别家店', false)::text as id`);
    const other = made.rows[0]!.id;
    await saveStaff(database.pool, other, {
      login: 'other-editor',
      name: '别家',
      role: 'editor',
      teams: [],
      password: PASSWORD,
    });
    const stranger = await signIn(server.base, 'other-editor');
    const { items } = (await editor.get<{ items: { id: string }[] }>('/api/releases')).body;
    expect((await stranger.get(`/api/releases/${items[0]!.id}/diff`)).status).toBe(404);
    expect((await stranger.get<{ items: unknown[] }>('/api/releases')).body.items).toEqual([]);
    expect((await stranger.get<{ items: unknown[] }>('/api/unknowns')).body.items).toEqual([]);
    expect((await stranger.delete(`/api/faq/${fresh.id}/draft`)).status).toBe(404);
    // a shop without a release has nothing to edit yet
    expect((await stranger.get(`/api/faq/${fresh.id}`)).status).toBe(503);
    expect((await stranger.post(`/api/releases/${items[0]!.id}/rollback`)).status).toBe(503);
  });
});
