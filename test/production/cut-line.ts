// A line between a client and the server that can be cut, as lines are: without a word to either side.

import type { AddressInfo } from 'node:net';
import { createServer, connect as open, type Server, type Socket } from 'node:net';

export interface CutLine {
  url: string;
  /** Cuts every connection; `away` keeps new ones out until `mend`. */
  cut(how?: 'away'): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openCutLine(base: string): Promise<CutLine> {
  const { port } = new URL(base);
  const ends = new Set<Socket>();
  let isAway = false;
  const server: Server = createServer((here) => {
    if (isAway) return void here.destroy();
    const there = open(Number(port), '127.0.0.1');
    for (const end of [here, there]) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        ends.delete(end);
        here.destroy();
        there.destroy();
      });
    }
    here.pipe(there).pipe(here);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const end of ends) end.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut(how) {
      isAway = how === 'away';
      cut();
    },
    mend() {
      isAway = false;
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
