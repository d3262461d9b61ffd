// What is nothing but a picture or another thing without words, and what only begins like one.
import { expect, test } from 'vitest';
import { composeClarify } from '../../src/bot/compose.ts';
import { HUMAN_CHOICE } from '../../src/bot/memory.ts';
import { notText, wordless } from '../../src/bot/not-text.ts';
import { readShopMessage } from '../../src/channels/shop-message.ts';
import { readItem } from '../../src/channels/wecom-kf/message.ts';
import { withoutCodes } from '../../src/understanding/emoji-codes.ts';

test.each([
  ['[图片]', 'media-image-received'],
  ['[图片]\n[图片]', 'media-image-received'],
  ['[语音]', 'media-voice-video'],
  ['[链接] 秋冬加厚羊羔绒毛毯', 'media-link-or-card'],
  ['[位置] 杭州市滨江区', null],
  ['[暂不支持的消息]', null],
  ['[图片]\n[语音]', 'media-voice-video'],
  ['[商品]', 'media-link-or-card'],
  ['[订单]', 'media-link-or-card'],
  ['[小程序卡片]', 'media-link-or-card'],
  ['[文件] a.pdf', null],
])('%j is answered by %s', (said, entryId) => expect(notText(said)).toMatchObject({ entryId }));

/** developer.work.weixin.qq.com/document/path/94670: what a shopper may send, with the words it may carry. */
test.each([
  ['image', {}, 'media-image-received'],
  ['voice', {}, 'media-voice-video'],
  ['video', {}, 'media-voice-video'],
  ['file', {}, '文件'],
  ['location', { name: '广州塔', address: '海珠区' }, '位置'],
  ['link', { title: '开发票要多久' }, 'media-link-or-card'],
  ['business_card', {}, '名片'],
  ['miniprogram', { title: '我的订单' }, 'media-link-or-card'],
  ['msgmenu', { head_content: '您想问什么？' }, '菜单'],
  ['channels', { nickname: '小店', title: '怎么退货' }, '视频号内容'],
  ['channels', {}, '视频号内容'],
  ['channels_shop_product', { title: '羽绒服', sales_price: '39900' }, 'media-link-or-card'],
  ['channels_shop_order', { product_titles: '羽绒服', state: '待发货' }, 'media-link-or-card'],
  ['merged_msg', { title: '群聊的聊天记录' }, '聊天记录'],
  ['meeting', {}, '会议'],
  ['schedule', {}, '日程'],
  ['note', {}, '笔记'],
])('微信客服 %s %j is told for what it is', (msgtype, content, answer) => {
  const item = readItem(
    { msgtype, [msgtype]: content, msgid: 'm', external_userid: 'wm', origin: 3, send_time: 1_800_000_000 },
    'wk',
  );
  const { text } = item.kind === 'message' ? item.inbound : { text: '' };
  const seen = notText(text);
  expect(seen?.entryId ?? seen?.called).toBe(answer);
  expect([withoutCodes(text), wordless(text)]).toEqual([text, null]);
});

test.each([
  ['item', undefined, '[商品]'],
  ['order', undefined, '[订单]'],
  ['item', '这款有货吗', '这款有货吗'],
  ['file', 'a.pdf', '[文件] a.pdf'],
  ['image', 'https://img.example/1.jpg', '[图片]'],
  ['text', 'https://s.example/1', 'https://s.example/1'],
])('a marketplace’s %s with the words %j is %j', (msg_type, content, text) => {
  const message = readShopMessage({ msg_id: '1', open_uid: 'u', msg_type, content });
  expect(message).toMatchObject({ kind: 'message', inbound: { text } });
});

test('what cannot be opened is named, and the way to a person is shown', () => {
  const knowledge = { menu: [] } as unknown as Parameters<typeof composeClarify>[2];
  const say = (called: string | null) =>
    composeClarify('unseen', [{ kind: 'faq', entryId: 'a', label: '甲' }] as never, knowledge, {
      careFirst: false,
      called,
    });
  expect(say('会议').text).toMatch(/收到您发的会议.*文字.*人工/);
  expect(say(null).text).not.toContain('收到');
  expect(say('会议').payload?.choices?.at(-1)).toEqual(HUMAN_CHOICE);
});

test.each([
  '[图片] 这个有货吗',
  '[商品] 这个有货吗',
  '[会议]\n能改时间吗',
  '[图片]\n这个有货吗',
  '这个[图片]',
  '[微笑]',
  '[关注]',
  '图片',
  '',
])('%j has to be understood', (said) => expect(notText(said)).toBeUndefined());

test.each([
  ['😂😂', 'emoji-reply'],
  ['😭！', 'emoji-reply'],
  ['[呲牙]', 'emoji-reply'],
  ['/::D', 'emoji-reply'],
  ['。。。', 'meaningless-reply'],
  ['·', 'meaningless-reply'],
  ['？', 'meaningless-reply'],
])('%j has no words: %s', (said, entryId) => expect(wordless(said)).toBe(entryId));

test.each(['嗯😂', '6', '1️⃣', 'ok', '[图片]', '[语音]', '38码？', ' ', ''])('%j is understood as before', (said) =>
  expect(wordless(said)).toBeNull(),
);
