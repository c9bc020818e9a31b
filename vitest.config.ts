/**
 * One vitest set-up for all tests that need no Electron: `unit` (beside the code), `renderer` (beside the code, with a
 * DOM), `integration` and `validation`. Playwright runs tests/e2e on its own.
 */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

const never = ['node_modules/**', 'dist/**', 'release/**', 'out/**']

/** Files that take longest, longest first: begun last, one of them would keep a single process busy while the other has nothing to do. */
const LONGEST = [
  'tests/integration/pipeline-phantoms.test.ts',
  'tests/integration/cli.test.ts',
  'tests/integration/kill.test.ts',
  'tests/integration/dose-accumulation.test.ts',
  'tests/validation/registration.test.ts',
  'tests/phantoms/phantoms.test.ts',
  'tests/integration/voxel-dose.test.ts',
  'tests/integration/partial-volume.test.ts',
]

/** The longest files first, the others as Vitest orders them. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((file) => moduleId.endsWith(`/${file}`))
      return place < 0 ? LONGEST.length : place
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    // Native addons and SQLite are loaded, so processes, not threads. Each runs many files without starting anew: loading the modules again for every
    // file took a third of the time. A file leaves nothing behind that another would see (environment, timers, stubs, folders).
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
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
          globalSetup: ['tests/phantoms/runFolder.ts'],
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
