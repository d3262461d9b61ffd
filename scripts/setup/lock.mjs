// One starter prepares a checkout at a time, also after a holder was killed: numbered notes, the highest number holds. Knows nothing of what is prepared.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { say } from './say.mjs';

const POLL_MS = 200;
/** A note is written right after its creation; one still empty after this long lost its writer in between. */
const EMPTY_NOTE_MS = 3000;
/** An npm that outlived its starter is left to finish for this long: two of them in one folder spoil it. */
const ORPHAN_MS = 180_000;

/**
 * Runs `work` while no other starter does. `work` gets `watch(pid)`, which notes a child that must have ended before
 * anybody else may begin, even if this process is killed meanwhile.
 *
 * Taking over is creating the next number (exclusive, so one winner) instead of removing the dead holder's note,
 * because "look, then remove" can remove the note of the one who was faster. The highest note is never removed.
 */
export async function withLock(root, work) {
  const folder = path.join(root, '.install-lock');
  mkdirSync(folder, { recursive: true });
  const number = await take(folder);
  const mine = { pid: process.pid, born: bornAt(process.pid), done: false };
  const note = (changes) => writeNote(folder, number, Object.assign(mine, changes));
  try {
    note({});
    return await work({ watch: (pid) => note({ child: pid, childBorn: bornAt(pid) }) });
  } finally {
    note({ done: true });
  }
}

async function take(folder) {
  let told = '';
  for (;;) {
    const highest = Math.max(0, ...numbers(folder));
    const busy = highest === 0 ? undefined : holder(folder, highest);
    if (!busy) {
      const next = highest + 1;
      if (!create(folder, next)) continue;
      // A slow starter may have created a number below one that was taken meanwhile: then it was nothing.
      if (Math.max(...numbers(folder)) !== next) {
        rmSync(noteFile(folder, next), { force: true });
        continue;
      }
      for (const old of numbers(folder)) if (old < next) rmSync(noteFile(folder, old), { force: true });
      return next;
    }
    if (busy.sentence && told !== busy.sentence) {
      say(busy.sentence);
      told = busy.sentence;
    }
    if (busy.orphan && ageMs(noteFile(folder, highest)) > ORPHAN_MS) end(busy.orphan);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Who still holds the note, or undefined when it is free to be taken over. */
function holder(folder, number) {
  const file = noteFile(folder, number);
  let note;
  try {
    note = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return ageMs(file) < EMPTY_NOTE_MS ? {} : undefined;
  }
  if (note.done) return undefined;
  if (isAlive(note.pid, note.born)) return { sentence: `另一个进程（${note.pid}）正在准备环境，等它完成…` };
  if (note.child && isAlive(note.child, note.childBorn)) {
    return { sentence: `上次中断的安装（${note.child}）还在收尾，等它结束…`, orphan: note.child };
  }
  return undefined;
}

const ageMs = (file) => Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());

const noteFile = (folder, number) => path.join(folder, `${number}.json`);

const numbers = (folder) =>
  readdirSync(folder)
    .filter((name) => /^\d+\.json$/.test(name))
    .map((name) => Number.parseInt(name, 10));

function create(folder, number) {
  try {
    closeSync(openSync(noteFile(folder, number), 'wx'));
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function writeNote(folder, number, note) {
  const file = noteFile(folder, number);
  writeFileSync(`${file}.new`, JSON.stringify(note));
  renameSync(`${file}.new`, file);
}

/** A number alone is not a process: after a restart of the machine it may belong to another one. */
function isAlive(pid, born) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  const now = bornAt(pid);
  return now !== 'ended' && (now === '' || born === '' || now === born);
}

/** When a process began, in whatever form the system tells it; '' where it does not, 'ended' for one nobody collected. */
function bornAt(pid) {
  if (process.platform === 'linux') {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ');
      return fields[0] === 'Z' ? 'ended' : fields[19];
    } catch {
      return '';
    }
  }
  if (process.platform === 'win32') return '';
  return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended by itself meanwhile.
  }
}
