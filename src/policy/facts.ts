// Reads the checkable facts of a short Chinese text: numbers with their units, promises and whether they are denied, names.

export interface NumberFact {
  value: number;
  /** The canonical unit, '' when none stands there. */
  unit: string;
  text: string;
}

const UNITS: readonly [RegExp, string][] = [
  [/^(?:个)?工作日/, '工作日'],
  [/^(?:个)?(?:小时|钟头)|^h(?![a-z])/, '小时'],
  [/^分钟/, '分钟'],
  [/^(?:元|块钱?|rmb|圆)/, '元'],
  [/^(?:个)?(?:自然)?[天日](?!期)/, '天'],
  [/^(?:个)?(?:星期|礼拜|周)/, '周'],
  [/^(?:个月|月)/, '月'],
  [/^年/, '年'],
  [/^(?:%|个?百分点)/, '%'],
  [/^折/, '折'],
  [/^倍/, '倍'],
  [/^(?:积分|分(?!钟))/, '分'],
  [/^(?:cm|厘米|公分)/, 'cm'],
  [/^(?:kg|公斤|千克)/, 'kg'],
  [/^斤/, '斤'],
  [/^g(?![a-z])|^克/, 'g'],
  [/^次/, '次'],
  [/^(?:件|双|套|张|条|个|只|瓶|盒|包|支|期|岁|码|级|步|号|点|米|m(?![a-z]))/, '个'],
];
/** A Chinese numeral counts only in front of these, or 一起 and 万一 would be numbers. */
const SPOKEN_UNIT =
  /^(?:(?:个)?(?:工作日|小时|钟头|星期|礼拜|月)|个?百分点|(?:自然)?[天日]|周(?!到|围|边)|分钟|元|块|年|%|折|倍|件|双|套|张|次|期|斤|公斤|厘米|克|积分|条|瓶|盒|箱|本(?!店))/;
const COUNTED = /^(?:件|双|套|张|次|期|条|瓶|盒|箱|本)/;
const SPOKEN_DIGITS: Record<string, number> = {
  零: 0,
  〇: 0,
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
};
const SCALES: Record<string, number> = { 十: 10, 百: 100, 千: 1000, 万: 10_000 };

/** Every number of a normalised text; 七天, 7天 and 7日 are the same fact, 7天 and 7小时 are not. */
export function numbersIn(text: string): NumberFact[] {
  const facts: NumberFact[] = [];
  const clock = /(上午|下午|晚上|晚|早上|凌晨)?\s?(\d{1,2})(?:[:：](\d{2})|点(半|\d{1,2}分?)?(?!击|开|进|赞|评))/g;
  const rest = text.replace(clock, (found: string, part?: string, hour?: string, minute?: string, past?: string) => {
    const late = /下午|晚/.test(part ?? '') && Number(hour) < 12 ? 12 : 0;
    const minutes = minute ?? (past === '半' ? '30' : (past ?? '0').replace('分', ''));
    facts.push({ value: (Number(hour) + late) * 60 + Number(minutes), unit: '时刻', text: found.trim() });
    return '▯'.repeat(found.length);
  });
  for (const match of rest.matchAll(/(¥|￥|\$|百分之)?\s?(\d+(?:,\d{3})*(?:\.\d+)?)\s?(万|千|百)?/g)) {
    const after = rest.slice(match.index + match[0].length).trimStart();
    const value = Number(match[2]!.replaceAll(',', '')) * (SCALES[match[3] ?? ''] ?? 1);
    const unit = match[1] === '百分之' ? '%' : match[1] === undefined ? unitOf(after) : '元';
    facts.push({
      value,
      unit,
      text: match[0].trim() + (UNITS.map(([form]) => form.exec(after)?.[0]).find(Boolean) ?? ''),
    });
  }
  for (const match of rest.matchAll(/(?<!\d)(百分之)?([零〇一二两三四五六七八九十百千万]+|半)/g)) {
    const after = rest.slice(match.index + match[0].length);
    const unit = match[1] === undefined ? SPOKEN_UNIT.exec(after)?.[0] : '%';
    const value = match[2] === '半' ? 0.5 : spokenNumber(match[2]!);
    if (unit === undefined || value === null || (value === 1 && COUNTED.test(after))) continue;
    facts.push({ value, unit: unitOf(unit), text: match[0] + (match[1] === undefined ? unit : '') });
  }
  return facts;
}

function unitOf(after: string): string {
  return UNITS.find(([form]) => form.test(after))?.[1] ?? '';
}

/** 一百二十 -> 120; null for what is no number. 两三 is the larger of the two. */
export function spokenNumber(text: string): number | null {
  let total = 0;
  let digit: number | null = null;
  for (const char of text) {
    const scale = SCALES[char];
    if (scale === undefined) {
      digit = SPOKEN_DIGITS[char] ?? null;
    } else {
      total += (digit ?? 1) * scale;
      digit = null;
    }
  }
  return text === '' ? null : total + (digit ?? 0);
}

export interface WordFact {
  word: string;
  denied: boolean;
}

/** Words by which a shop binds itself, longest first. */
const PROMISES =
  /(?:我们|店铺|本店|店里|商家|卖家)来?(?:出|承担|报销)|包[您你]|(?:肯定|一定|必定)(?:能|会)|无理由退货|运费险|货到付款|价格保护|退差价|补差价|免运费|退运费|假一赔|现货|保价|退款|退货|换货|退换|赔偿|赔付|理赔|补偿|包邮|免费|免单|全额|包退|包换|保证|承诺|赠送|赠品|优惠券|满减|券|红包|返现|打折|折扣|立减|降价|补发|补寄|重发|质保|保修|维修|上门|次日达|当日达|加急|优先|到账|积分|会员价|分期|免息|发票|专票|拦截|改地址|取消订单|退|赔|送|换/g;
const TIMES =
  /今天|今晚|明天|明早|后天|当天|当日|次日|隔天|马上|立刻|立即|现在就|随时|永久|终身|秒发|秒退|秒到|秒批|(?:周|星期|礼拜)[一二三四五六日天末]|[上本下这]个?(?:周|星期|礼拜|月)|月[初底中]|年[初底]|明年|48小时内|长期/g;
const NAMES =
  /顺丰|中通|圆通|申通|韵达|极兔|邮政|ems|京东|德邦|菜鸟|花呗|白条|支付宝|微信|银联|云闪付|新疆|西藏|内蒙古|青海|甘肃|宁夏|港澳台|香港|澳门|台湾|海外|国外|江浙沪|海南|偏远地区|嘉兴|杭州|上海|广州|北京/g;
/** What a product is made of, looks like or stands: the facts of one product are wrong for the next. */
const GOODS =
  /纯棉|全棉|棉|羊毛|羊绒|真丝|蚕丝|聚酯|涤纶|氨纶|锦纶|莱赛尔|天丝|亚麻|羽绒|鸭绒|鹅绒|真皮|牛皮|实木|不锈钢|陶瓷|玻璃|塑料|防水|防晒|防风|防滑|阻燃|机洗|手洗|干洗|漂白|烘干|熨|[黑白红黄蓝绿灰紫粉]色|无糖|低脂|有机|过敏|孕妇|婴幼?儿|宝宝|敏感肌|酒精|香精|甲醛|快充|蓝牙|无线|续航|降噪|免安装|进口|国产|手工/g;
const PERMISSIONS = /支持|可以|提供|需要|允许|(?<![可功只才性智])能(?!否|不能|量)/g;

/** 不满意 and 不用担心 deny nothing. */
const DENIAL =
  /(?:不(?!满意|合适|喜欢|用担心|好意思|着急|同|仅|只|过|妨|少|错|便|想要|影响|知道|需要您|管|论|光|但|出意外)|没(?!关系|事|问题)|无法|未|别(?!的|人)|勿|暂无|谢绝|除外|不含)/;

const clauseBefore = (text: string, at: number) =>
  text
    .slice(Math.max(0, at - 30), at)
    .split(/[,，。.!！?？;；\n]/)
    .at(-1)!;

function wordsIn(text: string, pattern: RegExp): WordFact[] {
  return [...text.matchAll(pattern)].map((match) => ({
    word: match[0],
    denied: isDenied(text, match.index, match.index + match[0].length),
  }));
}

/** Does the clause of a normalised text deny the word from `start` to `end`: 今天不能发, 发不了? */
export function isDenied(text: string, start: number, end: number): boolean {
  return DENIAL.test(clauseBefore(text, start).slice(-8)) || /^不[了到上成]/.test(text.slice(end, end + 3));
}

export const promisesIn = (text: string): WordFact[] => wordsIn(text, PROMISES);
export const permissionsIn = (text: string): WordFact[] => wordsIn(text, PERMISSIONS);
export const timesIn = (text: string): string[] => text.match(TIMES) ?? [];
export const namesIn = (text: string): string[] => text.match(NAMES) ?? [];
export const goodsIn = (text: string): string[] => text.match(GOODS) ?? [];
