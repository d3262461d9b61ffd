// Child of the stream soak: the whole product in a process of its own, so that its memory is nobody else's.
import { startServer } from '../../test/journeys/server.ts';
import { answerCalls } from '../bench/child.ts';

export type SoakCalls = {
  start: { args: { logins: string[] }; result: string };
  /** Ends every open connection, streams included. */
  cut: { args: null; result: null };
  /** In MB, after a full collection. */
  memory: { args: null; result: { heap: number; rss: number; handles: number } };
};

let server: Awaited<ReturnType<typeof startServer>> | null = null;

answerCalls<SoakCalls>({
  async start({ logins }) {
    server = await startServer();
    for (const login of logins) await server.addStaff(login);
    return server.base;
  },
  async cut() {
    server?.app.server.server.closeAllConnections();
    return null;
  },
  async memory() {
    for (let i = 0; i < 3; i++) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const { heapUsed, rss } = process.memoryUsage();
    const handles = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    return { heap: heapUsed / 1e6, rss: rss / 1e6, handles };
  },
});
