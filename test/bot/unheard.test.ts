// What a platform refused until the shopper writes again: said then, once, by whoever has the conversation.
import { describe, expect, test } from 'vitest';
import { type TurnDeps, takeTurn } from '../../src/bot/turn.ts';
import { catchUp } from '../../src/bot/unheard.ts';
import type { Channel } from '../../src/channels/channel.ts';
import type { ConversationId, HandoffId } from '../../src/contract/conversation.ts';
import type { ClaimedTurn, OutgoingPart, TurnOutcome, Turns } from '../../src/conversations/turns.ts';
import type { WaitingSight } from '../../src/handoff/queue-view.ts';
import { claimedTurn, entry, hit, judgement, knowledgeOf, turnDeps } from './turn-parts.ts';

const MISSED: OutgoingPart = { author: 'bot', kind: 'text', text: '可以开发票', payload: { generated: true } };

const waiting = (unheard: readonly OutgoingPart[]): WaitingSight => ({
  handoffId: '7' as HandoffId,
  risk: 'R3',
  mayLeave: true,
  isMessage: false,
  isTold: true,
  unheard,
  state: 'waiting',
  position: 1,
  range: null,
  foreseen: null,
  agentsOnline: 1,
  isOpen: true,
  backAt: null,
});

describe('before what is said now', () => {
  const answer = { kind: 'answer', entryId: 'e', hit: null, offer: 'nothing' } as const;

  test('comes what was missed, in its order and as it was marked', () => {
    const [first, second, last] = catchUp(waiting([MISSED, { ...MISSED, text: '三天内开好' }]), answer, [
      { text: '可以退' },
    ]);
    expect(first).toEqual({ ...MISSED, text: expect.stringMatching(/补上.*\n可以开发票$/) });
    expect(second).toEqual({ ...MISSED, text: '三天内开好' });
    expect(last).toEqual({ text: '可以退' });
  });

  test('nothing that is said now anyway, and nothing for who never missed a word', () => {
    const parts = [{ text: '亲，可以开发票' }];
    expect(catchUp(waiting([MISSED]), answer, parts)).toEqual(parts);
    expect(catchUp(waiting([]), answer, parts)).toEqual(parts);
    expect(catchUp(null, answer, parts)).toEqual(parts);
  });
});

/** One turn of a shopper who waits since a reply did not arrive; `room`: messages that the platform takes. */
async function turnWith(room: number, { leaves = true } = {}) {
  const turn = claimedTurn('七天无理由怎么退', {
    ownerKind: 'queue',
    conversationId: '1' as ConversationId,
    memory: { lastAnswer: 'e', repeats: 2 },
    handoff: {
      id: '7' as HandoffId,
      state: 'waiting',
      reason: 'bot_failed',
      team: 'insale',
      toldAt: null,
      toldPosition: null,
    },
  });
  const known = judgement({ text: '七天无理由怎么退', faqs: [hit('e', '退货', 0.99)] });
  const committed: { turn: ClaimedTurn; outcome: TurnOutcome }[] = [];
  const left: string[] = [];
  const base = turnDeps(knowledgeOf([entry('e', '退货', '可以退')], known), null);
  const turns: Turns = {
    claim: async () => turn,
    release: async () => {},
    quota: async () => ({ left: room, until: null }),
    async commit(way, outcome) {
      committed.push({ turn: way, outcome });
      return { status: 'done', outbox: [], handoffId: null, next: null };
    },
  };
  const deps: TurnDeps = {
    ...base,
    turns,
    channelOf: () => ({ kind: 'wechat-oa', delivery: 'push' }) as Channel,
    queue: { ...base.queue, of: async () => waiting([MISSED]) },
    async leaveQueue(_shop, id, why) {
      left.push(`${id} ${why}`);
      return leaves;
    },
  };
  await takeTurn(deps, turn.shopId, turn.conversationId);
  const [done] = committed;
  return {
    left,
    epoch: done!.turn.epoch,
    said: done!.outcome.parts.map(({ text }) => text),
    memory: done!.outcome.memory,
  };
}

describe('the turn', () => {
  test('takes the case from the queue and says both; what was not heard was no answer', async () => {
    const { left, epoch, said, memory } = await turnWith(5);
    expect(left).toEqual(['7 bot_answered']);
    expect(epoch).toBe('2');
    expect(said).toEqual([expect.stringContaining('可以开发票'), '可以退']);
    expect(memory).toMatchObject({ lastAnswer: 'e', repeats: 0 });
  });

  test('joins them where there is room for one', async () => {
    const { said } = await turnWith(2);
    expect(said).toEqual([expect.stringMatching(/可以开发票\n可以退$/)]);
  });

  test('leaves the case where it is when there is room for none', async () => {
    const { left, epoch, said } = await turnWith(1);
    expect([left, epoch, said]).toEqual([[], '1', []]);
  });

  test('is committed under the old epoch when an agent was quicker, so that nothing is said', async () => {
    const { left, epoch } = await turnWith(5, { leaves: false });
    expect([left, epoch]).toEqual([['7 bot_answered'], '1']);
  });
});
