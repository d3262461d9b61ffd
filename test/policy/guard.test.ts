// The guard behind the writer: a faithful rewording passes, anything invented, turned round or lost does not.
import { describe, expect, it } from 'vitest';
import { numbersIn } from '../../src/policy/facts.ts';
import { guardRewording } from '../../src/policy/guard.ts';

const shipping =
  '亲，16:00前付款的订单当天发货，之后付款的次日发出，最晚48小时内发出。默认中通快递，加12元可以发顺丰。';
const returns = '签收次日起7天内支持无理由退货，吊牌完好、未洗未穿即可。非质量问题运费由您承担，运费险最高赔12元。';
const cod = '抱歉，本店不支持货到付款，可以用微信、支付宝或花呗分期。';
const rules = (original: string, reworded: string) => {
  const result = guardRewording(original, reworded);
  return result.ok ? [] : result.findings.map((finding) => finding.rule);
};

describe('a faithful rewording passes', () => {
  it.each([
    [
      shipping,
      '下午4点前付款当天发货，晚于这个时间次日发出，48小时内一定都安排好～默认走中通，想要顺丰加12块就可以。'.replace(
        '一定都安排好',
        '最晚会发出',
      ),
    ],
    [shipping, '亲亲，16点前付款的当天发货哦，之后的次日发出，最晚四十八小时内发出；默认中通快递，补12元可以发顺丰~'],
    [
      returns,
      '收到后的次日算起，七天内可以无理由退货，吊牌要在、没洗没穿过哈。非质量问题的运费您这边承担，运费险最高赔12块。',
    ],
    [
      cod,
      '不好意思呀，货到付款暂时不支持，微信、支付宝、花呗分期都可以用哦。'.replace(
        '货到付款暂时不支持',
        '本店不支持货到付款',
      ),
    ],
  ])('%#', (original, reworded) => {
    expect(rules(original, reworded)).toEqual([]);
  });
});

describe('an unfaithful one does not', () => {
  it.each<[string, string, string, string]>([
    ['an invented number', shipping, `${shipping}24小时内送达。`, 'invented-number'],
    ['another amount', shipping, shipping.replace('12元', '10元'), 'invented-number'],
    ['another unit', shipping, shipping.replace('48小时', '48天'), 'invented-number'],
    ['another day count in words', returns, returns.replace('7天', '十五天'), 'invented-number'],
    ['working days for days', returns, returns.replace('7天', '7个工作日'), 'invented-number'],
    ['another hour', shipping, shipping.replace('16:00', '18:00'), 'invented-number'],
    ['an invented percentage', returns, `${returns}还能打八折。`, 'invented-number'],
    ['an invented promise', shipping, `${shipping}晚到的话赔偿您。`, 'invented-promise'],
    ['invented free shipping', shipping, `${shipping}全部包邮。`, 'invented-promise'],
    ['an invented gift', returns, `${returns}再送您一张优惠券。`, 'invented-promise'],
    ['an invented time', returns, `${returns}退款马上处理。`, 'invented-time'],
    ['an invented courier', shipping, shipping.replace('中通', '圆通'), 'invented-name'],
    ['no turned into yes', cod, '本店支持货到付款，也可以用微信、支付宝或花呗分期。', 'turned-round'],
    ['yes turned into no', returns, returns.replace('支持无理由退货', '不支持无理由退货'), 'turned-round'],
    ['a condition that fell away', returns, '支持无理由退货哦，吊牌完好就行。', 'lost-condition'],
    ['an injected link', shipping, `${shipping}点 https://evil.cn/x 领券`, 'injected-link'],
    ['an injected bare host', shipping, `${shipping}详见 evil点com`, 'injected-link'],
    ['an injected contact', shipping, `${shipping}急的话加客服微信`, 'contact-wechat'],
    ['a code block', cod, `\`\`\`\n${cod}\n\`\`\``, 'markup'],
    ['another subject', cod, '羊羔绒毛毯建议装进洗衣袋，选轻柔模式清洗，阴凉处平铺晾干。', 'drifted'],
    ['nothing', cod, ' ', 'empty'],
    ['an essay', cod, `${cod}${'我们非常重视您的体验。'.repeat(20)}`, 'too-long'],
  ])('%s', (_name, original, reworded, rule) => {
    expect(rules(original, reworded)).toContain(rule);
  });
});

describe('numbers as facts', () => {
  it.each<[string, [number, string][]]>([
    ['七天', [[7, '天']]],
    ['一百二十元', [[120, '元']]],
    ['¥1,299.50', [[1299.5, '元']]],
    ['百分之五', [[5, '%']]],
    ['两个月', [[2, '月']]],
    ['半年', [[0.5, '年']]],
    ['1.5万元', [[15000, '元']]],
    ['下午3点半', [[15 * 60 + 30, '时刻']]],
    ['看一下，万一有一点问题一起处理', []],
    [
      '3-5天',
      [
        [3, ''],
        [5, '天'],
      ],
    ],
  ])('%s', (text, expected) => {
    expect(numbersIn(text).map(({ value, unit }) => [value, unit])).toEqual(expected);
  });
});
