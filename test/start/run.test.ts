// What stands between npm and the program: the right Node, the pages, and a way for input, output, signals and exit codes.
import { cpSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { linkPackages, newCheckout, UNPACK } from './checkout.ts';

const NODE_PACKAGE = 'mkdir -p node_modules/node';
const BRING = `mkdir -p node_modules/node/bin && printf '#!/bin/sh\\nexec "${process.execPath}" "$@"\\n' > node_modules/node/bin/node && chmod +x node_modules/node/bin/node`;

describe('Node 24', () => {
  test('is brought with a word about it where the machine has an older one', async () => {
    const checkout = newCheckout();
    checkout.npmDoes({ ci: `${UNPACK}\n${NODE_PACKAGE}`, rebuild: BRING });
    const { code, stdout, stderr } = await checkout.run(['start'], { asVersion: 'v20.11.0' });
    expect(code).toBe(0);
    expect(stderr).toContain('本机的 Node 是 v20.11.0');
    expect(checkout.asked()).toEqual(['ci --include=dev', 'rebuild node']);
    expect(JSON.parse(stdout).first).toBe(path.join(checkout.root, 'node_modules/node/bin'));

    const again = await checkout.run(['start'], { asVersion: 'v20.11.0' });
    expect(again.stderr).toBe('');
    expect(checkout.asked()).toHaveLength(2);
  });

  test('comes by its own script where npm refuses to run scripts', async () => {
    const checkout = newCheckout();
    const script = `echo 'require("node:child_process").execSync(process.env.BRING, { cwd: "../.." })' > node_modules/node/installArchSpecificPackage.js`;
    checkout.npmDoes({ ci: `${UNPACK}\n${NODE_PACKAGE}\n${script}`, rebuild: 'exit 0' });
    const { code, stderr } = await checkout.run(['start'], { asVersion: 'v22.1.0', env: { BRING } });
    expect(stderr).toContain('Node 24 已就绪');
    expect(code).toBe(0);
  });

  test('that cannot be had is one sentence and exit 1, and the next start tries again', async () => {
    const checkout = newCheckout();
    checkout.npmDoes({ rebuild: 'echo "npm error nothing to rebuild" >&2; exit 1' });
    const { code, stdout, stderr } = await checkout.run(['start'], { asVersion: 'v18.20.0' });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('需要 Node 24，当前为 v18.20.0');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(checkout.has('node_modules/.jiebang-installed')).toBe(false);
  });
});

describe('the command', () => {
  test('reads what is typed, and its output is the only output', async () => {
    const checkout = newCheckout();
    const { stdout } = await checkout.run(['start', 'echo'], { input: '密码\n' });
    expect(stdout.trim().split('\n').at(-1)).toBe('密码');
    expect(stdout.trim().split('\n')).toHaveLength(2);
  });

  test('keeps its exit code', async () => {
    const checkout = newCheckout();
    expect((await checkout.run(['start', 'exit', '3'])).code).toBe(3);
  });

  test('hears a signal to the whole group once, and has time to finish', async () => {
    const checkout = newCheckout();
    const running = checkout.start(['start', 'serve'], { ownGroup: true });
    await running.says('serving');
    process.kill(-running.child.pid!, 'SIGTERM');
    const { code, stdout } = await running.done;
    expect(stdout).toContain('signals 1');
    expect(code).toBe(7);
  });

  test('hears a signal to the starter alone', async () => {
    const checkout = newCheckout();
    const running = checkout.start(['start', 'serve']);
    await running.says('serving');
    running.child.kill('SIGTERM');
    expect(await running.done).toMatchObject({ code: 7, stdout: expect.stringContaining('signals 1') });
  });

  test('that is killed kills the starter the same way', async () => {
    const checkout = newCheckout();
    checkout.write('src/main.ts', "process.kill(process.pid, 'SIGKILL');");
    expect((await checkout.run(['start'])).signal).toBe('SIGKILL');
  });

  test('leaves its code compiled for the next start, unless the shell names another place', async () => {
    const checkout = newCheckout();
    await checkout.run(['start'], { env: { NODE_COMPILE_CACHE: path.join(checkout.root, 'elsewhere') } });
    expect(checkout.has('elsewhere')).toBe(true);
    expect(checkout.has('node_modules/.cache/node')).toBe(false);
    await checkout.run(['start']);
    expect(checkout.has('node_modules/.cache/node')).toBe(true);
  });

  test('that does not exist is answered with those that do', async () => {
    const { code, stderr } = await newCheckout().run(['strat']);
    expect(code).toBe(2);
    expect(stderr).toContain('start | test |');
  });
});

describe('the pages', () => {
  test('are built once, kept while their sources stay, and built again when the contract changes', async () => {
    const checkout = newCheckout();
    checkout.write('src/console/vite.config.ts', '');
    checkout.write('src/contract/handoff.ts', 'export const a = 1;');
    checkout.write(
      'scripts/build-console.ts',
      `import fs from 'node:fs';
      console.log('noise of a build');
      fs.mkdirSync('dist/console', { recursive: true });
      fs.writeFileSync('dist/console/.stamp', process.argv[2]);`,
    );
    const builds = async () => (await checkout.run(['start'])).stderr.includes('noise of a build');
    expect(await builds()).toBe(true);
    expect(await builds()).toBe(false);
    checkout.write('src/contract/handoff.ts', 'export const a = 2;');
    expect(await builds()).toBe(true);
    expect((await checkout.run(['start'])).stdout).not.toContain('noise');
  });

  test('that cannot be built stop the start with a sentence', async () => {
    const checkout = newCheckout();
    checkout.write('src/console/vite.config.ts', '');
    checkout.write('src/contract/handoff.ts', '');
    checkout.write('scripts/build-console.ts', 'process.exit(1);');
    const { code, stdout, stderr } = await checkout.run(['start']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('网页构建失败');
  });

  test('are built for real into dist/console, and a failed build leaves the old ones', async () => {
    const checkout = newCheckout();
    linkPackages(checkout);
    checkout.write('src/console/vite.config.ts', 'export default { base: "/" };');
    checkout.write('src/console/index.html', '<script type="module" src="./main.ts"></script>');
    checkout.write('src/console/main.ts', 'document.title = "接棒";');
    checkout.write('package.json', '{"type":"module"}');
    const { execFileSync } = await import('node:child_process');
    const build = (stamp: string) =>
      execFileSync(process.execPath, ['scripts/build-console.ts', stamp], { cwd: checkout.root, stdio: 'pipe' });
    build('one');
    expect(checkout.read('dist/console/index.html')).toContain('<script');
    expect(checkout.read('dist/console/.stamp')).toBe('one');

    checkout.write('src/console/main.ts', 'import "./missing.ts";');
    expect(() => build('two')).toThrow();
    expect(checkout.read('dist/console/.stamp')).toBe('one');
    cpSync(path.join(checkout.root, 'dist'), path.join(checkout.root, 'seen'), { recursive: true });
    expect(checkout.has('seen/console/index.html')).toBe(true);
  });
});
