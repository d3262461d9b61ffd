// Pictures and files that Direct Line clients send: the form read, the files kept, the message they belong to. Knows no HTTP server and no database.
import type { Attachment, ChannelAccount } from '../../contract/conversation.ts';
import { AppError } from '../../errors.ts';
import type { ChannelRequest, ChannelResponse, Inbox } from '../channel.ts';
import { badArgument, failure } from './answers.ts';
import { type ReadActivity, readActivity, type Sent } from './incoming.ts';

/** Videos and files of people's telephones; what a shopper needs to show a fault. */
export const UPLOAD_LIMIT = 20 * 1024 * 1024;
const FILES_MAX = 10;
/** As many as the shop's own page takes from one shopper. */
const FILES_AN_HOUR = 60;
const HOUR_MS = 3_600_000;
const COUNTED_MAX = 10_000;

export interface Upload {
  activity: Sent;
  files: { name: string; type: string; bytes: Buffer }[];
}

async function partOf(value: FormDataEntryValue | null): Promise<Buffer | null> {
  if (value === null) return null;
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(await value.arrayBuffer());
}

const ACTIVITY_TYPE = /^content-type:\s*application\/vnd\.microsoft\.activity\b/im;
const ACTIVITY_NAME = Buffer.from('content-disposition: form-data; name="activity"; filename="activity"\r\n');
const HEAD_MAX = 4_096;

/** Microsoft's page writes the activity's part without a name (Direct Line 3.0, "Send multiple attachments by upload"): every other reader of forms refuses that. */
function withName(body: Buffer, contentType: string): Buffer {
  const boundary = /boundary="?([^";]+)/i.exec(contentType)?.[1];
  const mark = Buffer.from(`--${boundary}\r\n`);
  for (let at = body.indexOf(mark); boundary !== undefined && at !== -1; at = body.indexOf(mark, at + mark.length)) {
    const start = at + mark.length;
    const [head = ''] = body.toString('latin1', start, start + HEAD_MAX).split('\r\n\r\n');
    if (ACTIVITY_TYPE.test(head) && !/^content-disposition:/im.test(head))
      return Buffer.concat([body.subarray(0, start), ACTIVITY_NAME, body.subarray(start)]);
  }
  return body;
}

async function readForm(body: Buffer, contentType: string): Promise<Upload | string> {
  let form: FormData;
  try {
    const named = new Uint8Array(withName(body, contentType));
    form = await new Response(named, { headers: { 'content-type': contentType } }).formData();
  } catch {
    return 'The body is not the form it claims to be';
  }
  const part = await partOf(form.get('activity'));
  const read: ReadActivity = part === null ? { kind: 'activity', activity: { type: 'message' } } : readActivity(part);
  if (read.kind === 'malformed') return read.why;
  const parts = form.getAll('file').filter((value): value is File => typeof value !== 'string');
  if (parts.length === 0 || parts.length > FILES_MAX) return `There must be 1 to ${FILES_MAX} parts named file`;
  const files = parts.map(async (file) => ({
    name: file.name.slice(0, 200),
    type: file.type,
    bytes: Buffer.from(await file.arrayBuffer()),
  }));
  return { activity: read.activity, files: await Promise.all(files) };
}

/** A form with the activity and its files, or one file as it is. A sentence when it is neither. */
export async function readUpload({ headers, body }: ChannelRequest): Promise<Upload | string> {
  const contentType = headers['content-type'] ?? '';
  if (/^multipart\/form-data\b/i.test(contentType)) return readForm(body, contentType);
  if (body.length === 0) return 'There is no file';
  const name = /filename="?([^";]+)/i.exec(headers['content-disposition'] ?? '')?.[1] ?? 'file';
  return { activity: { type: 'message' }, files: [{ name: name.slice(0, 200), type: contentType, bytes: body }] };
}

const KINDS: Readonly<Record<string, string>> = { image: 'image', audio: 'voice', video: 'video' };

const kindOf = (type: string): string => KINDS[type.split('/')[0] ?? ''] ?? 'file';

export interface Keeper {
  /** Keeps them, or says why not. */
  keep(conversation: string, files: Upload['files'], inbox: Inbox): Promise<Attachment[] | ChannelResponse>;
}

export function createKeeper(account: ChannelAccount, now: () => number): Keeper {
  const kept = new Map<string, number[]>();

  function isTooMany(conversation: string, count: number): boolean {
    const recent = (kept.get(conversation) ?? []).filter((at) => at > now() - HOUR_MS);
    if (recent.length + count > FILES_AN_HOUR) return true;
    if (kept.size >= COUNTED_MAX) kept.clear();
    kept.set(conversation, [...recent, ...Array.from({ length: count }, now)]);
    return false;
  }

  return {
    async keep(conversation, files, inbox) {
      if (isTooMany(conversation, files.length)) return failure(429, 'TooManyRequests', 'Too many files for one hour');
      try {
        const ids = await Promise.all(files.map(({ bytes, type }) => inbox.keep(account, bytes, type)));
        return files.map(({ name, type }, i) => ({ kind: kindOf(type), id: ids[i]!, name }));
      } catch (error) {
        if (!(error instanceof AppError) || error.status >= 500) throw error;
        return error.status === 413 ? failure(413, 'BadArgument', 'The file is too large') : badArgument(error.message);
      }
    },
  };
}
