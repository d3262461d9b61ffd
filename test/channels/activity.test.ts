// Messages as Activities and back, the shared adapter, and the handoff events of Bot Framework.
import { type Activity, HandoffEventNames, type Transcript, TurnContext } from 'botbuilder';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  activityToOutgoing,
  conversationReference,
  fromActivity,
  outgoingToActivity,
  toActivity,
} from '../../src/channels/activity.ts';
import { ChannelAdapter } from '../../src/channels/adapter.ts';
import { handoffInitiation, handoffStatus } from '../../src/channels/handoff-events.ts';
import { createWeb, webActivity } from '../../src/channels/web/channel.ts';
import type { Inbound, Outgoing } from '../../src/contract/conversation.ts';
import { outgoing } from './channel-suite.ts';
import { account } from './harnesses.ts';

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const inbound: Inbound = {
  externalId: '23456789012345678',
  shopperId: 'oShopper01',
  shopperName: '小明',
  text: '这件有货吗',
  payload: {
    orderId: 'E20261123001',
    attachments: [{ kind: 'image', url: 'https://img.example/1.jpg' }],
    platform: { msgType: 'image' },
  },
  sentAt: '2026-11-23T08:00:00.000Z',
};

describe('incoming', () => {
  test('carries the standard fields other Bot Framework parts read', () => {
    expect(toActivity({ ...inbound, payload: { choice: 'return' } }, account('wechat-oa'))).toMatchObject({
      type: 'message',
      id: '23456789012345678',
      channelId: 'wechat-oa',
      from: { id: 'oShopper01', name: '小明', role: 'user' },
      recipient: { id: 'default', role: 'bot' },
      conversation: { id: 'wechat-oa:default:oShopper01', isGroup: false },
      text: '这件有货吗',
      value: { choice: 'return' },
    });
  });

  test('any message reads back as it was written, also through JSON', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .map((s) => s.replaceAll('\0', '').toWellFormed() || 'x');
    const anyInbound = fc.record(
      {
        externalId: word,
        shopperId: word,
        shopperName: word,
        text: fc.string({ unit: 'grapheme' }).map((s) => s.replaceAll('\0', '').toWellFormed()),
        payload: fc.record(
          {
            choice: word,
            orderId: word,
            platform: fc.dictionary(
              word.filter((w) => w !== '__proto__'),
              word,
            ),
          },
          { requiredKeys: [] },
        ),
        sentAt: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((d) => d.toISOString()),
      },
      { requiredKeys: ['externalId', 'shopperId', 'text', 'payload'] },
    );
    fc.assert(
      fc.property(anyInbound, (message) => {
        expect(throughJson(fromActivity(throughJson(toActivity(message, account('webhook')))))).toEqual(
          throughJson(message),
        );
      }),
    );
  });

  test('an activity of another client is read by its standard fields', () => {
    const activity: Partial<Activity> = {
      id: 'a|1',
      from: { id: 'u', name: '' },
      text: '好',
      attachments: [{ contentType: 'image/png', contentUrl: 'https://x/1.png' }],
    };
    expect(fromActivity(activity)).toEqual({
      externalId: 'a|1',
      shopperId: 'u',
      text: '好',
      payload: { attachments: [{ kind: 'image/png', url: 'https://x/1.png' }] },
    });
    expect(() => fromActivity({ text: '无名' })).toThrow(/needs an id and a sender/);
  });

  test('two visitors may choose the same message id', () => {
    const web = account('web');
    const ids = ['v1', 'v2'].map(
      (id) => fromActivity(webActivity(web, { id }, { clientMessageId: 'c1', text: '在吗' })).externalId,
    );
    expect(new Set(ids).size).toBe(2);
    expect(createWeb(web)).toMatchObject({ delivery: 'pull', burstWindowMs: 300, routes: [] });
  });

  test('a tapped choice carries its value, and its label as the text', () => {
    const activity = webActivity(
      account('web'),
      { id: 'v1', orderId: 'E1' },
      { clientMessageId: 'c1', choice: 'faq:return', text: '怎么退货' },
    );
    expect(fromActivity(activity)).toMatchObject({
      text: '怎么退货',
      payload: { choice: 'faq:return', orderId: 'E1' },
    });
  });
});

describe('outgoing', () => {
  const message = outgoing({
    author: 'agent',
    payload: {
      agentName: '小美',
      choices: [{ value: 'return', label: '退货' }],
      source: { kind: 'faq', id: '1', title: '七天无理由' },
    },
    inReplyTo: ['m-1', 'm-2'],
  });

  test('shows choices as suggested actions and answers the last message', () => {
    expect(outgoingToActivity(message)).toMatchObject({
      type: 'message',
      id: 'out-1',
      replyToId: 'm-2',
      from: { id: 'agent', name: '小美', role: 'bot' },
      suggestedActions: { to: ['oShopper01'], actions: [{ type: 'imBack', title: '退货', value: 'return' }] },
    });
  });

  test('reads back as it was written, also through JSON', () => {
    expect(activityToOutgoing(throughJson(outgoingToActivity(message)))).toEqual(message);
  });

  test('arrives whole after the adapter, which replaces ids and conversation', async () => {
    const sent: Outgoing[] = [];
    const adapter = new ChannelAdapter(async (m) => String(sent.push(m)));
    await adapter.continueConversation(conversationReference(account('wechat-oa'), 'oShopper01'), async (context) => {
      const response = await context.sendActivity(outgoingToActivity(message));
      expect(response?.id).toBe('1');
    });
    expect(sent).toEqual([message]);
  });
});

describe('adapter', () => {
  test('runs middleware around an incoming activity and sends what middleware adds', async () => {
    const sent: Outgoing[] = [];
    const adapter = new ChannelAdapter(async (m) => void sent.push(m));
    const seen: string[] = [];
    adapter.use(async (context, next) => {
      seen.push(`in ${context.activity.text}`);
      context.onSendActivities(async (_c, activities, send) => {
        seen.push(`out ${activities.map((a) => a.text).join()}`);
        return send();
      });
      await next();
    });
    await adapter.receive(toActivity(inbound, account('wechat-oa')), async (context) => {
      await context.sendActivities([{ type: 'typing' }, { type: 'message', text: '有货' }]);
    });
    expect(seen).toEqual(['in 这件有货吗', 'out ,有货']);
    expect(sent).toMatchObject([
      { text: '有货', author: 'bot', shopperId: 'oShopper01', inReplyTo: ['23456789012345678'] },
    ]);
  });

  test('a failed send reaches the caller as it was thrown', async () => {
    const adapter = new ChannelAdapter(async () => {
      throw new RangeError('platform says no');
    });
    const sending = adapter.continueConversation(
      conversationReference(account('webhook'), 'u'),
      async (c) => void (await c.sendActivity('x')),
    );
    await expect(sending).rejects.toThrow(RangeError);
  });
});

describe('handoff events', () => {
  const transcript = [toActivity(inbound, account('wechat-oa')), outgoingToActivity(outgoing())];

  test('initiation carries the packet, the transcript and where it happened', () => {
    const event = handoffInitiation({ Skill: 'returns', reason: 'asked_for_human' }, transcript);
    expect(event).toMatchObject({
      type: 'event',
      name: HandoffEventNames.InitiateHandoff,
      value: { Skill: 'returns', reason: 'asked_for_human' },
      conversation: { id: 'wechat-oa:default:oShopper01' },
      channelId: 'wechat-oa',
      relatesTo: { user: { id: 'oShopper01' } },
    });
    const [attachment] = event.attachments!;
    expect(attachment).toMatchObject({ name: 'Transcript', contentType: 'application/json' });
    expect((attachment!.content as Transcript).activities.map((a) => a.text)).toEqual(['这件有货吗', outgoing().text]);
    expect(TurnContext.getConversationReference(event).conversation?.id).toBe('wechat-oa:default:oShopper01');
  });

  test('a transcript without the shopper is refused', () => {
    expect(() => handoffInitiation({}, [outgoingToActivity(outgoing())])).toThrow(
      /at least one message of the shopper/,
    );
  });

  test('status says the state and why', () => {
    expect(handoffStatus('7', 'failed', '没有人在线')).toMatchObject({
      type: 'event',
      name: HandoffEventNames.HandoffStatus,
      value: { state: 'failed', message: '没有人在线' },
      conversation: { id: '7' },
    });
  });
});
