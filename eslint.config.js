import globals from 'globals'
import hooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'
import { shownTexts } from './scripts/lint/shown-texts.mjs'

/** A cast by way of `unknown` says that a value is what it is not: parameters take the narrow part that is used instead. */
export const castByUnknown = {
  selector: 'TSAsExpression > TSAsExpression[typeAnnotation.type="TSUnknownKeyword"]',
  message:
    'Take a narrower type (Pick<…>, an interface of what is used) instead of casting by way of unknown.',
}

export default tseslint.config(
  { ignores: ['out/', 'dist/', 'native/build*/', '.cache/', 'test/fixtures/', 'test-results/'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Handlers that must return a promise for an interface often have nothing to await.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', castByUnknown],
    },
  },
  {
    files: ['src-renderer/**/*.{ts,tsx}', 'test/page/gallery/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: { ...hooks.configs.recommended.rules },
    languageOptions: { globals: globals.browser },
  },
  {
    // What a person reads is in the catalogues (src-main/shared/texts), where it can be translated.
    files: ['src-renderer/**/*.{ts,tsx}', 'src-main/cli.ts', 'src-main/cli/**/*.ts'],
    plugins: { vizlink: { rules: { 'shown-texts': shownTexts } } },
    rules: { 'vizlink/shown-texts': 'error' },
  },
  {
    // Programs that talk to a terminal.
    files: [
      'src-main/cli.ts',
      'src-main/cli/**',
      'scripts/**',
      'test/site/main.ts',
      'test/site/host/main.ts',
      'test/integration/faults/sunshine-program.ts',
      'bench/**',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: globals.node },
    rules: { eqeqeq: 'error', 'no-unused-vars': 'error', 'no-undef': 'error' },
  },
)
