// What the routes need, built once by app.ts. Types only.

import type { Knowledge } from '../bot/knowledge.ts';
import type { Channel, Inbox } from '../channels/channel.ts';
import type { ChannelKeeper } from '../channels/keeper.ts';
import type { Commerce } from '../commerce/commerce.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { Policy } from '../contract/decision.ts';
import type { Pool } from '../db/database.ts';
import type { Seal } from '../db/seal.ts';
import type { CallDesk } from '../desk/calls.ts';
import type { LedgerDeps } from '../desk/commitments.ts';
import type { DeskDeps } from '../desk/desk.ts';
import type { ShiftDeps } from '../desk/shift.ts';
import type { QueueView } from '../handoff/queue-view.ts';
import type { HookStore } from '../hooks/store.ts';
import type { Drafter } from '../providers/language-model.ts';
import type { Outgoing } from '../providers/outgoing.ts';
import type { Live } from '../queue/live.ts';
import type { Queues } from '../queue/queues.ts';
import type { Presence, Staff } from '../staff/accounts.ts';
import type { SecondFactor } from '../staff/second-factor.ts';
import type { Uploads } from '../uploads/uploads.ts';
import type { VisitorTokens } from './visitor-token.ts';

/** What an editor sets off; the work is done in `jobs/`. */
export interface StudioMoves {
  publish(shopId: ShopId, by: { id: string; note: string | null }): Promise<{ number: number }>;
  rollBack(shopId: ShopId, releaseId: string, by: { id: string }): Promise<{ number: number }>;
  /** The bot with all drafts applied. */
  draftKnowledge(shopId: ShopId): Promise<Knowledge>;
  filesChanged(shopId: ShopId): Promise<boolean>;
  current(shopId: ShopId): Promise<{ id: string; number: number }>;
}

export interface HttpContext {
  pool: Pool;
  live: Live;
  queues: Queues;
  inbox: Inbox;
  desk: DeskDeps;
  ledger: LedgerDeps;
  calls: CallDesk;
  shift: ShiftDeps;
  commerce: Commerce;
  hooks: HookStore;
  /** Says whether an address may be a hook's. */
  outgoing: Outgoing;
  tokens: VisitorTokens;
  uploads: Uploads;
  /** Sites that may embed the shopper's page, by the installation's settings; the shop keeps a list of its own besides. */
  widgetSites: readonly string[];
  /** Messages that one shopper may send in ten seconds; 0 for no limit. */
  shopperBurst: number;
  /** The group robots of the staff. */
  staffGroups: {
    list(): { kind: string; title: string; isOn: boolean }[];
    test(kind: 'dingtalk' | 'feishu' | 'wecom'): Promise<{ ok: boolean; detail: string }>;
  };
  secondFactor: SecondFactor;
  /** Where the product is reached, for links and webhook addresses; without a slash at the end. */
  publicUrl: string;
  /** All channels that are on, the web channel of the default shop first; accounts come and go while the server runs. */
  channels: readonly Channel[];
  channelOf(accountId: string): Channel;
  accounts: ChannelKeeper;
  seal: Seal;
  knowledge(shopId: ShopId): Knowledge;
  /** The thresholds that learning these models found, with what it measured. */
  learnedPolicy(shopId: ShopId, modelsId: string): Promise<Policy>;
  /** Whether the shop has published anything. */
  hasKnowledge(shopId: ShopId): boolean;
  /** What was published or chosen a moment ago is what the bot answers by, in this process at once. */
  refreshKnowledge(): Promise<void>;
  studio: StudioMoves;
  /** Ids of the entries that all shops share. */
  sharedEntries: ReadonlySet<string>;
  /** Null when no LLM is configured. */
  drafter: Drafter | null;
  defaultShop: { id: ShopId; slug: string; name: string };
  /** Sample customers may be picked and staff may sign in without a password, from this machine only. */
  demo: boolean;
  /** Empties the sample shop of its conversations and writes its sample history anew. */
  resetDemo(): Promise<void>;
  sampleCustomer(hint: { name?: string; orderId?: string }): Promise<string | null>;
  sampleCustomers: readonly { name: string; hint: string }[];
  queue: Pick<QueueView, 'of'>;
  now(): Date;
  /** `changed`: it was another before, this is no heartbeat. */
  onPresence(staff: Pick<Staff, 'id' | 'shopId'>, presence: Presence, changed: boolean): void;
  /** Teams, rules or what somebody may carry have changed; `rules` are read anew. */
  onTeams(shopId: ShopId): void;
  /** Null when all is well, else what is missing. */
  notReady(): string | null;
  secureCookies: boolean;
  consoleDir: string | null;
  /** Ends open streams before the server closes. */
  closing: AbortSignal;
}
