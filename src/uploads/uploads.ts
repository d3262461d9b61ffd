// Pictures that shoppers and agents send, and files that came through a channel: checked, kept as files in the data directory, found again by a key nobody can guess. Knows no HTTP.
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Attachment, ChannelAccount, ConversationId, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { type FileType, fileType } from './file-type.ts';
import { looksLikeMarkup, PICTURE_BYTES_MAX, type PictureType, pictureType } from './pictures.ts';
import { attachableIds, countUploads, insertUpload, type Reader, readUpload, type Uploader } from './store.ts';

export interface Uploads {
  /** @throws AppError `too_large`, `content_type`, `too_many_requests` */
  save(shopId: ShopId, by: Uploader, bytes: Buffer): Promise<{ id: string; type: PictureType }>;
  /**
   * A file of whatever kind that came through a channel. `claimed`: the platform's word for it, which decides nothing a browser would run.
   * @throws AppError `too_large`, `invalid_request` when it is empty
   */
  keep(
    account: Pick<ChannelAccount, 'id' | 'shopId'>,
    bytes: Buffer,
    claimed: string,
  ): Promise<{ id: string; type: FileType }>;
  /** Null when there is none, or not for this reader. */
  read(shopId: ShopId, id: string, reader: Reader): Promise<{ type: FileType; bytes: Buffer } | null>;
  /** Uploads as a message carries them. @throws AppError `not_found` when one of them is not this person's to send */
  attach(
    shopId: ShopId,
    ids: readonly string[],
    by: { conversationId: ConversationId; isStaff: boolean },
  ): Promise<Attachment[]>;
  close(): Promise<void>;
}

/** A shopper who photographs a whole order needs a dozen; more than this fills the disk of the shop. */
const UPLOADS_AN_HOUR = 60;
const KEY_BYTES = 18;
/** The largest that a platform passes on: videos and files of WeChat's customer service are up to 20 MB. */
export const MEDIA_BYTES_MAX = 20 * 1024 * 1024;

function check(bytes: Buffer): PictureType {
  if (bytes.length > PICTURE_BYTES_MAX) throw new AppError('too_large', '仅支持 10MB 内的图片');
  if (bytes.length === 0) throw new AppError('invalid_request', '图片是空的，请重新选择');
  const type = pictureType(bytes);
  if (type !== null) return type;
  throw new AppError(
    'content_type',
    looksLikeMarkup(bytes)
      ? 'SVG 和网页里可以藏脚本，不能上传；请截图后发送 JPEG、PNG、WebP 或 GIF 图片'
      : '仅支持 JPEG、PNG、WebP、GIF 图片',
  );
}

/** `dataDir` null (tests): a folder that goes away with the process's app. Several processes need one folder they share. */
export function createUploads({ pool, dataDir }: { pool: Pool; dataDir: string | null }): Uploads {
  let temporary: Promise<string> | null = null;
  const root = async (): Promise<string> => {
    if (dataDir !== null) return path.join(dataDir, 'uploads');
    temporary ??= mkdtemp(path.join(tmpdir(), 'jiebang-uploads-'));
    return temporary;
  };
  async function store(shopId: ShopId, by: Uploader, bytes: Buffer, type: FileType): Promise<string> {
    const id = randomBytes(KEY_BYTES).toString('base64url');
    const file = await fileOf(shopId, id);
    await mkdir(path.dirname(file), { recursive: true });
    // the file is whole before a row speaks of it
    await writeFile(`${file}.part`, bytes, { flag: 'wx', mode: 0o600 });
    await rename(`${file}.part`, file);
    await insertUpload(pool, shopId, { id, type, bytes: bytes.length, by });
    return id;
  }
  const fileOf = async (shopId: ShopId, id: string) => path.join(await root(), shopId, id);

  return {
    async save(shopId, by, bytes) {
      const type = check(bytes);
      if ('conversationId' in by && (await countUploads(pool, shopId, by.conversationId)) >= UPLOADS_AN_HOUR)
        throw new AppError('too_many_requests', '图片发得太多啦，请过一会儿再发');
      return { id: await store(shopId, by, bytes, type), type };
    },
    async keep({ id: accountId, shopId }, bytes, claimed) {
      if (bytes.length > MEDIA_BYTES_MAX) throw new AppError('too_large', '文件超过 20MB，没有保存');
      if (bytes.length === 0) throw new AppError('invalid_request', '文件是空的');
      const type = fileType(bytes, claimed);
      return { id: await store(shopId, { accountId }, bytes, type), type };
    },
    async read(shopId, id, reader) {
      const row = await readUpload(pool, shopId, id, reader);
      if (row === null) return null;
      const bytes = await readFile(await fileOf(shopId, row.id)).catch((error: NodeJS.ErrnoException) => {
        // the database came without its folder: from a backup, or on another machine
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      return bytes === null ? null : { type: row.type, bytes };
    },
    async attach(shopId, ids, by) {
      if (ids.length === 0) return [];
      const found = new Set(await attachableIds(pool, shopId, ids, by));
      if (ids.some((id) => !found.has(id))) throw new AppError('not_found', '图片不存在，请重新上传');
      return ids.map((id) => ({ kind: 'image', id }));
    },
    async close() {
      if (temporary !== null) await rm(await temporary, { recursive: true, force: true });
    },
  };
}
