// Builds every part once, by plain arguments, in the order of the floors. Read it top to bottom.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { openChannels, outgoingTo } from './accounts.ts';
import { createShelves } from './bot/shelf.ts';
import type { TurnDeps } from './bot/turn.ts';
import type { ChannelDefinition } from './channels/definition.ts';
import { asHandlers, createCommands, urlOf } from './commands.ts';
import { resetSampleHistory, seedSampleHistory } from './commerce/sample/history/write-history.ts';
import { findSampleCustomer, SAMPLE_CUSTOMERS } from './commerce/sample/sample-commerce.ts';
import type { Config } from './config.ts';
import type { Content } from './contract/content.ts';
import type { HandoffId, ShopId } from './contract/conversation.ts';
import { createAdmission } from './conversations/admit.ts';

import { createTurns } from './conversations/turns.ts';
import { sharedEntryIds } from './curation/load-content.ts';
import type { Database } from './db/database.ts';
import { createSeal } from './db/seal.ts';
import { openDelivery } from './delivery.ts';
import { sayAway, waitingFor } from './desk/away.ts';
import { createCallDesk } from './desk/calls.ts';
import type { LedgerDeps } from './desk/commitments.ts';
import type { DeskDeps } from './desk/desk.ts';
import { askQuote } from './desk/quotes.ts';
import { readWords } from './desk/words.ts';
import { noteMessage } from './handoff/queue-store.ts';
import { createQueueView } from './handoff/queue-view.ts';
import { createRouter } from './handoff/router.ts';
import { readStanding } from './handoff/store.ts';
import { createRuleCache, readTeams } from './handoff/teams.ts';
import { openHints } from './hints.ts';
import { createChannelLines } from './hooks/lines.ts';
import { createHookStore } from './hooks/store.ts';
import type { HttpContext } from './http/context.ts';
import { openControl } from './http/control.ts';
import { createServer, type Server } from './http/server.ts';
import { createVisitorTokens } from './http/visitor-token.ts';
import { createInbox } from './inbox.ts';
import { createAssistRunner } from './jobs/assist.ts';
import { type ClockDeps, checkClocks, raisedNotice } from './jobs/clocks.ts';
import { createLedgerClock } from './jobs/commitments.ts';
import { createFollowUps } from './jobs/follow-ups.ts';
import { createLearned } from './jobs/learned.ts';
import { createMediaFetcher } from './jobs/media.ts';
import { tellTakenUp } from './jobs/messages.ts';
import { createBatonClock } from './jobs/offer.ts';
import { createPlatformDesk } from './jobs/platform-desk.ts';
import { startReconciler } from './jobs/reconcile.ts';
import { createKnowledgeBase, filesHashOf } from './jobs/release.ts';
import { createTurnRunner } from './jobs/run-turns.ts';
import { createStudioMoves, publishFiles } from './jobs/studio-moves.ts';
import { tellQueue } from './jobs/tell-queue.ts';
import { createQueueWake } from './jobs/wake-queue.ts';
import type { Writer } from './providers/language-model.ts';
import { createOutgoing } from './providers/outgoing.ts';
import { createReading } from './reading.ts';
import { contentRoot, ensureDefaultShop, ensureSample, ensureSampleStaff, ensureSecret } from './shop.ts';
import { createShopHooks, linesOf } from './shop-hooks.ts';
import { openCommerce } from './shop-system.ts';
import { createSecondFactor } from './staff/second-factor.ts';
import { createLink } from './staff/sessions.ts';
import { createStaffGroups } from './staff-groups.ts';
import { createUploads } from './uploads/uploads.ts';
import { createWriter } from './writer.ts';

export interface AppOptions {
  config: Config;
  /** Open and migrated. */
  database: Database;
  /** Checked content of the files; published when it differs from the current release. */
  content: Content;
  onProgress(line: string): void;
  /** The sample shop gets its seven days of history when it is first opened. */
  history?: boolean;
  /** Tests put their own clock, writer and longer table of channels here; nothing else can be replaced. */
  now?: () => Date;
  writer?: Writer;
  channels?: readonly ChannelDefinition[];
}

export interface App {
  server: Server;
  /** Starts listening; resolves to the address. */
  listen(): Promise<string>;
  signInLinks(): Promise<{ role: string; name: string; url: string }[]>;
  close(): Promise<void>;
}

/** After a publication, so that several in a row are learned from once. */
const LEARN_AFTER_MS = 60_000;

export async function createApp(options: AppOptions): Promise<App> {
  const { config, database, onProgress } = options;
  const { pool } = database;
  const now = options.now ?? (() => new Date());
  let server: Server | null = null;
  const onError = (error: unknown, where: string) => {
    if (server) server.log.error({ err: error, where }, 'something failed and was taken care of');
    else onProgress(`${where}: ${(error as Error).message}`);
  };

  // the shop and its content
  const shop = await ensureDefaultShop(database, config);
  if (config.DEMO) {
    await ensureSample(database, shop.id, config, now().getTime());
  }
  const publishing = { pool, config, learned: createLearned(pool), onProgress };
  const content = await publishFiles(publishing, shop.id, options.content);
  const knowledge = await createKnowledgeBase({ ...publishing, onError }, [shop.id]);
  const followUps = createFollowUps({ ...publishing, onError }, shop.id, knowledge.refresh);
  if (config.ROLE !== 'web') followUps.start(content);
  const onPublished = async (published: Content) => {
    await knowledge.refresh();
    followUps.start(published, LEARN_AFTER_MS);
  };

  // the queue and the hints; the rows above are the truth
  const { queues, live } = await openHints(database, config, onError);

  // channels, and the road of a message
  const secret = await ensureSecret(database, config);
  const seal = createSeal(secret);
  const outgoing = createOutgoing({ named: config.ALLOW_PRIVATE_HOSTS });
  const uploads = createUploads({ pool, dataDir: config.DATA_DIR || null });
  const lines = createChannelLines(pool);
  const accounts = await openChannels({
    database,
    shopId: shop.id,
    config,
    seal,
    outgoing,
    picture: (id) => uploads.read(shop.id, id, 'staff'),
    now,
    table: options.channels,
    onKept: (on) => lines.open(shop.id, linesOf(on)),
    onError,
  });
  const { channels, channelOf } = accounts;
  if (config.DEMO && options.history) await seedSampleHistory(pool, shop.id, now().getTime());
  const commerce = openCommerce(pool, shop.id, config, now);
  const platformDesk = createPlatformDesk({ pool, live, channels, channelOf, onError });
  const { outbox, onTrouble, delivery } = openDelivery({ pool, live, queues, channelOf, platformDesk, onError });
  const model = await createWriter(config, onError);
  const rules = createRuleCache(pool);
  const router = createRouter({
    rules,
    teams: (shopId) => readTeams(pool, shopId),
    external:
      config.ROUTER_URL === ''
        ? null
        : { url: config.ROUTER_URL, secret: config.ROUTER_SECRET, outgoing: outgoingTo(config, config.ROUTER_URL) },
    now,
    onError,
  });
  const queue = createQueueView({ pool, serviceHours: config.SERVICE_HOURS, now });
  const turn: TurnDeps = {
    turns: createTurns(pool),
    commerce,
    shelves: createShelves(commerce),
    writer: options.writer ?? model,
    knowledge: knowledge.of,
    channelOf,
    forbidden: (shopId) => readWords(pool, shopId),
    queue,
    calls: { windows: (...place) => calls.windows(...place), book: (...asked) => calls.book(...asked) },
    askQuote: (shopId, conversationId, text) => askQuote(desk, shopId, conversationId, { kind: 'words', text }, false),
    leaveQueue: (shopId, handoffId, why) => baton.leave(shopId, handoffId, why),
    keepMessage: (shopId, handoffId) => noteMessage(pool, shopId, handoffId),
    route: router.route,
    standing: (shopId, conversationId) => readStanding(pool, shopId, conversationId),
    now,
    onError,
  };
  const admission = createAdmission(pool);
  const runner = createTurnRunner({ turn, delivery, platformDesk, live, queues, crowded: admission.crowded });
  const staffGroups = createStaffGroups(config, onError);
  const onRaised = (shopId: ShopId, id: HandoffId) => {
    live.touch(`desk:${shopId}`);
    void staffGroups.tell(raisedNotice(id));
  };
  const clocks: ClockDeps = {
    pool,
    live,
    serviceHours: config.SERVICE_HOURS,
    now,
    tellStaff: (notice) => void staffGroups.tell(notice),
  };
  const baton = createBatonClock({
    pool,
    queues,
    live,
    silentMs: config.GIVE_BACK_MINUTES * 60_000,
    serviceHours: config.SERVICE_HOURS,
    now,
    onRaised,
  });
  const telling = { pool, queues, live, queue, channelOf, now };
  const wakeQueue = createQueueWake({
    queues,
    offer: baton.offer,
    tell: (shopId) => tellQueue(telling, shopId),
    onError,
  });
  const ledgerClock = createLedgerClock({
    pool,
    queues,
    live,
    patrol: { pool, commerce },
    tellStaff: (notice) => void staffGroups.tell(notice),
  });
  const desk: DeskDeps = {
    pool,
    channelOf,
    onRaised,
    onChange({ shopId, conversationId, outboxId, desk: changed }) {
      live.touch(`conversation:${conversationId}`);
      if (changed) {
        live.touch(`desk:${shopId}`);
        wakeQueue.wake(shopId);
        assist.wake(shopId, conversationId); // whoever takes over finds drafts for what was said before
        // an agent may have said something: what it promises is looked for behind their back
        void ledgerClock.read(shopId).catch((e: unknown) => onError(e, 'promises'));
        void tellTakenUp(telling, shopId, conversationId).catch((e: unknown) => onError(e, 'notice'));
      }
      if (outboxId) void delivery.sendWaiting(shopId, outboxId).catch((e: unknown) => onError(e, 'delivery'));
      else runner.wake(shopId, conversationId, 0);
    },
  };
  const assist = createAssistRunner({
    pool,
    turn,
    live,
    sayAway: (shopId, conversationId) => sayAway(desk, shopId, conversationId),
    crowded: admission.crowded,
    onError,
  });
  const reading = createReading({ pool, live, uploads, onError });
  const media = createMediaFetcher({ pool, uploads, live, channelOf, onError });
  const inbox = createInbox({
    pool,
    admission,
    runner,
    assist,
    live,
    uploads,
    media,
    reading,
    channelOf,
    platformDesk,
    outbox,
    onTrouble,
  });
  if (config.ROLE !== 'web') accounts.start(inbox);

  const ledger: LedgerDeps = {
    desk,
    onChange: (shopId) => live.touch(`desk:${shopId}`),
    remindAt: ledgerClock.remindAt,
  };
  const calls = createCallDesk({ ledger, serviceHours: config.SERVICE_HOURS, now });

  // the shop's own systems, and the groups of its staff
  const hooks = createShopHooks({ pool, queues, live, seal, outgoing, staffGroups, channelOf, onError });

  // time passed
  let unwatchHooks = () => {};
  if (config.ROLE !== 'web') {
    unwatchHooks = live.watch(`desk:${shop.id}`, () => hooks.wake(shop.id));
    queues.work({
      delivery: (job) => delivery.sendWaiting(job.shopId, job.id),
      handoff: wakeQueue.run,
      hooks: hooks.work,
      timer: async ({ kind, shopId, id }) =>
        void (await (kind === 'commitment' ? ledgerClock.remind(shopId, id) : baton.lapse(shopId, id))),
    });
  }
  const reconciler = startReconciler({
    pool,
    channels,
    queues,
    runner,
    assist,
    delivery,
    baton,
    platformDesk,
    ledger: ledgerClock,
    hooks,
    media,
    wakeQueue: wakeQueue.wake,
    checkClocks: (shopId, id) => checkClocks(clocks, shopId, id),
    silentMs: config.GIVE_BACK_MINUTES * 60_000,
    closeAfterMs: config.CLOSE_AFTER_HOURS * 3_600_000,
    onError,
  });

  // a request came in
  const closing = new AbortController();
  const consoleDir = path.resolve(import.meta.dirname, '../dist/console');
  const ctx: HttpContext = {
    pool,
    live,
    queues,
    inbox,
    desk,
    ledger,
    calls,
    shift: { ...ledger, readSpoken: ledgerClock.read, serviceHours: config.SERVICE_HOURS },
    commerce,
    hooks: createHookStore({ pool, seal }),
    outgoing,
    tokens: createVisitorTokens(secret),
    uploads,
    widgetSites: (config.CHANNELS.WEB_ORIGINS ?? '').split(' ').filter((site) => site !== ''),
    shopperBurst: config.SHOPPER_BURST,
    secondFactor: createSecondFactor({ pool, seal, now }),
    publicUrl: urlOf(config),
    channels,
    channelOf,
    accounts,
    seal,
    knowledge: knowledge.of,
    learnedPolicy: async (shopId, modelsId) => (await publishing.learned.of(shopId, modelsId)).policy,
    hasKnowledge: knowledge.has,
    refreshKnowledge: knowledge.refresh,
    staffGroups,
    studio: createStudioMoves({ ...publishing, filesHash: filesHashOf(options.content), onPublished }),
    sharedEntries: await sharedEntryIds(contentRoot(), config.SHOP),
    drafter: model,
    defaultShop: shop,
    demo: config.DEMO,
    async resetDemo() {
      await resetSampleHistory(database, shop.id, now().getTime());
      live.touch(`desk:${shop.id}`);
    },
    sampleCustomer: (hint) => findSampleCustomer(pool, shop.id, hint),
    sampleCustomers: SAMPLE_CUSTOMERS,
    queue,
    now,
    onTeams(shopId) {
      rules.forget(shopId);
      wakeQueue.wake(shopId);
    },
    onPresence(staff, state, changed) {
      live.touch(`desk:${staff.shopId}`);
      wakeQueue.wake(staff.shopId);
      if (state !== 'away' || !changed) return;
      waitingFor(desk, staff).then(
        (ids) => ids.forEach((id) => void assist.wake(staff.shopId, id)),
        (e: unknown) => onError(e, 'away'),
      );
    },
    notReady: () => (knowledge.has(shop.id) ? null : '还没有发布过内容'),
    secureCookies: config.PUBLIC_URL.startsWith('https://'),
    consoleDir: existsSync(path.join(consoleDir, 'desk.html')) ? consoleDir : null,
    closing: closing.signal,
  };
  server = await createServer(ctx, { level: config.LOG_LEVEL });
  server.addHook('preClose', async () => closing.abort());
  const commands = createCommands({ ...publishing, shopId: shop.id, publicUrl: urlOf(config), onPublished });
  let control: { close(): Promise<void> } | null = null;

  return {
    server,
    async listen() {
      if (database.mode === 'embedded' && config.DATA_DIR !== '')
        control = await openControl(config.DATA_DIR, asHandlers(commands));
      return server!.listen({ host: config.HOST, port: config.PORT });
    },
    async signInLinks() {
      const staff = config.DEMO ? await ensureSampleStaff(database, shop.id) : [];
      return Promise.all(
        staff.map(async (s) => ({
          role: s.role,
          name: s.name,
          url: `${urlOf(config)}/sign-in?token=${await createLink(pool, s)}`,
        })),
      );
    },
    async close() {
      await server?.close();
      await control?.close();
      unwatchHooks();
      await accounts.close();
      await reconciler.stop();
      await wakeQueue.stop();
      await Promise.all([runner.drain(), assist.drain(), media.drain()]);
      knowledge.close();
      await followUps.stop();
      await uploads.close();
      await live.close();
      await queues.close();
      await database.close();
    },
  };
}
