// What happens on an official account besides messages: following, scanning, tapping its menu. Pure.
import type { Fields } from '../wechat/envelope.ts';
import { type Content, GREETED, type Product, trimmed } from '../wechat/message.ts';

const HAN = /\p{Script=Han}/u;

/**
 * A tapped menu is what its key says: words as a shopper would type them, or the value of a choice (`human`, `faq:…`).
 * Following and scanning are greeted. Everything else calls for no answer: VIEW has left for a web page, LOCATION is reported
 * by the phone alone.
 */
function readEvent(event: string, fields: Fields): Content | null {
  const key = trimmed(fields, 'EventKey');
  switch (event) {
    case 'subscribe':
      return { text: '[关注]', payload: { opening: 'follow', choice: GREETED } };
    case 'SCAN':
      return { text: '[扫码]', payload: { opening: 'scan', choice: GREETED } };
    case 'CLICK':
      if (key === '') return null;
      return { text: HAN.test(key) ? key : `[菜单] ${key}`, payload: { opening: 'click', choice: key } };
    default:
      return null;
  }
}

/**
 * Sessions of WeChat's own desk. Shoppers are left to it by us, or a person of the shop takes one there, whatever the account
 * is set to: either way a person speaks. (Names as in wikis of the platform; not in its current pages.)
 */
const SESSIONS = { kf_create_session: true, kf_switch_session: true, kf_close_session: false };

export const officialAccount: Product = { kinds: {}, event: readEvent, sessions: SESSIONS };
