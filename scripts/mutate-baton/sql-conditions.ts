// Finds the conditions in a piece of SQL (WHERE, IF, WHEN) and makes one mutant for each part of each. Knows no table and no database.

/** A stretch of a text and what stands there instead. */
export interface Change {
  start: number;
  end: number;
  text: string;
  what: string;
}

interface Word {
  text: string;
  start: number;
  end: number;
  /** Of brackets around it. */
  depth: number;
}

const TOKEN = /--[^\n]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$\w*\$|[A-Za-z_][\w.]*|\d+|[()]|\S/g;

function wordsOf(sql: string): Word[] {
  const words: Word[] = [];
  let depth = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const text = match[0].toLowerCase();
    if (text.startsWith('--')) continue;
    if (text === ')') depth -= 1;
    words.push({ text, start: match.index, end: match.index + text.length, depth });
    if (text === '(') depth += 1;
  }
  return words;
}

/** What begins a condition, and what ends it at the same depth of brackets. */
const OPENS: Record<string, readonly string[]> = {
  where: ['order', 'group', 'limit', 'returning', 'for', 'union', 'then', 'loop', 'on', ';'],
  if: ['then'],
  when: ['then'],
};

/** The operands between `and` and `or` of one condition; the `and` of BETWEEN belongs to its operand. */
function operandsOf(
  words: Word[],
  from: number,
  until: number,
  depth: number,
): { operands: Word[][]; signs: string[] } {
  const operands: Word[][] = [[]];
  const signs: string[] = [];
  let between = false;
  for (const word of words.slice(from, until)) {
    const splits = word.depth === depth && (word.text === 'or' || (word.text === 'and' && !between));
    if (word.depth === depth && word.text === 'between') between = true;
    else if (word.depth === depth && word.text === 'and') between = false;
    if (splits) {
      signs.push(word.text);
      operands.push([]);
    } else {
      operands.at(-1)!.push(word);
    }
  }
  return { operands, signs };
}

function changesOf(sql: string, words: Word[], from: number, until: number, depth: number, kind: string): Change[] {
  const { operands, signs } = operandsOf(words, from, until, depth);
  const changes: Change[] = [];
  operands.forEach((operand, n) => {
    if (operand.length === 0) return;
    const start = operand[0]!.start;
    const end = operand.at(-1)!.end;
    const text = sql.slice(start, end);
    const isAlternative = signs[n - 1] === 'or' || signs[n] === 'or';
    const neutral = isAlternative && signs[n - 1] !== 'and' && signs[n] !== 'and' ? 'false' : 'true';
    const shown = text.replaceAll(/\s+/g, ' ');
    if (kind === 'where' || operands.length > 1)
      changes.push({ start, end, text: neutral, what: `${kind}: drop \`${shown}\`` });
    if (kind !== 'where') changes.push({ start, end, text: `not (${text})`, what: `${kind}: invert \`${shown}\`` });
    // a group in brackets is a condition of its own
    const [first] = operand;
    const last = operand.at(-1)!;
    if (operand.length > 2 && first!.text === '(' && last.text === ')' && first!.depth === last.depth) {
      const inner = words.indexOf(first!) + 1;
      const closing = words.indexOf(last);
      if (words.slice(inner, closing).some((w) => w.depth === depth + 1 && (w.text === 'and' || w.text === 'or')))
        changes.push(...changesOf(sql, words, inner, closing, depth + 1, kind));
    }
  });
  return changes;
}

/** `end if` and `on conflict … do` begin nothing; `for … where` of a policy is not a query. */
const begins = (words: Word[], n: number): boolean =>
  words[n]!.text in OPENS && !(words[n]!.text === 'if' && words[n - 1]?.text === 'end');

export function conditionChanges(sql: string): Change[] {
  const words = wordsOf(sql);
  return words.flatMap((word, n) => {
    if (!begins(words, n)) return [];
    const ends = OPENS[word.text]!;
    let until = n + 1;
    while (until < words.length) {
      const one = words[until]!;
      if (one.depth < word.depth || (one.depth === word.depth && ends.includes(one.text))) break;
      until += 1;
    }
    return changesOf(sql, words, n + 1, until, word.depth, word.text);
  });
}
