// Where words of law, press and complaint mean nothing bad for the shop: other people's affairs, offices as places and employers, things printed and played with. Rows only.

const COURT =
  '(法院|检察院|公安(分?局)?|派出所|警(察)?局|消防(队|大队|局)?|监狱|看守所|司法局|税务局|仲裁委(员会)?|律师?(事务)?所|律师楼|报社|电视台)';
const REGULATOR = '(市(场)?监(督)?(管)?(理)?(局|所)?|工商局|消(费者)?协(会)?|信访局|质监局|物价局)';
const OFFICE = `(${COURT}|${REGULATOR})`;

/** Whom people complain about who are not the shop. */
const OTHERS =
  '(楼道|占道|噪音|违建|违停|小广告|作弊|同学|广场舞|房东|中介|驾校|保险公司|运营商|理发店|美容院|健身房|补习班|培训班|学校|前任|前男友|前女友|网贷)';

/** Other people's affairs: the shop is neither the one accused nor the one who can help. */
export const OTHER_AFFAIRS: readonly string[] = [
  '(离婚|抚养费|劳动(合同|仲裁)?|前夫|前妻|房东|租房|工资|物业|邻居|小区|楼上|楼下|健身房|食堂|同事).{0,20}(起诉|律师|仲裁|法院|(?<!\\d)123[14]5(?!\\d)|投诉|报(了)?警|打官司|举报)',
  '(投诉|举报|起诉|告).{0,8}(物业|小区|房东|骑手|外卖|银行|健身房|邻居|隔壁|饭店|同事|前夫|前妻|食堂)',
  '(外卖|骑手|银行|饭店|拖欠工资|健身房|物业|房东|邻居|前夫|前妻).{0,14}(投诉|举报|起诉|报警)',
  `(我|想|要|去|帮)?(投诉|举报|起诉|告)(?!你).{0,6}${OTHERS}`,
  `${OTHERS}(?:(?!你|我要).){0,14}(投诉|举报|起诉|告我|报警|打官司|律师)`,
  `(12345|12315)?[^你]{0,14}是${OTHERS}的事`,
  '(花呗|借呗|信用卡|贷款|房贷|彩礼|欠条)(?:(?!你).){0,16}(起诉|律师|法院|官司|报警|传票)',
  '(老师|领导|邻居|室友|同事|客户|甲方|家长|楼下|楼上|对门)(又|老|总|天天|一直|跑来|来|过来|上门){0,3}投诉(了|过)?(我|咱)(?!们?要)',
  '(12345|12315)(热线|电话|那边)?(也)?(管|受理|负责)(不管)?.{0,8}(吗|么|不|嘛)',
];

/** An address, an employer or a customer: `我要去法院告你` loses nothing. */
const OFFICE_AS_PLACE: readonly string[] = [
  // a cousin at the regulator is a threat, a cousin at court wants a coat
  `(在|给|帮|替|是).{0,6}${COURT}(的)?(机关)?.{0,3}(上班|工作|实习|当差|值班|报账|做饭)`,
  `${OFFICE}(的)?(机关)?(食堂|家属(院|楼|区)?|宿舍|工会|采购|团建|年会|办活动|实习|大院|小区|后勤|前台|隔壁|附近|门口|旁边|对面|斜对(面|门)|工作服)`,
  `(寄|送|快递|发)(到|去)?.{0,3}${OFFICE}(?:(?!检|鉴|告|诉).){0,10}(几天|多久|能到|能送|收件|收货|能收)`,
  `抬头.{0,10}${OFFICE}(理局|局|所)?`,
];

/** Printed on a thing, played with, or read. */
const PRINTED_OR_PLAYED: readonly string[] = [
  '(印|绣|刻|喷|写|贴|做)[^,，。]{0,10}["“「『][^"”」』]{1,14}["”」』]',
  '["“「『][^"”」』]{1,14}["”」』][^,，。]{0,8}(字样|字|图案|标语|贴纸|印花)',
  '(大|小)?(律师|法官|警察|记者|投诉|骗子|炸弹|爆炸|流血|法院|派出所|公安|报警)[^,，。]{0,3}(玩具|积木|模型|公仔|手办|绘本|贴纸|海报|图案|印花|道具|面具|头套|蜡烛|角色|游戏|电影|小说|主题|标志|标(?!准|签))',
  '(律师|法官|警察|记者)(朋友|闺蜜|同学|室友|老公|老婆)?(出差|上班|通勤|开会|过年|生日|结婚)(用|穿|背|戴|送)?',
];

export const HARMLESS: readonly string[] = [...OFFICE_AS_PLACE, ...PRINTED_OR_PLAYED];
