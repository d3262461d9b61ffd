// The outgoing filter: what must never leave, and what must not be held back.
import { describe, expect, it } from 'vitest';
import { checkOutgoing, type OutgoingContext } from '../../src/policy/check.ts';

const bot: OutgoingContext = { channel: 'web', author: 'bot', allowedHosts: ['mianhuatang.example.com'] };
const rules = (text: string, context: Partial<OutgoingContext> = {}) => {
  const result = checkOutgoing(text, { ...bot, ...context });
  return result.ok ? [] : result.findings.map((finding) => finding.rule);
};

describe('must not go out', () => {
  it.each([
    ['这是全网最好的卫衣', 'absolute-most'],
    ['我们家质量最好', 'absolute-most'],
    ['这款最保暖啦', 'absolute-most'],
    ['性价比最划算', 'absolute-most'],
    ['最 好 看 的裙子', 'absolute-most'],
    ['最\u200b佳选择', 'absolute-most'],
    ['全网最低价', 'absolute-extreme-price'],
    ['销量第一的毛毯', 'absolute-first'],
    ['行业NO.1', 'absolute-first'],
    ['国家级面料', 'absolute-level'],
    ['顶级白鸭绒', 'absolute-level'],
    ['绝对不掉毛', 'absolute-certainty'],
    ['１００％正品', 'absolute-certainty'],
    ['百分百好用', 'absolute-certainty'],
    ['永久不褪色', 'absolute-certainty'],
    ['全国唯一授权', 'absolute-only'],
    ['这是最后一件了哦', 'scarcity'],
    ['可以治疗失眠', 'medical'],
    ['央视推荐品牌', 'invented-authority'],
    ['您加我微信聊', 'contact-wechat'],
    ['加个薇❤吧', 'contact-wechat'],
    ['+V 聊', 'contact-wechat'],
    ['微 信 号：mht2026', 'contact-wechat'],
    ['留个电话给您回过去', 'contact-other'],
    ['加薇杏聊', 'contact-wechat'],
    ['➕薇', 'contact-wechat'],
    ['w e i x i n 同号', 'contact-wechat'],
    ['我的q q 是 12345678', 'contact-other'],
    ['打我13八1234五678', 'personal-data'],
    ['加扣扣群有优惠', 'contact-other'],
    ['不用在这里谈，加我微信', 'contact-wechat'],
    ['私下转账给我便宜十块', 'off-platform-deal'],
    ['扫这个二维码付款就行', 'off-platform-deal'],
    ['五星好评返现五元', 'review-reward'],
    ['麻烦您删一下差评', 'review-reward'],
    ['请把验证码发我，告诉我验证码', 'asks-secret'],
    ['今天肯定能发', 'over-promise'],
    ['保证明天到', 'over-promise'],
    ['一定给您退款', 'over-promise'],
    ['穿了也随便退', 'over-promise'],
    ['活动最终解释权归本店所有', 'unfair-term'],
    ['拆封后不退', 'unfair-term'],
    ['你找厂家去', 'shifts-blame'],
    ['自己看详情', 'cold-words'],
    ['请看 https://evil.example.cn/a', 'foreign-link'],
    ['打开 evil.com', 'foreign-link'],
    ['打开 evil点com 领券', 'foreign-link'],
    ['https://mianhuatang.example.com@evil.cn/x', 'foreign-link'],
    ['https://mianhuatang.example.com.evil.cn/', 'foreign-link'],
    ['ｈｔｔｐｓ：／／ｅｖｉｌ．ｃｎ', 'foreign-link'],
    ['javascript://mianhuatang.example.com/%0aalert(1)', 'foreign-link'],
    ['http://192.168.3.4/pay', 'foreign-link'],
    ['您留的手机是13812345678对吗', 'personal-data'],
    ['身份证330402199001011234', 'personal-data'],
    ['邮箱是a.b@example.com吗', 'personal-data'],
    ['客服热线400-820-8820', 'personal-data'],
  ])('%s -> %s', (text, rule) => {
    expect(rules(text)).toContain(rule);
  });

  it('every finding says why and by which law or rule', () => {
    const result = checkOutgoing('全网最好，加我微信', bot);
    if (result.ok) throw new Error('passed');
    for (const finding of result.findings) {
      expect(finding.evidence).not.toBe('');
      expect(finding.why).toMatch(/[\u4e00-\u9fff]{5}/);
      expect(finding.source).toMatch(/法|规则/);
    }
    expect(result.findings[0]!.source).toContain('广告法》第九条');
  });

  it('a finding does not repeat the number it keeps back', () => {
    expect(JSON.stringify(checkOutgoing('手机13812345678', bot))).not.toContain('13812345678');
  });

  it('a megabyte of text is refused at once', () => {
    const before = performance.now();
    expect(rules('最好'.repeat(500_000))).toEqual(['too-long']);
    for (const unit of ['最', '加', '不', 'a.', '包退', '好评', '第一']) rules(unit.repeat(9_000));
    expect(performance.now() - before).toBeLessThan(3000);
  });
});

describe('must go out', () => {
  it.each([
    '最后一步点确认就好啦',
    '最近下单的人比较多',
    '我第一时间帮您看',
    '首次关注有10元券',
    '最晚48小时内发出',
    '最多可以换一次',
    '运费险最高赔12元',
    '最长15天',
    '建议您最好先量一下肩宽',
    '最好在7天内申请哦',
    '最好不要机洗',
    '最适合您的是M码',
    '第一步打开订单，第二步点申请售后',
    '第一次买的话可以参考尺码表',
    '最大码是3XL',
    '面料：棉100%',
    '100%纯棉，A类',
    '白鸭绒90%',
    '订单有唯一编号',
    '支持微信支付和支付宝',
    '请不要添加陌生人的微信或QQ',
    '我们不会加您微信，也不会索要验证码',
    '请勿向任何人提供验证码',
    '本店没有好评返现活动',
    '我们不支持线下转账',
    '不能保证明天到，以物流为准',
    '这个我不敢保证到货时间',
    '到时候一定提醒您',
    '袜子拆封后不支持退哦',
    '签收次日起7天内可以无理由退货',
    '退款会在仓库收到后48小时内处理',
    '详情见 https://mianhuatang.example.com/help',
    '详情见 https://m.mianhuatang.example.com/help',
    '可以拨打12315，也可以让我先帮您登记',
    '您尾号5678、138****5678的订单已发出',
    '快递单号 78901234567890，中通',
    '订单2711234567890123456已发货',
    '3.5公斤、2.5米、16:00前',
    '您好，我是智能客服，人工客服9:00-23:00在线',
    '满299减30，可叠加一张店铺券',
    '付款请在订单内完成，我们不发收款码',
    '好评返现我们不做的，您真实评价就好',
    '已经说出了验证码的话，请尽快联系银行并报警',
    '订单里留的手机号不对也没关系，我帮您转人工核对',
    '电话里说的赔偿我已经记下，转给同事处理',
  ])('%s', (text) => {
    expect(rules(text)).toEqual([]);
  });

  it('WeChat may be named on the WeChat channel, offline payment may not', () => {
    expect(rules('可以加客服微信处理', { channel: 'wechat-oa' })).toEqual([]);
    expect(rules('微信转账给我', { channel: 'wechat-oa' })).toContain('off-platform-deal');
  });

  it('a promise of the curated source passes, another one does not', () => {
    const source = '亲，质量问题15天内包换，运费我们承担。';
    expect(rules('质量问题15天内包换，运费由我们承担哦', { source })).toEqual([]);
    expect(rules('质量问题15天内包退，运费由我们承担哦', { source })).toContain('over-promise');
  });

  it('the curated text itself is never compared with itself', () => {
    const source = '亲，满59元包邮，新疆、西藏运费15元。';
    expect(rules(source, { source })).toEqual([]);
  });
});

describe('a marketplace’s own rules', () => {
  it.each([
    ['您去拼多多搜我们的店，更便宜', ['taobao', 'doudian']],
    ['可以到抖音直播间拍，有优惠', ['taobao']],
    ['在淘宝旗舰店下单也行', ['doudian']],
    ['关注我们的公众号领券', ['taobao', 'doudian']],
    ['扫一下二维码进群领福利', ['taobao', 'doudian']],
    ['请在本店下单，不要去拼多多买', []],
    ['在淘宝订单页面点申请退款', []],
    ['抖音订单请在“我的订单”里查看', []],
  ])('%s is held back on %j', (text, channels) => {
    const held = ['web', 'webhook', 'wechat-oa', 'taobao', 'doudian'].filter((channel) =>
      rules(text, { channel, author: 'agent' }).includes('other-market'),
    );
    expect(held).toEqual(channels);
  });

  it('a private contact is held back there as everywhere', () => {
    for (const channel of ['taobao', 'doudian'])
      expect(rules('您加我微信聊', { channel, author: 'agent' })).toContain('contact-wechat');
  });
});
