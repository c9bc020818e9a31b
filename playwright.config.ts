/** End-to-end tests: the real Electron under Xvfb (or the user's display), one window at a time. */
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.{e2e,spec,test}.ts',
  outputDir: 'test-results/e2e',
  workers: 1,
  fullyParallel: false,
  // A flaky test is a defect: it is not run again until it passes.
  retries: 0,
  forbidOnly: true,
  timeout: 300_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
})
