// What a canned response may leave open; filled in where it is used. Plain data, so that the browser can carry it.

export const PHRASE_VARIABLES = [
  '顾客昵称',
  '订单号',
  '商品名',
  '快递公司',
  '快递单号',
  '物流进度',
  '客服姓名',
] as const;
export type PhraseVariable = (typeof PHRASE_VARIABLES)[number];
