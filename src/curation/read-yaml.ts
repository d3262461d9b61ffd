// Reads one YAML text of an editor into plain data and remembers on which line each field stood. Knows no schema.
import { isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml';
import type { Path } from './check-shape.ts';

export interface YamlText {
  value: unknown;
  /** The line of a field, or of the nearest one around it; counts from 1. */
  lineOf(path: Path): number;
  problems: { line: number; text: string }[];
}

/** Real content files need no aliases at all; a few are tolerated, a pyramid of them is not. */
const ALIASES_MAX = 20;
const ERRORS_MAX = 20;

/** `firstLine` is the line of the file on which this text begins. Never throws. */
export function readYaml(text: string, firstLine = 1): YamlText {
  const counter = new LineCounter();
  const lineAt = (offset: number) => counter.linePos(offset).line + firstLine - 1;
  try {
    const document = parseDocument(text, {
      lineCounter: counter,
      uniqueKeys: true,
      prettyErrors: false,
      logLevel: 'error',
    });
    const errors = [...document.errors, ...document.warnings].slice(0, ERRORS_MAX);
    if (errors.length > 0) {
      const problems = errors.map((error) => ({
        line: lineAt(error.pos[0]),
        text: `不是合法的 YAML：${explain(error.code, error.message)}`,
      }));
      return { value: undefined, lineOf: () => firstLine, problems };
    }
    const lineOf = (path: Path) => lineAt(offsetOf(document.contents, path));
    return { value: document.toJS({ maxAliasCount: ALIASES_MAX }), lineOf, problems: [] };
  } catch (error) {
    // The parser recurses: a file of ten thousand brackets ends in a RangeError, an alias bomb in a ReferenceError.
    const reason =
      error instanceof ReferenceError
        ? '引用（& 和 *）过多，应直接写出内容'
        : '嵌套过深或结构异常，应为简单的「字段: 值」';
    return {
      value: undefined,
      lineOf: () => firstLine,
      problems: [{ line: firstLine, text: `不是合法的 YAML：${reason}` }],
    };
  }
}

function offsetOf(root: unknown, path: Path): number {
  let offset = 0;
  let node = root;
  if (isNode(node)) offset = node.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isNode(item.key) && String(item.key) === String(step));
      if (pair === undefined) return offset;
      offset = isNode(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isNode(node) && 'items' in node && Array.isArray(node.items)) {
      node = node.items[Number(step)];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

const EXPLAINED: Record<string, string> = {
  BAD_INDENT: '缩进不对，同一层应对齐',
  DUPLICATE_KEY: '同一个字段写了两次，应只写一次',
  TAB_AS_INDENT: '缩进用了制表符，应用空格',
  MISSING_CHAR: '缺少符号（引号、冒号或括号没有成对）',
  BAD_SCALAR_START: '值以特殊符号开头，应加引号',
  BLOCK_AS_IMPLICIT_KEY: '一行里有两个冒号，值应加引号',
  BAD_ALIAS: '值以 * 或 & 开头，应加引号',
  MULTILINE_IMPLICIT_KEY: '字段名跨了行，可能缺少冒号',
  UNEXPECTED_TOKEN: '出现了多余的内容，可能缺少引号或连字符',
};

function explain(code: string, message: string): string {
  return EXPLAINED[code] ?? message.split('\n')[0]!.slice(0, 120);
}
