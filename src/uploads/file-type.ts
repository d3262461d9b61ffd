// Which kind of file some bytes are, by the bytes alone, as far as somebody at the desk can use it. Pure.
import { type PictureType, pictureType } from './pictures.ts';

export type FileType =
  | PictureType
  | 'audio/amr'
  | 'audio/mpeg'
  | 'audio/wav'
  | 'audio/ogg'
  | 'audio/silk'
  | 'video/mp4'
  | 'application/pdf'
  | 'text/plain'
  | 'application/octet-stream';

const at = (bytes: Buffer, from: number, text: string): boolean =>
  bytes.subarray(from, from + text.length).toString('latin1') === text;

/** An MPEG audio frame: eleven bits set, then a version, a layer and a bit rate that exist (ISO 11172-3, 2.4.1.3). */
const isMpegFrame = (bytes: Buffer): boolean =>
  bytes[0] === 0xff &&
  (bytes[1]! & 0xe0) === 0xe0 &&
  (bytes[1]! & 0x18) !== 0x08 &&
  (bytes[1]! & 0x06) !== 0 &&
  (bytes[2]! & 0xf0) !== 0xf0;

const isPlainText = (bytes: Buffer): boolean => {
  const text = bytes.toString('utf8');
  return !text.includes('\uFFFD') && !text.includes('\0');
};

/**
 * By the signatures of RFC 4867 (AMR), ID3, RFC 3533 (Ogg), ISO 14496-12 (MP4), RIFF, ISO 32000 (PDF); SILK is what WeChat's
 * apps record. What is called text and reads as text is text; everything else is bytes that are only ever saved.
 */
export function fileType(bytes: Buffer, claimed: string): FileType {
  const picture = pictureType(bytes);
  if (picture !== null) return picture;
  if (at(bytes, 0, '#!AMR')) return 'audio/amr';
  if (at(bytes, 0, '#!SILK') || at(bytes, 1, '#!SILK')) return 'audio/silk';
  if (at(bytes, 0, 'OggS')) return 'audio/ogg';
  if (at(bytes, 0, 'RIFF') && at(bytes, 8, 'WAVE')) return 'audio/wav';
  if (at(bytes, 4, 'ftyp')) return 'video/mp4';
  if (at(bytes, 0, '%PDF-')) return 'application/pdf';
  if (at(bytes, 0, 'ID3') || isMpegFrame(bytes)) return 'audio/mpeg';
  if (/^text\/plain\b/i.test(claimed) && isPlainText(bytes)) return 'text/plain';
  return 'application/octet-stream';
}
