// Checks a value against a TypeBox schema field by field and says in an editor's words what each field should be.
import { IsArray, IsLiteral, IsObject, IsOptional, IsString, IsUnion, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { quoted } from './content-problems.ts';

export type Path = readonly (string | number)[];

export interface ShapeProblem {
  path: Path;
  text: string;
}

/** The limits TypeBox keeps on the schema object without naming them in its types. */
interface Limits {
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
}

const PATTERNS: Record<string, string> = {
  '^[a-z][a-z0-9_]*$': '小写字母开头，只含小写字母、数字和下划线',
  '^[a-z0-9][a-z0-9-]*$': '只含小写字母、数字和连字符',
  '^\\d{4}-\\d{2}-\\d{2}$': '日期，写作 2026-01-31',
};

/** What the schema expects, for a sentence that begins 应为. */
export function describe(schema: TSchema): string {
  if (IsLiteral(schema)) return String(schema.const);
  if (IsUnion(schema)) return schema.anyOf.map(describe).join(' | ');
  if (IsObject(schema)) {
    const fields = Object.entries(schema.properties).map(([key, field]) => `${key}: ${describe(field)}`);
    return `{ ${fields.join(', ')} }`;
  }
  if (IsArray(schema)) return `列表，每项为${describe(schema.items)}`;
  if (!IsString(schema)) return '另一种值';
  const { minLength, maxLength, pattern } = schema as Limits;
  const bounds: string[] = [];
  if (minLength) bounds.push(`至少 ${minLength} 个字`);
  if (maxLength) bounds.push(`最多 ${maxLength} 个字`);
  const form = pattern === undefined ? '文字' : (PATTERNS[pattern] ?? `形如 ${pattern}`);
  return bounds.length > 0 ? `${form}（${bounds.join('，')}）` : form;
}

/**
 * Every problem of a value, none when it matches. TypeBox's own error list stops after a few errors and
 * names schema keywords; this walk names fields and leaves the judgement of each leaf to TypeBox.
 */
export function checkShape(schema: TSchema, value: unknown, path: Path = []): ShapeProblem[] {
  if (IsObject(schema)) return checkObject(schema, value, path);
  if (IsArray(schema) && Array.isArray(value)) {
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema as Limits;
    const problems = value.flatMap((item, index) => checkShape(schema.items, item, [...path, index]));
    if (value.length < minItems) {
      problems.push({ path, text: `${nameOf(path)}只有 ${value.length} 项，应至少有 ${minItems} 项` });
    }
    if (value.length > maxItems) {
      problems.push({ path, text: `${nameOf(path)}有 ${value.length} 项，应最多 ${maxItems} 项` });
    }
    return problems;
  }
  if (!Value.Check(schema, value)) {
    return [{ path, text: `${nameOf(path)}的值${quoted(value)}不对，应为${describe(schema)}${hint(schema, value)}` }];
  }
  return typeof value === 'string' ? checkText(value, path) : [];
}

function checkObject(schema: TSchema & { properties: Record<string, TSchema> }, value: unknown, path: Path) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path, text: `${nameOf(path)}的值${quoted(value)}不对，应为若干行「字段: 值」` }];
  }
  const fields = value as Record<string, unknown>;
  const problems: ShapeProblem[] = [];
  for (const [key, field] of Object.entries(schema.properties)) {
    if (Object.hasOwn(fields, key)) problems.push(...checkShape(field, fields[key], [...path, key]));
    else if (!IsOptional(field)) problems.push({ path, text: `缺少字段「${key}」，应为${describe(field)}` });
  }
  for (const key of Object.keys(fields)) {
    if (Object.hasOwn(schema.properties, key)) continue;
    const known = Object.keys(schema.properties).join('、');
    problems.push({ path: [...path, key], text: `不认识的字段${quoted(key)}，可用的字段为 ${known}` });
  }
  return problems;
}

/** PostgreSQL can keep neither NUL nor half a surrogate pair, and control characters have no business in a sentence. */
export function checkText(text: string, path: Path): ShapeProblem[] {
  const clean = text.isWellFormed() && !/[^\P{Cc}\n\t]/u.test(text);
  return clean ? [] : [{ path, text: `${nameOf(path)}含有控制字符或残缺字符，应删去` }];
}

function hint(schema: TSchema, value: unknown): string {
  const wantsText = IsString(schema) || (IsUnion(schema) && schema.anyOf.every(IsLiteral));
  return wantsText && (typeof value === 'number' || typeof value === 'boolean') ? '；纯数字等请加引号' : '';
}

function nameOf(path: Path): string {
  const name = path
    .map((step, at) => (typeof step === 'number' ? `第 ${step + 1} 项` : at === 0 ? step : `.${step}`))
    .join('');
  return name === '' ? '内容' : `「${name}」`;
}
