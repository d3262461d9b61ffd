// Questions and answers between the bench and its child processes over Node's IPC. Knows nothing of what is measured.
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

/** By name: what is sent and what comes back; both must survive JSON. */
export type Calls = Record<string, { args: unknown; result: unknown }>;

export type Handlers<C extends Calls> = { [K in keyof C]: (args: C[K]['args']) => Promise<C[K]['result']> };

interface Question {
  id: number;
  name: string;
  args: unknown;
}

interface Answer {
  id: number;
  result?: unknown;
  error?: string;
}

export interface Child<C extends Calls> {
  /** @throws Error with the child's own words, or when it died before it answered. */
  ask<K extends keyof C & string>(name: K, args: C[K]['args']): Promise<C[K]['result']>;
  /** Lets it finish, and ends it when it does not. */
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 15_000;

/** In the child: answers until the bench goes away. */
export function answerCalls<C extends Calls>(handlers: Handlers<C>): void {
  process.on('message', (question: Question) => {
    const handler = handlers[question.name as keyof C];
    void handler(question.args)
      .then((result): Answer => ({ id: question.id, result }))
      .catch((error: unknown): Answer => ({ id: question.id, error: (error as Error).stack ?? String(error) }))
      .then((answer) => process.send?.(answer));
  });
  // the bench was killed: nobody is left to ask
  process.on('disconnect', () => process.exit(1));
}

const gone = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

/** Forks a file of this folder. Its output goes to our stderr, as stdout carries the table. */
export function forkChild<C extends Calls>(file: string, nodeFlags: readonly string[] = []): Child<C> {
  const child = fork(path.join(import.meta.dirname, file), {
    execArgv: [...nodeFlags],
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  });
  const asked = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  let count = 0;
  child.on('message', ({ id, result, error }: Answer) => {
    const question = asked.get(id);
    asked.delete(id);
    if (error === undefined) question?.resolve(result as never);
    else question?.reject(new Error(`${file}: ${error}`));
  });
  const died = () => {
    for (const { reject } of asked.values())
      reject(new Error(`${file} stopped (${child.exitCode ?? child.signalCode})`));
    asked.clear();
  };
  child.on('exit', died);
  return {
    ask(name, args) {
      const id = ++count;
      return new Promise((resolve, reject) => {
        asked.set(id, { resolve, reject });
        child.send({ id, name, args } satisfies Question, (error) => {
          if (error) died();
        });
      });
    },
    async stop() {
      child.kill('SIGTERM');
      const tooLong = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await gone(child);
      clearTimeout(tooLong);
    },
  };
}
