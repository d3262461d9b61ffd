// Rules about the files themselves: how long they may be, and what must not be named in them. Each answers with its problems, one line each.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const LONGEST = 400;

/** The word by which a head sentence gives its reason. */
const REASON = /\bbecause\b/i;

/** A source file above the limit says in its head sentence why it is one file. */
export function longFiles(root: string): string[] {
  return globSync('src/**/*.{ts,tsx}', { cwd: root })
    .sort()
    .flatMap((file) => {
      const lines = readFileSync(path.join(root, file), 'utf8').trimEnd().split('\n');
      const head = lines
        .slice(0, 3)
        .filter((line) => /^\s*(?:\/\/|\/?\*)/.test(line))
        .join(' ');
      if (lines.length <= LONGEST || REASON.test(head)) return [];
      return [
        `${file}: ${lines.length} lines; above ${LONGEST} the head sentence must say "because …", or the file is split`,
      ];
    });
}

const LOCKS = ['package-lock.json', 'test/witness/package-lock.json'];

/** Addresses in a lock file tie everyone to the registry of whoever wrote it. */
export const lockProblems = (root: string): string[] =>
  LOCKS.filter((file) => existsSync(path.join(root, file))).flatMap((file) => problemsOfLock(path.join(root, file)));

function problemsOfLock(file: string): string[] {
  const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Locked> };
  const problems: string[] = [];
  for (const [folder, entry] of Object.entries(lock.packages)) {
    if (entry.resolved && !entry.link) problems.push(`${folder}: carries the address ${entry.resolved}`);
    if (folder !== '' && !entry.link && !entry.integrity) problems.push(`${folder}: carries no integrity`);
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (!isLocked(lock.packages, folder, name))
        problems.push(`${folder}: its ${name} is not locked, so \`npm ci\` refuses`);
    }
  }
  return problems;
}

interface Locked {
  resolved?: string;
  link?: boolean;
  integrity?: string;
  optionalDependencies?: Record<string, string>;
}

/** As npm looks for it: beside the package, then beside each package around it. */
function isLocked(packages: Record<string, Locked>, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder}${folder ? '/' : ''}node_modules/${name}`]) return true;
    if (folder === '' || !folder.includes('/node_modules/')) return Boolean(packages[`node_modules/${name}`]);
  }
}

/** Written so that this file does not name them itself. */
const STRANGERS: readonly { what: string; pattern: RegExp }[] = [
  {
    what: 'the address of a package registry',
    pattern: /\b(?:registry|npm|mirrors?)\.(?:npmjs|npmmirror|yarnpkg|taobao|tencent|huaweicloud|aliyun)\.[a-z]+/i,
  },
  {
    what: 'the address of a package registry',
    pattern: /https?:\/\/[^\s/'"]*(?:artifact[-o]|nexus|verdaccio|pkg\.dev)/i,
  },
  {
    what: 'a path of one machine',
    pattern: /(?<![\w.~/-])\/(?:work\/(?:main|shared)|home\/(?!node\b)[a-z][\w-]*|Users\/[A-Za-z])\b/,
  },
  { what: 'a writing tool', pattern: /\b(?:cl[a]ude|cop[i]lot|cod[e]x\b)/i },
];

/** Corpora of hostile and real input name what they must. */
const MAY_NAME = /^(?:test\/hostile|test\/house|package-lock\.json)/;

/** Nothing in the repository names a registry, a tool it was written with, or somebody's machine. */
export function strangers(root: string): string[] {
  return repositoryFiles(root).flatMap((file) => {
    if (MAY_NAME.test(file)) return [];
    const content = readFileSync(path.join(root, file));
    if (content.subarray(0, 8000).includes(0)) return [];
    return content
      .toString('utf8')
      .split('\n')
      .flatMap((line, index) =>
        STRANGERS.filter(({ pattern }) => pattern.test(line)).map(
          ({ what }) => `${file}:${index + 1}: names ${what}: ${line.trim().slice(0, 120)}`,
        ),
      );
  });
}

/** What git has or would take; without git (an unpacked archive) everything outside the ignored folders. */
function repositoryFiles(root: string): string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64e6,
    });
    return listed.split('\0').filter((file) => file !== '' && existsSync(path.join(root, file)));
  } catch {
    const ignored = /^(?:node_modules|dist|data|coverage|\.git|\.install-lock)(?:\/|$)/;
    return globSync('**/*', { cwd: root, withFileTypes: true, exclude: (entry) => ignored.test(relative(root, entry)) })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, entry))
      .filter((file) => !ignored.test(file));
  }
}

const relative = (root: string, entry: { parentPath: string; name: string }) =>
  path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/');
