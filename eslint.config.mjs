import devkit from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

// Without a cached project graph @nx/enforce-module-boundaries passes everything in silence, so it is computed here.
process.env.NX_DAEMON = 'false';
process.env.NX_ISOLATE_PLUGINS = 'false';
const graph = await devkit.createProjectGraphAsync({ exitOnError: false });
const sourcesTagged = (tag) =>
  Object.values(graph.nodes)
    .filter((project) => project.data.tags?.includes(tag))
    .map((project) => `${project.data.root}/src/**/*.ts`);

/** Which projects may know which, by the tags in their package.json: every project has one `type:` and one `scope:`. */
const mayUse = (sourceTag, ...onlyDependOnLibsWithTags) => ({ sourceTag, onlyDependOnLibsWithTags });
const depConstraints = [
  mayUse('type:app', 'type:kit', 'type:domain', 'type:contracts'),
  mayUse('type:kit', 'type:kit', 'type:domain', 'type:contracts'),
  mayUse('type:domain', 'type:domain'),
  mayUse('type:contracts'),
  mayUse('type:tool', 'type:tool', 'type:kit', 'type:domain', 'type:contracts'),
  mayUse('scope:gateway', 'scope:gateway', 'scope:shared'),
  mayUse('scope:auth', 'scope:auth', 'scope:shared'),
  mayUse('scope:billing', 'scope:billing', 'scope:shared'),
  mayUse('scope:provider', 'scope:provider', 'scope:shared'),
  mayUse('scope:dashboard', 'scope:dashboard', 'scope:shared'),
  mayUse('scope:shared', 'scope:shared'),
];

const environmentOnlyInConfig = 'The environment is read in config.ts alone: take the value as a parameter.';
const noProcessModule = {
  regex: '^(node:)?process$',
  message: `Use the global. ${environmentOnlyInConfig}`,
};

/** Translation and rules are pure functions: they can be read, tested and trusted without a running system. */
const pureCode = {
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        noProcessModule,
        {
          regex:
            '^(@nestjs/|@grpc/|@nats-io/|@prisma/|@fastify/|@tokenroute/service-kit|(undici|fastify|ioredis|pg|pino|rxjs)(/|$))',
          message: 'Translation and rules know no framework and no transport.',
        },
        {
          regex:
            '^(node:)?(child_process|cluster|dgram|dns|fs|http|http2|https|inspector|net|readline|timers|tls|worker_threads)(/|$)',
          message: 'Translation and rules do no I/O.',
        },
      ],
    },
  ],
  'no-restricted-globals': [
    'error',
    ...['process', 'fetch', 'WebSocket', 'EventSource', 'setTimeout', 'setInterval', 'setImmediate'].map(
      (name) => ({
        name,
        message:
          'Translation and rules do no I/O and read no surroundings: take what is needed as a parameter.',
      }),
    ),
  ],
};

const namedExports = {
  selector: 'ExportAllDeclaration',
  message: 'Name what is exported: `export *` hides a public face.',
};
/** Spreading it is allowed outside the apps: that hands the surroundings on to a child process, and reads nothing. */
const environmentRead = [
  ':not(SpreadElement) > MemberExpression[object.name="process"][property.name="env"]',
  'MemberExpression[object.name="process"][property.value="env"]',
  'VariableDeclarator[init.name="process"] > ObjectPattern',
].map((selector) => ({ selector, message: environmentOnlyInConfig }));

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/coverage/**',
      '.nx/**',
      '.tokenroute/**',
      'libs/contracts/src/gen/**',
      'apps/*/src/generated/**',
      'apps/dashboard/src/api/schema.d.ts',
    ],
  },
  {
    files: ['**/*.{ts,tsx,mjs,cjs}'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'max-lines': ['warn', 300],
      'max-lines-per-function': ['warn', 60],
    },
  },
  {
    files: ['{apps,libs,tools}/*/src/**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { project: './tsconfig.lint.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { depConstraints }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-restricted-imports': ['error', { patterns: [noProcessModule] }],
      'no-restricted-syntax': ['error', namedExports, ...environmentRead],
    },
  },
  {
    // What runs in browsers has types of its own: there is a document.
    files: ['apps/dashboard/src/**/*.{ts,tsx}', 'tools/browser-tests/src/**/*.ts'],
    languageOptions: {
      parserOptions: { project: ['./apps/dashboard/tsconfig.json', './tools/browser-tests/tsconfig.json'] },
    },
  },
  {
    // Without types: the libraries it tries are installed by its own command alone.
    files: ['acceptance/clients/**/*.ts'],
    extends: [tseslint.configs.recommended],
    rules: { 'no-restricted-syntax': ['error', namedExports] },
  },
  {
    files: ['{apps,libs}/*/src/**/*.{ts,tsx}'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['apps/*/src/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: environmentOnlyInConfig },
      ],
    },
  },
  {
    files: ['apps/adapter-*/src/**/{to,from}-*.ts', ...sourcesTagged('type:domain')],
    ignores: ['**/*.spec.ts'],
    rules: pureCode,
  },
  {
    files: ['**/config.ts', '**/*.spec.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': ['error', namedExports] },
  },
  {
    // Answers are read in tests as they come; an assertion says what they are.
    files: ['**/*.spec.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/*-wire.ts'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' },
  },
);
