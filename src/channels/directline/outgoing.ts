// Messages as the activities a Direct Line client reads. Pure; knows no HTTP.
import { type Activity, ActivityTypes } from 'botbuilder';
import { PICTURE_TEXT } from '../../contract/conversation.ts';
import type { SeenMessage } from '../channel.ts';
import { unpack } from './incoming.ts';

/** As JSON writes it: times are strings there. */
export type Frame = Omit<Partial<Activity>, 'timestamp'> & { timestamp: string };

/** Clients sort by nothing but arrival; the number only makes it unique within the conversation. */
export const activityId = (conversation: string, seq: number): string =>
  `${conversation}|${String(seq).padStart(7, '0')}`;

/** Opaque to clients: they give it back as they got it. Anything else begins at the beginning. */
export const seqIn = (watermark: string | undefined): number =>
  /^\d{1,15}$/.test(watermark ?? '') ? Number(watermark) : 0;

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
  name: string;
}

export function toFrame(conversation: string, m: SeenMessage, files: readonly FileLink[]): Frame {
  const activity = m.from === 'shopper' ? ownActivity(conversation, m) : shopActivity(conversation, m);
  return files.length === 0 ? activity : { ...activity, attachments: [...files] };
}

/** Not kept and not repeated: only whoever has a line open sees it. */
export const typingFrame = (conversation: string, at: string, mark: number): Frame => ({
  type: ActivityTypes.Typing,
  ...common(conversation, at),
  id: `${conversation}|typing-${mark}`,
  from: { id: 'bot', name: '', role: 'bot' },
});
