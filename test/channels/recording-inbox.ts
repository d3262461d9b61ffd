// An in-memory inbox that keeps what routes admit and behaves badly on request.

import { fromActivity } from '../../src/channels/activity.ts';
import type { Inbox } from '../../src/channels/channel.ts';
import type { Inbound } from '../../src/contract/conversation.ts';
import { createTestReading, type TestReading } from './test-reading.ts';

export interface RecordingInbox extends Inbox, TestReading {
  /** First arrivals, in order. */
  messages: Inbound[];
  /** All calls of `admit`, repeated messages included. */
  calls: number;
  /** Makes the next `n` admissions fail. */
  failNext(n: number): void;
  /** What was said of the platform's own people, and of messages that did not arrive. */
  told: string[];
  /** What `passiveReply` answers, and how long it takes. */
  replyWith(text: string | null, afterMs?: number): void;
  /** What `keep` was given; the id is its place. */
  kept: { bytes: Buffer; type: string }[];
  /** A person has the conversation: no message opens a turn. */
  ownedByPerson: boolean;
  /** Deadlines asked for. */
  deadlines: number[];
}

export function createRecordingInbox(): RecordingInbox {
  const seqOf = new Map<string, number>();
  let failures = 0;
  let reply: { text: string | null; afterMs: number } = { text: null, afterMs: 0 };
  const inbox: RecordingInbox = {
    ...createTestReading(),
    messages: [],
    kept: [],
    calls: 0,
    deadlines: [],
    told: [],
    ownedByPerson: false,
    failNext: (n) => {
      failures = n;
    },
    replyWith: (text, afterMs = 0) => {
      reply = { text, afterMs };
    },
    async admit(account, activity) {
      inbox.calls++;
      await Promise.resolve();
      if (failures > 0) {
        failures--;
        throw new Error('database is away');
      }
      // Activities are stored as JSON; read them back the same way.
      const inbound = fromActivity(JSON.parse(JSON.stringify(activity)));
      const key = `${account.id}/${inbound.externalId}`;
      const known = seqOf.get(key);
      if (known !== undefined) return { status: 'duplicate', conversationId: '7', seq: known, turnId: null };
      inbox.messages.push(inbound);
      seqOf.set(key, inbox.messages.length);
      return {
        status: 'new',
        conversationId: '7',
        seq: inbox.messages.length,
        turnId: inbox.ownedByPerson ? null : '1',
      };
    },
    async platformDesk(_account, shopperId, hasIt) {
      inbox.told.push(`${shopperId} ${hasIt ? 'taken' : 'ended'}`);
    },
    async sendFailed(_account, platformId, { detail, untilShopper }) {
      inbox.told.push(`${platformId} failed${untilShopper ? ' until the shopper writes' : ''}: ${detail}`);
    },
    async recalled(_account, externalId) {
      inbox.told.push(`${externalId} recalled`);
    },
    async keep(_account, bytes, type) {
      inbox.kept.push({ bytes, type });
      return `upload-${inbox.kept.length}`;
    },
    async passiveReply(_account, _externalId, { deadlineMs }) {
      inbox.deadlines.push(deadlineMs);
      const late = reply.afterMs > deadlineMs;
      await new Promise((resolve) => setTimeout(resolve, Math.min(reply.afterMs, deadlineMs)));
      return late ? null : reply.text;
    },
  };
  return inbox;
}
