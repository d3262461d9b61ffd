// Guesses how the shopper writes, so that the answer may be worded alike. Cheap rules over one message; no memory.
import type { Style } from '../contract/decision.ts';

const SENIOR =
  /(我?(今年)?[6-9]\d岁|七十|八十|老(人家|年人|太太|头子|伴)|眼(睛)?(花|不好)|不(太)?会(用|弄|操作)(手机|这个)?|看不(清|懂)(字|屏幕)?|耳(朵)?背|儿子(帮|给)我|女儿(帮|给)我|孙子)/;
const FORMAL = /(您好|请问|贵(店|司|方|公司)|烦请|敬请|恳请|劳驾|望(回复|告知)|特此|谢谢您|感谢您)/g;
const CASUAL =
  /(亲亲?|哈哈|嘻嘻|嘿嘿|呜呜|嘤|宝子?|家人们|姐妹|绝绝子|yyds|emo|咋|啥|木有|酱紫|肿么|嘞|哒|鸭|叭|捏|[~～]|\p{Extended_Pictographic}|\[[^\]\s]{1,4}\])/giu;

export function detectStyle(text: string): Style {
  if (SENIOR.test(text)) return 'elderly';
  const formal = text.match(FORMAL)?.length ?? 0;
  const casual = text.match(CASUAL)?.length ?? 0;
  if (formal >= 2 && formal > casual) return 'formal';
  if (casual >= 1 && casual >= formal) return 'casual';
  const length = Array.from(text.replace(/\s/g, '')).length;
  return length > 0 && length <= 5 && formal === 0 ? 'terse' : 'standard';
}
