// The packs of the channels: what one platform forbids and another allows. `channels` says where a row holds; absent, it holds everywhere.
import type { ChannelKind } from '../contract/conversation.ts';
import type { RiskRule } from './risk-rule.ts';

/** Marketplaces, and where one may stand behind the channel: a signed webhook carries whatever platform the shop bridges. */
const MARKETPLACES: readonly ChannelKind[] = ['webhook', 'taobao', 'doudian'];

export const CHANNEL_RULES: readonly RiskRule[] = [
  {
    name: 'off_platform_contact',
    level: 'R4',
    kind: 'platform',
    channels: MARKETPLACES,
    why: '平台规则：禁止引导站外联系，索要或提供微信、QQ、手机号都会被判违规（各电商平台卖家规则「不当引流」条款）',
    answer: 'agent_private_deal',
    any: [
      '加(个|一下|你|我|你们|下)?(的)?(微信|qq|好友|(v|vx|wx)(?![a-z0-9]))|(?<!企业)微信(号)?(多少|给我|发我|聊|谈|加|私|联系|单独|有优惠|便宜)|(留|给|有)(个|下|一个|没有)?(微信|qq|联系方式|电话号码?|手机号)|私信|私(下|聊|底下)(.{0,4})(聊|谈|联系|加)|加微信',
    ],
    unless: [
      '(让|叫|要|说|喊)(我|咱).{0,6}(加|私).{0,4}(微信|qq|好友)',
      '微信(支付|付款|零钱|支付宝|分期|里|小程序|公众号|退|扫)',
    ],
  },
  {
    name: 'off_platform_payment',
    level: 'R4',
    kind: 'platform',
    why: '店铺规定与各平台规则：只在订单内付款，线下转账没有交易保障（反电信网络诈骗法第二条所指的诈骗常由此开始）',
    answer: 'agent_private_deal',
    any: [
      '(绕开|不走|避开|离开|线下|站外|私下|私底下)(.{0,3})(平台|交易|付款|转账|打款|成交|买|卖)|微信(转(账|你|给)|直接转)|(收|付)款码.{0,4}(发|给|来)|(发|给)(我|个)?.{0,3}(收款码|付款码)',
    ],
    unless: ['(让|叫|要|说|喊)(我|咱).{0,10}(转|付|扫)', '微信(支付|付款|零钱)'],
  },
  {
    name: 'share_reward',
    level: 'R4',
    kind: 'platform',
    channels: ['wechat-oa', 'wechat-mp'],
    why: '《微信外部链接内容管理规范》：禁止以红包、优惠等利益诱导用户分享、关注',
    answer: 'promotion_rule',
    any: ['(转发|分享|集赞|拉人|发朋友圈|邀请好友|关注).{0,8}(返|送|优惠|红包|便宜|打折|减|礼)'],
    unless: ['(关注|分享).{0,6}(怎么|在哪|不了|失败)'],
  },
];
