// The rules of the floors bite: a small tree that keeps them passes, and one in which every file breaks another of them fails at each.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const repository = path.resolve(import.meta.dirname, '../..');
const cruiser = path.join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const trees: string[] = [];

function tree(files: Record<string, string>): string {
  const root = mkdtempSync(path.join(os.tmpdir(), 'jiebang-floors-'));
  trees.push(root);
  symlinkSync(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
    cpSync(path.join(repository, file), path.join(root, file));
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

/** As check.ts runs it. */
function cruise(root: string, outputType: 'err' | 'json'): Promise<{ code: number; output: string }> {
  const args = [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', outputType, 'src'];
  return new Promise((resolve) =>
    execFile(process.execPath, args, { cwd: root, maxBuffer: 64e6 }, (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout }),
    ),
  );
}

afterAll(() => {
  for (const root of trees) rmSync(root, { recursive: true, force: true });
});

const empty = 'export {};\n';
const from = (file: string) => `import '${file}';\n`;

test('a tree that keeps the floors passes', async () => {
  const root = tree({
    'src/main.ts': from('./app.ts'),
    'src/app.ts': from('./http/server.ts') + from('./shop.ts'),
    'src/shop.ts': from('./config.ts'),
    'src/config.ts': `${from('./errors.ts')}import process from 'node:process';\nexport const env = process.env;\n`,
    'src/errors.ts': empty,
    'src/http/server.ts': `import fastify from 'fastify';\nimport { a } from '../bot/turn.ts';\nexport const x = [fastify, a];\n`,
    'src/bot/turn.ts': `${from('../understanding/net.ts')}${from('../handoff/store.ts')}export const a = 1;\n`,
    'src/understanding/net.ts': from('../conversations/store.ts'),
    'src/handoff/store.ts': from('../db/pool.ts'),
    'src/conversations/store.ts': from('../db/pool.ts'),
    'src/providers/writer.ts': from('../policy/mask.ts') + from('openai'),
    'src/policy/mask.ts': empty,
    'src/db/pool.ts': `import pg from 'pg';\nexport const p = pg;\n`,
    'src/console/main.tsx': `${from('../contract/handoff.ts')}import React from 'react';\nexport const r = React;\n`,
    'src/contract/handoff.ts': empty,
  });
  expect(await cruise(root, 'err')).toMatchObject({
    code: 0,
    output: expect.stringContaining('no dependency violations'),
  });
});

/** Each breaks one rule, in a file that no other case uses. */
const cases: { what: string; rule: string; at: string; text: string; with?: Record<string, string> }[] = [
  { what: 'an upward import', rule: 'down-only-db', at: 'src/db/pool.ts', text: from('../staff/idle.ts') },
  {
    what: 'an upward import of a type only',
    rule: 'down-only-conversations',
    at: 'src/conversations/store.ts',
    text: "import type { Turn } from '../bot/turn-types.ts';\nexport type T = Turn;\n",
    with: { 'src/bot/turn-types.ts': 'export type Turn = string;\n' },
  },
  { what: 'an import of app.ts from below', rule: 'down-only-http', at: 'src/http/server.ts', text: from('../app.ts') },
  {
    what: 'policy that imports a provider',
    rule: 'down-only-policy',
    at: 'src/policy/check.ts',
    text: from('../providers/idle.ts'),
  },
  {
    what: 'a craft that imports its neighbour',
    rule: 'no-neighbour-handoff',
    at: 'src/handoff/route.ts',
    text: from('../curation/idle.ts'),
  },
  {
    what: 'a channel that imports staff',
    rule: 'no-neighbour-channels',
    at: 'src/channels/web.ts',
    text: from('../staff/idle.ts'),
  },
  {
    what: 'a job that imports a route',
    rule: 'no-neighbour-jobs',
    at: 'src/jobs/timer.ts',
    text: from('../http/idle.ts'),
  },
  {
    what: 'a circle',
    rule: 'no-circle',
    at: 'src/bot/a.ts',
    text: from('./b.ts'),
    with: { 'src/bot/b.ts': from('./c.ts'), 'src/bot/c.ts': from('./a.ts') },
  },
  {
    what: 'a circle of types',
    rule: 'no-circle',
    at: 'src/desk/a.ts',
    text: "import type { B } from './b.ts';\nexport type A = B;\n",
    with: { 'src/desk/b.ts': "import type { A } from './a.ts';\nexport type B = A | 1;\n" },
  },
  ...[
    { library: 'fastify', at: 'src/jobs/deliver.ts', home: 'http' },
    { library: '@fastify/static', at: 'src/pages.ts', home: 'http' },
    { library: 'botbuilder', at: 'src/handoff/packet.ts', home: 'channels' },
    { library: 'bullmq', at: 'src/jobs/queue.ts', home: 'queue' },
    { library: 'ioredis', at: 'src/http/limits.ts', home: 'queue' },
    { library: 'pg', at: 'src/queue/queues.ts', home: 'db' },
    { library: 'pgvector/pg', at: 'src/understanding/store.ts', home: 'db' },
    { library: '@electric-sql/pglite', at: 'src/main.ts', home: 'db' },
    { library: '@langchain/core/prompts', at: 'src/bot/compose.ts', home: 'providers' },
    { library: 'langchain', at: 'src/bot/chain.ts', home: 'providers' },
    { library: 'openai', at: 'src/curation/rewrite.ts', home: 'providers' },
    { library: 'cockatiel', at: 'src/commerce/http.ts', home: 'providers' },
    { library: 'react', at: 'src/contract/words.ts', home: 'console' },
    { library: 'vite', at: 'src/http/pages.ts', home: 'console' },
  ].map(({ library, at, home }) => ({
    what: `${library} in ${at}`,
    rule: `one-home-${home}`,
    at,
    text: from(library),
  })),
  {
    what: 'a library outside its home for a type only',
    rule: 'one-home-db',
    at: 'src/staff/store.ts',
    text: "import type { Pool } from 'pg';\nexport type P = Pool;\n",
  },
  {
    what: 'a page that imports the server',
    rule: 'console-knows-contract-only',
    at: 'src/console/main.tsx',
    text: from('../errors.ts'),
  },
  {
    what: 'a page that imports Node',
    rule: 'console-runs-in-a-browser',
    at: 'src/console/files.ts',
    text: from('node:fs'),
  },
  {
    what: 'a server that imports a page',
    rule: 'nobody-imports-console',
    at: 'src/http/assets.ts',
    text: from('../console/words.ts'),
  },
  {
    what: 'a second reader of the environment',
    rule: 'one-reader-of-the-environment',
    at: 'src/bot/turn.ts',
    text: from('node:process'),
  },
  {
    what: 'a room without a floor',
    rule: 'room-without-a-floor',
    at: 'src/helpers/text.ts',
    text: from('../errors.ts'),
  },
  { what: 'a missing file', rule: 'resolvable', at: 'src/bot/memory.ts', text: from('./nowhere.ts') },
  {
    what: 'a product that imports its tests',
    rule: 'src-without-test-code',
    at: 'src/bot/orders.ts',
    text: from('../../test/people.ts'),
  },
  { what: 'a package for developing only', rule: 'no-dev-package', at: 'src/bot/triage.ts', text: from('fast-check') },
];

const IDLE = [
  'src/app.ts',
  'src/errors.ts',
  'src/staff/idle.ts',
  'src/providers/idle.ts',
  'src/curation/idle.ts',
  'src/http/idle.ts',
];

describe('a tree that breaks them fails at', () => {
  let root = '';
  const broken = new Map<string, string[]>();

  beforeAll(async () => {
    const idle = [...IDLE, 'src/console/words.ts', 'test/people.ts'].map((file) => [file, empty]);
    const breaking = cases.map(({ at, text }) => [at, text]);
    root = tree(Object.fromEntries([...idle, ...cases.flatMap((one) => Object.entries(one.with ?? {})), ...breaking]));
    const { output } = await cruise(root, 'json');
    const { summary } = JSON.parse(output) as { summary: { violations: { from: string; rule: { name: string } }[] } };
    for (const { from: file, rule } of summary.violations) broken.set(file, [...(broken.get(file) ?? []), rule.name]);
  });

  test.for(cases)('$what', ({ at, rule }) => {
    expect(broken.get(at)).toEqual([rule]);
  });

  test('nothing else, and with an exit code that stops `npm run check`', async () => {
    const innocent = [...broken.keys()].filter((file) => !cases.some((one) => one.at === file || one.with?.[file]));
    expect(innocent).toEqual([]);
    expect((await cruise(root, 'err')).code).toBeGreaterThan(0);
  });
});
