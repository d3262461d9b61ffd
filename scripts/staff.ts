// npm run staff -- add --login L --name N --role R [--team T]…: staff from the terminal, whether or not the server runs.
import { parseArgs } from 'node:util';
import { runCommand } from '../src/commands.ts';
import { AppError } from '../src/errors.ts';
import { ROLES, type Role } from '../src/staff/accounts.ts';
import { finishCommand } from './setup/finish.ts';

const USAGE = `用法：npm run staff -- add --login 账号 --name 姓名 --role ${ROLES.join('|')} [--team presale|insale|aftersale|complaint]…
从标准输入读取密码（一行）；没有密码时给出一次性登录链接。`;

async function readPassword(): Promise<string | null> {
  if (process.stdin.isTTY) return null;
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  const line = text.split(/\r?\n/)[0] ?? '';
  return line === '' ? null : line;
}

await finishCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      login: { type: 'string' },
      name: { type: 'string' },
      role: { type: 'string' },
      team: { type: 'string', multiple: true },
    },
  });
  const role = ROLES.find((r) => r === values.role) as Role | undefined;
  if (positionals[0] !== 'add' || !values.login || !role) throw new AppError('invalid_request', USAGE);
  const password = await readPassword();
  const added = await runCommand('staff-add', {
    login: values.login,
    name: values.name ?? values.login,
    role,
    teams: values.team ?? [],
    password,
  });
  console.log(`已保存：${added.name}（${added.login}，${added.role}）`);
  if (added.link) console.log(`一次性登录链接（24 小时内有效）：${added.link}`);
});
