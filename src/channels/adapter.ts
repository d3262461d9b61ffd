// The Bot Framework adapter every pushing channel shares; the platform itself is one `send` function. The only class here, because the library asks for one.
import {
  type Activity,
  ActivityTypes,
  BotAdapter,
  type ConversationReference,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder';
import type { Outgoing } from '../contract/conversation.ts';
import { activityToOutgoing, conversationReference, outgoingToActivity } from './activity.ts';
import type { Channel } from './channel.ts';

/**
 * Sends one message to the platform and returns the platform's id for it, if it gives one.
 * @throws SendError
 */
export type Send = (message: Outgoing) => Promise<string | undefined>;

type Logic = (context: TurnContext) => Promise<void>;

export class ChannelAdapter extends BotAdapter {
  readonly #send: Send;

  constructor(send: Send) {
    super();
    this.#send = send;
  }

  /** Messages go to the platform in order; the first failure stops the rest. Typing, traces and events have no counterpart there. */
  override async sendActivities(_context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    const responses: ResourceResponse[] = [];
    for (const activity of activities) {
      const sent = activity.type === ActivityTypes.Message ? await this.#send(activityToOutgoing(activity)) : undefined;
      responses.push({ id: sent ?? '' });
    }
    return responses;
  }

  override async updateActivity(): Promise<void> {
    throw new Error('a message that was sent cannot be changed on this channel; send a new one');
  }

  override async deleteActivity(): Promise<void> {
    throw new Error('a message that was sent cannot be taken back on this channel; send a correction');
  }

  /** Runs middleware and `logic` for an activity that came in. */
  async receive(activity: Partial<Activity>, logic: Logic): Promise<void> {
    await this.runMiddleware(new TurnContext(this, activity), logic);
  }

  /** Runs middleware and `logic` for a shopper who has not just written. */
  override async continueConversation(reference: Partial<ConversationReference>, logic: Logic): Promise<void> {
    const event: Partial<Activity> = { type: ActivityTypes.Event, name: 'ContinueConversation' };
    TurnContext.applyConversationReference(event, reference, true);
    await this.runMiddleware(new TurnContext(this, event), logic);
  }
}

/**
 * Delivers one outgoing message through its channel's adapter; returns the platform's id for it, if it gives one.
 * @throws SendError as the platform refused it; Error when the channel has no adapter (its shopper fetches messages).
 */
export async function deliver(channel: Channel, message: Outgoing): Promise<string | undefined> {
  if (!channel.adapter)
    throw new Error(`channel ${channel.kind} (${channel.account.name}) does not send; its messages are fetched`);
  let sent: ResourceResponse | undefined;
  await channel.adapter.continueConversation(
    conversationReference(channel.account, message.shopperId),
    async (context) => {
      sent = await context.sendActivity(outgoingToActivity(message));
    },
  );
  return sent?.id === '' ? undefined : sent?.id;
}
