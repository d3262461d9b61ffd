// What is said in a Direct Line conversation, both ways. Knows no HTTP server and no database.
import { randomBytes } from 'node:crypto';
import type { Attachment, ChannelAccount } from '../../contract/conversation.ts';
import { toActivity } from '../activity.ts';
import { json } from '../answers.ts';
import type { ChannelRequest, ChannelResponse, Inbox, SeenFile } from '../channel.ts';
import { badArgument, noConversation, unavailable } from './answers.ts';
import { baseOf, ownName, ROOT } from './conversations.ts';
import type { Caller, Door, Handle } from './door.ts';
import { readActivity, type Sent, toInbound } from './incoming.ts';
import { activityId, type FileLink, type Frame, handoffFrame, placeIn, toFrame, watermarkOf } from './outgoing.ts';
import type { ReadSet, Streams } from './streams.ts';
import type { Tokens } from './tokens.ts';
import { createKeeper, readUpload } from './upload.ts';

const PAGE = 100;
const SHOWN = /^image\/(?:jpeg|png|gif|webp)$/;

/** Reads a page of a conversation as clients read it; pictures by addresses that hold for a day. */
export function createReader(account: ChannelAccount, tokens: Tokens): ReadSet {
  async function linkOf(conv: string, base: string, { id, type, name }: SeenFile): Promise<FileLink> {
    const query = new URLSearchParams({ t: await tokens.issue('file', { conv, user: id }) });
    const contentUrl = `${base}${ROOT}/attachments/${id}?${query}`;
    // Web Chat shows a user's own picture only where there is a thumbnail of it
    const shown = SHOWN.test(type) && { thumbnailUrl: contentUrl };
    return { contentType: type, contentUrl, ...shown, name: name ?? type.replace('/', '.') };
  }

  return async (inbox, conversation, watermark, base) => {
    const after = placeIn(watermark);
    // first the handoffs: a message that was there when one of them was written is read as well
    const happened = await inbox.handoffs(account, conversation, after.handoff);
    const { messages, busy } = await inbox.read(account, conversation, after.seq, PAGE);
    // what happened behind the end of a full page comes with the page it belongs to
    const until = messages.length < PAGE ? Number.POSITIVE_INFINITY : Date.parse(messages.at(-1)!.at);
    const handoffs = happened.filter(({ at }) => Date.parse(at) <= until);
    const activities: Frame[] = [];
    let told = 0;
    const tellUntil = (at: number) => {
      for (; told < handoffs.length && Date.parse(handoffs[told]!.at) < at; told++)
        activities.push(handoffFrame(conversation, handoffs[told]!));
    };
    for (const message of messages) {
      tellUntil(Date.parse(message.at));
      const links = await Promise.all(message.files.map((file) => linkOf(conversation, base, file)));
      activities.push(toFrame(conversation, message, links));
    }
    tellUntil(Number.POSITIVE_INFINITY);
    const place = { seq: messages.at(-1)?.seq ?? after.seq, handoff: handoffs.at(-1)?.place ?? after.handoff };
    return { set: { activities, watermark: watermarkOf(place) }, busy };
  };
}

export interface ActivityDeps {
  account: ChannelAccount;
  door: Pick<Door, 'refusedIn' | 'byAddress'>;
  streams: Pick<Streams, 'tell'>;
  read: ReadSet;
  publicUrl: string;
  now(): number;
}

export interface Activities {
  list: Handle;
  say: Handle;
  upload: Handle;
  file(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse>;
}

export function createActivities({ account, door, streams, read, publicUrl, now }: ActivityDeps): Activities {
  const keeper = createKeeper(account, now);

  /** Who says it: whom the token names, whatever the activity says. */
  function userIn(conversation: string, caller: Caller, claimed: string | undefined): string {
    const signed = caller.kind === 'client' ? caller.claims.user : undefined;
    return signed ?? (caller.kind === 'owner' ? claimed : ownName(claimed)) ?? conversation;
  }

  /** Not a message: seen by whoever has a line open, kept nowhere. */
  async function pass(conversation: string, activity: Sent, userId: string, inbox: Inbox): Promise<ChannelResponse> {
    const id = `${conversation}|${activity.type}-${now()}-${randomBytes(4).toString('hex')}`;
    if (activity.type === 'typing') await inbox.noteTyping(account, conversation);
    streams.tell(conversation, {
      ...activity,
      id,
      channelId: 'directline',
      conversation: { id: conversation },
      timestamp: new Date(now()).toISOString(),
      from: { name: '', ...activity.from, id: userId, role: 'user' },
    } as Frame);
    return json(200, { id });
  }

  async function admit(
    conversation: string,
    activity: Sent,
    userId: string,
    inbox: Inbox,
    attachments: Attachment[] = [],
  ): Promise<ChannelResponse> {
    const inbound = toInbound(conversation, activity, userId, attachments);
    if (inbound === null) return badArgument('A message needs a text, a value or an attachment');
    try {
      const { seq } = await inbox.admit(account, toActivity(inbound, account));
      return json(200, { id: activityId(conversation, seq) });
    } catch {
      return unavailable();
    }
  }

  return {
    async list(request, inbox, caller) {
      const conversation = request.params!.conversation!;
      const refused = await door.refusedIn(conversation, caller, inbox);
      if (refused) return refused;
      return json(200, (await read(inbox, conversation, request.query.watermark, baseOf(request, publicUrl))).set);
    },
    async say(request, inbox, caller) {
      const conversation = request.params!.conversation!;
      const refused = await door.refusedIn(conversation, caller, inbox);
      if (refused) return refused;
      const said = readActivity(request.body);
      if (said.kind === 'malformed') return badArgument(said.why);
      const { activity } = said;
      const userId = userIn(conversation, caller, activity.from?.id);
      return activity.type === 'message'
        ? admit(conversation, activity, userId, inbox)
        : pass(conversation, activity, userId, inbox);
    },
    async upload(request, inbox, caller) {
      const conversation = request.params!.conversation!;
      const refused = await door.refusedIn(conversation, caller, inbox);
      if (refused) return refused;
      const sent = await readUpload(request);
      if (typeof sent === 'string') return badArgument(sent);
      const kept = await keeper.keep(conversation, sent.files, inbox);
      if ('status' in kept) return kept;
      const attachments = sent.files.map(({ name, type }) => ({ contentType: type, name }));
      const activity = { attachments, ...sent.activity };
      const userId = userIn(conversation, caller, activity.from?.id ?? request.query.userId);
      return admit(conversation, activity, userId, inbox, kept);
    },
    async file(request, inbox) {
      const id = request.params!.file!;
      const claims = await door.byAddress('file', request);
      if ('status' in claims) return claims;
      const found = claims.user === id ? await inbox.file(account, claims.conv, id) : null;
      if (found === null) return noConversation();
      return {
        status: 200,
        contentType: SHOWN.test(found.type) ? found.type : 'application/octet-stream',
        body: found.bytes,
        headers: {
          'content-security-policy': "default-src 'none'; sandbox",
          'content-disposition': SHOWN.test(found.type) ? 'inline' : 'attachment',
          'cross-origin-resource-policy': 'cross-origin',
          'cache-control': 'private, max-age=86400, immutable',
        },
      };
    },
  };
}
