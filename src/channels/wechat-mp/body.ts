// A mini program's bodies, JSON or XML as its console is set, read into flat fields without losing a digit. Knows no meaning of fields.
import { type Fields, readXml } from '../wechat/envelope.ts';

const MAX_NESTING = 8;
/** Of text that is known to be JSON: a string, a mark, or a number or word. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

const isJson = (source: string): boolean => {
  try {
    JSON.parse(source);
    return true;
  } catch {
    return false;
  }
};

const unquoted = (token: string): string => (token.startsWith('"') ? (JSON.parse(token) as string) : token);

/**
 * The fields of one flat object. Numbers keep the digits they were written with: a message id is larger than what a number
 * holds. Null for anything else, and for a repeated field: which one is meant would depend on the reader.
 */
export function readJson(source: string): Fields | null {
  if (!source.trimStart().startsWith('{') || !isJson(source)) return null;
  const fields: Record<string, string> = Object.create(null);
  const seen = new Set<string>();
  let depth = 0;
  let name: string | null = null;
  for (const [token] of source.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (++depth > MAX_NESTING) return null;
      if (depth > 1) name = null;
    } else if (token === '}' || token === ']') depth--;
    else if (depth !== 1 || token === ':') continue;
    else if (token === ',') name = null;
    else if (name !== null) {
      if (token !== 'null') fields[name] = unquoted(token);
    } else {
      name = unquoted(token);
      if (seen.has(name)) return null;
      seen.add(name);
    }
  }
  return fields;
}

const BOM = /^\uFEFF/;

/** The console says which of the two is sent; the first character does too. */
export function readBody(source: string): Fields | null {
  const text = source.replace(BOM, '');
  return text.trimStart().startsWith('{') ? readJson(text) : readXml(text);
}
