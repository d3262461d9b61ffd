// The thread behind `trainInWorker`: content comes in, progress and serialised models go out.
import { parentPort, workerData } from 'node:worker_threads';
import type { Content } from '../contract/content.ts';
import { serialize, trainModels } from './models.ts';
import type { FromWorker } from './train-in-worker.ts';

const send = (message: FromWorker, moved: ArrayBuffer[] = []) => parentPort?.postMessage(message, moved);

const models = serialize(
  trainModels(workerData as Content, { onProgress: (progress) => send({ kind: 'progress', progress }) }),
);
send({ kind: 'done', models }, [models.buffer as ArrayBuffer]);
