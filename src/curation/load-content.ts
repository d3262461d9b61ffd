// Reads the content folder of a shop, checks it as a whole and refuses it with every problem named. Knows no database.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { type Content, type FaqFile, FaqHead, IntentFile, PolicyFile, ShopFile } from '../contract/content.ts';
import { contentHash } from './canonical.ts';
import { checkShape } from './check-shape.ts';
import { badContent, type ContentProblem, compareText } from './content-problems.ts';
import { crossCheck, type Located } from './cross-check.ts';
import { readFaq } from './read-faq.ts';
import { readYaml } from './read-yaml.ts';

/** A page of text is some kilobytes; a larger file is a mistake, and an unbounded one would hold up the parser. */
const FILE_BYTES_MAX = 256 * 1024;
const FILES_MAX = 20_000;
const READ_AT_ONCE = 64;

/** What every shop shares, beside the folders of the shops. */
const GENERAL = 'general';

export interface TextOfFile {
  file: string;
  /** Null when it cannot be read. */
  text: string | null;
}

/** The files of a shop's content as they lie there, unchecked, and what could not be read. */
export interface ContentFolder {
  intents: readonly TextOfFile[];
  entries: readonly TextOfFile[];
  /** `<shop>/policy.yaml`, else `faq-corpus/policy.yaml`; a shop that has never calibrated has none. */
  policy: TextOfFile | null;
  problems: readonly ContentProblem[];
}

/**
 * Of one shop: `<root>/intents/*.yaml`, and of `<root>/faq-corpus` the folders `general` and `<shop>` (`*.md`, any depth).
 * The closer file wins: an entry of the shop replaces the general one of the same id. Without a shop, all folders are one shop's.
 */
export async function readContentFolder(root: string, shop: string | null = null): Promise<ContentFolder> {
  const problems: ContentProblem[] = [];
  const intents = await listFiles(root, 'intents', '.yaml', problems);
  const entries = ofShop(await listFiles(root, 'faq-corpus', '.md', problems), shop);
  return {
    intents: await readAll(root, intents, problems),
    entries: await readAll(root, entries, problems),
    policy: await findPolicy(root, shop, problems),
    problems,
  };
}

/**
 * What the files say, sorted by name and id, with the hash.
 * @throws AppError `bad_content` whose message has one line `file:line: what is wrong` per problem, all at once
 */
export function checkContent(folder: ContentFolder): Content {
  const problems = [...folder.problems];
  const sound = <T>(
    files: readonly TextOfFile[],
    read: (file: string, text: string, p: ContentProblem[]) => T | null,
  ) => files.flatMap(({ file, text }) => (text === null ? [] : (read(file, text, problems) ?? [])));
  const intents: Located<IntentFile>[] = sound(folder.intents, readIntent);
  const entries: Located<FaqFile>[] = sound(folder.entries, readEntry);
  const policy = readPolicy(folder.policy, problems);
  // A broken intent file has its own line already; its name still counts as defined, or every FAQ on it would complain too.
  problems.push(...crossCheck(intents, entries, new Set(folder.intents.map(({ file }) => stem(file)))));
  if (problems.length > 0) throw badContent(problems);
  const content = {
    intents: intents.map((intent) => intent.value).sort((a, b) => compareText(a.name, b.name)),
    entries: entries.map((entry) => entry.value).sort((a, b) => compareText(a.id, b.id)),
  };
  return { ...content, policy, hash: contentHash(content) };
}

/** Both at once. @throws AppError `bad_content` */
export const loadContent = async (root: string, shop: string | null = null): Promise<Content> =>
  checkContent(await readContentFolder(root, shop));

function ofShop(files: readonly string[], shop: string | null): readonly string[] {
  if (shop === null) return files;
  const own = files.filter((file) => file.startsWith(`faq-corpus/${shop}/`));
  const ids = new Set(own.map(stem));
  const shared = files.filter((file) => file.startsWith(`faq-corpus/${GENERAL}/`) && !ids.has(stem(file)));
  return [...shared, ...own];
}

/** Ids of the entries that the shop has from the folder all shops share. */
export async function sharedEntryIds(root: string, shop: string): Promise<Set<string>> {
  const files = ofShop(await listFiles(root, 'faq-corpus', '.md', []), shop);
  return new Set(files.filter((file) => file.startsWith(`faq-corpus/${GENERAL}/`)).map(stem));
}

/** Who the shop is. @throws AppError `bad_content` when `faq-corpus/<shop>/shop.yaml` is missing or wrong. */
export async function loadShopFile(root: string, shop: string): Promise<ShopFile> {
  const problems: ContentProblem[] = [];
  const [file] = await readAll(root, [`faq-corpus/${shop}/shop.yaml`], problems);
  const found = readFields(file!, ShopFile, problems);
  if (found === null) throw badContent(problems);
  return found.value;
}

async function findPolicy(root: string, shop: string | null, problems: ContentProblem[]): Promise<TextOfFile | null> {
  const places = [...(shop === null ? [] : [`faq-corpus/${shop}/policy.yaml`]), 'faq-corpus/policy.yaml'];
  for (const file of places) {
    if ((await stat(join(root, file)).catch(() => null)) !== null) return (await readAll(root, [file], problems))[0]!;
  }
  return null;
}

function readPolicy(file: TextOfFile | null, problems: ContentProblem[]): PolicyFile | null {
  const found = file === null ? null : readFields(file, PolicyFile, problems);
  if (found === null || found.value.clarify_min <= found.value.answer_min) return found?.value ?? null;
  problems.push({ file: file!.file, line: found.lineOf(['clarify_min']), text: 'clarify_min 应不大于 answer_min' });
  return null;
}

/** A small YAML file of a known shape; null when it is wrong, with the problems noted. */
function readFields<S extends TSchema>(
  { file, text }: TextOfFile,
  schema: S,
  problems: ContentProblem[],
): { value: Static<S>; lineOf: Located<unknown>['lineOf'] } | null {
  if (text === null) return null;
  const yaml = readYaml(text);
  const found = yaml.problems.slice();
  if (found.length === 0) {
    for (const { path, text } of checkShape(schema, yaml.value)) found.push({ line: yaml.lineOf(path), text });
  }
  problems.push(...found.map((problem) => ({ file, ...problem })));
  return found.length === 0 && Value.Check(schema, yaml.value) ? { value: yaml.value, lineOf: yaml.lineOf } : null;
}

function readIntent(file: string, text: string, problems: ContentProblem[]): Located<IntentFile> | null {
  const yaml = readYaml(text);
  const found = yaml.problems.slice();
  if (found.length === 0) {
    for (const { path, text } of checkShape(IntentFile, yaml.value)) found.push({ line: yaml.lineOf(path), text });
    const name = nameIn(yaml.value, 'name');
    if (name !== null && name !== stem(file)) {
      found.push({ line: yaml.lineOf(['name']), text: `name 为 ${name}，应与文件名相同（${stem(file)}）` });
    }
  }
  problems.push(...found.map((problem) => ({ file, ...problem })));
  return found.length === 0 && Value.Check(IntentFile, yaml.value)
    ? { file, value: yaml.value, lineOf: yaml.lineOf }
    : null;
}

function readEntry(file: string, text: string, problems: ContentProblem[]): Located<FaqFile> | null {
  const { head, answers, problems: found } = readFaq(text);
  found.push(...head.problems);
  if (head.problems.length === 0 && head.value !== undefined) {
    for (const { path, text } of checkShape(FaqHead, head.value)) found.push({ line: head.lineOf(path), text });
    const id = nameIn(head.value, 'id');
    if (id !== null && id !== stem(file)) {
      found.push({ line: head.lineOf(['id']), text: `id 为 ${id}，应与文件名相同（${stem(file)}）` });
    }
  }
  problems.push(...found.map((problem) => ({ file, ...problem })));
  if (found.length > 0 || answers.standard === undefined || !Value.Check(FaqHead, head.value)) return null;
  return { file, value: { ...head.value, answers: { ...answers, standard: answers.standard } }, lineOf: head.lineOf };
}

function nameIn(value: unknown, key: string): string | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
  const name: unknown = Reflect.get(value, key);
  return typeof name === 'string' && name.length <= 80 && /^[a-z0-9_-]+$/.test(name) ? name : null;
}

/** Relative paths with `/`, sorted. Intents are not looked for in sub-folders. */
async function listFiles(root: string, folder: string, ending: string, problems: ContentProblem[]): Promise<string[]> {
  const nested = folder !== 'intents';
  let names: string[];
  try {
    names = await readdir(join(root, folder), { recursive: nested });
  } catch {
    problems.push({ file: folder, line: 0, text: '文件夹不存在或无法读取，应放在内容目录之下' });
    return [];
  }
  const files = names.filter((name) => name.endsWith(ending) && !posix.basename(toPosix(name)).startsWith('.'));
  if (files.length === 0) problems.push({ file: folder, line: 0, text: `没有任何 ${ending} 文件，应至少有一个` });
  if (files.length > FILES_MAX) {
    problems.push({ file: folder, line: 0, text: `有 ${files.length} 个文件，应最多 ${FILES_MAX} 个` });
  }
  return files
    .slice(0, FILES_MAX)
    .map((name) => `${folder}/${toPosix(name)}`)
    .sort(compareText);
}

/** In the order of `files`, with their problems noted in that order; so many at a time are read, not one after the other. */
async function readAll(root: string, files: readonly string[], problems: ContentProblem[]): Promise<TextOfFile[]> {
  const read: TextOfFile[] = [];
  for (let at = 0; at < files.length; at += READ_AT_ONCE) {
    const some = files.slice(at, at + READ_AT_ONCE);
    const found = await Promise.all(some.map((file) => tryText(root, file)));
    found.forEach((one, i) => {
      const file = some[i]!;
      if (typeof one !== 'string') problems.push({ file, line: 1, text: one.problem });
      read.push({ file, text: typeof one === 'string' ? one : null });
    });
  }
  return read;
}

async function tryText(root: string, file: string): Promise<string | { problem: string }> {
  const refuse = (problem: string) => ({ problem });
  try {
    const path = join(root, file);
    const found = await stat(path);
    if (!found.isFile()) return refuse('不是普通文件，应为文本文件');
    if (found.size > FILE_BYTES_MAX) return refuse(`有 ${found.size} 字节，应最多 ${FILE_BYTES_MAX} 字节`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    return text.trim() === '' ? refuse('文件是空的，应写出内容或删去') : text;
  } catch (error) {
    if (error instanceof TypeError) return refuse('不是合法的 UTF-8 文本，应另存为 UTF-8');
    return refuse(isMissing(error) ? '文件不存在，应放在这里' : '文件无法读取，请检查权限');
  }
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';
const toPosix = (path: string) => path.split(sep).join('/');
const stem = (file: string) => posix.basename(file).replace(/\.[a-z]+$/, '');
