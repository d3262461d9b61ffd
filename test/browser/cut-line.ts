// A wire between browser and server that a test can cut: real sockets end, as they do when a network goes away.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Line {
  base: string;
  /** Ends every open connection and refuses new ones until `mend`. */
  cut(): void;
  /** Ends every open connection once; new ones work at once. */
  shake(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openLine(base: string): Promise<Line> {
  const { hostname, port } = new URL(base);
  const open = new Set<Socket>();
  let dead = false;
  const server = createServer((near) => {
    if (dead) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const shake = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      dead = true;
      shake();
    },
    shake,
    mend() {
      dead = false;
    },
    close() {
      shake();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
