// A bare checkout becomes runnable: when npm is asked, how often, and what a person reads when it fails.
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { lockWith, newCheckout, UNPACK } from './checkout.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('when npm is asked', () => {
  test('the first start installs, the second does not ask', async () => {
    const checkout = newCheckout();
    const first = await checkout.run(['start', '--port', '5']);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout).args).toEqual(['--port', '5']);
    expect(first.stderr).toContain('正在安装依赖');
    expect(checkout.asked()).toEqual(['ci --include=dev']);

    expect((await checkout.run(['start'])).stderr).toBe('');
    expect(checkout.asked()).toHaveLength(1);
  });

  test('a changed lock file installs again', async () => {
    const checkout = newCheckout();
    await checkout.run(['start']);
    checkout.write('package-lock.json', lockWith('1.0.1'));
    expect((await checkout.run(['start'])).code).toBe(0);
    expect(checkout.asked()).toHaveLength(2);
  });

  test('deleted packages are installed again', async () => {
    const checkout = newCheckout();
    await checkout.run(['start']);
    execFileSync('rm', ['-rf', path.join(checkout.root, 'node_modules')]);
    await checkout.run(['start']);
    expect(checkout.asked()).toHaveLength(2);
  });

  test('an installation by hand counts, a half one does not', async () => {
    const checkout = newCheckout();
    checkout.write('node_modules/.package-lock.json', lockWith('1.0.0'));
    checkout.write('node_modules/left-pad/package.json', '{}');
    expect((await checkout.run(['start'])).code).toBe(0);
    expect(checkout.asked()).toEqual([]);

    const half = newCheckout();
    half.write('node_modules/.package-lock.json', lockWith('1.0.0'));
    await half.run(['start']);
    expect(half.asked()).toHaveLength(1);

    const other = newCheckout();
    other.write('node_modules/.package-lock.json', lockWith('0.9.0'));
    other.write('node_modules/left-pad/package.json', '{}');
    await other.run(['start']);
    expect(other.asked()).toHaveLength(1);
  });
});

describe('when the running Node is one of the dependencies (npm puts it first on the path)', () => {
  test('an installation that removes it is survived: another Node goes on, and brings it back', async () => {
    const checkout = newCheckout();
    const own = path.join(checkout.root, 'node_modules/node/bin/node');
    checkout.npmDoes({
      rebuild: `mkdir -p node_modules/node/bin && cp '${process.execPath}' node_modules/node/bin/node`,
    });
    mkdirSync(path.dirname(own), { recursive: true });
    linkSync(process.execPath, own);
    const { code, stdout, stderr } = await checkout.run(['start'], { node: own });
    expect(stderr).not.toContain('ENOENT');
    expect(code).toBe(0);
    expect(checkout.asked()[0]).toBe('ci --include=dev');
    expect(existsSync(JSON.parse(stdout).node)).toBe(true);
  });

  test('what the lock file calls extraneous is not missed', async () => {
    const checkout = newCheckout();
    const lock = JSON.parse(lockWith('1.0.0'));
    lock.packages['node_modules/left-over'] = { version: '1.0.0', integrity: 'sha512-y', extraneous: true };
    checkout.write('package-lock.json', JSON.stringify(lock));
    checkout.write('node_modules/.package-lock.json', lockWith('1.0.0'));
    checkout.write('node_modules/left-pad/package.json', '{}');
    expect((await checkout.run(['start'])).code).toBe(0);
    expect(checkout.asked()).toEqual([]);
  });
});

describe('when npm fails', () => {
  test('it is tried once more, then a sentence, what npm said, and exit 1', async () => {
    const checkout = newCheckout();
    checkout.npmDoes({ ci: 'echo "npm error code EINTEGRITY" >&2; exit 1' });
    const { code, stdout, stderr } = await checkout.run(['start']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('依赖没有装上（npm 退出码 1）');
    expect(stderr).toContain('EINTEGRITY');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(checkout.asked()).toHaveLength(2);
    expect(checkout.has('node_modules/.jiebang-installed')).toBe(false);
  });

  test('a first failure that passes is forgiven', async () => {
    const checkout = newCheckout();
    checkout.npmDoes({
      ci: `if [ ! -f ../once ]; then touch ../once; echo "npm error code ECONNRESET" >&2; exit 1; fi\n${UNPACK}`,
    });
    expect((await checkout.run(['start'])).code).toBe(0);
    expect(checkout.asked()).toHaveLength(2);
  });

  test('without a network it says so at once', async () => {
    const checkout = newCheckout();
    checkout.npmDoes({ ci: 'echo "npm error code ENOTFOUND" >&2; exit 1' });
    const { code, stderr } = await checkout.run(['start']);
    expect(code).toBe(1);
    expect(stderr).toContain('连不上软件包仓库');
    expect(stderr).toContain('registry is out of reach');
    expect(checkout.asked()).toHaveLength(1);
  });

  test('without npm it says what to install', async () => {
    const checkout = newCheckout();
    execFileSync('rm', [path.join(checkout.root, '../bin/npm')]);
    const nowhere = path.join(checkout.root, '../empty');
    const { code, stdout, stderr } = await checkout.run(['start'], { env: { PATH: nowhere } });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('找不到 npm 命令');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('a lock file that ci refuses is installed from all the same, and stays as it is', async () => {
    const checkout = newCheckout();
    checkout.npmDoes({
      ci: 'echo "npm error code EUSAGE" >&2; exit 1',
      install: `[ "$2" = --no-save ] || exit 9\n${UNPACK}`,
    });
    const { code, stderr } = await checkout.run(['start']);
    expect(code).toBe(0);
    expect(stderr).toContain('改用 npm install');
    expect(checkout.asked()).toEqual(['ci --include=dev', 'install --no-save']);
    expect(checkout.read('package-lock.json')).toBe(lockWith('1.0.0'));
  });
});

describe('several starters, killed starters', () => {
  test('two at once install once, and both run', async () => {
    const checkout = newCheckout();
    checkout.npmDoes({ ci: `sleep 1\n${UNPACK}` });
    const both = await Promise.all([checkout.run(['start']), checkout.run(['start'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(checkout.asked()).toHaveLength(1);
    expect(both.filter(({ stderr }) => stderr.includes('正在准备环境')).length).toBe(1);
  });

  test('after kill -9 of the starter the left-over npm is waited for, then all is installed anew', async () => {
    const checkout = newCheckout();
    const diary = path.join(checkout.root, '../diary');
    checkout.npmDoes({ ci: `echo begin >> ${diary}\nsleep 2\n${UNPACK}\necho end >> ${diary}` });
    const killed = checkout.start(['start']);
    while (!existsSync(diary)) await pause(20);
    killed.child.kill('SIGKILL');
    await pause(50);

    const next = await checkout.run(['start']);
    expect(next.code).toBe(0);
    expect(next.stderr).toContain('还在收尾');
    expect(readFileSync(diary, 'utf8').trim().split('\n')).toEqual(['begin', 'end', 'begin', 'end']);
  });

  test('after kill -9 of the whole group the next start goes on at once', async () => {
    const checkout = newCheckout();
    const diary = path.join(checkout.root, '../diary');
    // The diary comes last: it is the sign to kill.
    const slow = `touch ../slow; mkdir -p node_modules/half; echo begin >> ${diary}; sleep 30`;
    checkout.npmDoes({ ci: `if [ ! -f ../slow ]; then ${slow}; fi\n${UNPACK}` });
    const killed = checkout.start(['start'], { ownGroup: true });
    while (!existsSync(diary)) await pause(20);
    process.kill(-killed.child.pid!, 'SIGKILL');
    await killed.done;

    const begun = performance.now();
    expect((await checkout.run(['start'])).code).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(checkout.has('node_modules/half')).toBe(false);
  });

  test('Ctrl-C during the installation stops npm, and the next start installs', async () => {
    const checkout = newCheckout();
    checkout.npmDoes({ ci: `[ -f ../slow ] || { touch ../slow; exec sleep 30; }\n${UNPACK}` });
    const stopped = checkout.start(['start']);
    while (checkout.asked().length === 0) await pause(20);
    await pause(200);
    stopped.child.kill('SIGINT');
    const { code, stderr } = await stopped.done;
    expect(code).toBe(130);
    expect(stderr).toContain('安装已中断');
    expect((await checkout.run(['start'])).code).toBe(0);
  });

  test('a number that now belongs to another process does not hold the lock', async () => {
    const checkout = newCheckout();
    checkout.write('.install-lock/4.json', JSON.stringify({ pid: process.pid, born: '1', done: false }));
    const begun = performance.now();
    expect((await checkout.run(['start'])).code).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
