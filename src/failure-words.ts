// Turns a failure of the start or of a command into what a person reads: a sentence, never a stack trace.
import { AppError } from './errors.ts';

const SYSTEM: Record<string, (e: NodeJS.ErrnoException & { port?: number; address?: string }) => string> = {
  EADDRINUSE: (e) =>
    `端口 ${e.port ?? ''} 已被其他程序占用。请换一个端口（npm start -- --port 3001），或先停掉占用它的程序。`,
  EACCES: (e) => `没有权限：${e.path ?? e.address ?? e.syscall ?? ''}。请换一个有权限的端口或目录。`,
  EADDRNOTAVAIL: (e) => `本机没有地址 ${e.address ?? ''}，请检查 HOST 设置。`,
  EROFS: (e) => `目录是只读的：${e.path ?? ''}。请用 --data 指定一个可写的目录。`,
  ENOSPC: () => '磁盘已满，请清理后再试。',
};

/** Codes of the database room whose message is already written for people. */
const WORDED = /^(DATABASE_|DATA_DIR_|MIGRATION_)/;

export function sayFailure(error: unknown): string {
  if (error instanceof AppError)
    return error.code === 'internal' ? error.message : `${error.title}：\n${error.message}`;
  const known = error as NodeJS.ErrnoException;
  if (typeof known?.code === 'string') {
    if (WORDED.test(known.code)) return known.message;
    const words = SYSTEM[known.code];
    if (words) return words(known);
    if (known.code.startsWith('ERR_PARSE_ARGS')) return `命令行参数有误：${known.message}`;
  }
  return `没有预料到的错误：${known?.message ?? String(error)}\n请带上这句话和 LOG_LEVEL=debug 的日志反馈给我们。`;
}
