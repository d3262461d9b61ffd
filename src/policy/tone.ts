// How an agent's own words would sound to a shopper: what is not forbidden, but makes a quarrel. Deterministic; forbids nothing.
import { normaliseForRules } from './normalise.ts';
import { matchRule, type Rule } from './rule.ts';

/** Words to take back before they are said. */
interface ToneRule extends Rule {
  /** A calmer sentence that fits where these words stood. */
  instead: string;
}

export interface ToneFinding {
  rule: string;
  evidence: string;
  why: string;
  source: string;
  instead: string;
}

/** 第十四条: 消费者在购买、使用商品和接受服务时，享有人格尊严……得到尊重的权利. */
const DIGNITY = '《中华人民共和国消费者权益保护法》第十四条（人格尊严得到尊重）';
const COLD = '各平台服务规范：禁止推诿和冷漠对待消费者';

const ROWS: readonly ToneRule[] = [
  {
    rule: 'impatient',
    pattern:
      /(?:说|讲|告诉|解释|回)(?:了|过)?(?:你|您)?(?:多少|好几|无数|几百|八百)(?:遍|次|回)|(?:都|已经|不是)(?:说|讲|告诉|解释)(?:过|了)(?:你|您)?(?:多少|好几|几|\d+)(?:遍|次|回)|不是(?:说|讲|告诉|解释)(?:过|了)?(?:你|您)?(?:过|了)?吗|有完没完|没完没了|烦不烦|别(?:再|老)?(?:问|催|烦)(?:我|了)|催(?:什么|啥)(?:催)?|急(?:什么|啥)(?:急)?|(?:到底|究竟)(?:要|想)(?:怎样|怎么样|干什么|干嘛|干啥)|我(?:很|也很|现在很)忙/,
    why: '听起来不耐烦，对方会更急',
    source: COLD,
    instead: '您的心情我理解，我再帮您核对一遍，有结果马上告诉您。',
  },
  {
    rule: 'blames',
    pattern:
      /(?:是|就是|都是)(?:你|您)自己(?:的(?:问题|责任|原因|错)|没|不|选|填|拍|弄|看)|(?:你|您)自己(?:没看|没弄|选错|填错|拍错|弄错|看错|不看|不会看)|谁(?:让|叫)(?:你|您)|怪(?:你|您)自己|(?:你|您)(?:怎么|为什么)(?:不早|早不|不先|不看|没看)|(?:你|您)(?:懂不懂|会不会|看不看)/,
    why: '把责任推给顾客，对方会觉得受指责',
    source: COLD,
    instead: '这里可能有些误会，我把情况再给您说明一下，我们一起看看怎么解决。',
  },
  {
    rule: 'dismisses',
    pattern:
      /随(?:便)?(?:你|您)(?:便|吧|怎么|去|投诉|举报)|爱(?:咋|怎么)(?:咋|怎么)|(?:你|您)(?:去|尽管|随便)(?:去)?(?:投诉|举报|告)(?:吧|好了|就是|啊|呀|!|。|$)|(?:想|要)(?:投诉|举报|差评)(?:就|随便|随)|不想(?:要|买)就(?:别|不要|算)|(?:没得|没什么)(?:好)?(?:商量|说的)|(?:我|我们)(?:也)?(?:管不了|不管)|就这样吧/,
    allow: [/不(?:代表|是|等于)(?:我们?)(?:就)?不管/],
    why: '像在赶人，顾客多半会去投诉',
    source: COLD,
    instead: '这件事我先接下来，我去核实能做到哪一步，再给您明确的答复。',
  },
  {
    rule: 'mocks',
    pattern:
      /呵呵|(?:你|您)(?:可)?真(?:行|有意思|搞笑)|服了(?:你|您)|(?:我)?也是(?:服|醉)了|可笑|便宜没好货|一分钱一分货|就(?:这么|那么)?(?:几|点|\d+)块钱|买不起/,
    why: '带着嘲讽，会伤到顾客',
    source: DIGNITY,
    instead: '谢谢您告诉我们，我来看看怎么处理更合适。',
  },
  {
    rule: 'hits-back',
    pattern:
      /骂(?:谁|我)(?:呢|干嘛|干什么)?|嘴(?:巴)?(?:放)?干净|有(?:本事|种)|(?:你|您)(?:这|那)?(?:什么|啥)(?:态度|素质)|没(?:有)?素质|(?:注意|管好)(?:你|您)?(?:的|自己的)?(?:态度|言辞|措辞|嘴)|(?:你|您)(?:给我)?听(?:好|清楚)(?:了)?|无理取闹|胡搅蛮缠|胡说|瞎说|不讲理/,
    why: '在还嘴，争吵会升级',
    source: DIGNITY,
    instead: '我理解您现在很生气，我想先把问题解决，请给我几分钟核实。',
  },
  {
    rule: 'shouts',
    pattern: /[!?]{3,}/,
    why: '连用感叹号或问号像在吼人',
    source: COLD,
    instead: '请您慢慢说，我在这边看着，弄清楚后马上为您处理。',
  },
];

/** One finding per row, in the order of the rows; none when it reads calmly. */
export function readTone(text: string): ToneFinding[] {
  const plain = normaliseForRules(text);
  return ROWS.flatMap((row) => {
    const [found] = matchRule(row, plain, null);
    return found === undefined ? [] : [{ ...found, instead: row.instead }];
  });
}

/** Every sentence that is offered in place of others; a test sends them through all rules. */
export const CALM_WORDS: readonly string[] = ROWS.map((row) => row.instead);

const FACE = /\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic})*/gu;
/** Our own measure: one face is friendly, two are lively, more are noise. */
const FACES_MAX = 2;
const CROSS: ReadonlySet<string> = new Set(['angry', 'sarcastic']);

/** Why the faces in a reply may go down badly; null when they do not. `feeling`: the shopper's, now. */
export function readFaces(text: string, feeling: string | null): 'many' | 'angry' | null {
  const faces = [...text.matchAll(FACE)].length;
  if (faces > 0 && feeling !== null && CROSS.has(feeling)) return 'angry';
  return faces > FACES_MAX ? 'many' : null;
}
