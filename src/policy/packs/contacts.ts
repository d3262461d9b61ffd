// Leading a shopper off the platform, and paying for reviews: what gets a shop fined or the shopper cheated. Rows only.
import type { Rule } from '../rule.ts';

const OFF_PLATFORM = '各平台规则：禁止引导站外沟通和线下交易；店铺规定：不索要、不提供私人联系方式';
const WHO = '(?:一?下|一个|个|您|你|我|我们|咱们?|客服|老板|店主|店长|的|个人|私人|官方|对方|这个|上)*';
const GET = '(?:加|添加|扫|换|留|留下|发送|搜|搜索|关注|联系|打|拨打|拨)';
const OTHER_APPS = '(?:qq|手机|电话|联系方式|钉钉|飞书|小红书|闲鱼|telegram|whatsapp|line号|抖音号|快手号)';

/** Places to buy besides the one where the shopper is; each marketplace allows itself. */
const leadsTo = (places: string): RegExp =>
  new RegExp(
    `(?:去|到|上|来|在|打开|搜|搜索|关注)${WHO}(?:${places})[^,，。.!！?？\\n]{0,8}(?:买|下单|拍|付款|领|找|搜|旗舰店|同款|优惠|便宜|看看|直播间|私信)|扫(?:这个|下面的?|一下|此)?(?:二维)?码[^,，。.!！?？\\n]{0,6}(?:群|关注|领|下载|咨询)`,
  );
const OTHER_PLACES = '拼多多|京东|小红书|快手|闲鱼|微店|有赞|唯品会|公众号|视频号|小程序|独立站';
/** 淘宝、抖店 forbid leading a shopper to another platform by their sellers' rules on 不当引流 and 引导站外交易. */
const MARKETPLACE = '淘宝、抖店等平台卖家规则「不当引流」「引导站外交易」条款：不得引导到其他平台成交或关注';

export const CONTACTS: readonly Rule[] = [
  {
    rule: 'other-market',
    pattern: leadsTo(`${OTHER_PLACES}|抖音|抖店`),
    onlyChannels: ['taobao'],
    unlessNegated: true,
    why: '不得引导顾客到其他平台，请在本店内解决',
    source: MARKETPLACE,
  },
  {
    rule: 'other-market',
    pattern: leadsTo(`${OTHER_PLACES}|淘宝|天猫|某宝`),
    onlyChannels: ['doudian'],
    unlessNegated: true,
    why: '不得引导顾客到其他平台，请在本店内解决',
    source: MARKETPLACE,
  },
  {
    rule: 'contact-wechat',
    pattern: new RegExp(
      `${GET}${WHO}微信|微信(?:号|群|号码)?(?:是|为|[:：])\\s*[a-z0-9]|(?:加|\\+)\\s?[v薇微威](?![a-z0-9\\u4e00-\\u9fff])|(?:手机|电话|微信|qq|v)\\s?同号|(?:私|v)(?:我|聊)(?!们)|微我`,
    ),
    allow: [/(?:联系|关注)[^，,。]{0,4}微信(?:支付|公众号|服务号)/],
    exceptChannels: ['wechat-oa', 'wechat-mp'],
    unlessNegated: true,
    why: '不得引导到私人微信，请在本会话内解决',
    source: OFF_PLATFORM,
  },
  {
    rule: 'contact-other',
    pattern: new RegExp(
      `${GET}${WHO}${OTHER_APPS}|(?:qq|电话|手机)(?:号|群|号码)?\\s?(?:是|为|[:：])\\s*\\+?\\d{5,}|私下(?:联系|聊|沟通)|站外`,
    ),
    allow: [
      /留的(?:手机|电话)/,
      /(?:拨打|打|联系)(?:快递|平台|官方|中通|顺丰|12345|12315|110|120|119|银行|保险)[^，,。]{0,8}(?:电话|热线)?/,
    ],
    unlessNegated: true,
    why: '不得索要或提供私人联系方式，请在本会话内解决',
    source: OFF_PLATFORM,
  },
  {
    rule: 'off-platform-deal',
    pattern:
      /(?:线下|私下|平台外|绕过平台)(?:交易|付款|转账|支付|成交|购买|买)|(?:转账|打款|汇款)(?:给|到)(?:我|我们|店|个人|这个)|直接转(?:给)?我|(?:支付宝|微信)(?:直接)?转(?:账|给|我)|(?:收款码|付款码)|扫(?:这个|下面|我|此)?的?(?:二维)?码(?:付款|支付|转账|加)/,
    unlessNegated: true,
    why: '不得引导线下付款，请让顾客在订单内完成支付',
    source: OFF_PLATFORM,
  },
  {
    rule: 'review-reward',
    pattern:
      /(?:好评|五星|5星|晒图|晒单|评价)[^。！？!?\n]{0,8}(?:返现|返\d|返红包|红包|奖励|有礼|送)|(?:删除?|删掉|撤掉|修改|改)(?:一?下|成|了|掉|您的|你的|这条|那条)*(?:差评|中评|评价|好评)|返现/,
    allow: [/好评返现[^，,。！!]{0,6}(?:不做|没有|不参与|违规|不允许)/],
    unlessNegated: true,
    why: '不得以利益换取好评或删改评价',
    source: '《中华人民共和国电子商务法》第十七条；《中华人民共和国反不正当竞争法》第八条',
  },
  {
    rule: 'asks-secret',
    pattern:
      /(?:提供|发|报|告诉|说|输入|念)[^，,。！!？?\n]{0,8}(?:验证码|支付密码|银行卡密码|cvv|登录密码|身份证照片)/,
    allow: [/(?:说出|告诉|提供|输入|报出)了[^，,。]{0,6}验证码/],
    unlessNegated: true,
    why: '不得索要验证码或密码，这是诈骗的典型话术',
    source: '《中华人民共和国反电信网络诈骗法》；《中华人民共和国个人信息保护法》第六条',
  },
];
