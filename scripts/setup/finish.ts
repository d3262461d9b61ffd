// How a command of the terminal ends: one clear sentence and exit code 1 on a known failure, never a stack trace.
import { sayFailure } from '../../src/failure-words.ts';

export async function finishCommand(work: () => Promise<void>): Promise<never> {
  try {
    await work();
    process.exit(process.exitCode ?? 0);
  } catch (error) {
    console.error(sayFailure(error));
    process.exit(1);
  }
}
