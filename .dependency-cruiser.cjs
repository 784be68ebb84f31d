/** The layering of the tree, checked: arrows only point down (docs/architecture.md). */
const main = (name) => `^src-main/${name}(/|\\.ts$)`
const forbid = (name, from, to, comment, extra = {}) => ({
  name,
  severity: 'error',
  comment,
  from,
  to,
  ...extra,
})

/** Each service may use those before it. */
const services = [
  ...['settings', 'sites', 'confirmed', 'cluster', 'auth', 'questions', 'host', 'sessions', 'desktop'],
  'status',
]
const inside = (names) => `^src-main/services/(${names.join('|')})/`

module.exports = {
  forbidden: [
    forbid('no-circular', {}, { circular: true }, 'No cycles.'),
    forbid(
      'shared-is-bottom',
      { path: main('shared') },
      { pathNot: ['^src-main/shared/', '^node_modules/(zod|i18next)/'] },
      'shared imports zod and i18next only.',
    ),
    forbid(
      'texts-by-their-door',
      { path: '^(src-main|src-renderer)/', pathNot: '^src-main/shared/texts/' },
      { path: '^src-main/shared/texts/', pathNot: '^src-main/shared/texts/index\\.ts$' },
      'the texts are entered by their index.ts.',
    ),
    forbid(
      'domain-is-pure',
      { path: main('domain') },
      { pathNot: ['^src-main/(domain|shared)/', '^node_modules/(zod|xstate)/'] },
      'domain decides without I/O.',
    ),
    forbid(
      'protocols-have-no-ui',
      { path: main('protocols') },
      {
        path: '^src-main/(services|site-check|ipc|shells|preload|link-process|stream-process|app|cli|index)',
      },
      'protocols sit below services.',
    ),
    forbid(
      'services-below-shells',
      { path: main('services') },
      { path: '^src-main/(site-check|ipc|shells|preload|app|cli|index)' },
      'services know no shell.',
    ),
    ...services
      .slice(0, -1)
      .map((name, at) =>
        forbid(
          `services-in-order-${name}`,
          { path: inside([name]) },
          { path: inside(services.slice(at + 1)) },
          `a service uses those before it: ${services.join(', ')}.`,
        ),
      ),
    forbid(
      'services-known-by-name',
      { path: '^src-main/' },
      { path: '^src-main/services/', pathNot: [inside(services)] },
      'every service has its place in the order.',
    ),
    forbid(
      'services-by-their-door',
      { path: '^src-main/services/([^/]+)/' },
      {
        path: '^src-main/services/',
        pathNot: ['^src-main/services/$1/', '^src-main/services/[^/]+/index\\.ts$'],
      },
      'a service knows the others by their index.ts.',
    ),
    forbid(
      'doors-from-outside',
      { path: '^src-main/', pathNot: ['^src-main/services/'] },
      { path: '^src-main/services/', pathNot: ['^src-main/services/[^/]+/index\\.ts$'] },
      'services are entered by their index.ts.',
    ),
    forbid(
      'site-check-by-its-door',
      { path: '^src-main/', pathNot: ['^src-main/site-check/'] },
      { path: '^src-main/site-check/', pathNot: ['^src-main/site-check/index\\.ts$'] },
      'the site check is entered by its index.ts.',
    ),
    forbid(
      'site-check-beside-services',
      { path: '^src-main/(services|domain|protocols)/' },
      { path: '^src-main/site-check/' },
      'nothing below the app needs the site check.',
    ),
    forbid(
      'site-check-imports-little',
      { path: '^src-main/site-check/' },
      {
        path: '^src-main/services/',
        pathNot: [inside(['sites', 'confirmed', 'cluster', 'auth', 'questions'])],
      },
      'the site check looks at a site without a session.',
    ),
    forbid(
      'children-stand-alone',
      { path: '^src-main/(link-process|stream-process)/' },
      { path: '^src-main/(services|site-check|ipc|shells|preload|app|cli|index)' },
      'child processes know protocols only.',
    ),
    forbid(
      'electron-in-three-places',
      { pathNot: '^src-main/(shells/electron|preload)/|^src-main/index\\.ts$|^scripts/electron22/' },
      { path: '^(node_modules/electron/|electron$)' },
      'electron is imported in three places, and where an older one is made up for.',
    ),
    forbid(
      'renderer-knows-shared-only',
      { path: '^src-renderer/' },
      { path: '^src-main/(?!shared/)' },
      'the page sees only src-main/shared.',
    ),
    forbid(
      'features-stand-alone',
      { path: '^src-renderer/features/([^/]+)/' },
      { path: '^src-renderer/features/', pathNot: '^src-renderer/features/$1/' },
      'no feature imports another.',
    ),
    forbid(
      'site-shares-nothing',
      { path: '^test/site/' },
      { path: '^src-(main|renderer)/' },
      'a bug on both sides would cancel out.',
    ),
    forbid(
      'product-needs-no-tests',
      { path: '^(src-main|src-renderer)/' },
      { path: '^(test|scripts|bench)/' },
      'product code imports nothing from tests or scripts.',
    ),
    forbid(
      'no-dev-packages-in-main',
      { path: '^src-main/' },
      {
        dependencyTypes: ['npm-dev'],
        pathNot: '^node_modules/(electron|@types)/',
        dependencyTypesNot: ['type-only'],
      },
      'what main runs must be a dependency.',
    ),
    forbid('no-unresolvable', {}, { couldNotResolve: true, pathNot: '^electron$' }, 'every import resolves.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist|native/build|\\.cache)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
