// Masking: nothing personal stays, nothing that makes the question a question goes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMaskLedger, findPersonalData, maskPersonalData } from '../../src/policy/mask.ts';

describe('personal data is replaced by its kind', () => {
  it.each([
    ['我的手机号13812345678帮我改', '我的手机号〔手机号〕帮我改'],
    ['电话138-1234-5678谢谢', '电话〔手机号〕谢谢'],
    ['打 138 1234 5678 找我', '打 〔手机号〕 找我'],
    ['＋86 １３８１２３４５６７８', '＋〔手机号〕'],
    ['+8613812345678', '〔手机号〕'],
    ['一三八一二三四五六七八', '〔手机号〕'],
    [
      '1\ufe0f\u20e33\ufe0f\u20e38\ufe0f\u20e31\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34\ufe0f\u20e35\ufe0f\u20e36\ufe0f\u20e37\ufe0f\u20e38\ufe0f\u20e3',
      '〔手机号〕\ufe0f\u20e3',
    ],
    ['138\u200b1234\u200b5678', '〔手机号〕'],
    ['打我13八1234五678', '打我〔手机号〕'],
    ['13812345678一件都没收到', '〔手机号〕一件都没收到'],
    ['打①③⑧①②③④⑤⑥⑦⑧', '打〔手机号〕'],
    ['打138*1234*5678谢谢', '打〔手机号〕谢谢'],
    ['打138、1234、5678', '打〔手机号〕'],
    ['1,3,8,1,2,3,4,5,6,7,8', '〔手机号〕'],
    ['幺三八幺两三四五六拐八', '〔手机号〕'],
    ['٠٠٨٦ ١٣٨١٢٣٤٥٦٧٨', '〔手机号〕'],
    ['证 330402/19900101/1230 号', '证 〔身份证号〕 号'],
    ['卡六二二二零二一二三四五六七八九零一二八', '卡〔银行卡号〕'],
    ['座机 0573-82345678', '座机 〔电话〕'],
    ['身份证 330402199001011234 要吗', '身份证 〔身份证号〕 要吗'],
    ['33040219900101123X', '〔身份证号〕'],
    ['退到6222021234567890128这张卡', '退到〔银行卡号〕这张卡'],
    ['卡号 6222 0212 3456 7890 128', '卡号 〔银行卡号〕'],
    ['发票发 Zhang.San@example.com.cn 吧', '发票发 〔邮箱〕 吧'],
    ['订单 2711234567890123456 到哪了', '订单 〔订单号〕 到哪了'],
    ['订单号：M20261101008', '订单号：〔订单号〕'],
    ['单号是JB-20261101-77', '单号是〔订单号〕'],
    ['快递单号78901234567890', '快递单号〔运单号〕'],
    ['SF1234567890123 显示签收', '〔运单号〕 显示签收'],
    ['加我微信 mianhua_2026', '加我微信 〔账号〕'],
    ['我qq号是12345678', '我qq号是〔账号〕'],
    ['收货人：王小明，电话13812345678', '收货人：〔姓名〕，电话〔手机号〕'],
    ['浙江省杭州市西湖区文三路100号3栋502室', '〔地址〕'],
    ['地址改成广东省深圳市南山区科技园路12号', '地址改成〔地址〕'],
    ['上海市浦东新区阳光花园', '〔地址〕'],
    ['我家在解放路12号2单元', '我家在〔地址〕'],
    ['寄到江苏省南京市鼓楼区中山北路88号2单元301，谢谢', '寄到〔地址〕，谢谢'],
  ])('%s', (text, expected) => {
    expect(maskPersonalData(text)).toBe(expected);
  });

  it.each([
    '满59包邮吗，我买了2件159的卫衣',
    '身高165体重120斤穿什么码',
    '发到新疆要多少天',
    '杭州今天能发货吗',
    '浙江到北京几天',
    '150x200的毛毯和180x200的差多少',
    '11月20日下单，11.23还没发',
    '价格199.00元，三天后降到169',
    'P1001 云朵连帽卫衣 有 XL 吗',
    '微信支付可以吗，支付宝呢',
    '12315 投诉电话',
    '顺丰加12元，16:00前付款当天发',
    '一二三四五，上山打老虎',
    '我买的订单什么时候到',
    '这条路线的快递慢吗',
    '新疆维吾尔自治区包邮吗',
    '发到浙江省杭州市要走哪条路',
    '有165/170/175/180/185的吗',
    '这三款1599、199、1299哪个好',
    '2026/11/23 16:00 下的单',
    '39,40,41,42,43,44,45,46 哪些码有货',
    '一、二、三、四、五、六、七、八、九、十',
    '广东省深圳市南山区能送到吗',
  ])('left alone: %s', (text) => {
    expect(maskPersonalData(text)).toBe(text);
  });
});

describe('the ledger', () => {
  it('gives the same value the same placeholder and puts it back', () => {
    const ledger = createMaskLedger();
    const text = '13812345678 和 13912345678，还是 13812345678';
    const masked = maskPersonalData(text, ledger);
    expect(masked).toBe('〔手机号1〕 和 〔手机号2〕，还是 〔手机号1〕');
    expect(ledger.restore(masked)).toBe(text);
    expect(ledger.unknownIn(`${masked}〔手机号3〕`)).toEqual(['〔手机号3〕']);
  });

  it('no phone number survives, wherever it stands', () => {
    const phone = fc
      .tuple(fc.constantFrom('13', '15', '18', '19'), fc.integer({ min: 0, max: 999_999_999 }))
      .map(([head, tail]) => head + String(tail).padStart(9, '0'));
    const around = fc.string({
      unit: fc.constantFrom('我', '的', '号', ' ', '，', '一', '元', 'a', '\n', '😀', '〔', '路'),
      maxLength: 30,
    });
    fc.assert(
      fc.property(around, phone, around, (before, number, after) => {
        expect(maskPersonalData(before + number + after)).not.toContain(number);
      }),
    );
  });

  it('what is found never overlaps and restores exactly, for any text', () => {
    const unit = fc.constantFrom(
      '1',
      '3',
      '8',
      '0',
      '浙',
      '江',
      '省',
      '市',
      '区',
      '路',
      '号',
      '订',
      '单',
      '@',
      'a.',
      '-',
      ' ',
      '〔',
      '〕',
      'SF',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 200 }), (text) => {
        const found = findPersonalData(text);
        for (let at = 1; at < found.length; at++) expect(found[at]!.start).toBeGreaterThanOrEqual(found[at - 1]!.end);
        if (/[〔〕]/.test(text)) return;
        const ledger = createMaskLedger();
        expect(ledger.restore(maskPersonalData(text, ledger))).toBe(text);
      }),
    );
  });

  it.each(['1', '浙江省', '路', 'a@', '市区', '号', '1 ', '一'])(
    '100,000 characters of %s take no time to speak of',
    (unit) => {
      const text = unit.repeat(100_000 / unit.length);
      const before = performance.now();
      maskPersonalData(text);
      expect(performance.now() - before).toBeLessThan(1500);
    },
  );
});

describe('words that only sound like data', () => {
  it.each(['发我个收件人和电话', '收货人写谁', '收件人电话错了', '请帮我联系人工客服', '姓名地址都被知道了'])(
    '%s',
    (text) => {
      expect(maskPersonalData(text)).toBe(text);
    },
  );
});
