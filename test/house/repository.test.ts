// The rules about files bite, and say where.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockProblems, longFiles, strangers } from '../../scripts/checks/repository.ts';

function tree(files: Record<string, string>): string {
  const root = mkdtempSync(path.join(os.tmpdir(), 'jiebang-files-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

const lines = (count: number, head: string) => `${head}\n${'export {};\n'.repeat(count - 1)}`;

test('a long file needs a reason in its head sentence', () => {
  const root = tree({
    'src/bot/short.ts': lines(400, '// Short enough.'),
    'src/bot/long.ts': lines(401, '// Says nothing about its length.'),
    'src/bot/reasoned.ts': lines(401, '// One table, long because each row is a law of its own.'),
    'src/console/page.tsx': lines(900, 'export const a = 1;'),
  });
  expect(longFiles(root).map((line) => line.split(':')[0])).toEqual(['src/bot/long.ts', 'src/console/page.tsx']);
});

test('a lock file carries integrity, no addresses, and every package it asks for', () => {
  const packages = {
    '': {},
    'node_modules/good': { version: '1.0.0', integrity: 'sha512-x' },
    'node_modules/addressed': {
      version: '1.0.0',
      integrity: 'sha512-x',
      resolved: 'https://mirror.example/addressed.tgz',
    },
    'node_modules/unsealed': { version: '1.0.0' },
    'node_modules/many': {
      version: '1.0.0',
      integrity: 'sha512-x',
      optionalDependencies: { good: '1', inner: '1', lost: '1' },
    },
    'node_modules/many/node_modules/inner': { version: '1.0.0', integrity: 'sha512-x' },
  };
  expect(lockProblems(tree({ 'package-lock.json': JSON.stringify({ packages }) }))).toEqual([
    'node_modules/addressed: carries the address https://mirror.example/addressed.tgz',
    'node_modules/unsealed: carries no integrity',
    'node_modules/many: its lost is not locked, so `npm ci` refuses',
  ]);
});

test('registries, machines and writing tools are found wherever they are named, but not in what git ignores', () => {
  const root = tree({
    '.gitignore': 'dist/\n',
    'dist/built.js': '// https://registry.npmjs.org/',
    'docs/install.md': 'first\nuse https://registry.npmjs.org/ or registry.npmmirror.com',
    'src/a.ts': "// as in /home/mei/shop\nconst ok = 'https://example.com/home/mei';\n",
    'scripts/b.sh': 'cd /work/main',
    'README.md': 'written with Claude\n',
    'picture.png': 'registry.npmjs.org\0',
    'docs/fine.md':
      'npm install, a registry, ~/.cache, /usr/lib/postgresql, https://www.npmjs.com/package/node, 你是chatgpt吗',
  });
  const expected = ['README.md:1', 'docs/install.md:2', 'scripts/b.sh:1', 'src/a.ts:1'];
  const places = () =>
    strangers(root)
      .map((line) => line.split(':').slice(0, 2).join(':'))
      .sort();
  expect(places()).toEqual(expected);
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  expect(places()).toEqual(expected);
});
