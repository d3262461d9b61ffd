// What only one platform forbids, or only this shop, is held back from the bot there, and nowhere else.
import { expect, test } from 'vitest';
import { brokenHere } from '../../src/bot/channel-rules.ts';

const WORDS = [{ word: '最低价', why: '老板不让说' }];

test.each([
  ['关注我们的公众号领券', ['taobao', 'doudian']],
  ['在淘宝旗舰店下单也行', ['doudian']],
  ['可以到抖音直播间拍，有优惠', ['taobao']],
  ['本店支持七天无理由退货，运费由买家承担', []],
])('%s is held back on %j', (text, channels) => {
  const held = ['web', 'webhook', 'wechat-oa', 'wechat-mp', 'wecom-kf', 'taobao', 'doudian'].filter(
    (channel) => brokenHere(['好的', text], channel, []) !== null,
  );
  expect(held).toEqual(channels);
});

test('the shop’s own words hold for the bot on every channel, however they are spaced', () => {
  for (const channel of ['web', 'wechat-oa', 'taobao'])
    expect(brokenHere(['这是全网最 低 价'], channel, WORDS)).toMatchObject({ rule: 'shop-word', why: '老板不让说' });
  expect(brokenHere(['价格以页面为准'], 'web', WORDS)).toBeNull();
});
