// A start loads what it uses: what only some settings need is loaded by who has set them.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

/** The packages whose modules are in the process once the given file of the product is loaded. */
function packagesOf(file: string): string[] {
  const script = `
    import { registerHooks } from 'node:module';
    const names = new Set();
    registerHooks({
      load(url, context, next) {
        const name = /\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1];
        if (name) names.add(name);
        return next(url, context);
      },
    });
    await import(${JSON.stringify(path.join(root, file))});
    process.stdout.write(JSON.stringify([...names]));
    process.exit(0);`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root }).toString());
}

it('without a model and without a table to read, their libraries stay on the disk', { timeout: 120_000 }, () => {
  const loaded = packagesOf('src/app.ts');
  expect(loaded).toEqual(
    expect.arrayContaining(['fastify', 'pg', 'bullmq', 'ioredis', 'botbuilder', '@langchain/core']),
  );
  for (const idle of ['langchain', '@langchain/langgraph', 'openai', 'read-excel-file', 'write-excel-file', 'echarts'])
    expect(loaded).not.toContain(idle);
});
