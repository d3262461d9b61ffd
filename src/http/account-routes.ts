// Channel accounts as an admin keeps them: added, changed, given new secrets, tried, switched off.
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
import { type Channel, SendError } from '../channels/channel.ts';
import { type ChannelDefinition, fieldsOf } from '../channels/definition.ts';
import type { AccountState } from '../channels/keeper.ts';
import { definitionOf } from '../channels/table.ts';
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

/** What an admin fills in: the rest comes from the environment, or is made here. */
const asked = (definition: ChannelDefinition) =>
  fieldsOf(definition).filter(([, field]) => !field.operatorOnly && !field.make && field.previousOf === undefined);

/** The secrets whose old value goes on being valid for a while after they were replaced. */
const overlapping = (definition: ChannelDefinition): Set<string> =>
  new Set(fieldsOf(definition).flatMap(([, { previousOf }]) => previousOf ?? []));

/** How its secrets are replaced: made here, given by an admin, or only by changing the account. */
function rotationOf(definition: ChannelDefinition) {
  const old = overlapping(definition);
  const makes = fieldsOf(definition).some(([, { make }]) => make !== undefined);
  const fields = asked(definition).flatMap(([name]) => (old.has(name) ? [name] : []));
  return makes || fields.length > 0 ? { makes, fields, overlaps: old.size > 0 } : null;
}

const kindView = (definition: ChannelDefinition) => ({
  kind: definition.kind,
  label: definition.label,
  rotation: rotationOf(definition),
  fields: asked(definition).map(([name, field]) => ({
    name,
    label: field.label,
    hint: field.hint ?? null,
    isSecret: field.secret === true,
    options: field.options === undefined ? null : [...field.options],
    fallback: field.fallback,
  })),
});

function checkFields(
  definition: ChannelDefinition,
  settings: Record<string, string>,
  secrets: Record<string, string>,
): void {
  if (definition.key === null) throw new AppError('wrong_state', `${definition.label.zh}渠道不需要设置`);
  const known = new Map(asked(definition));
  for (const [given, isSecret] of [
    [settings, false],
    [secrets, true],
  ] as const)
    for (const [name, value] of Object.entries(given)) {
      const field = known.get(name);
      if (!field || (field.secret === true) !== isSecret)
        throw new AppError('invalid_request', `没有这一项：${name}`, { field: name });
      try {
        field.read(value);
      } catch (expected) {
        throw new AppError('invalid_request', `${field.label.zh}：${String(expected)}`, { field: name });
      }
    }
}

/** The secret that a rotation is about: the one whose old value goes on being valid. */
const rotating = (definition: ChannelDefinition): string =>
  fieldsOf(definition).find(([, { previousOf }]) => previousOf !== undefined)?.[1].previousOf ?? definition.key ?? '';

/** The secrets of a kind that are not chosen but made. */
const made = (definition: ChannelDefinition): Record<string, string> =>
  Object.fromEntries(fieldsOf(definition).flatMap(([name, { make }]) => (make ? [[name, make()]] : [])));

/** What is known of a channel that has nothing to try. */
function untried({ delivery, adapter }: Channel): { ok: boolean; detail: string } {
  if (delivery === 'pull') return { ok: true, detail: '顾客在我们这里读消息，没有要测试的接口，可以直接进线' };
  if (adapter) return { ok: true, detail: '这个平台没有可以试的接口；设置已经生效，发出第一条消息时就知道对不对' };
  return { ok: false, detail: '没有填写发送消息所需的密钥：只能被动回复，人工的回复要等顾客再说一句话才带得出去' };
}

export const channelAccountRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, contract);
  const { kinds } = ctx.accounts;
  const kindOf = (kind: string) => definitionOf(kind, kinds);

  const callbackOf = ({ kind, name }: AccountRow): string | null => {
    const { callback } = kindOf(kind);
    return callback === null ? null : `${ctx.publicUrl}${callback.replace(':account', name)}`;
  };
  const toView = ({ row, ...state }: AccountState) => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    settings: row.settings,
    ...state,
    webhookUrl: callbackOf(row),
  });
  const view = async (id: string) => {
    const state = (await ctx.accounts.list()).find(({ row }) => row.id === id);
    if (!state) throw missing();
    return toView(state);
  };

  async function checkAddress({ kind, settings }: AccountRow): Promise<void> {
    for (const [name, { address }] of asked(kindOf(kind))) {
      const value = settings[name];
      if (!address || !value) continue;
      try {
        await ctx.outgoing.check(value);
      } catch (error) {
        throw new AppError('invalid_request', (error as Error).message, { field: name });
      }
    }
  }

  /** What contradicts itself is said beside the form and not at the next start. */
  function check(row: AccountRow, secrets: AccountSecrets): void {
    const definition = kindOf(row.kind);
    const { key, fields } = definition;
    const labelOf = (field: string) => fields[field]!.label.zh;
    if (key !== null && !secrets.current[key] && !row.settings[key])
      throw new AppError('invalid_request', `请填写${labelOf(key)}`, { field: key });
    const values = ctx.accounts.valuesOf(row, secrets);
    const [first] = definition.problems?.(values, labelOf) ?? [];
    if (first) throw new AppError('invalid_request', first.text, { field: first.field });
    try {
      ctx.accounts.build(row, secrets);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError('invalid_request', error.message, { field: key ?? '' });
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
    if (staff.shopId !== ctx.defaultShop.id) return { items: [], kinds: [] };
    return {
      items: (await ctx.accounts.list()).map(toView),
      kinds: kinds.filter(({ key }) => key !== null).map(kindView),
    };
  });

  on('POST /api/accounts', async ({ body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    if (staff.shopId !== ctx.defaultShop.id) throw missing();
    const { kind, name, settings } = body;
    checkFields(kindOf(kind), settings, body.secrets);
    const ours = made(kindOf(kind));
    const secrets = { ...NONE, current: { ...body.secrets, ...ours } };
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
    return { account: await view(id), secret: Object.values(ours)[0] ?? null };
  });

  on('PUT /api/accounts/:id', async ({ params: { id }, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    // looked at outside of the transaction first: the address is resolved, which may take its time
    const now = await inShop(ctx.pool, staff.shopId, (tx) => own(tx, staff.shopId, id));
    checkFields(kindOf(now.row.kind), body.settings, body.secrets);
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
      const definition = kindOf(row.kind);
      checkFields(definition, {}, body.secrets);
      const ours = made(definition);
      const given = Object.fromEntries(
        Object.entries({ ...body.secrets, ...ours }).filter(([, value]) => value !== ''),
      );
      if (Object.keys(given).length === 0)
        throw new AppError('invalid_request', '请填写新的密钥', { field: rotating(definition) });
      const old = overlapping(definition);
      const overlap = Object.keys(given).some((name) => old.has(name));
      const next = rotated(secrets, given, overlap);
      check(row, next);
      await saveSecrets(tx, ctx.seal, staff.shopId, id, next);
      const after = { changed: Object.keys(given), oldHoldsUntil: next.previousUntil };
      const subject = `${row.kind} ${row.name}`;
      await writeAudit(tx, staff.shopId, { by: staff.id, action: 'account.rotate', subject, after });
      return Object.values(ours)[0] ?? null;
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
    if (!channel.verify) return untried(channel);
    try {
      return { ok: true, detail: await channel.verify() };
    } catch (error) {
      if (error instanceof SendError) return { ok: false, detail: error.failure.detail };
      throw error;
    }
  });
  done();
};
