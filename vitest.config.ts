// How the tests run: `default` and `browser` need nothing but the checkout, `production` needs real servers named by
// the environment (scripts/test-production.ts starts them).
import { defineConfig } from 'vitest/config';

/** Tests that speak to PostgreSQL and Redis where they are given. */
const ON_SERVERS = [
  'test/production/**/*.test.ts',
  'test/journeys/**/*.test.ts',
  'test/db/**/*.test.ts',
  'test/hooks/**/*.test.ts',
  'test/handoff/baton-laws.test.ts',
  'test/handoff/baton-model.test.ts',
  'test/handoff/baton-stories.test.ts',
  'test/handoff/crossing.test.ts',
  'test/handoff/offers.test.ts',
];
/** Beside them, and with no server in them: `default` runs these. */
const ONLY_EMBEDDED = ['database', 'fitness', 'lock', 'seal', 'sql-scan', 'wire', 'wire-property', 'wire-protocol'].map(
  (name) => `test/db/${name}.test.ts`,
);
/** Starts and kills servers of its own. */
const STARTS_SERVERS = 'test/start/production-servers.test.ts';

/** Whatever the shell says: the database is the one inside of the process. */
const EMBEDDED = { TEST_DATABASE_URL: '', TEST_REDIS_URL: '' };

export default defineConfig({
  test: {
    pool: 'forks',
    globalSetup: ['test/learn-once.ts', 'test/journeys/seed.ts'],
    // More of them only starve each other: nearly every test runs a whole server.
    maxWorkers: 2,
    // V8 takes 3 s of a core and 600 MB to optimise one function of the embedded PostgreSQL, in every file that opens
    // one (--trace-wasm-compilation-times); the machine code of the first pass does for a test.
    execArgv: ['--liftoff-only'],
    // two workers and a browser share two cores: what takes a moment alone takes seconds here
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'default',
          // two of them leave half of two cores idle: most of a journey is waiting
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', 'test/production/**', 'test/browser/**', STARTS_SERVERS],
          env: EMBEDDED,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          sequence: { groupOrder: 1 },
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/build-once.ts'],
          // files share the worker's browser and server (test/browser/stage.ts)
          isolate: false,
          env: EMBEDDED,
        },
      },
      {
        extends: true,
        test: {
          name: 'production',
          sequence: { groupOrder: 2 },
          include: [...ON_SERVERS, STARTS_SERVERS],
          exclude: ['**/node_modules/**', ...ONLY_EMBEDDED],
        },
      },
    ],
  },
});
