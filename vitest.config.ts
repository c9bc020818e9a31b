/**
 * One vitest set-up for all tests that need no Electron: `unit` (beside the code), `renderer` (beside the code, with a
 * DOM), `integration` and `validation`. Playwright runs tests/e2e on its own.
 */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const never = ['node_modules/**', 'dist/**', 'release/**', 'out/**']

export default defineConfig({
  test: {
    // Native addons and SQLite are loaded: a process a file keeps one file's crash from taking others along.
    pool: 'forks',
    maxWorkers: 2,
    // Laws run on the same examples every time; tests/laws/seed.ts says how to look for others.
    setupFiles: ['tests/laws/seed.ts'],
    // A bound on hanging, not a measurement: benchmarks live in tests/benchmarks.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{native-core,electron,db,build,resources,tests/phantoms,tests/benchmarks}/**/*.test.ts'],
          exclude: never,
        },
      },
      {
        extends: true,
        plugins: [vue()],
        test: { name: 'renderer', environment: 'happy-dom', include: ['renderer/**/*.test.ts'], exclude: never },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          exclude: never,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'validation',
          include: ['tests/validation/**/*.test.ts'],
          exclude: never,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})
