/** Lint: the layers of README.md as errors, and rules that catch bugs. Layout is Prettier's business. */
import tseslint from 'typescript-eslint'
import vue from 'eslint-plugin-vue'
import vueParser from 'vue-eslint-parser'
import { layersRule } from './build/lint/layers.mjs'

const TYPED = ['{electron,native-core,db,renderer,tests,build}/**/*.ts', '*.config.ts']
const root = import.meta.dirname
/** The same for every typed file: between files with other extensions the program of all types would be made anew. */
const withTypes = { projectService: true, tsconfigRootDir: root, extraFileExtensions: ['.vue'] }

/** Rules without types, for every file of ours. */
const plainRules = {
  'theratwin/layers': ['error', { root }],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-var': 'error',
  'prefer-const': 'error',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-constant-binary-expression': 'error',
  'no-unreachable-loop': 'error',
  'no-loss-of-precision': 'error',
  'no-sparse-arrays': 'error',
  'no-debugger': 'error',
  'no-cond-assign': 'error',
  'no-empty': 'error',
  'no-empty-character-class': 'error',
  'no-fallthrough': 'error',
  'no-irregular-whitespace': 'error',
  'no-unsafe-finally': 'error',
  'no-unsafe-optional-chaining': 'error',
  'no-useless-catch': 'error',
  'no-useless-escape': 'error',
  'no-unused-private-class-members': 'error',
  'no-dupe-else-if': 'error',
  'no-duplicate-case': 'error',
  'use-isnan': 'error',
  'valid-typeof': 'error',
  'default-case-last': 'error',
  'array-callback-return': 'error',
}

const typedRules = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/ban-ts-comment': 'error',
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/no-for-in-array': 'error',
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/prefer-promise-reject-errors': 'error',
  '@typescript-eslint/no-base-to-string': 'error',
  '@typescript-eslint/restrict-plus-operands': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-unnecessary-type-assertion': 'error',
}

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'dist/',
      'release/',
      'out/',
      'coverage/',
      'test-results/',
      'playwright-report/',
      'native-core/kernels/build/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs,ts,vue}'],
    plugins: { theratwin: { rules: { layers: layersRule } }, '@typescript-eslint': tseslint.plugin },
    rules: plainRules,
  },
  {
    files: TYPED,
    languageOptions: { parser: tseslint.parser, parserOptions: withTypes },
    rules: typedRules,
  },
  ...vue.configs['flat/essential'].map((config) => ({ ...config, files: ['renderer/**/*.vue'] })),
  {
    files: ['renderer/**/*.vue'],
    languageOptions: {
      parser: vueParser,
      parserOptions: { parser: tseslint.parser, ...withTypes },
    },
    rules: {
      ...typedRules,
      'vue/multi-word-component-names': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-v-html': 'error',
      'vue/require-explicit-emits': 'error',
      'vue/no-unused-refs': 'error',
    },
  },
  {
    // What the page shows is text: Trusted Types refuse these anyway, and lint says so earlier.
    files: ['renderer/**/*.{ts,vue}'],
    rules: {
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Trusted Types refuse it: use textContent or a component.' },
        { property: 'outerHTML', message: 'Trusted Types refuse it: use textContent or a component.' },
        { property: 'insertAdjacentHTML', message: 'Trusted Types refuse it: use textContent or a component.' },
      ],
      'no-restricted-globals': ['error', { name: 'XMLHttpRequest', message: 'The renderer has no network.' }],
    },
  },
  {
    // One tsconfig knows the names of both worlds; this side has no page.
    files: ['{electron,native-core,db,resources}/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['window', 'document', 'location', 'navigator', 'localStorage', 'sessionStorage', 'alert', 'confirm'],
      ],
    },
  },
  {
    // A file is one thing: about 300 lines of code; tests list many cases.
    files: ['**/*.{ts,vue,mjs}'],
    ignores: ['**/*.test.ts', 'tests/**'],
    rules: { 'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }] },
  },
)
