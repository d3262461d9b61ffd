// What a shop can bind itself to do, as words of one normalised clause. Rows only; whether a clause really promises it is judged elsewhere.
import type { PromiseKind } from '../contract/promise.ts';

/**
 * What must stand beside the words: someone for whom; I, who do it; a word or a clause before that makes it ours;
 * a firm word; a day or hour; any word of time; a word by which one thing follows another (再, 后, 了).
 */
export type Sign = 'you' | 'i' | 'ours' | 'firm' | 'day' | 'time' | 'then';

export interface Act {
  kind: PromiseKind;
  pattern: RegExp;
  /** The words mean something else where this stands in the clause. */
  unless?: RegExp;
  /** One of these lines of signs is enough. */
  needs: readonly (readonly Sign[])[];
}

const FOR_YOU = '(?:给|帮|为|替)(?:您|你|亲)';
const END = '(?=$|[哈哦呢呀啊的嘛咯啦噢喔吧哟~)])';
const MEASURE = '[个双件张斤份包袋瓶条只本箱盒块片根颗枚套组对支台]';
const SOME = `(?:一|两|二|三|四|五|几|\\d{1,2})${MEASURE}`;
const COURIERS = '快递|物流|顺丰|中通|圆通|申通|韵达|极兔|邮政|京东|德邦|菜鸟|网点|站点|驿站|承运|派送员|派件员|小哥';
const FILES = '单号|报告|链接|截图|照片|图片|视频|凭证|说明书|教程|尺码表|结果';
const DONE_HERE =
  '查|看|瞧|瞅|介绍|推荐|解释|说|讲|解答|接|转|服务|道|添|造成|带来|参考|算|对比|比较|分析|找|选|挑|确认|核对|搜|拜|祝|捋|列|总结|量|打招呼|鞠躬|问|想|对|比|认|判断|定码|几[样款]|听|点赞|截图|演示|搭配|省|带|出主意|支招|方便|准备的|的';
const REPLY_ELSE = /发[您你]?(?:邮箱)?的?(?:券|红包)|告诉您?了|声?抱歉|实话|[说讲]清楚|一句/;
const PERSONAL: readonly (readonly Sign[])[] = [['you'], ['i'], ['ours']];

/** The first row that fits is what the clause promises: 到货了通知您 is no reply, 备注发顺丰 no shipment. */
export const ACTS: readonly Act[] = [
  {
    kind: 'stock_notice',
    pattern:
      /(?:到货|补货|来货|有货|上新|上架|补上来|到店|回货|回来|来了)[^,]{0,10}?(?:@|通知|告诉|告知|喊|叫|联系|提醒|私信|留言|发消息|说一声|滴)/,
    needs: PERSONAL,
  },
  {
    kind: 'remark',
    pattern:
      /备注(?!栏|里|的)|标注|标记|注明|写上|(?:跟|和|同|让|给)(?:仓库|打包|配货|发货)[^,]{0,8}?(?:说一[声下]|交代|讲一[声下]|打招呼|打声招呼|叮嘱)|叮嘱|嘱咐|吩咐|交代(?:好|清楚|仓库|打包|下去)|(?:提醒|通知|告诉)(?:仓库|打包)/,
    needs: [...PERSONAL, ['firm']],
  },
  {
    kind: 'invoice',
    pattern:
      /补开|开具|(?:开|补|寄|出|发(?!票)|重开)[^,]{0,6}?(?:发票|专票|普票|电子票|纸质?票|增票|税票|票)|开票|(?:发票|专票|普票|电子票|纸质?票|增票|税票)[^,]{0,14}?(?:开|发|寄|补|放|邮箱)/,
    unless: /投票|车票|门票|机票|小票|邮票/,
    needs: [...PERSONAL, ['day']],
  },
  {
    kind: 'courier',
    pattern: new RegExp(
      `催[^,]{0,4}?(?:${COURIERS}|件|派)|(?:联系|找|问)[^,]{0,2}?(?:${COURIERS})|(?:跟|和|给|向)[^,]{0,2}?(?:${COURIERS})[^,]{0,6}?(?:沟通|说|确认|核实|打电话|联系|索赔)` +
        `|拦截|拦下|截回|截住|改派|重新派|让[^,]{0,2}?(?:他|她|${COURIERS}|快递员)[^,]{0,8}?(?:送|派|联系)|${FOR_YOU}(?:再)?催`,
    ),
    unless: /仓库/,
    needs: PERSONAL,
  },
  {
    kind: 'visit',
    pattern: /上门|师傅[^,]{0,8}?(?:过去|去您|到您|联系)|(?:约|预约|安排)[^,]{0,8}?(?:取件|安装|维修)/,
    needs: [...PERSONAL, ['time']],
  },
  {
    kind: 'compensation',
    pattern: new RegExp(
      `差价|差额|退差|补差|(?:补|发|送|给|申请|返)[^,]{0,8}?(?:券|红包|补偿)|(?:券|红包)[^,]{0,8}?(?:补|发|给|到卡包|到账)|赔付|赔偿|赔(?:给)?[您你\\d]|补偿|报销|改[一个下]{0,2}价|便宜[您你]?\\d|(?:便宜|优惠|减|返|补|少收)[您你]?\\d{1,4}(?:块|元)` +
        `|运费[^,]{0,8}?(?:承担|我们出|我出|报|补)|(?:承担|报销)[^,]{0,4}?运费|补给?[您你]|返[您你]|抹零|减免|(?:我们?|店里)(?:来)?出[^,]{0,3}运费`,
    ),
    unless: /保险公司/,
    needs: PERSONAL,
  },
  {
    kind: 'gift',
    pattern: new RegExp(
      `送[您你](?!到|去|过|回|上)|${FOR_YOU}[^,]{0,8}?(?:送(?:个|一|两|点|份|小|上?${SOME})|附赠|加赠|赠)|赠(?:送)?[您你]|(?:多|额外|另外|再|顺便)[^,]{0,3}?(?:放|塞|送|配|加|赠|添)` +
        `|${FOR_YOU}[^,]{0,3}?(?:放|塞|配|加|添)[^,]{0,2}?(?:${SOME}|个|张|点)|赠品[^,]{0,8}?(?:寄|发|补|放)|会送|小?惊喜|小样|试用装|小礼[物品]|贺卡`,
    ),
    unless: /祝福|祝您|送到|送货|送上楼|送过去/,
    needs: [['you'], ['firm']],
  },
  {
    kind: 'order_change',
    pattern: new RegExp(
      `改(?:成|地址|到|为|尺码|颜色|电话|收件|一?下(?:地址|尺码|颜色|电话|收件))|(?:地址|尺码|颜色|电话|收件人)[^,]{0,4}?${FOR_YOU}改|合并|并(?:成)?一?单|合单|取消(?!了)` +
        `|(?:换|改)(?:成|发)?(?:顺丰|京东|中通|圆通|邮政|德邦)|换成|换发|调成|改过来|拆[成开]两单|(?:合|拼)成一|(?:快递|物流)[^,]{0,2}?换|延长[^,]{0,2}?收货|延长收货`,
    ),
    needs: PERSONAL,
  },
  {
    kind: 'replacement',
    pattern: new RegExp(
      `补发|补寄|重发|重寄|重做|另[寄发]|(?<!以旧)换新|补上|补回|重新[^,]{0,6}?(?:发|寄|做)|换[^,]{0,3}?(?:新的|全新)|补[^,]{0,2}?${SOME}|${FOR_YOU}(?:直接|免费|先)?(?:换|补)(?:${SOME}|个)?${END}` +
        `|${FOR_YOU}(?:直接|免费|先|单独|重新)?换(?:${SOME}|个)|另外发${SOME.replace('一|', '一?|')}|(?:发|寄)${MEASURE}?新的`,
    ),
    needs: [...PERSONAL, ['day']],
  },
  {
    kind: 'hold',
    pattern: new RegExp(
      `${FOR_YOU}[^,]{0,4}?留(?!言|意|个?电话|神|了)|预留|(?:扣|占|压|捂|锁)(?:着|上|住|下来)|锁[^,]{0,2}?(?:库存|价|货|单)|(?:价格|优惠|活动价|名额)[^,]{0,6}?(?:保留|留)|${FOR_YOU}[^,]{0,4}?保留`,
    ),
    needs: PERSONAL,
  },
  {
    kind: 'refund',
    pattern: new RegExp(
      `退款(?!记录|流水|金额|进度|页|单|原因|入口|起|和|或|及)|退钱|${FOR_YOU}[^,]{0,10}?退(?!货|换|出|订|回来|差)|退(?:还|给)?[您你]|退(?:回|到)(?:去|原|[您你]|支付|账)|原路退|全额退|返还|(?:还|打|转)给?[您你]|全退|钱[^,]{0,8}?(?:退|打)(?:回|给|到)`,
    ),
    needs: PERSONAL,
  },
  {
    kind: 'arrival',
    pattern: new RegExp(
      `(?:保证|一定|肯定|必定|确保|绝对|包|让[您你](?!的|们))[^,]{0,16}?(?:送到|送达|收到|到货|能到|拿到|到[您你]|到${END})|准(?:能|时)?到|${FOR_YOU}[^,]{0,2}?送(?:到|达)`,
    ),
    needs: [['firm'], ['you']],
  },
  {
    kind: 'shipment',
    pattern: new RegExp(
      `(?:发货|发出去?|发走|发过去|寄出去?|寄走|寄过去|寄给[您你]|发车|出库|出仓|装车|发物流|交快递|催(?:一下|一催)?(?:仓库|发货)|寄发|安排寄|发顺丰)(?!地|时间|期间|单|方|人|的时候|前)|交给(?:${COURIERS})` +
        `|(?<![补重转开沙理头批突引触爆散单分激研首])发${END}|(?<=[能可以就会])走${END}|(?<=[起就])寄${END}|揽收|打包寄`,
    ),
    unless: new RegExp(`${FILES}|邮箱|消息|退货地址|短信`),
    needs: [['you'], ['day'], ['time', 'i'], ['time', 'ours'], ['time', 'firm'], ['i', 'firm']],
  },
  {
    kind: 'reply',
    pattern: new RegExp(
      `(?:回复|答复|联系|致电|通知|喊|找|叫|私信|同步给?|转告)[您你]|(?<![给退])回[您你]|回[个一通]?(?:电话?|复|信|话)|打(?:过去|给[您你])|@[您你]|打[个一通]{0,2}电话|(?:跟|和|同|给)[您你](?:联系|同步|对接|汇报)` +
        `|给[您你][^,]{0,8}?(?:消息|准信|答案|答复|回复|留言|信儿|回话|进度|进展|单号)|给[您你]一?个?[^,]{0,4}?(?:结果|方案|说法|交代)|(?:${FILES})[^,]{0,8}?(?:发|给)|更新进度|跟进`,
    ),
    unless: REPLY_ELSE,
    needs: [['you'], ['i', 'firm']],
  },
  {
    // 跟您说清楚 is said at once; only what comes after something is a promise
    kind: 'reply',
    pattern: /(?:告诉|告知|提醒|发)[您你]|(?:跟|和|同|给)[您你](?:说|讲|反馈|核对)/,
    unless: REPLY_ELSE,
    needs: [
      ['you', 'time'],
      ['you', 'then'],
    ],
  },
  {
    kind: 'inquiry',
    pattern:
      /反馈(?:给|到|一下)|上报|核实|登记|记录下来|转给|转达|升级|请示|报备|报给|追查|向上?[^,]{0,4}?申请|申请(?:特批|加急|优先)|提交[^,]{0,4}?(?:工单|申请)|排查|看下?监控|查监控|专[人员][^,]{0,10}?处理|(?:问|跟|找|去)[^,]{0,3}?(?:厂家|主管|技术|质检)[^,]{0,4}?(?:确认|核实|问|说|反馈)?/,
    unless: /转给人工|人工客服/,
    needs: PERSONAL,
  },
  {
    // whatever else is done for the shopper; what is done in the chat itself is not in the ledger
    kind: 'other',
    pattern: new RegExp(
      `(?:给|帮|为|替)(?:您|你|亲)(?![们的了过哈哦呢呀啊吧]|${DONE_HERE})[^,]{0,3}?\\p{Script=Han}|(?:${'今天|今晚|明天|明早|后天|马上|立刻|这就|周.'})就(?!是|有|能|可以|没|不|到|要|会|结束|开始|恢复|涨|降|过)\\p{Script=Han}`,
      'u',
    ),
    unless: new RegExp(`(?:给|帮|为|替)(?:您|你|亲)[^,]{0,4}?(?:${DONE_HERE})|[您你]好`),
    needs: [['you'], ['day'], ['time', 'i']],
  },
];
