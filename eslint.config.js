import tseslint from 'typescript-eslint';

/** Reading the clock, rolling dice or touching I/O makes a pure folder impure: time and chance arrive in events. */
const pure = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Pure code takes time from events.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Pure code takes time from events.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Pure code rolls no dice.',
  },
  {
    selector: 'CallExpression[callee.name=/^(setTimeout|setInterval|fetch)$/]',
    message: 'Pure code has no timers or wire.',
  },
];

export default tseslint.config(
  { ignores: ['node_modules/**', 'dist/**', 'data/**', '.tap/**', 'coverage/**'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
    },
  },
  {
    files: ['core/**/*.ts', 'strategies/**/*.ts', 'views/**/*.ts', 'exchange/paper/engine/**/*.ts'],
    ignores: ['**/*.test.ts', 'views/public/**'],
    rules: { 'no-restricted-syntax': ['error', ...pure] },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
