/** Who may import whom (ARCHITECTURE.md). Checked by `npm run lint` and by test/imports.test.ts. */
const only = (name, from, allowed, comment, node = false) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { pathNot: allowed, ...(node ? { dependencyTypesNot: ['core'] } : {}) },
});

const packages = 'node_modules';

module.exports = {
  forbidden: [
    only('core-is-pure', '^core/', ['^core/', `${packages}/zod`], 'core imports zod, for types only'),
    only(
      'strategies-are-pure',
      '^strategies/',
      ['^core/', '^strategies/', `${packages}/(zod|technicalindicators)`],
      'strategies import core, zod and the indicator library',
    ),
    only(
      'paper-engine-is-pure',
      '^exchange/paper/engine/',
      ['^core/', '^exchange/paper/engine/'],
      'the matching engine serves the backtester too',
    ),
    only(
      'exchange-imports-core',
      '^exchange/',
      ['^core/', '^exchange/', packages],
      'exchange imports core',
      true,
    ),
    only(
      'bot-imports',
      '^bot/',
      ['^(core|strategies|exchange|bot)/', packages],
      'bot imports core, strategies and exchange',
      true,
    ),
    only(
      'bot-files-serve-all',
      '^bot/(files|config)',
      ['^(core|strategies)/', '^bot/(files|config)', packages],
      'what server and command line share of a bot knows no exchange',
      true,
    ),
    only(
      'server-imports',
      '^server/',
      ['^(core|server|views|strategies|exchange)/', '^bot/(files/|config|backtest/)', packages],
      'server imports views, strategies, exchange, and of bot its files, config and backtests',
      true,
    ),
    {
      name: 'views-import-types-only',
      comment: 'a view is a function of its data',
      severity: 'error',
      from: { path: '^views/', pathNot: '(\\.test\\.ts$|^views/public/)' },
      to: { pathNot: ['^views/', `${packages}/hono`], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-imports-server-but-cli',
      severity: 'error',
      from: { pathNot: '^(server|cli|test|scripts)/' },
      to: { path: '^server/' },
    },
    {
      name: 'nobody-imports-cli',
      severity: 'error',
      from: { pathNot: '^(cli|test|scripts)/' },
      to: { path: '^cli/' },
    },
    {
      name: 'no-cycles-between-folders',
      severity: 'error',
      from: { path: '^(core|strategies)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^dist/|^data/|views/public)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
