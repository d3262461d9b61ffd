// A process of the lock tests: takes the lock, says so, and stays until it is ended.
import { lockDataDirectory } from '../../src/db/lock.ts';

try {
  lockDataDirectory(process.argv[2] as string); // the handle is dropped on purpose: only the module may keep it
  console.log('held');
  process.once('SIGTERM', () => process.exit(0));
  const { gc } = globalThis as { gc?: () => void };
  setInterval(() => gc?.(), 50);
} catch (error) {
  console.log((error as { code?: string }).code ?? 'unknown');
}
