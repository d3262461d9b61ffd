// Starts that cannot succeed: each ends with a sentence for people, an exit code and nothing else, and leaves the data as they were.
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { askControl } from '../../src/http/control.ts';
import { copyProject, start } from './product.ts';

const PASSWORD = 'pa55-w0rd-of-nobody';
const SECONDS = 60_000;

let folder: string;
let project: string;
let data: string;
let release: unknown;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'jiebang-failures-'));
  project = path.join(folder, 'project');
  data = path.join(folder, 'data');
  copyProject(project);
  release = await releaseAfterGoodStart();
}, 360_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function releaseAfterGoodStart(): Promise<unknown> {
  const good = start(['--port', '0', '--data', data], { root: project });
  expect(await good.ready(), good.said()).not.toBeNull();
  const asked = await askControl(data, 'content-status', {});
  expect(await good.stop(), good.said()).toBe(0);
  return asked.running ? asked.result : null;
}

/** Ends by itself, with a code, in words. Returns the words. */
async function expectRefusal(
  args: readonly string[],
  options: { root?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const started = start(args, { root: project, ...options });
  const timer = setTimeout(() => started.child.kill('SIGKILL'), SECONDS);
  const code = await started.ended;
  clearTimeout(timer);
  const said = started.said();
  expect(code, said).toBe(1);
  expect(said).toMatch(/\p{Script=Han}{4}/u);
  expect(said, 'no stack trace').not.toMatch(/^\s+at \S|node:internal|\.ts:\d+:\d+/m);
  expect(said, 'no secrets').not.toMatch(/pa55|sk-live|whsec_[A-Za-z0-9]/);
  expect(said, 'not a guess').not.toContain('没有预料到的错误');
  expect(said).not.toContain('接棒已就绪');
  expect(said.trim().split('\n').length, said).toBeLessThan(15);
  return said;
}

describe('content files', () => {
  const files = { intent: 'intents/greeting.yaml', faq: 'faq-corpus/general/smalltalk/thanks-reply.md' };
  afterEach(() => {
    for (const file of Object.values(files))
      cpSync(path.join(import.meta.dirname, '../..', file), path.join(project, file));
    rmSync(path.join(project, 'intents/empty.yaml'), { force: true });
  });

  it('a bad intent file is named with its line', { timeout: SECONDS }, async () => {
    appendFileSync(path.join(project, files.intent), '\nthen: [unclosed\n');
    expect(await expectRefusal(['--port', '0', '--data', data])).toMatch(/intents\/greeting\.yaml:\d+/);
  });

  it('a bad FAQ file is named with its line', { timeout: SECONDS }, async () => {
    const text = readFileSync(path.join(project, files.faq), 'utf8');
    writeFileSync(path.join(project, files.faq), text.replace(/^intents:.*$/m, 'intents: [no_such_intent]'));
    expect(await expectRefusal(['--port', '0', '--data', data])).toMatch(/thanks-reply\.md:\d+.*no_such_intent/);
  });

  it('several bad files are all named', { timeout: SECONDS }, async () => {
    writeFileSync(path.join(project, 'intents/empty.yaml'), '');
    writeFileSync(path.join(project, files.faq), 'not an entry\n');
    const said = await expectRefusal(['--port', '0', '--data', data]);
    expect(said).toContain('intents/empty.yaml');
    expect(said).toContain('thanks-reply.md');
  });
});

describe('settings', () => {
  const dotEnv = () => path.join(project, '.env');
  afterEach(() => rmSync(dotEnv(), { force: true }));

  it('a bad .env: every problem at once, no value of a secret', { timeout: SECONDS }, async () => {
    writeFileSync(
      dotEnv(),
      `PORT=many\nROLE=boss\nDATABASE_URL=mysql://root:${PASSWORD}@db/shop\nLLM_API_KEY sk-live-1234567890\nNO_SUCH=1\nWEBHOOK_SECRET=whsec_short\n`,
    );
    const said = await expectRefusal(['--data', data]);
    for (const name of ['PORT', 'ROLE', 'DATABASE_URL', '.env:4', 'NO_SUCH', 'WEBHOOK_SECRET'])
      expect(said).toContain(name);
  });

  it('contradictions are all told', { timeout: SECONDS }, async () => {
    const said = await expectRefusal(['--port', '0', '--data', data], {
      env: { ROLE: 'worker', REDIS_URL: 'redis://127.0.0.1:6379', LLM_BASE_URL: 'http://127.0.0.1:9/v1' },
    });
    for (const name of ['ROLE=worker', 'REDIS_URL', 'LLM_MODEL']) expect(said).toContain(name);
  });

  it('an unknown flag', { timeout: SECONDS }, async () => {
    expect(await expectRefusal(['--prot', '3001'])).toContain('--prot');
  });
});

describe('the port', () => {
  let holder: Server;
  afterEach(() => new Promise<void>((resolve) => void holder.close(() => resolve())));

  it('in use: named, with what to do', { timeout: SECONDS }, async () => {
    holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as AddressInfo;
    const said = await expectRefusal(['--port', String(port), '--data', data]);
    expect(said).toContain(String(port));
    expect(said).toContain('--port');
  });
});

describe('the data directory', () => {
  it('cannot be made: a file is in its way', { timeout: SECONDS }, async () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, '');
    const where = path.join(file, 'data');
    expect(await expectRefusal(['--port', '0', '--data', where])).toContain(where);
  });

  it('is mounted read-only', { timeout: SECONDS }, async (context) => {
    const mounted = path.join(folder, 'mounted');
    mkdirSync(mounted);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', mounted], { stdio: 'pipe' });
    } catch (error) {
      console.warn(`跳过：这里不能挂载只读目录 / SKIPPED, no read-only mount here: ${String(error).split('\n')[0]}`);
      context.skip();
    }
    try {
      expect(await expectRefusal(['--port', '0', '--data', mounted])).toContain(mounted);
      await expectRefusal(['--port', '0', '--data', path.join(mounted, 'below')]);
    } finally {
      execFileSync('umount', [mounted]);
    }
  });

  it('may not be changed by anybody (chattr +i)', { timeout: SECONDS }, async (context) => {
    const frozen = path.join(folder, 'frozen');
    mkdirSync(frozen);
    try {
      execFileSync('chattr', ['+i', frozen], { stdio: 'pipe' });
    } catch (error) {
      console.warn(`跳过：这里不能设置 chattr +i / SKIPPED, no chattr +i here: ${String(error).split('\n')[0]}`);
      context.skip();
    }
    try {
      expect(await expectRefusal(['--port', '0', '--data', frozen])).toContain(frozen);
    } finally {
      execFileSync('chattr', ['-i', frozen]);
    }
  });

  it.each([
    ['its control file is garbage', (pg: string) => writeFileSync(path.join(pg, 'global/pg_control'), 'garbage')],
    ['its version file is garbage', (pg: string) => writeFileSync(path.join(pg, 'PG_VERSION'), '99\n')],
    ['half of it is gone', (pg: string) => rmSync(path.join(pg, 'global'), { recursive: true })],
    ['its log is cut short', (pg: string) => rmSync(path.join(pg, 'pg_wal'), { recursive: true })],
  ])('is corrupt: %s', { timeout: SECONDS }, async (_, spoil) => {
    const broken = path.join(folder, 'broken');
    rmSync(broken, { recursive: true, force: true });
    cpSync(data, broken, { recursive: true });
    spoil(path.join(broken, 'pg'));
    expect(await expectRefusal(['--port', '0', '--data', broken])).toContain(broken);
  });
});

describe('the database server', () => {
  const url = (port: number) => `postgres://shop:${PASSWORD}@127.0.0.1:${port}/shop`;

  it('is not there', { timeout: SECONDS }, async () => {
    const said = await expectRefusal(['--port', '0'], { env: { DATABASE_URL: url(1) } });
    expect(said).toContain('127.0.0.1:1');
    expect(said).toContain('DATABASE_URL');
  });

  it('takes the connection and never answers', { timeout: SECONDS }, async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    try {
      expect(await expectRefusal(['--port', '0'], { env: { DATABASE_URL: url(port) } })).toContain(`127.0.0.1:${port}`);
    } finally {
      silent.close();
    }
  });

  it('is something else', { timeout: SECONDS }, async () => {
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => web.once('listening', resolve));
    const { port } = web.address() as AddressInfo;
    try {
      await expectRefusal(['--port', '0'], { env: { DATABASE_URL: url(port) } });
    } finally {
      web.close();
    }
  });
});

describe('afterwards', () => {
  it('a start with good content finds the last good release untouched', { timeout: 120_000 }, async () => {
    expect(release).toMatchObject({ releaseId: expect.stringMatching(/^\d+$/) });
    expect(await releaseAfterGoodStart()).toEqual(release);
  });
});
