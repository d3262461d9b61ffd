// Settings: the example file and the table are the same, and everything that is wrong is said at once, without repeating secrets.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envExample } from '../scripts/env-example.ts';
import { loadConfig, SETTINGS } from '../src/settings.ts';

const exampleFile = path.resolve(import.meta.dirname, '../.env.example');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'jiebang-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const none = path.join('/nonexistent', '.env');

function envFile(text: string): string {
  const file = path.join(folder, '.env');
  writeFileSync(file, text);
  return file;
}

function problemsOf(env: Record<string, string>, argv: string[] = [], file = none): string[] {
  try {
    loadConfig(argv, env, file);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}

describe('.env.example', () => {
  const text = readFileSync(exampleFile, 'utf8');

  it('is what the table of settings says (node scripts/env-example.ts writes it)', () => {
    expect(text).toBe(envExample());
  });

  it('names every setting once, with one line of why before it', () => {
    const lines = text.split('\n');
    for (const [name, { fallback }] of Object.entries(SETTINGS)) {
      const at = lines.flatMap((line, i) => (line.startsWith(`#${name}=`) ? [i] : []));
      expect(at, name).toHaveLength(1);
      expect(lines[at[0]!], name).toBe(`#${name}=${fallback}`);
      expect(lines[at[0]! - 1], name).toMatch(/^# \S.{9,}/);
    }
  });

  it('copied as it is, and with every # taken away, changes no setting', () => {
    const plain = loadConfig([], {}, none);
    expect(loadConfig([], {}, envFile(text))).toEqual(plain);
    const active = text.replace(/^#(?=[A-Z_]+=)/gm, '');
    expect(Object.keys(parseEnv(active)).sort()).toEqual(Object.keys(SETTINGS).sort());
    expect(loadConfig([], {}, envFile(active))).toEqual(plain);
  });
});

describe('who wins', () => {
  it('the command line, then the environment, then the file, then the default', () => {
    const file = envFile('PORT=4001\nHOST=10.0.0.1\nDATA_DIR=/from/file\n');
    const config = loadConfig(['--port', '4003'], { PORT: '4002', HOST: '10.0.0.2' }, file);
    expect(config).toMatchObject({ PORT: 4003, HOST: '10.0.0.2', DATA_DIR: '/from/file', ROLE: 'all', DEMO: true });
    expect(loadConfig(['--no-demo'], {}, none).DEMO).toBe(false);
  });

  it('an empty value is the default, wherever it stands', () => {
    expect(loadConfig([], { PORT: '', SERVICE_HOURS: ' ' }, envFile('HOST=\n'))).toEqual(loadConfig([], {}, none));
  });
});

describe('private hosts', () => {
  const read = (ALLOW_PRIVATE_HOSTS: string) => loadConfig([], { ALLOW_PRIVATE_HOSTS }, none).ALLOW_PRIVATE_HOSTS;

  it('are names, addresses and networks, however they are separated', () => {
    expect(read('')).toEqual([]);
    expect(read(' bridge.internal, 10.0.0.0/8 ，fd00::/8\n192.168.1.5 ::1 localhost')).toEqual([
      'bridge.internal',
      '10.0.0.0/8',
      'fd00::/8',
      '192.168.1.5',
      '::1',
      'localhost',
    ]);
  });

  it.each(['*', 'http://bridge', '10.0.0.0/33', '10.0.0.0/', 'bridge/8', 'fd00::/129', 'a..b', 'bridge:8080'])(
    'not %s',
    (given) => {
      expect(problemsOf({ ALLOW_PRIVATE_HOSTS: `10.0.0.1 ${given}` })).toEqual([
        expect.stringMatching(/^ALLOW_PRIVATE_HOSTS: .*应为/),
      ]);
    },
  );
});

describe('what is wrong', () => {
  it('is said all at once, one line each, with the setting named', () => {
    const problems = problemsOf(
      { PORT: '70000', ROLE: 'boss', DATABASE_URL: 'mysql://root:hunter2@db/x', SERVICE_HOURS: '23:00-09:00' },
      ['--bogus'],
      envFile('NO_SUCH_SETTING=1\nWECHAT_OA_AES_KEY=short\nthis is no setting\n'),
    );
    expect(problems.length).toBe(8);
    for (const name of [
      '--bogus',
      'NO_SUCH_SETTING',
      '.env:3',
      'PORT',
      'ROLE',
      'DATABASE_URL',
      'SERVICE_HOURS',
      'WECHAT_OA_AES_KEY',
    ])
      expect(
        problems.filter((p) => p.includes(name)),
        name,
      ).toHaveLength(1);
    for (const problem of problems) expect(problem).toMatch(/\p{Script=Han}/u);
  });

  it('contradictions are all said too', () => {
    const problems = problemsOf({
      ROLE: 'web',
      REDIS_URL: 'redis://127.0.0.1',
      LLM_BASE_URL: 'http://127.0.0.1/v1',
      EMBEDDING_BASE_URL: 'http://127.0.0.1/v1',
      WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      WECHAT_OA_TOKEN: 'token',
      ROBOT_DINGTALK_URL: 'https://oapi.dingtalk.com/robot/send?access_token=x',
      ROBOT_FEISHU_URL: 'https://open.feishu.cn/open-apis/bot/v2/hook/x',
    });
    const expected = [/ROLE=web.*DATABASE_URL/, /REDIS_URL/, /LLM_MODEL/, /EMBEDDING_MODEL/];
    expected.push(/ROBOT_DINGTALK_SECRET/, /ROBOT_FEISHU_SECRET/, /WEBHOOK_DELIVER_URL/);
    expected.push(/WECHAT_OA_APPID/, /WECHAT_OA_AES_KEY/, /WECHAT_OA_APP_SECRET/);
    expect(problems).toHaveLength(expected.length);
    for (const [i, pattern] of expected.entries()) expect(problems[i]).toMatch(pattern);
  });

  it('never repeats a secret', () => {
    const secrets = {
      DATABASE_URL: 'mysql://root:s3cret-one@db/x',
      REDIS_URL: 'http://:s3cret-two@redis',
      JIEBANG_SECRET_KEY: 's3cret-three',
      WEBHOOK_SECRET: 's3cret-four is too-many words',
      WEBHOOK_DELIVER_SECRET: 's3cret-five is too-many words',
      WECHAT_OA_AES_KEY: 's3cret-six',
      LLM_BASE_URL: 'ftp://user:s3cret-seven@llm',
      ROBOT_WECOM_URL: 'qyapi.weixin.qq.com?key=s3cret-eleven',
    };
    const problems = problemsOf(
      secrets,
      [],
      envFile('LLM_API_KEY s3cret-eight\nLLM_API_KEY: s3cret-nine\n-- s3cret-ten\n'),
    );
    expect(problems.length).toBe(Object.keys(secrets).length + 3);
    expect(problems.join('\n')).not.toContain('s3cret');
  });

  it('a .env that cannot be read is a sentence as well', () => {
    expect(() => loadConfig([], {}, folder)).toThrow(/\p{Script=Han}/u);
  });
});
