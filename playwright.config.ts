/** End-to-end tests: the real Electron under Xvfb (or the user's display), two files at a time, each with its own window and store. */
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.{e2e,spec,test}.ts',
  outputDir: 'test-results/e2e',
  // Files that ask for the same simulated patient get the same one, made once.
  globalSetup: './tests/phantoms/runFolder.ts',
  workers: 2,
  // The tests of a file go on from each other.
  fullyParallel: false,
  // A flaky test is a defect: it is not run again until it passes.
  retries: 0,
  forbidOnly: true,
  timeout: 300_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
})
