// A folder for a private server's data, which goes away together with the server even if the tests that started it are killed.
import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

export interface PrivateFolder {
  readonly path: string;
  remove(): void;
}

/** @param pidFile relative to the folder; its first line is the process to end when this one is gone */
export function openPrivateFolder(
  parent: string,
  pidFile: string,
  owner?: { uid: number; gid: number },
): PrivateFolder {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, 'jiebang-'));
  if (owner) chownSync(folder, owner.uid, owner.gid);
  // Its input closes when this process ends, however it ends; in a session of its own it outlives a killed group.
  const script = 'read _; if [ -f "$1" ]; then kill -9 "$(head -n 1 "$1")"; sleep 1; fi; rm -rf "$0"';
  const guard = spawn('/bin/sh', ['-c', script, folder, path.join(folder, pidFile)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void }).unref?.();
  return {
    path: folder,
    remove() {
      rmSync(folder, { recursive: true, force: true });
      guard.stdin.end();
    },
  };
}

/** A port nobody listens on at this moment; whoever binds it must be ready to find it taken. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
