// WeChat's XML in and out. In: only the plain shape the platform sends; anything cleverer is refused before a parser sees it.
import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** Top-level fields with text; nested ones (scan and picture events) are left out. */
export type Fields = Readonly<Record<string, string | undefined>>;

const MAX_NESTING = 8;
/** Where the parser puts what stands between the fields. */
const TEXT_NODE = '#text';

const parser = new XMLParser({
  ignoreAttributes: true,
  textNodeName: TEXT_NODE,
  parseTagValue: false,
  processEntities: false,
  trimValues: false,
  maxNestedTags: MAX_NESTING,
});

const DECLARATION = /^\uFEFF?\s*(<\?xml[^<>]*\?>\s*)?/;
const TAG = /<\/?[A-Za-z_][\w.-]*\s*\/?>/y;
const CDATA = '<![CDATA[';

/**
 * True when the markup consists of bare tags and CDATA only: no DOCTYPE, entity, comment, instruction or attribute.
 * CDATA is skipped as a whole, so that a shopper may well write `<!DOCTYPE html>`.
 */
function isBareMarkup(xml: string): boolean {
  for (let at = xml.indexOf('<'); at !== -1; at = xml.indexOf('<', at)) {
    if (xml.startsWith(CDATA, at)) {
      const end = xml.indexOf(']]>', at);
      if (end === -1) return false;
      at = end + 3;
    } else {
      TAG.lastIndex = at;
      if (!TAG.test(xml)) return false;
      at = TAG.lastIndex;
    }
  }
  return true;
}

/** The fields of `<xml>…</xml>`, or null when it is anything but a well-formed flat message without repeated fields. */
export function readXml(source: string): Fields | null {
  const xml = source.replace(DECLARATION, '');
  if (!isBareMarkup(xml)) return null;
  let root: unknown;
  try {
    if (XMLValidator.validate(xml) !== true) return null;
    root = (parser.parse(xml) as Record<string, unknown>).xml;
  } catch {
    return null;
  }
  if (typeof root !== 'object' || root === null || Array.isArray(root)) return null;
  const fields: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(root)) {
    // Two fields of one name: which one is meant would depend on the reader.
    if (Array.isArray(value)) return null;
    if (typeof value === 'string' && name !== TEXT_NODE) fields[name] = value;
  }
  return fields;
}

/** Characters XML 1.0 has no way to carry. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be removed
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const cdata = (text: string) =>
  `<![CDATA[${text.toWellFormed().replace(NOT_XML, '').replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

interface ReplyHead {
  to: string;
  from: string;
  /** In seconds; repeated by the caller for a retry, so that the bytes stay the same. */
  createdAt: string;
}

const reply = ({ to, from, createdAt }: ReplyHead, type: string, content: string): string =>
  `<xml><ToUserName>${cdata(to)}</ToUserName><FromUserName>${cdata(from)}</FromUserName>` +
  `<CreateTime>${createdAt}</CreateTime><MsgType><![CDATA[${type}]]></MsgType>${content}</xml>`;

/** A passive text reply. */
export const textReply = (head: ReplyHead & { text: string }): string =>
  reply(head, 'text', `<Content>${cdata(head.text)}</Content>`);

/**
 * Hands the shopper over to WeChat's own desk: developers.weixin.qq.com/doc/service/en/guide/product/kf/forwarding.html.
 * Never the answer to an event.
 */
export const transferReply = (head: ReplyHead): string => reply(head, 'transfer_customer_service', '');

/** The envelope of an encrypted reply; `signature` is made over its own timestamp, nonce and ciphertext. */
export function sealedReply(sealed: {
  encrypted: string;
  signature: string;
  timestamp: string;
  nonce: string;
}): string {
  return (
    `<xml><Encrypt>${cdata(sealed.encrypted)}</Encrypt><MsgSignature>${cdata(sealed.signature)}</MsgSignature>` +
    `<TimeStamp>${sealed.timestamp}</TimeStamp><Nonce>${cdata(sealed.nonce)}</Nonce></xml>`
  );
}
