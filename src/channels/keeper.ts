// Which channels are on: those of the installation's settings and those an admin has added, built from the one table, kept up to date.
import type { ChannelAccount, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import type { Seal } from '../db/seal.ts';
import { AppError } from '../errors.ts';
import type { Outgoing } from '../providers/outgoing.ts';
import { type AccountRow, type AccountSecrets, openSecrets, readAccounts, stillValid } from './account-store.ts';
import type { Channel, Inbox } from './channel.ts';
import { type ChannelDefinition, type ChannelTools, createChannel, variableOf } from './definition.ts';
import { createChannelMemory } from './memory.ts';
import { createRunner } from './runner.ts';
import { CHANNELS, definitionOf } from './table.ts';

export interface AccountState {
  row: AccountRow;
  /** Of the installation's settings: changed there, not here. */
  isInstalled: boolean;
  isOn: boolean;
  /** Why it cannot be on. */
  problem: string | null;
  /** Names of the secrets that are there; never what they are. */
  secretNames: string[];
  previousUntil: string | null;
}

export interface ChannelKeeper {
  /** The table it builds from. */
  kinds: readonly ChannelDefinition[];
  /** All that are on, the web channel first. The same array for ever: its content changes. */
  channels: readonly Channel[];
  /** @throws AppError `account_off` */
  channelOf(accountId: string): Channel;
  list(): Promise<AccountState[]>;
  /** All fields of the account's kind, with what they are set to. */
  valuesOf(row: AccountRow, secrets: AccountSecrets): Record<string, string>;
  /** What an account would be; nothing is kept. @throws AppError when it contradicts itself */
  build(row: AccountRow, secrets: AccountSecrets): Channel | null;
  /** Reads the rows again; other processes do so by themselves within a moment. */
  refresh(): Promise<void>;
  /** From now on the channels that have to fetch do so. */
  start(inbox: Inbox): void;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 10_000;

export interface KeeperDeps {
  pool: Pool;
  seal: Seal;
  shopId: ShopId;
  /** What the environment says, by the variable's name. */
  env: Readonly<Record<string, string>>;
  /** The way out to an address that the operator wrote into the environment. */
  outgoingTo(url: string): Outgoing;
  /** The way out to an address that an admin typed in. */
  outgoing: Outgoing;
  picture: ChannelTools['picture'];
  publicUrl: string;
  isDemo: boolean;
  now(): number;
  table?: readonly ChannelDefinition[];
  /** Called with all that are on whenever that was looked at; before a new account takes its first message. */
  onKept?(channels: readonly Channel[]): Promise<void>;
  onError(error: unknown, where: string): void;
}

const isInstalled = (row: AccountRow) => row.name === 'default' && row.secrets === null;

/** Everything an account is set to: from the environment, or from what an admin kept with the old secrets that still hold. */
function valuesOf(
  definition: ChannelDefinition,
  row: AccountRow,
  secrets: AccountSecrets,
  env: KeeperDeps['env'],
): Record<string, string> {
  const old = stillValid(secrets);
  const valueIn = (name: string): string => {
    const { previousOf, secret, operatorOnly, fallback } = definition.fields[name]!;
    const variable = variableOf(definition, name);
    if (isInstalled(row) || operatorOnly) return (variable === null ? undefined : env[variable]) ?? '';
    if (previousOf !== undefined) return old[previousOf] ?? '';
    return secret ? (secrets.current[name] ?? '') : (row.settings[name] ?? fallback);
  };
  return Object.fromEntries(Object.keys(definition.fields).map((name) => [name, valueIn(name)]));
}

export async function createChannelKeeper(deps: KeeperDeps): Promise<ChannelKeeper> {
  const { pool, seal, shopId, now, onError, table = CHANNELS } = deps;
  const channels: Channel[] = [];
  const byAccount = new Map<string, Channel>();
  const built = new Map<string, { at: string; channel: Channel | null; problem: string | null }>();
  const runner = createRunner(onError);

  function build(row: AccountRow, secrets: AccountSecrets): Channel | null {
    const account: ChannelAccount = { id: row.id, shopId, kind: row.kind, name: row.name };
    const definition = definitionOf(row.kind, table);
    const values = valuesOf(definition, row, secrets, deps.env);
    return createChannel(definition, account, values, {
      outgoing: (field) =>
        isInstalled(row) || definition.fields[field]!.operatorOnly
          ? deps.outgoingTo(values[field] ?? '')
          : deps.outgoing,
      memory: createChannelMemory(pool, seal, account),
      picture: deps.picture,
      publicUrl: deps.publicUrl,
      isDemo: deps.isDemo,
      now,
      onError,
    });
  }

  /** One that cannot be built is off and says why; the others go on. A channel that did not change stays the same object. */
  function ensure(row: AccountRow): { channel: Channel | null; problem: string | null } {
    if (row.isOff) return { channel: null, problem: null };
    try {
      const secrets = openSecrets(seal, shopId, row);
      const at = `${row.changedAt.toISOString()} ${Object.keys(stillValid(secrets)).length}`;
      const known = built.get(row.id);
      if (known?.at === at) return known;
      const made = { at, channel: build(row, secrets), problem: null };
      built.set(row.id, made);
      return made;
    } catch (error) {
      // what the environment says must be right before anything starts
      if (isInstalled(row) || !(error instanceof AppError)) throw error;
      return { channel: null, problem: error.message };
    }
  }

  /** A kind that this version does not have any more keeps its rows. */
  const knownAccounts = async () =>
    (await readAccounts(pool, shopId)).filter((row) => table.some(({ kind }) => kind === row.kind));

  async function refresh(): Promise<void> {
    const rows = await knownAccounts();
    const on = rows.flatMap((row) => ensure(row).channel ?? []);
    on.sort((a, b) => Number(b.kind === 'web') - Number(a.kind === 'web'));
    channels.splice(0, channels.length, ...on);
    byAccount.clear();
    for (const channel of on) byAccount.set(channel.account.id, channel);
    runner.keep(on);
    await deps.onKept?.(on);
  }

  await refresh();
  const timer = setInterval(() => void refresh().catch((e: unknown) => onError(e, 'channels')), LOOK_EVERY_MS);
  timer.unref();
  return {
    kinds: table,
    channels,
    channelOf(accountId) {
      const channel = byAccount.get(accountId);
      // conversations outlive settings: a channel that was switched off keeps its rows, and nothing can be sent
      if (!channel) throw new AppError('account_off');
      return channel;
    },
    async list() {
      const rows = await knownAccounts();
      return rows.map((row) => {
        const { channel, problem } = ensure(row);
        let secrets: AccountSecrets | null = null;
        try {
          secrets = openSecrets(seal, shopId, row);
        } catch {
          // said in `problem`
        }
        const names = Object.entries(secrets?.current ?? {}).filter(([, value]) => value !== '');
        return {
          row,
          isInstalled: isInstalled(row),
          isOn: channel !== null,
          problem,
          secretNames: names.map(([name]) => name),
          previousUntil: secrets !== null && Object.keys(stillValid(secrets)).length > 0 ? secrets.previousUntil : null,
        };
      });
    },
    valuesOf: (row, secrets) => valuesOf(definitionOf(row.kind, table), row, secrets, deps.env),
    build,
    refresh,
    start: runner.start,
    async close() {
      clearInterval(timer);
      await runner.close();
    },
  };
}
