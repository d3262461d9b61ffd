// What came with a message: pictures to see, voices to hear, files to save, and an honest line for what is not there. Only from this server.
import type { MessagePayload } from '../../contract/conversation.ts';
import { useSpeech } from './speech.ts';

type Attachment = NonNullable<MessagePayload['attachments']>[number];

/** What browsers play; an AMR of a phone they only save. */
const HEARD = /^audio\/(?:mpeg|wav|ogg)$/;

/** Where it is; only from this server, whatever an address says. */
function sourceOf({ id, url }: Attachment): string | null {
  if (url?.startsWith('/api/uploads/')) return url;
  return id === undefined ? null : `/api/uploads/${encodeURIComponent(id)}`;
}

function One({ attachment }: { attachment: Attachment }) {
  const { t } = useSpeech();
  const { kind, type, name, lost, ref } = attachment;
  const source = sourceOf(attachment);
  const called =
    kind === 'image' ||
    kind === 'voice' ||
    kind === 'video' ||
    kind === 'shortvideo' ||
    kind === 'file' ||
    kind === 'link'
      ? t(`media.${kind}`)
      : kind;
  if (source === null) {
    const said =
      lost !== undefined
        ? t('message.lost', { kind: called, reason: lost })
        : t(ref === undefined ? 'message.attachment' : 'message.coming', { kind: called });
    return <span className="tag">{said}</span>;
  }
  if (kind === 'image' && (type === undefined || type.startsWith('image/')))
    return (
      <a href={source} target="_blank" rel="noreferrer" aria-label={t('message.imageOpen')}>
        <img className="bubble-image" src={source} alt={t('message.image')} loading="lazy" />
      </a>
    );
  // biome-ignore lint/a11y/useMediaCaption: nobody has written down what a shopper says
  if (type !== undefined && HEARD.test(type)) return <audio controls preload="none" src={source} />;
  return (
    <a href={source} target="_blank" rel="noreferrer" className="tag">
      {name ?? t('message.open', { kind: called })}
    </a>
  );
}

export function Attachments({ payload }: { payload: MessagePayload }) {
  const all = payload.attachments ?? [];
  if (all.length === 0) return null;
  return (
    <div className="bubble-images">
      {all.map((attachment, i) => (
        <One key={attachment.id ?? attachment.url ?? String(i)} attachment={attachment} />
      ))}
    </div>
  );
}
