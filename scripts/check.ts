// `npm run check`: every rule of the house that a machine can hold, side by side; one line per part, the output of what failed, exit 1 on any.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { lockProblems, longFiles, strangers } from './checks/repository.ts';

const root = path.dirname(import.meta.dirname);
const AT_ONCE = Math.max(2, os.availableParallelism());

interface Outcome {
  ok: boolean;
  output: string;
}

interface Part {
  name: string;
  run(): Promise<Outcome>;
}

/** A tool among the dependencies, run under this very Node (some of them refuse an older one). */
const tool = (name: string, file: string, ...args: string[]): Part => ({
  name,
  run: () =>
    new Promise((resolve) => {
      const options = { cwd: root, maxBuffer: 64e6, env: { ...process.env, NO_COLOR: '1' } };
      execFile(process.execPath, [path.join('node_modules', file), ...args], options, (error, stdout, stderr) =>
        resolve({ ok: !error, output: `${stdout}${stderr}` }),
      );
    }),
});

const rule = (name: string, problems: (root: string) => string[]): Part => ({
  name,
  async run() {
    const found = problems(root);
    return { ok: found.length === 0, output: found.join('\n') };
  },
});

const cruised = ['src', 'scripts', 'test'].filter((folder) => existsSync(path.join(root, folder)));

const parts: Part[] = [
  tool('types', 'typescript/bin/tsc', '-p', '.', '--noEmit'),
  tool('format and lint', '@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--max-diagnostics=50'),
  tool('floors', 'dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.cjs', ...cruised),
  tool('unused code', 'knip/bin/knip.js', '--no-progress', '--no-config-hints'),
  rule('file length', longFiles),
  rule('lock file', lockProblems),
  rule('strangers', strangers),
];

const waiting = [...parts];
const failed: string[] = [];

async function work(): Promise<void> {
  for (let part = waiting.shift(); part; part = waiting.shift()) {
    const begun = performance.now();
    const { ok, output } = await part.run();
    console.log(`${ok ? '✓' : '✗'} ${part.name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
    if (ok) continue;
    failed.push(part.name);
    console.log(output.trim().replace(/^/gm, '    '));
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, work));
console.log(failed.length === 0 ? `全部 ${parts.length} 项通过` : `未通过：${failed.join('、')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
