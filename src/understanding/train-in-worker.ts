// Trains the models in a thread of its own, so that the shop goes on answering meanwhile.
import { Worker } from 'node:worker_threads';
import type { Content } from '../contract/content.ts';
import { deserialize, type Models, type Progress } from './models.ts';

export type FromWorker = { kind: 'progress'; progress: Progress } | { kind: 'done'; models: Uint8Array };

/** Rejects when the training fails or the thread dies; nothing is kept then. */
export function trainInWorker(content: Content, onProgress: (progress: Progress) => void = () => {}): Promise<Models> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./train-worker.ts', import.meta.url), { workerData: content });
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'progress') onProgress(message.progress);
      else resolve(deserialize(message.models));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`the training thread ended early with code ${code}`)));
  });
}
