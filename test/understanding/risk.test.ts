// The rule pack: what must fire however it is disguised, what must not however alarming it looks, and what only the learned alarm may confirm.
import { describe, expect, it } from 'vitest';
import { createRiskReader, HINT } from '../../src/understanding/risk.ts';

const reader = createRiskReader();
const grave = (text: string) =>
  reader.read(text, 'web').filter((signal) => ['R0', 'R1', 'R2'].includes(signal.level) && signal.score === 1);

describe('fires, also in disguise', () => {
  it.each([
    ['我要投诉', 'complaint'],
    ['t诉你们', 'complaint'],
    ['投su到底', 'complaint'],
    ['投 诉', 'complaint'],
    ['不退的话我要投诉', 'complaint'],
    ['东西没到 我要投诉', 'complaint'],
    ['打12三15了', 'regulator'],
    ['一二三一五见', 'regulator'],
    ['我去工商局告你们', 'regulator'],
    ['法院见', 'legal'],
    ['律师函等着', 'legal'],
    ['我要起诉你们', 'legal'],
    ['曝光你们', 'press'],
    ['这是假货', 'counterfeit'],
    ['充电的时候着火了', 'fire_shock'],
    ['划伤手流了好多血', 'injury'],
    ['穿你们的鞋滑倒骨折了', 'injury'],
    ['必须给我个说法', 'repeatedly_unsolved'],
    ['转人工', 'asks_for_human'],
    ['zhuanrengong', 'asks_for_human'],
    ['人工', 'asks_for_human'],
    ['叫你们经理来', 'asks_for_supervisor'],
    ['有人冒充你们客服说给我退款', 'scam_check'],
    ['要不要我艾特一下央视', 'press'],
    ['说好的补发 你们说话不算话', 'cheated'],
  ])('%s -> %s', (text, rule) => {
    expect(grave(text).map((signal) => signal.rule)).toContain(rule);
  });

  it('every firing says on which words', () => {
    for (const { evidence } of grave('再不处理我就打12315投诉你们假货')) expect(evidence.length).toBeGreaterThan(1);
  });
});

describe('does not fire on look-alikes and denials', () => {
  it.each([
    '不是要投诉 就问问几天到',
    '报警器怎么用',
    '差评多吗',
    '垃圾袋有吗',
    '律师袍尺码偏大吗',
    '工商银行卡能付吗',
    '改裤脚要人工费吗',
    '人工智能客服好厉害',
    '不用转人工 你说就行',
    '假发 有吗',
    '空气炸锅多大的',
    '流血大甩卖有没有',
    '优惠券过期了怎么办',
    '会不会过敏',
    '快递尾号12315的那单到哪了',
    '真人客服说已经给我升级了 想问多久有消息',
    '转人工一般要排多久',
    '上次转人工那位特别有耐心',
    '全手工还是半人工',
    '师傅今天没空 能换个人来装吗',
    '投诉过快递了 想问换货怎么走',
    '想投诉我们小区物业 打哪个电话',
    '房东不给退押金 12315管吗',
    '打官司要用的录音笔 声音清楚吗',
    '新闻里说电热毯烧起来 这款安全吗',
    '前年烫伤留了疤 这个袖套遮得住吗',
    '网上说有人卖假羽绒 你家怎么验',
    '是不是正品 扫哪里',
    '“黑店”字样的T恤有黑色吗',
    '拆开看了一眼还能退吗 怕不给退',
    '抬头是市场监督管理局 我们单位采购',
    '寄到公安局家属院几天能到',
    '表姐在法院上班 送她大衣会不会太艳',
    '举报楼道堆杂物归谁管',
    '老师投诉我娃上课玩橡皮 有不容易抠烂的吗',
    '绣“投诉无门”四个字能做吗',
    '高仿真的娃娃能洗澡吗',
    '第一次买 怕碰上高仿 怎么验',
    '甲醛检测盒准不准',
    '骨折在家躺着 要好穿脱的裤子',
    '热水袋灌满会爆吗',
    '本来准备写差评 结果真香',
    '不好意思投诉了 太贴心',
    '上次投诉过的那家快递能换吗',
    '隔壁店老板态度差 来看看你家',
    '听说你们店要倒闭了 还能买不',
    '真人客服帮我弄好了 谢啦',
    '我妈在街道接投诉电话 想买个护腰靠垫',
    '我们公司投诉处理组要买十双拖鞋',
    '楼上老来投诉我家椅子响 有毡垫吗',
    '刚提了店长 想换双像样的皮鞋',
  ])('%s', (text) => {
    expect(grave(text)).toEqual([]);
  });

  it('a real one beside a harmless one still fires', () => {
    expect(grave('律师袍质量这么差 我要投诉').map((signal) => signal.rule)).toContain('complaint');
    expect(grave('人工费的事 转人工').map((signal) => signal.rule)).toContain('asks_for_human');
    expect(grave('昨天转人工没人理 现在给我转人工').map((signal) => signal.rule)).toContain('asks_for_human');
    expect(grave('新闻里烧起来的就是这种 我家这床也冒烟了').map((signal) => signal.rule)).toContain('fire_shock');
    expect(grave('网上说有人卖假羽绒 你们卖的就是假货').map((signal) => signal.rule)).toContain('counterfeit');
    expect(grave('人工客服说给我退 结果没退 我要投诉').map((signal) => signal.rule)).toContain('complaint');
    expect(grave('我侄子在市场监督管理局上班 你们等着').map((signal) => signal.rule)).toContain('regulator');
    expect(grave('我在法院上班 明天就起诉你们').map((signal) => signal.rule)).toContain('legal');
    expect(grave('我妈打电话要你们处理投诉 没人理').map((signal) => signal.rule)).toContain('complaint');
    expect(grave('我要找你们公司投诉部').map((signal) => signal.rule)).toContain('complaint');
    expect(grave('叫个能当店长的出来').map((signal) => signal.rule)).toContain('asks_for_supervisor');
    expect(grave('本来准备写差评 结果你们还骂我 投诉').map((signal) => signal.rule)).toContain('complaint');
  });
});

describe('hints', () => {
  it('a bare word is only a hint, which the learned alarm may confirm', () => {
    const hints = reader.read('我是律师 上班穿你们夹克合适不', 'web').concat(reader.read('记者也买你们家', 'web'));
    for (const hint of hints) expect(hint.score).toBe(HINT);
  });

  it('what misleads is cut out of what the classifier reads, and nothing else', () => {
    expect(reader.withoutLookAlikes('不用转人工 你告诉我怎么退')).not.toContain('人工');
    expect(reader.withoutLookAlikes('律师袍有卖吗')).toBe('有卖吗');
    expect(reader.withoutLookAlikes('人工费')).toBe('人工费');
    expect(reader.withoutLookAlikes('转人工')).toBe('转人工');
  });
});

describe('the packs of the channels', () => {
  const ALL = ['web', 'webhook', 'wechat-oa', 'taobao', 'doudian'];
  const names = (text: string, channel: string) => reader.read(text, channel).map((signal) => signal.rule);

  it.each([
    ['加个微信呗', 'off_platform_contact', ['webhook', 'taobao', 'doudian']],
    ['加个V呗 便宜点', 'off_platform_contact', ['webhook', 'taobao', 'doudian']],
    ['留个手机号给我', 'off_platform_contact', ['webhook', 'taobao', 'doudian']],
    ['不走平台 私下卖我一件', 'off_platform_payment', ALL],
    ['发个收款码来', 'off_platform_payment', ALL],
    ['转发朋友圈有优惠吗', 'share_reward', ['wechat-oa']],
    ['我要投诉', 'complaint', ALL],
  ])('%s is %s on %j and nowhere else', (text, rule, channels) => {
    expect(ALL.filter((channel) => names(text, channel).includes(rule))).toEqual(channels);
  });

  it.each(['微信支付可以吗', '他让我加他微信', '关注店铺怎么取消', '转告一下仓库'])(
    '%s breaks no platform’s rule',
    (text) => {
      for (const channel of ALL)
        expect(reader.read(text, channel).filter((signal) => signal.kind === 'platform')).toEqual([]);
    },
  );

  it('a firing names the platform’s rule with its source, and the entry that answers', () => {
    const [signal] = reader.read('加个微信呗', 'webhook').filter(({ kind }) => kind === 'platform');
    expect(signal).toMatchObject({
      level: 'R4',
      evidence: expect.stringContaining('微信'),
      answer: 'agent_private_deal',
    });
    expect(signal!.why).toContain('平台规则');
  });
});
