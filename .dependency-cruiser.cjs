// The floors of the house: which room may import which, and where each library lives. This table is the diagram; `npm run check` runs it.

/** Top floor first. Arrows point down only; rooms of one floor never import each other. */
const FLOORS = [
  ['main.ts'],
  // what app.ts puts together, next to it; these may import each other
  ['*.ts'],
  ['http', 'jobs'],
  ['bot', 'desk'],
  [
    'understanding',
    'curation',
    'handoff',
    'commerce',
    'tickets',
    'phrases',
    'promises',
    'outreach',
    'feedback',
    'metrics',
    'hooks',
    'uploads',
  ],
  ['conversations', 'channels', 'staff'],
  ['providers', 'queue'],
  // half a floor below: what leaves for a provider is masked by the same rules as what leaves for a shopper
  ['policy'],
  ['db'],
  ['contract', 'config.ts', 'setting.ts', 'errors.ts'],
];

/** Each library has one home. */
const HOMES = {
  http: ['fastify', '@fastify/'],
  channels: ['botbuilder', 'botbuilder-core', 'botframework-', 'standardwebhooks', 'fast-xml-parser'],
  queue: ['bullmq', 'ioredis'],
  db: ['pg', 'pgvector', '@electric-sql/'],
  phrases: ['pinyin-pro'],
  providers: ['openai', 'langchain', '@langchain/', 'cockatiel'],
  console: [
    'react',
    'react-dom',
    'preact',
    'vite',
    '@vitejs/',
    'antd',
    '@ant-design/',
    'echarts',
    '@tanstack/',
    'wouter',
  ],
};

const ROOMS = FLOORS.flat().filter((name) => !name.endsWith('.ts'));
const GROUND = FLOORS.length - 1;
const HALL = FLOORS.findIndex((rooms) => rooms.includes('*.ts'));
const NAMED_FILES = FLOORS.flat().filter((name) => name.endsWith('.ts') && name !== '*.ts');

const escaped = (text) => text.replaceAll('.', '\\.');
const pattern = (name) => {
  if (name === '*.ts') return `^src/(?!(?:${NAMED_FILES.map(escaped).join('|')})$)[^/]+\\.ts$`;
  return name.endsWith('.ts') ? `^src/${escaped(name)}$` : `^src/${name}/`;
};
/** A whole package, or every package beginning so when the name ends in `/` or `-`; installed, typed only, or not found at all. */
const library = (name) => {
  const end = /[/-]$/.test(name) ? '' : '(/|$)';
  return [`node_modules/${name}${end}`, `node_modules/@types/${name}${end}`, `^${name}${end}`];
};
const error = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** Nothing may import a higher floor. */
const upward = FLOORS.slice(1).map((rooms, below) =>
  error(
    `down-only-${rooms[0] === '*.ts' ? 'app' : rooms[0].replace('.ts', '')}`,
    `${rooms.join(', ')}: imports only what lies below.`,
    { path: rooms.map(pattern) },
    {
      path: FLOORS.slice(0, below + 1)
        .flat()
        .map(pattern),
    },
  ),
);

/** Rooms side by side never import each other. The ground floor is one room in several files, and so is the hall of app.ts. */
const sideways = FLOORS.flatMap((rooms, floor) =>
  floor === GROUND || floor === HALL || rooms.length === 1
    ? []
    : rooms.map((room) =>
        error(
          `no-neighbour-${room}`,
          `${rooms.join(', ')} never import each other; a higher floor joins them.`,
          { path: pattern(room) },
          { path: rooms.filter((other) => other !== room).map(pattern) },
        ),
      ),
);

const homes = Object.entries(HOMES).map(([room, libraries]) =>
  error(
    `one-home-${room}`,
    `${libraries.join(', ')}: only in src/${room}, so that it can be replaced there. Types count too.`,
    { path: '^src/', pathNot: pattern(room) },
    { path: libraries.flatMap(library) },
  ),
);

module.exports = {
  forbidden: [
    ...upward,
    ...sideways,
    ...homes,
    error('no-circle', 'Two files that need each other are one file, or a third is missing.', {}, { circular: true }),
    error(
      'room-without-a-floor',
      'A new room gets its floor in FLOORS before its first import.',
      { path: '^src/[^/]+/', pathNot: [...ROOMS, 'console'].map(pattern) },
      {},
    ),
    error(
      'console-knows-contract-only',
      'Browser code speaks to http/ over the contract and imports nothing else of the server.',
      { path: '^src/console/' },
      { path: '^src/', pathNot: ['^src/console/', '^src/contract/'] },
    ),
    error(
      'forms-library-where-forms-are',
      'antd is heavy: studio, settings and the dialogs of the board load it, the desk and the shopper never do.',
      { path: '^src/console/', pathNot: ['^src/console/(?:studio|settings)/', '^src/console/board/dialogs/'] },
      { path: ['antd', '@ant-design/'].flatMap(library) },
    ),
    error(
      'shopper-page-stays-small',
      'What the shopper loads is its own folder and the parts all pages share.',
      { path: '^src/console/(?:shop|shop-entry)' },
      { path: '^src/console/(?:desk|board|studio|settings|first|staff)/' },
    ),
    error(
      'console-runs-in-a-browser',
      'Only its build file runs under Node.',
      { path: '^src/console/', pathNot: '^src/console/vite\\.config\\.ts$' },
      { dependencyTypes: ['core'] },
    ),
    error(
      'nobody-imports-console',
      'The server serves the built files.',
      { path: '^src/', pathNot: '^src/console/' },
      { path: '^src/console/' },
    ),
    error(
      'contract-is-plain',
      'The contract runs in the browser too.',
      { path: '^src/contract/' },
      { dependencyTypes: ['core'] },
    ),
    error(
      'one-reader-of-the-environment',
      'Settings come from config.ts.',
      { path: '^src/', pathNot: ['^src/config\\.ts$', '^src/console/vite\\.config\\.ts$'] },
      { path: '^(?:node:)?process$', dependencyTypes: ['core'] },
    ),
    error('resolvable', 'The imported file or package is not there.', { path: '^src/' }, { couldNotResolve: true }),
    error(
      'src-without-test-code',
      'The product does not depend on its tests, its scripts, or what is installed for developing only.',
      { path: '^src/' },
      { path: '^(?:test|scripts)/' },
    ),
    error(
      'no-dev-package',
      'The product runs without what is installed for developing only.',
      { path: '^src/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.(?:css|svg|png|woff2?)$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.d.ts'],
    },
  },
};
