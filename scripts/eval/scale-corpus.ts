// A large shop made from the default one: the same entries again for made-up products, always the same for the same size. Knows no database.
import type { Content, FaqFile } from '../../src/contract/content.ts';
import { contentHash } from '../../src/curation/canonical.ts';
import { questionsOf } from '../../src/understanding/learn-from.ts';
import { createRandom } from '../../src/understanding/random.ts';

const BRANDS =
  '星河 青禾 木棉 云朵 北岛 小鹿 山茶 极光 白桦 橙子 晚风 石榴 海盐 松果 麦田 蓝鲸 暖阳 竹里 银杏 初雪'.split(' ');
const THINGS =
  '保温杯 电饭煲 羽绒服 台灯 书包 面霜 床垫 耳机 跑鞋 奶瓶 拖把 茶几 雨伞 帽子 剃须刀 投影仪 麦片 香薰 瑜伽垫 窗帘 行李箱 键盘 牙刷 风扇 枕头'.split(
    ' ',
  );
const WAYS: readonly ((name: string, question: string) => string)[] = [
  (name, question) => `${name}${question}`,
  (name, question) => `${name}，${question}`,
  (name, question) => `想问下${name} ${question}`,
  (name, question) => `${question} 我买的是${name}`,
];
/** As many questions per entry as an editor writes. */
const QUESTIONS_PER_ENTRY = 7;

/** The shop's own entries, then copies of them for made-up products, until there are this many questions in all. */
export function largeContent(base: Content, questions: number): Content {
  const entries: FaqFile[] = [];
  let count = 0;
  for (let k = 0; count < questions; k++) {
    const own = base.entries[k % base.entries.length]!;
    const entry = k < base.entries.length ? own : copyFor(own, Math.floor(k / base.entries.length) - 1, k);
    const similar = questionsOf(entry).slice(1, Math.max(1, questions - count));
    entries.push({ ...entry, similar });
    count += 1 + similar.length;
  }
  const content = { intents: base.intents, entries: entries.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  return { ...content, policy: base.policy, hash: contentHash(content) };
}

function copyFor(own: FaqFile, round: number, k: number): FaqFile {
  const name = BRANDS[(round + k) % BRANDS.length]! + THINGS[(round * 7 + k) % THINGS.length]!;
  const way = (i: number) => WAYS[(round + i) % WAYS.length]!;
  const [question, ...similar] = questionsOf(own)
    .slice(0, QUESTIONS_PER_ENTRY)
    .map((text, i) => way(i)(name, text));
  return {
    ...own,
    id: `${own.id.slice(0, 60)}-g${k}`,
    question: question!,
    similar,
    // a quarter is about one product only, so that the searches have something to leave out
    products: k % 4 === 0 ? [`G${k % 50}`] : own.products,
    answers: { standard: `${name}：${own.answers.standard}` },
  };
}

/** Questions as shoppers would ask them: those of the content with a character missing and a particle added. */
export function askedOf(content: Content, count: number): string[] {
  const all = content.entries.flatMap(questionsOf);
  const random = createRandom(count);
  return Array.from({ length: count }, () => {
    const symbols = Array.from(all[random.below(all.length)]!);
    symbols.splice(random.below(symbols.length), 1);
    return `${symbols.join('')}${['', '呀', '呢', '？', ' 谢谢'][random.below(5)]!}`;
  });
}
