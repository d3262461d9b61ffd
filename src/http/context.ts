// What the routes need, built once by app.ts. Types only.

import type { Knowledge } from '../bot/knowledge.ts';
import type { Channel, Inbox } from '../channels/channel.ts';
import type { Commerce } from '../commerce/commerce.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import type { LedgerDeps } from '../desk/commitments.ts';
import type { DeskDeps } from '../desk/desk.ts';
import type { ShiftDeps } from '../desk/shift.ts';
import type { QueueView } from '../handoff/queue-view.ts';
import type { HookStore } from '../hooks/store.ts';
import type { Outgoing } from '../providers/outgoing.ts';
import type { Drafter } from '../providers/writer.ts';
import type { Live } from '../queue/live.ts';
import type { Queues } from '../queue/queues.ts';
import type { Presence, Staff } from '../staff/accounts.ts';
import type { Uploads } from '../uploads/uploads.ts';
import type { VisitorTokens } from './visitor-token.ts';

export interface HttpContext {
  pool: Pool;
  live: Live;
  queues: Queues;
  inbox: Inbox;
  desk: DeskDeps;
  ledger: LedgerDeps;
  shift: ShiftDeps;
  commerce: Commerce;
  hooks: HookStore;
  /** Says whether an address may be a hook's. */
  outgoing: Outgoing;
  tokens: VisitorTokens;
  uploads: Uploads;
  /** Messages that one shopper may send in ten seconds; 0 for no limit. */
  shopperBurst: number;
  /** All channels that are on, the web channel of the default shop first. */
  channels: readonly Channel[];
  channelOf(accountId: string): Channel;
  knowledge(shopId: ShopId): Knowledge;
  /** Null when no LLM is configured. */
  drafter: Drafter | null;
  defaultShop: { id: ShopId; slug: string; name: string };
  /** Sample customers may be picked and staff may sign in without a password, from this machine only. */
  demo: boolean;
  sampleCustomer(hint: { name?: string; orderId?: string }): Promise<string | null>;
  sampleCustomers: readonly { name: string; hint: string }[];
  queue: Pick<QueueView, 'of'>;
  now(): Date;
  /** `changed`: it was another before, this is no heartbeat. */
  onPresence(staff: Pick<Staff, 'id' | 'shopId'>, presence: Presence, changed: boolean): void;
  /** Teams, rules or what somebody may carry have changed. */
  onTeams(shopId: ShopId): void;
  /** Null when all is well, else what is missing. */
  notReady(): string | null;
  secureCookies: boolean;
  consoleDir: string | null;
  /** Ends open streams before the server closes. */
  closing: AbortSignal;
}
