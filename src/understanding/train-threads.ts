// Threads that train the parts side by side. The code of a thread is in this file too.
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type PartTypes, type RunPart, trainPart } from './train-parts.ts';

const ROLE = 'train-part';
/** More would only wait for memory: there are eight parts. */
const THREADS_MAX = 4;

interface Job {
  kind: keyof PartTypes;
  args: unknown;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

export interface TrainThreads {
  /** Rejects with what training threw. */
  run: RunPart;
  close(): void;
}

/** One thread per core, at most four; a part that waits starts when a thread is free, first come first served. */
export function createTrainThreads(count = Math.min(THREADS_MAX, availableParallelism())): TrainThreads {
  const waiting: Job[] = [];
  const running = new Map<Worker, Job>();
  const idle: Worker[] = [];
  const workers: Worker[] = [];

  const finish = (worker: Worker, end: (job: Job) => void) => {
    const job = running.get(worker);
    running.delete(worker);
    if (job) end(job);
  };
  const open = (): Worker => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { role: ROLE } });
    workers.push(worker);
    worker.on('message', (result: unknown) => {
      finish(worker, (job) => job.resolve(result));
      idle.push(worker);
      next();
    });
    // A thread that failed is gone; its part fails and so does the training.
    worker.on('error', (error) => finish(worker, (job) => job.reject(error)));
    worker.on('exit', (code) =>
      finish(worker, (job) => job.reject(new Error(`a training thread ended early (exit ${code})`))),
    );
    return worker;
  };
  const next = () => {
    while (waiting.length > 0 && (idle.length > 0 || running.size < count)) {
      const worker = idle.pop() ?? open();
      const job = waiting.shift()!;
      running.set(worker, job);
      worker.postMessage({ kind: job.kind, args: job.args });
    }
  };

  return {
    run: (kind, args) =>
      new Promise((resolve, reject) => {
        waiting.push({ kind, args, resolve: resolve as Job['resolve'], reject });
        next();
      }),
    close() {
      for (const worker of workers) void worker.terminate();
    },
  };
}

if (!isMainThread && parentPort !== null && (workerData as { role?: string } | null)?.role === ROLE) {
  const port = parentPort;
  port.on('message', ({ kind, args }: { kind: keyof PartTypes; args: PartTypes[keyof PartTypes]['args'] }) => {
    port.postMessage(trainPart(kind, args));
  });
}
