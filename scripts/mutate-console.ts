// Takes one guard after the other out of the console, in a copy, and asks the story that is there for it to notice: `node scripts/mutate-console.ts [--only ime,replay]`.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.dirname(import.meta.dirname);
const { values } = parseArgs({ options: { only: { type: 'string' } } });

interface Edit {
  file: string;
  /** Must be there exactly once, so that a mutation that has lost its place is an error and not a success. */
  from: string;
  to: string;
}

interface Mutation {
  id: string;
  what: string;
  edits: readonly Edit[];
  /** The story that has to fail. */
  test: string;
  named: string;
}

const STORY = 'test/browser/story.test.ts';

const MUTATIONS: readonly Mutation[] = [
  {
    id: 'ime',
    what: 'Enter sends while an input method is composing',
    edits: [
      {
        file: 'src/console/enter.ts',
        from: 'if (composing.current || isComposing) return;',
        to: 'void isComposing;',
      },
    ],
    test: STORY,
    named: 'Enter that confirms pinyin does not send',
  },
  {
    id: 'last-event-id',
    what: 'the server does not look at Last-Event-ID',
    edits: [{ file: 'src/http/streams.ts', from: 'const given = reply.sse.lastEventId ?? ', to: 'const given = ' }],
    test: 'test/journeys/streams.test.ts',
    named: 'each message comes once',
  },
  {
    id: 'replay',
    // the page is safe twice: the stream repeats what was missed, and the page asks for it when the stream is back
    what: 'nobody repeats what was said while the line was cut',
    edits: [
      {
        file: 'src/http/streams.ts',
        from: 'let seen = after;',
        to: "let seen = (await readMessages(ctx.pool, shopId, conversationId, 0, 'shopper', 1_000)).at(-1)?.seq ?? after;",
      },
      {
        file: 'src/console/shop/conversation.ts',
        from: "if (link === 'live') catchUp()",
        to: "if (link === 'live' && !current.ready) catchUp()",
      },
    ],
    test: STORY,
    named: 'a cut line loses nothing and doubles nothing',
  },
];

/** The files that git knows or would take, with everything that is installed. */
function copyTree(): string {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'jiebang-mutant-'));
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  for (const file of files.split('\0').filter((name) => name !== '' && name !== 'node_modules'))
    cpSync(path.join(root, file), path.join(copy, file));
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}

function mutate(copy: string, { edits }: Mutation): void {
  for (const { file, from, to } of edits) {
    const where = path.join(copy, file);
    const source = readFileSync(where, 'utf8');
    if (source.split(from).length !== 2) throw new Error(`${file} does not hold exactly once: ${from}`);
    writeFileSync(
      where,
      source.replace(from, () => to),
    );
  }
}

/** Passed, failed, or neither (nothing ran). */
function play(copy: string, { test, named }: Mutation): 'passed' | 'failed' | 'did not run' {
  const result = path.join(copy, 'result.json');
  rmSync(result, { force: true });
  const vitest = path.join(copy, 'node_modules/vitest/vitest.mjs');
  const said = ['--reporter=json', `--outputFile=${result}`];
  const run = spawnSync(process.execPath, [vitest, 'run', '--project', 'browser', ...said, test, '-t', named], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  if (!existsSync(result)) {
    console.error(`${run.stdout}${run.stderr}`.slice(-2_000));
    return 'did not run';
  }
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(result, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
  };
  if (numFailedTests > 0) return 'failed';
  return numPassedTests > 0 ? 'passed' : 'did not run';
}

const only = values.only?.split(',');
let missed = 0;
for (const mutation of MUTATIONS) {
  if (only && !only.includes(mutation.id)) continue;
  const copy = copyTree();
  try {
    const whole = play(copy, mutation);
    mutate(copy, mutation);
    const broken = whole === 'passed' ? play(copy, mutation) : whole;
    const noticed = whole === 'passed' && broken === 'failed';
    if (!noticed) missed += 1;
    console.log(`${noticed ? '✓' : '✗'} ${mutation.id}: ${mutation.what}: whole ${whole}, broken ${broken}`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
process.exitCode = missed === 0 ? 0 : 1;
