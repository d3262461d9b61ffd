// Trains in a thread of its own, which has the parts trained in others, so that a running shop keeps answering. The worker's code is in this file too.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Content } from '../contract/content.ts';
import { type Progress, serialize, trainModels } from './models.ts';
import { createTrainThreads } from './train-threads.ts';

type FromWorker = { progress: Progress } | { models: Uint8Array };

/** The bytes of what `trainModels` learns, without holding up the event loop. @throws what training threw, or the reason of `signal` */
export function trainInWorker(
  content: Content,
  onProgress: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const worker = new Worker(new URL(import.meta.url), { workerData: { content } });
    const stop = () => {
      reject(signal?.reason);
      void worker.terminate();
    };
    signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: FromWorker) => {
      if ('progress' in message) onProgress(message.progress);
      else resolve(message.models);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      reject(new Error(`training stopped before it was done (exit ${code})`));
    });
  });
}

if (!isMainThread && parentPort !== null && (workerData as { content?: Content } | null)?.content) {
  const { content } = workerData as { content: Content };
  const threads = createTrainThreads();
  try {
    const onProgress = (progress: Progress) => parentPort?.postMessage({ progress });
    const models = serialize(await trainModels(content, { onProgress, run: threads.run }));
    parentPort.postMessage({ models }, [models.buffer as ArrayBuffer]);
  } finally {
    threads.close();
  }
}
