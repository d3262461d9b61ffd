// Channel accounts as an admin keeps them: added, changed, given new secrets, tried, switched off.
import { randomBytes } from 'node:crypto';
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import {
  type AccountRow,
  type AccountSecrets,
  insertAccount,
  lockAccount,
  openSecrets,
  rotated,
  saveAccount,
  saveSecrets,
} from '../channels/account-store.ts';
import { SendError } from '../channels/channel.ts';
import type { AccountState } from '../channels/keeper.ts';
import { accountRoutes as contract } from '../contract/routes/accounts.ts';
import type { PoolClient } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { writeAudit } from '../staff/audit.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';

const ADMIN = ['admin'] as const;
const NONE: AccountSecrets = { current: {}, previous: {}, previousUntil: null };
const missing = () => new AppError('not_found', '没有这个渠道账号');
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** What each kind keeps; anything else is refused. */
const FIELDS: Record<string, { settings: readonly string[]; secrets: readonly string[] }> = {
  webhook: { settings: ['deliverUrl'], secrets: [] },
  'wechat-oa': { settings: ['appId', 'mode', 'reply'], secrets: ['token', 'aesKey', 'appSecret'] },
};
const ENUMS: Record<string, readonly string[]> = { mode: ['plain', 'compat', 'secure'], reply: ['async', 'passive'] };

function checkFields(kind: string, settings: Record<string, string>, secrets: Record<string, string>): void {
  const known = FIELDS[kind];
  if (!known) throw new AppError('wrong_state', '网页渠道没有需要设置的密钥');
  for (const [field, value] of Object.entries(settings)) {
    if (!known.settings.includes(field)) throw new AppError('invalid_request', `没有这一项：${field}`, { field });
    if (ENUMS[field] && !ENUMS[field].includes(value))
      throw new AppError('invalid_request', `应为 ${ENUMS[field].join('、')} 之一`, { field });
  }
  for (const field of Object.keys(secrets))
    if (!known.secrets.includes(field)) throw new AppError('invalid_request', `没有这一项：${field}`, { field });
}

export const channelAccountRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, contract);

  const toView = ({ row, ...state }: AccountState) => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    settings: row.settings,
    ...state,
    webhookUrl: row.kind === 'web' ? null : `${ctx.publicUrl}/channels/${row.kind}/${row.name}/webhook`,
  });
  const view = async (id: string) => {
    const state = (await ctx.accounts.list()).find(({ row }) => row.id === id);
    if (!state) throw missing();
    return toView(state);
  };

  async function checkAddress(row: AccountRow): Promise<void> {
    if (row.kind === 'webhook' && row.settings.deliverUrl) {
      try {
        await ctx.outgoing.check(row.settings.deliverUrl);
      } catch (error) {
        throw new AppError('invalid_request', (error as Error).message, { field: 'deliverUrl' });
      }
    }
  }

  /** What contradicts itself is said beside the form and not at the next start. */
  function check(row: AccountRow, secrets: AccountSecrets): void {
    if (row.kind === 'wechat-oa' && !secrets.current.token)
      throw new AppError('invalid_request', '请填写公众号后台里的 Token', { field: 'token' });
    try {
      ctx.accounts.build(row, secrets);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const field = /AES/i.test(error.message) ? 'aesKey' : 'appId';
      throw new AppError('invalid_request', error.message, { field });
    }
  }

  async function own(tx: PoolClient, shopId: string, id: string) {
    const row = await lockAccount(tx, id);
    if (!row) throw missing();
    if (row.name === 'default' && row.secrets === null)
      throw new AppError('wrong_state', '这个账号由环境变量设置，请改 .env 后重启');
    return { row, secrets: openSecrets(ctx.seal, shopId, row) };
  }

  on('GET /api/accounts', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    // this installation keeps the channels of its first shop
    if (staff.shopId !== ctx.defaultShop.id) return { items: [] };
    return { items: (await ctx.accounts.list()).map(toView) };
  });

  on('POST /api/accounts', async ({ body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    if (staff.shopId !== ctx.defaultShop.id) throw missing();
    const { kind, name, settings } = body;
    checkFields(kind, settings, body.secrets);
    const secret = kind === 'webhook' ? newSecret() : null;
    const secrets = { ...NONE, current: secret === null ? body.secrets : { secret } };
    const draft = { id: '0', kind, name, settings, secrets: 'x', isOff: false, changedAt: new Date() };
    await checkAddress(draft);
    check(draft, secrets);
    const id = await inShop(ctx.pool, staff.shopId, async (tx) => {
      const row = await insertAccount(tx, staff.shopId, { kind, name, settings });
      if (!row) throw new AppError('invalid_request', `已有名为“${name}”的账号，请换一个`, { field: 'name' });
      await saveSecrets(tx, ctx.seal, staff.shopId, row.id, secrets);
      const after = { kind, name, settings, secrets: Object.keys(secrets.current) };
      await writeAudit(tx, staff.shopId, { by: staff.id, action: 'account.add', subject: `${kind} ${name}`, after });
      return row.id;
    });
    await ctx.accounts.refresh();
    return { account: await view(id), secret };
  });

  on('PUT /api/accounts/:id', async ({ params: { id }, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    // looked at outside of the transaction first: the address is resolved, which may take its time
    const now = await inShop(ctx.pool, staff.shopId, (tx) => own(tx, staff.shopId, id));
    checkFields(now.row.kind, body.settings, body.secrets);
    const given = Object.fromEntries(Object.entries(body.secrets).filter(([, value]) => value !== ''));
    const settings = { ...now.row.settings, ...body.settings };
    await checkAddress({ ...now.row, settings });
    check({ ...now.row, settings }, rotated(now.secrets, given, false));
    await inShop(ctx.pool, staff.shopId, async (tx) => {
      const { row, secrets } = await own(tx, staff.shopId, id);
      await saveAccount(tx, id, { settings, isOff: body.isOff });
      if (Object.keys(given).length > 0)
        await saveSecrets(tx, ctx.seal, staff.shopId, id, rotated(secrets, given, false));
      await writeAudit(tx, staff.shopId, {
        by: staff.id,
        action: 'account.change',
        subject: `${row.kind} ${row.name}`,
        before: { settings: row.settings, isOff: row.isOff },
        after: { settings, isOff: body.isOff, changed: Object.keys(given) },
      });
    });
    await ctx.accounts.refresh();
    return view(id);
  });

  on('POST /api/accounts/:id/rotate', async ({ params: { id }, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    const secret = await inShop(ctx.pool, staff.shopId, async (tx) => {
      const { row, secrets } = await own(tx, staff.shopId, id);
      checkFields(row.kind, {}, body.secrets);
      const made = row.kind === 'webhook' ? newSecret() : null;
      const given = made === null ? body.secrets : { secret: made };
      if (Object.values(given).every((value) => value === ''))
        throw new AppError('invalid_request', '请填写新的密钥', { field: 'aesKey' });
      const next = rotated(secrets, given, true);
      check(row, next);
      await saveSecrets(tx, ctx.seal, staff.shopId, id, next);
      const after = { changed: Object.keys(given), oldHoldsUntil: next.previousUntil };
      const subject = `${row.kind} ${row.name}`;
      await writeAudit(tx, staff.shopId, { by: staff.id, action: 'account.rotate', subject, after });
      return made;
    });
    await ctx.accounts.refresh();
    return { account: await view(id), secret };
  });

  on('POST /api/accounts/:id/test', async ({ params: { id } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    const channel = ctx.channels.find((c) => c.account.id === id && c.account.shopId === staff.shopId);
    if (!channel) {
      const known = staff.shopId === ctx.defaultShop.id ? await view(id) : null;
      if (known === null) throw missing();
      return { ok: false, detail: known.problem ?? '这个账号没有开启：缺少密钥，或已停用' };
    }
    if (!channel.verify)
      return channel.delivery === 'pull'
        ? { ok: true, detail: '网页渠道不需要密钥，顾客可以直接进线' }
        : { ok: false, detail: '没有填写 AppSecret：只能被动回复，人工的回复发不出去' };
    try {
      return { ok: true, detail: await channel.verify() };
    } catch (error) {
      if (error instanceof SendError) return { ok: false, detail: error.failure.detail };
      throw error;
    }
  });
  done();
};
