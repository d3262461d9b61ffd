// Which channels are on: those of the installation's settings and those an admin has added, built from the one table, kept up to date.
import type { ChannelAccount, ChannelKind, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import type { Seal } from '../db/seal.ts';
import { AppError } from '../errors.ts';
import type { Outgoing } from '../providers/outgoing.ts';
import { type AccountRow, type AccountSecrets, openSecrets, readAccounts, stillValid } from './account-store.ts';
import type { Channel } from './channel.ts';
import { type ChannelSettings, createChannel } from './table.ts';

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
  /** All that are on, the web channel first. The same array for ever: its content changes. */
  channels: readonly Channel[];
  /** @throws Error when the account is off */
  channelOf(accountId: string): Channel;
  list(): Promise<AccountState[]>;
  /** What an account would be; nothing is kept. @throws AppError when it contradicts itself */
  build(row: AccountRow, secrets: AccountSecrets): Channel | null;
  /** Reads the rows again; other processes do so by themselves within a moment. */
  refresh(): Promise<void>;
  close(): void;
}

const LOOK_EVERY_MS = 10_000;

export interface KeeperDeps {
  pool: Pool;
  seal: Seal;
  shopId: ShopId;
  /** What the environment says of the accounts called `default`. */
  installed: ChannelSettings;
  /** The way out to an address an admin typed in. */
  outgoing: Outgoing;
  wechatApiBase: string;
  onError(error: unknown, where: string): void;
}

export async function createChannelKeeper(deps: KeeperDeps): Promise<ChannelKeeper> {
  const { pool, seal, shopId, outgoing } = deps;
  const channels: Channel[] = [];
  const byAccount = new Map<string, Channel>();
  const built = new Map<string, { at: string; channel: Channel | null; problem: string | null }>();

  const isInstalled = (row: AccountRow) => row.name === 'default' && row.secrets === null;

  function build(row: AccountRow, secrets: AccountSecrets): Channel | null {
    const account: ChannelAccount = { id: row.id, shopId, kind: row.kind, name: row.name };
    if (isInstalled(row)) return createChannel(row.kind, account, deps.installed[row.kind]);
    return createChannel(row.kind, account, settingsOf(row, secrets));
  }

  function settingsOf(row: AccountRow, secrets: AccountSecrets): ChannelSettings[ChannelKind] {
    const { current } = secrets;
    const old = stillValid(secrets);
    const { settings } = row;
    switch (row.kind) {
      case 'web':
        return {};
      case 'webhook':
        return {
          secret: [current.secret, old.secret].filter(Boolean).join(' '),
          deliverUrl: settings.deliverUrl ?? '',
          deliverSecret: '',
          outgoing,
        };
      case 'wechat-oa':
        return {
          token: current.token ?? '',
          aesKey: current.aesKey ?? '',
          prevAesKey: old.aesKey ?? '',
          appId: settings.appId ?? '',
          appSecret: current.appSecret ?? '',
          mode: (settings.mode ?? 'secure') as 'plain' | 'compat' | 'secure',
          reply: (settings.reply ?? 'async') as 'async' | 'passive',
          apiBase: deps.wechatApiBase,
          outgoing: deps.installed['wechat-oa'].outgoing,
        };
      default:
        return row.kind satisfies never;
    }
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

  async function refresh(): Promise<void> {
    const rows = await readAccounts(pool, shopId);
    const on = rows.flatMap((row) => ensure(row).channel ?? []);
    on.sort((a, b) => Number(b.kind === 'web') - Number(a.kind === 'web'));
    channels.splice(0, channels.length, ...on);
    byAccount.clear();
    for (const channel of on) byAccount.set(channel.account.id, channel);
  }

  await refresh();
  const timer = setInterval(() => void refresh().catch((e: unknown) => deps.onError(e, 'channels')), LOOK_EVERY_MS);
  timer.unref();
  return {
    channels,
    channelOf(accountId) {
      const channel = byAccount.get(accountId);
      // conversations outlive settings: a channel that was switched off keeps its rows, and nothing can be sent
      if (!channel) throw new Error(`channel account ${accountId} is switched off; set its secret again to go on`);
      return channel;
    },
    async list() {
      const rows = await readAccounts(pool, shopId);
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
    build,
    refresh,
    close: () => clearInterval(timer),
  };
}
