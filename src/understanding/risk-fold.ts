// Undoes the disguises people put on risk words: split characters, pinyin, look-alikes, traditional characters, spelt digits. Pure.
import { normalise } from './normalise.ts';

const TRADITIONAL = new Map(
  Object.entries({
    訴: '诉',
    轉: '转',
    舉: '举',
    報: '报',
    協: '协',
    師: '师',
    議: '议',
    費: '费',
    貨: '货',
    賠: '赔',
    償: '偿',
    騙: '骗',
    傷: '伤',
    燒: '烧',
    電: '电',
    請: '请',
    們: '们',
    務: '务',
    員: '员',
    機: '机',
    經: '经',
    評: '评',
    態: '态',
    鏡: '镜',
    視: '视',
    聞: '闻',
    場: '场',
    監: '监',
    證: '证',
    據: '据',
    號: '号',
    碼: '码',
    驗: '验',
    個: '个',
    處: '处',
    絕: '绝',
    維: '维',
    權: '权',
    體: '体',
    這: '这',
    嗎: '吗',
    沒: '没',
    解: '解',
    決: '决',
    過: '过',
    敏: '敏',
    醫: '医',
    殺: '杀',
    媽: '妈',
    滾: '滚',
    爛: '烂',
    薇: '薇',
  }),
);

/** Look-alike and sound-alike spellings, longest first. Applied after lower case and the removal of separators. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  // complaint
  [/t[o0]us[uú]|(?<![a-z])ts(?=你|客服|商家|店)/g, '投诉'],
  [/投(?:s[uù]?(?![a-z])|速|素|塑|拆|䜣|述)|(?:t|tou|头|偷|透|骰)诉|(?<![a-z])t(?:诉|素(?=你))/g, '投诉'],
  [/投诉诉/g, '投诉'],
  [/ju(?:b|ba)o(?![a-z])|举(?:b(?:ao)?|抱|保|爆)(?![a-z])|(?:ju|j)报/g, '举报'],
  [/差p(?:ing)?(?![a-z])|(?<![a-z])cha(?:ping|评)|(?<![a-z])c评|差坪|差平(?!台)/g, '差评'],
  [/起s(?:u)?(?![a-z])|(?<![a-z])qisu(?![a-z])|起(?:速|素)(?=你)/g, '起诉'],
  [/(?<![a-z])l(?:v|ü|u)shi(?![a-z])|律s(?:hi)?(?![a-z])|(?:lv|绿)师/g, '律师'],
  [/(?<![a-z])fayuan(?![a-z])|法y(?:uan)?(?![a-z])/g, '法院'],
  [/(?<![a-z])xiaoxie(?![a-z])|消x(?:ie)?(?![a-z])|消协会/g, '消协'],
  [/(?<![a-z])gongshang(?![a-z])|工s(?:hang)?(?![a-z])/g, '工商'],
  [/(?<![a-z])baoguang(?![a-z])|曝g(?:uang)?(?![a-z])|(?:爆|暴|抱|bao)光/g, '曝光'],
  [/(?<![a-z])weiquan(?![a-z])|维q(?:uan)?(?![a-z])/g, '维权'],
  [/(?<![a-z])baojing(?![a-z])|报j(?:ing)?(?![a-z])/g, '报警'],
  [/(?<![a-z])jiahuo(?![a-z])|假h(?:uo)?(?![a-z])|(?:jia|甲)货/g, '假货'],
  [/(?<![a-z])pian(?:zi|ren)(?![a-z])|骗z(?:i)?(?![a-z])/g, '骗子'],
  [/平台(?:jr|j入|jieru)(?![a-z])/g, '平台介入'],
  // a person
  [/(?<![a-z])(?:zhuan|转)(?:rengong|rg)(?:kefu|kf)?(?![a-z])/g, '转人工'],
  [/(?<![a-z])zrg(?![a-z])/g, '转人工'],
  [/(?<![a-z])rengong(?:kefu|kf)?(?![a-z])|人g(?:ong)?(?![a-z])|(?:ren|r|认|仁)工|人(?:公|攻|宫)(?=客服|$)/g, '人工'],
  [/(?:专|砖|撰|传|赚)人工/g, '转人工'],
  [/转(?:任|仁|忍)工/g, '转人工'],
  [/人[功公攻宫](?=客服|服务|$)/g, '人工'],
  [/(?<![a-z])rg(?=客服)/g, '人工'],
  [/(?<![a-z])zhenren(?![a-z])|真r(?:en)?(?![a-z])/g, '真人'],
  [/(?<![a-z])(?:kefu|kf)(?![a-z])/g, '客服'],
  // off the platform
  [/(?:私|si)xin(?![a-z])|(?<![a-z])sixin(?![a-z])/g, '私信'],
  [/[+加]\s?(?:v信?|vx|wx|微|薇|威|徽)(?![a-z])|(?<![a-z])jia(?:v|wx|wei|weixin)(?![a-z])/g, '加微信'],
  [/(?<![a-z])(?:vx|wx|weixin|v信)(?![a-z])|[薇威徽维葳](?:信|心|芯|❤|♥)|微(?:❤|♥|心|芯)/g, '微信'],
  [/扣扣|(?<![a-z])qq(?![a-z])/g, 'qq'],
];

const SPELT_DIGITS = new Map(
  Object.entries({
    零: '0',
    〇: '0',
    幺: '1',
    一: '1',
    壹: '1',
    二: '2',
    贰: '2',
    三: '3',
    叁: '3',
    四: '4',
    五: '5',
    伍: '5',
    '①': '1',
    '②': '2',
    '③': '3',
    '⑤': '5',
  }),
);
/** Only runs that spell a hotline become digits: 一二 elsewhere stays what it is. */
const DIGIT_RUN = /[零〇幺一壹二贰三叁四五伍0-9]{3,6}/g;
const HOTLINES = new Set(['12315', '12345', '12358', '315', '110', '120', '119']);

const SEPARATORS = /(?<=[\p{L}\p{N}+])[\s.。·•_\-—–*~/\\|'"`^]+(?=[\p{L}\p{N}❤♥])/gu;

/** Lower case, one script, hotlines as digits; words keep their distance. */
export function plainForRisk(text: string): string {
  const lower = normalise(text).toLowerCase();
  const simple = Array.from(lower, (symbol) => TRADITIONAL.get(symbol) ?? symbol).join('');
  return simple.replace(DIGIT_RUN, (run) => {
    const digits = Array.from(run, (symbol) => SPELT_DIGITS.get(symbol) ?? symbol).join('');
    return HOTLINES.has(digits) ? digits : run;
  });
}

/** `plainForRisk` with the characters pulled together and the disguised spellings undone. */
export function foldedForRisk(plain: string): string {
  let text = plain.replace(SEPARATORS, '').replace(DIGIT_RUN, (run) => {
    const digits = Array.from(run, (symbol) => SPELT_DIGITS.get(symbol) ?? symbol).join('');
    return HOTLINES.has(digits) ? digits : run;
  });
  for (const [pattern, word] of SPELLINGS) text = text.replace(pattern, word);
  return text;
}
