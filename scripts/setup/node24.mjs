// Finds a Node that can run the program as it is (TypeScript without a build): the running one, or the one among the dependencies.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export const NODE_MAJOR = 24;

const newEnough = (version) => Number(/^v(\d+)\./.exec(version)?.[1] ?? 0) >= NODE_MAJOR;

/** npm puts the Node among the dependencies first on the path: an installation may have removed the one that runs this. */
export const anyNode = () => (existsSync(process.execPath) ? process.execPath : 'node');

/** @returns {string | undefined} the path of a Node >= 24 that really starts */
export function findNode(root) {
  if (newEnough(process.version) && existsSync(process.execPath)) return process.execPath;
  return candidates(path.join(root, 'node_modules')).find((file) => {
    if (!existsSync(file)) return false;
    const asked = spawnSync(file, ['--version'], { encoding: 'utf8' });
    return asked.status === 0 && newEnough(asked.stdout.trim());
  });
}

function candidates(modules) {
  const exe = process.platform === 'win32' ? 'node.exe' : 'node';
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const platformPackages = ['node', 'node-bin'].map((prefix) => `${prefix}-${system}-${process.arch}`);
  const folders = [
    path.join(modules, 'node'),
    ...platformPackages.flatMap((name) => [path.join(modules, name), path.join(modules, 'node', 'node_modules', name)]),
  ];
  return folders.map((folder) => path.join(folder, 'bin', exe));
}
