// The private door for the terminal: a running server is asked through a socket in its data directory, since the embedded
// database has one owner. Whoever can reach the socket can read the data anyway.
import { createHash } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Fastify from 'fastify';
import { AppError, type ErrorCode } from '../errors.ts';
import { handleError } from './problems.ts';

export type Handlers = Record<string, (args: never) => Promise<unknown>>;

const SOCKET_PATH_MAX = 100; // the kernel's limit is 104 to 108 bytes
const BODY_LIMIT = 16 * 1024 * 1024;

function socketPath(dataDir: string): string {
  const own = path.join(dataDir, 'control.sock');
  if (process.platform === 'win32')
    return `\\\\.\\pipe\\jiebang-${createHash('sha256').update(dataDir).digest('hex').slice(0, 24)}`;
  if (Buffer.byteLength(own) <= SOCKET_PATH_MAX) return own;
  return path.join(tmpdir(), `jiebang-${createHash('sha256').update(dataDir).digest('hex').slice(0, 24)}.sock`);
}

/** Answers commands until closed. Only the owner of the data directory's lock may call this. */
export async function openControl(dataDir: string, handlers: Handlers): Promise<{ close(): Promise<void> }> {
  const socket = socketPath(dataDir);
  rmSync(socket, { force: true }); // left over from kill -9; the lock says that nobody is using it
  const app = Fastify({ bodyLimit: BODY_LIMIT });
  app.setErrorHandler(handleError);
  app.post('/:command', async (req) => {
    const { command } = req.params as { command: string };
    const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
    if (!handler)
      throw new AppError('not_found', `运行中的服务不认识命令 "${command}"：它可能是另一个版本，请重启后再试`);
    return { result: (await handler(req.body as never)) ?? null };
  });
  await app.listen({ path: socket });
  if (process.platform !== 'win32') chmodSync(socket, 0o600);
  return {
    close: async () => {
      await app.close();
      rmSync(socket, { force: true });
    },
  };
}

export type Asked = { running: true; result: unknown } | { running: false };

/** Asks the server that runs on this data directory. @throws AppError as the server threw it */
export function askControl(dataDir: string, command: string, args: unknown, timeoutMs = 300_000): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify(args ?? {});
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const req = request(
      { socketPath: socketPath(dataDir), path: `/${command}`, method: 'POST', timeout: timeoutMs, headers },
      (res) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (chunk: string) => {
          text += chunk;
        });
        res.on('end', () => {
          const answer = JSON.parse(text) as { result: unknown; code: ErrorCode; detail: string };
          if (res.statusCode === 200) resolve({ running: true, result: answer.result });
          else reject(new AppError(answer.code, answer.detail));
        });
      },
    );
    req.on('timeout', () => req.destroy(new Error('the running server did not answer in time')));
    req.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve({ running: false });
      else reject(error);
    });
    req.end(body);
  });
}
