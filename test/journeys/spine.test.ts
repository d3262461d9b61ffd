// The spine on the default mode: everything in one process, the embedded database.
import { afterAll, beforeAll } from 'vitest';
import { type RunningServer, startServer } from './server.ts';
import { tellSpineStory } from './spine-story.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  await server.addStaff('agent-a');
  await server.addStaff('agent-b');
}, 240_000);
afterAll(() => server?.close());

tellSpineStory(() => server);
