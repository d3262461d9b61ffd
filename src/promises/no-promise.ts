// Why a clause that names an act promises nothing: it asks, refuses, depends, reports, quotes, or asks the shopper to act. Pure.
import { isDenied } from '../policy/facts.ts';
import type { Clause } from './clauses.ts';

/** The act at `start`..`end` of `clauses[at]`, read inside its sentence. */
export interface Place {
  clauses: readonly Clause[];
  at: number;
  start: number;
  end: number;
  /** The clause names a day, an hour or a span. */
  isDated: boolean;
}

export type Reason =
  | 'question'
  | 'refusal'
  | 'offer'
  | 'handoff'
  | 'condition'
  | 'past'
  | 'quote'
  | 'request'
  | 'policy'
  | 'guess';

/** Somebody for whom it is done: what is said so is said to this shopper, not of the shop. */
export const FOR_SHOPPER =
  /(?:给|帮|为|替|跟|向|和)(?:您|你|亲(?!们)|咱)|(?:退|送|赠|补|赔|补偿|返|还|回|发|寄|转|换|@|拨|短信|知会|反馈|联系|通知|告诉|告知|喊|叫|找|致电|私信|提醒|答复|回复|同步给?)(?:给|回)?[您你]|(?:退|打|送|寄|发|换|补|拍)(?:回|到|至|给)[您你]|送亲|[您你](?:的|这|那|账)/;

const ASKS =
  /(\p{Script=Han})不\1|是否|哪一?[种个款件样些]|还是(?!会|要|给|帮|先|得|可以)|^(?:亲|那|您|你|请问)*(?:需要|要不|用不用|要(?=给|帮|为)|方便)|(?:吗|(?<![什这那怎])么|行不|可以不|要不|好不|到不|可好|如何|怎么样|对吧|是吧)[哈哦呢呀啊]*$|(?:什么|哪|几|谁|怎么|多少)[^,]{0,12}呢$/u;
const ASKS_BEFORE = /谁|哪位|哪天|哪里|什么时候|几点|几号|怎么|为什么|多久/;
/** Turns what was said before it into a proposal. */
const TAG_QUESTION =
  /^(?:我?(?:理解|记|说)[得的]|没记错|您看|您觉得|你看|这样|这边)*(?:可以|行|好|成|对|ok|没问题|方便|接受|怎么样|如何)?(?:吗|吧|么|不|怎么样|如何)?$/;

const CONDITION =
  /如果|要是|假如|假使|若(?!干)|万一|倘若|除非|只有|只要|一旦|但凡|如需|如有|如遇|的话$|满\d|才(?:能|可以|会|给|送)|超过/;
const CONDITION_HERE = /才(?:能|可以|会|给|送|算)/;
/** A shop that says 如果…我给您… has bound itself; one that says 可以 has only explained. */
const FIRM = /(?:我|咱|这边)[^,]{0,12}(?:给|帮|为|替)[您你]|(?:我|咱|这边)[^,]{0,6}(?:赔|退|补|送)[您你]/;
const MAY = /可以|(?<!尽可)能|支持|申请/;

const PAST_BEFORE = /已|刚|昨|前天|上周|上次|上个?月|(?<!一)早就|早(?=[退发寄给补])/;
const PAST_WITHIN =
  /过给|给过|过[您你]|(?:打|催|问|补|退|寄|发|换|送|改|开|留)了(?!再|就|我|给|告诉|通知|马上|第一|跟)/;
const PAST_AFTER = /^.{0,6}?(?:了(?!解)|过(?!去|来))|(?:了|过|啦)[哈哦呢呀啊的]*$/;
const AHEAD =
  /会|将|后天|下周|下个?月|周末|(?<![需主])要|马上|立刻|立即|这就|明(?=[天早晚日儿后])|待会|稍后|等下|准备|能|可以|尽快/;

/** 今天就给您发啦 has not happened yet. */
const AT_ONCE = /就(?:安排|给|让)|今[天晚](?!的|已)/;

const QUOTES =
  /(?<![跟和向给同])[您你](?:之前|昨天|刚才|刚|上次|当时)?(?:说|讲|要求|问|提到|写|要我们|要咱|让我们|让我|是说|的意思|的?诉求|留言|备注里)|顾客|买家|客户|(?:客服|同事|有人)(?:说|答应)|[谁他她](?:当时)?(?:说|讲|跟[您你]说|答应)|答应|看到[您你]/;

const SHOP_ACTS =
  /我|咱|这边|(?:给|帮|为|替|跟|向|和)[您你亲]|仓库|财务|售后|师傅|主管|专员|专人|客服|店长|技术|安排|让[他她快站]/g;
const SHOPPER_ACTS =
  /(?<!申|邀)请(?!稍|您?放心|您?耐心)|麻烦|辛苦|劳烦|烦请|记得|(?<![给帮为替跟向退送赠补赔回发寄返系知诉告喊叫找电让复信醒到至和偿馈会换拍打还拨])[您你](?!的|这|那|上|昨|购|买|订|家|单|件|双|好|放|稍|久|手|们的)/g;
/** 把单号发来, 截图发我. */
const SEND_US = /(?<![给帮为替][您你])(?:发|传|拍|寄|告诉)(?:给?我|过?来(?!了))/;
const TO_US = /(?:给|帮|跟|向|发|寄|回|告诉|联系)(?:我们?|咱们?|客服)(?!仓库|主管|财务|同事|领导|店长|的)/;

/** The one who types, not the shop as such. */
const I_SAY = /我(?!们)|这边/;

const RULE_OF_SHOP =
  /当[天日]|次日|隔[天日]|一般|通常|默认|正常|每[天日月周年单位个晚早]|凡是|所有|本店|我们店|店里|都是|均|会员|的订单|商品|大件|付款|下单|拍下|(?:尾款|签收|收货|收到货)后|质量问题|期间|流程|支持|店铺|商家|保修|运费|仓库(?:收到|验|也)|(?:验好|验收|核实|核对|确认)完?之?后|按[^,]{0,6}顺序|到账时间/;
const RULE_ALWAYS = /一般|通常|默认|正常|凡是|所有|会员每|每位|每个?月/;
/** What can be done is explained, not promised; with a day it is: 今天能发. */
const OFFERS = /可以|(?<!尽可)能(?!量)/;
/** The handoff is its own record. */
const HANDS_OFF = /[转请由等有]人工|人工(?:客服)?(?!上线)[^,]{0,8}$/;
const GUESS = /应该|(?<!尽)可能|估计|也许|说不定/;

/** Null when nothing speaks against it. */
export function reasonAgainst(place: Place): Reason | null {
  const { text, isAsked } = place.clauses[place.at]!;
  const before = text.slice(0, place.start);
  const after = text.slice(place.end);
  if (isAsked || ASKS.test(text) || ASKS_BEFORE.test(before) || isProposal(place)) return 'question';
  if (isRefused(text, place) || /暂停|停止|拒绝/.test(before) || TAKEN_BACK.test(after)) return 'refusal';
  if (QUOTES.test(before)) return 'quote';
  if (isRequest(text, place)) return 'request';
  if (depends(place, text)) return 'condition';
  if (isPast(text, before, after)) return 'past';
  if (GUESS.test(before)) return 'guess';
  if (HANDS_OFF.test(before)) return 'handoff';
  if (OFFERS.test(before) && !place.isDated) return 'offer';
  return isRuleOfShop(text) ? 'policy' : null;
}

function isRuleOfShop(text: string): boolean {
  if (RULE_ALWAYS.test(text)) return true;
  return !FOR_SHOPPER.test(text) && !I_SAY.test(text) && !/这[次单回件]/.test(text) && RULE_OF_SHOP.test(text);
}

/** 赔偿不能由我承诺. */
const TAKEN_BACK = /^.{0,6}?(?:不能|没有?权限|没办法|无法)/;

/** 明天还不动我就…: what is denied before 我 or 就 is another matter. */
function isRefused(text: string, { start, end }: Place): boolean {
  const own = Math.max(0, ...[...text.slice(0, start).matchAll(/我|(?<!不)就/g)].map(({ index }) => index));
  const act = text.slice(own);
  return isDenied(act, start - own, end - own) || isDenied(act, end - own - 1, end - own);
}

function isPast(text: string, before: string, after: string): boolean {
  if (AHEAD.test(text)) return false;
  if (PAST_BEFORE.test(before)) return true;
  return (PAST_AFTER.test(after) || PAST_WITHIN.test(text)) && !AT_ONCE.test(text);
}

function isProposal({ clauses, at }: Place): boolean {
  const last = clauses.at(-1)!;
  return last.isAsked && at < clauses.length - 1 && TAG_QUESTION.test(last.text);
}

/** Who stands nearest before the act does it. */
function isRequest(text: string, { start, end }: Place): boolean {
  if (SEND_US.test(text) || TO_US.test(text.slice(0, end + 1).slice(-12))) return true;
  const upTo = text.slice(0, end);
  const shopper = lastIndex(upTo.slice(0, start), SHOPPER_ACTS);
  return shopper >= 0 && shopper > lastIndex(upTo, SHOP_ACTS);
}

const lastIndex = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].at(-1)?.index ?? -1;

function depends({ clauses, at, start }: Place, text: string): boolean {
  const said = [...clauses.slice(Math.max(0, at - 2), at).map((clause) => clause.text), text.slice(0, start)];
  if (CONDITION_HERE.test(text)) return true;
  return said.some((part) => CONDITION.test(part)) && (MAY.test(text) || !FIRM.test(text));
}
