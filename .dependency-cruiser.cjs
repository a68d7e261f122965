/**
 * The import directions: every area may import what stands left of it, and nothing else of the project.
 * src/process/ wires them together, and the files at the root of src/ start it: these may import anything.
 */
const AREAS = [
  ['exchange'],
  ['journal'],
  ['market', 'archive'],
  ['identity'],
  ['billing'],
  ['gateway'],
  ['api'],
];

const areaRules = AREAS.flatMap((areas, index) =>
  areas.map((area) => {
    const allowed = [area, ...AREAS.slice(0, index).flat()].join('|');
    return {
      name: `${area}-imports-only-what-stands-left-of-it`,
      severity: 'error',
      from: { path: `^src/${area}/` },
      to: { path: '^src/', pathNot: `^src/(${allowed})/` },
    };
  }),
);

module.exports = {
  forbidden: [
    ...areaRules,
    {
      name: 'telemetry-imports-nothing-of-the-project',
      severity: 'error',
      from: { path: '^src/telemetry/' },
      to: { path: '^src/', pathNot: '^src/telemetry/' },
    },
    {
      name: 'families-do-not-import-one-another',
      comment: 'What several families need stands in family/, request/ or docs/.',
      severity: 'error',
      from: { path: '^src/api/([^/]+)/' },
      to: { path: '^src/api/', pathNot: '^src/api/($1|family|request|docs)/' },
    },
    {
      name: 'exchange-is-pure',
      comment: 'No package and no module of Node: same commands in, same events out, on any machine.',
      severity: 'error',
      from: { path: '^src/exchange/' },
      to: { pathNot: '^src/exchange/' },
    },
    {
      name: 'uwebsockets-only-in-gateway',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/gateway/' },
      to: { path: 'uWebSockets\\.js' },
    },
    {
      name: 'ioredis-only-in-redis-files',
      severity: 'error',
      from: { path: '^src/', pathNot: 'redis\\.ts$' },
      to: { path: 'ioredis' },
    },
    {
      name: 'examples-use-the-public-protocol-only',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^(src|bench|test)/' },
    },
    {
      name: 'client-knows-the-protocol-only',
      comment: 'And the server must not need the client.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(src|bench|test|examples)/' },
    },
    {
      name: 'server-does-not-need-the-client',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^packages/' },
    },
    {
      name: 'client-runs-in-browsers',
      comment: 'Only the entry for Node, and what it connects with, may use what a browser does not have.',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/tradewire-client/src/(node|ws-socket)\\.ts$' },
      to: { pathNot: '^packages/tradewire-client/src/(?!node\\.ts|ws-socket\\.ts)' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports is dead code.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(src|packages)/',
        pathNot: '^(src/(main|replay-journal)|packages/[^/]+/src/browser)\\.ts$',
      },
      to: {},
    },
    {
      name: 'only-declared-packages',
      severity: 'error',
      from: { path: '^(src|packages)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown', 'undetermined'] },
    },
    {
      name: 'no-unresolvable-imports',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
