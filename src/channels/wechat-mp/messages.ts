// What only a mini program has: its cards, and shoppers who enter customer service from a page. Pure.
import type { Card, MessagePayload } from '../../contract/conversation.ts';
import type { Fields } from '../wechat/envelope.ts';
import { type Content, factsOf, GREETED, type Product, trimmed } from '../wechat/message.ts';

const CARD_FACTS = ['Title', 'AppId', 'PagePath', 'ThumbUrl', 'ThumbMediaId'];

/** `pages/goods?goods_id=12`, `{"orderId":"12"}`: what shops call it differs, the shape does not. */
const idIn = (text: string, names: string): string | undefined =>
  new RegExp(`(?:^|[?&{,"'\\s])(?:${names})_?id["']?\\s*[=:]\\s*["']?([\\w-]{1,64})`, 'i').exec(text)?.[1];

/** Which order or product a page or a session is about, as far as its address says so. */
function aboutOf(text: string): Pick<MessagePayload, 'orderId' | 'productId'> {
  const orderId = idIn(text, 'order|trade');
  const productId = idIn(text, 'product|goods|item|spu');
  return { ...(orderId !== undefined && { orderId }), ...(productId !== undefined && { productId }) };
}

/** The words are those of our own page, so that the bot understands both alike. */
function readCard(fields: Fields): Content {
  const path = trimmed(fields, 'PagePath');
  const about = aboutOf(path);
  const title = trimmed(fields, 'Title');
  const facts = { msgType: 'miniprogrampage', ...factsOf(fields, CARD_FACTS) };
  if (title === '') return { text: '[小程序卡片]', payload: { ...about, platform: facts } };
  const kind = about.orderId === undefined ? 'product' : 'order';
  const card: Card = { kind, id: about.orderId ?? about.productId ?? path, title, detail: path, price: null };
  const text = kind === 'order' ? `我要咨询的订单：${title}（订单号 ${card.id}）` : `我想咨询这款商品：${title}`;
  return { text, payload: { ...about, card, platform: facts } };
}

function readEvent(event: string, fields: Fields): Content | null {
  if (event !== 'user_enter_tempsession') return null;
  const from = trimmed(fields, 'SessionFrom');
  return {
    text: '[进入客服会话]',
    payload: { opening: 'enter', choice: GREETED, ...aboutOf(from), platform: factsOf(fields, ['SessionFrom']) },
  };
}

export const miniProgram: Product = { kinds: { miniprogrampage: readCard }, event: readEvent, sessions: {} };
