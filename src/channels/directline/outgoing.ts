// Messages as the activities a Direct Line client reads. Pure; knows no HTTP.
import { type Activity, ActivityTypes } from 'botbuilder';
import { PICTURE_TEXT } from '../../contract/conversation.ts';
import type { HandoffPlace, SeenHandoff, SeenMessage } from '../channel.ts';
import { unpack } from './incoming.ts';

/** As JSON writes it: times are strings there. */
export type Frame = Omit<Partial<Activity>, 'timestamp'> & { timestamp: string };

/** Clients sort by nothing but arrival; the number only makes it unique within the conversation. */
export const activityId = (conversation: string, seq: number): string =>
  `${conversation}|${String(seq).padStart(7, '0')}`;

/** How far a client has read: its last message, and the last it heard of a handoff. */
export interface Place {
  seq: number;
  handoff: HandoffPlace | null;
}

/** Opaque to clients: they give it back as they got it. Anything else begins at the beginning. */
export function placeIn(watermark: string | undefined): Place {
  const [, seq, handoffId, stage] = /^(\d{1,15})(?:-(\d{1,18})-([1-3]))?$/.exec(watermark ?? '') ?? [];
  return {
    seq: Number(seq ?? 0),
    handoff: handoffId === undefined ? null : { handoffId, stage: Number(stage) },
  };
}

export const watermarkOf = ({ seq, handoff }: Place): string =>
  handoff === null ? String(seq) : `${seq}-${handoff.handoffId}-${handoff.stage}`;

const common = (conversation: string, at: string): Pick<Frame, 'channelId' | 'conversation' | 'timestamp'> => ({
  channelId: 'directline',
  conversation: { id: conversation } as Activity['conversation'],
  timestamp: at,
});

/** The shopper's own message as it came: Web Chat knows it again by `channelData` and shows it as sent. */
function ownActivity(conversation: string, m: SeenMessage): Frame {
  const sent = unpack(m.own?.activity);
  const { from, attachments, ...rest } = sent as Partial<Activity>;
  const userId = typeof m.own?.userId === 'string' ? m.own.userId : (from?.id ?? '');
  return {
    type: ActivityTypes.Message,
    ...(m.files.length === 0 && { text: m.text }),
    ...rest,
    ...(attachments && m.files.length === 0 && { attachments }),
    ...common(conversation, m.at),
    id: activityId(conversation, m.seq),
    from: { ...from, id: userId, name: from?.name ?? '', role: 'user' },
  };
}

function shopActivity(conversation: string, m: SeenMessage): Frame {
  const { choices = [], agentName, source, generated } = m.payload;
  return {
    type: ActivityTypes.Message,
    ...common(conversation, m.at),
    id: activityId(conversation, m.seq),
    from: { id: m.from === 'agent' ? 'agent' : 'bot', name: agentName ?? '', role: 'bot' },
    // words that only stand for a picture, where nothing else can be shown
    text: m.files.length > 0 && m.text === PICTURE_TEXT ? '' : m.text,
    textFormat: 'plain',
    inputHint: 'acceptingInput',
    ...(choices.length > 0 && {
      suggestedActions: {
        to: [],
        // the label is what the shopper is seen to say; what it stands for is known here
        actions: choices.map(({ label }) => ({ type: 'imBack', title: label, value: label })),
      },
    }),
    channelData: {
      jiebang: { from: m.from, kind: m.kind, ...(source && { source: source.title }), ...(generated && { generated }) },
    },
  };
}

export interface FileLink {
  contentType: string;
  contentUrl: string;
  thumbnailUrl?: string;
  name: string;
}

export function toFrame(conversation: string, m: SeenMessage, files: readonly FileLink[]): Frame {
  const activity = m.from === 'shopper' ? ownActivity(conversation, m) : shopActivity(conversation, m);
  return files.length === 0 ? activity : { ...activity, attachments: [...files] };
}

/** Clients show events to nobody; a page that wants to know listens for them. */
export const handoffFrame = (conversation: string, { at, activity }: SeenHandoff): Frame => ({
  ...activity,
  ...common(conversation, at),
  id: `${conversation}|${activity.id}`,
  from: { id: 'bot', name: '', role: 'bot' },
});

/** Not kept and not repeated: only whoever has a line open sees it. */
export const typingFrame = (conversation: string, at: string, mark: number): Frame => ({
  type: ActivityTypes.Typing,
  ...common(conversation, at),
  id: `${conversation}|typing-${mark}`,
  from: { id: 'bot', name: '', role: 'bot' },
});
