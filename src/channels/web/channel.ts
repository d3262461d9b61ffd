// Our own widget: the shopper's client fetches messages, so that the commit is the delivery. Knows no HTTP; its routes are the shop API's.
import type { Activity } from 'botbuilder';
import type { Card, ChannelAccount, MessagePayload } from '../../contract/conversation.ts';
import { sites } from '../../setting.ts';
import { toActivity } from '../activity.ts';
import type { Channel } from '../channel.ts';
import { defineChannel } from '../definition.ts';

/** People type into the widget themselves: long enough to join two quick lines, short enough not to be felt. */
const BURST_WINDOW_MS = 300;

/** Who writes, as the visitor token says. */
export interface WebVisitor {
  id: string;
  name?: string;
  orderId?: string;
  productId?: string;
}

/** Body of `POST /api/shop/messages`, already checked. */
export interface WebMessage {
  clientMessageId: string;
  /** What the shopper typed, or the label of the choice. */
  text?: string;
  choice?: string;
  attachments?: MessagePayload['attachments'];
  /** An order or product that the shopper shows. */
  card?: Card;
}

export function createWeb(account: ChannelAccount): Channel {
  return { kind: 'web', delivery: 'pull', idempotent: true, burstWindowMs: BURST_WINDOW_MS, account, routes: [] };
}

export const web = defineChannel({
  kind: 'web',
  label: { zh: '网页', en: 'Web' },
  prefix: 'WEB_',
  fields: {
    origins: {
      ...sites(
        'sites that may hold the shop page and call /api/shop, separated by spaces; those kept in settings may too',
      ),
      env: 'ORIGINS',
      label: { zh: '可以嵌入的网站', en: 'Sites that may embed it' },
    },
  },
  key: null,
  callback: null,
  events: 'none',
  create: createWeb,
});

/** The shop API's message as an Activity. Clients choose their own message ids, so they are unique only with the visitor's. */
export function webActivity(account: ChannelAccount, visitor: WebVisitor, message: WebMessage): Partial<Activity> {
  return toActivity(
    {
      externalId: `${visitor.id}:${message.clientMessageId}`,
      shopperId: visitor.id,
      ...(visitor.name !== undefined && { shopperName: visitor.name }),
      text: message.text ?? message.choice ?? '',
      payload: {
        ...(message.choice !== undefined && { choice: message.choice }),
        ...(message.attachments && { attachments: message.attachments }),
        ...(visitor.orderId !== undefined && { orderId: visitor.orderId }),
        ...(visitor.productId !== undefined && { productId: visitor.productId }),
        ...(message.card && { card: message.card, [`${message.card.kind}Id`]: message.card.id }),
      },
    },
    account,
  );
}
