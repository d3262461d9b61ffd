// Which kind of picture some bytes are, by the bytes alone: names and declared types are anybody's claim. Pure.

export type PictureType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif';

export const PICTURE_BYTES_MAX = 10 * 1024 * 1024;

const starts = (bytes: Uint8Array, at: number, signature: readonly number[]): boolean =>
  signature.every((byte, i) => bytes[at + i] === byte);

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

// W3C PNG 5.2; ITU T.81 B.1.1 (SOI and the next marker); GIF89a 17; WebP container: RIFF....WEBP
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];

/** Null for everything else; SVG is a document that may carry script, and no picture here. */
export function pictureType(bytes: Uint8Array): PictureType | null {
  if (starts(bytes, 0, PNG)) return 'image/png';
  if (starts(bytes, 0, JPEG)) return 'image/jpeg';
  if (starts(bytes, 0, ascii('GIF87a')) || starts(bytes, 0, ascii('GIF89a'))) return 'image/gif';
  if (starts(bytes, 0, ascii('RIFF')) && starts(bytes, 8, ascii('WEBP'))) return 'image/webp';
  return null;
}

/** Only to say clearly why it is refused. */
export const looksLikeMarkup = (bytes: Uint8Array): boolean =>
  /^\s*(?:<\?xml|<!doctype|<!--|<svg|<html)/i.test(
    Buffer.from(bytes.subarray(0, 512)).toString('utf8').replace('\uFEFF', ''),
  );
