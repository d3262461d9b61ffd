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

/** The database room says exactly what happened, in English; this goes before it. */
const DATABASE: Record<string, string> = {
  DATABASE_UNREACHABLE: '连不上数据库：请检查 DATABASE_URL、数据库是否在运行，以及账号的权限。',
  DATABASE_UNFIT: '数据库不能使用：请按下面的说明处理，或换一个数据库。',
  DATA_DIR_IN_USE: '数据目录正被另一个正在运行的接棒使用：请先停掉它，或用 --data 换一个目录。',
  DATA_DIR_NOT_WRITABLE: '数据目录不能写入：请检查权限，或用 --data 换一个可写的目录。',
  MIGRATION_FAILED: '升级数据库结构没有成功，数据没有改动。',
  MIGRATION_MISMATCH: '数据库的结构与这个版本的程序不一致：请使用与数据相同或更新的版本。',
};

export function sayFailure(error: unknown): string {
  if (error instanceof AppError)
    return error.code === 'internal' ? error.message : `${error.title}：\n${error.message}`;
  const known = error as NodeJS.ErrnoException;
  if (typeof known?.code === 'string') {
    const before = DATABASE[known.code];
    if (before) return /\p{Script=Han}{4}/u.test(known.message) ? known.message : `${before}\n${known.message}`;
    const words = SYSTEM[known.code];
    if (words) return words(known);
    if (known.code.startsWith('ERR_PARSE_ARGS')) return `命令行参数有误：${known.message}`;
  }
  return `没有预料到的错误：${known?.message ?? String(error)}\n请带上这句话和 LOG_LEVEL=debug 的日志反馈给我们。`;
}
