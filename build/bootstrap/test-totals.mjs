/** True totals over runners that each count in their own way. Pure: what each runner said goes in, counts come out. */
import { duration } from './report.mjs'

/**
 * @typedef {object} StageResult
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} skippedNames What was skipped; the reason is in the name
 * @property {number} durationMs
 */

/** @typedef {Omit<StageResult, 'durationMs'>} Counts */

/**
 * A stage that could not be run at all: one failure.
 * @param {string} name @param {string} _reason Shown where it happened @param {number} durationMs @returns {StageResult}
 */
export const failedStage = (name, _reason, durationMs) => ({
  name,
  passed: 0,
  failed: 1,
  skipped: 0,
  skippedNames: [],
  durationMs,
})

/** A tool that only says fine or not. @param {string} name @param {number} code @returns {Counts} */
export const fromCheck = (name, code) => ({
  name,
  passed: code === 0 ? 1 : 0,
  failed: code === 0 ? 0 : 1,
  skipped: 0,
  skippedNames: [],
})

/** A runner whose last count line reads `N passed, N failed`. @param {string} name @param {string} output @param {number} code @returns {Counts} */
export function fromCountLine(name, output, code) {
  const line = [...output.matchAll(/^\D*(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/gm)].at(-1)
  const counts = {
    name,
    passed: Number(line?.[1] ?? 0),
    failed: Number(line?.[2] ?? 0),
    skipped: Number(line?.[3] ?? 0),
    skippedNames: [],
  }
  return withCode(counts, line ? code : code || 1)
}

/**
 * Vitest's JSON report. A file that could not be loaded is one failure, though it counts no test.
 * @param {string} name @param {any} report @param {number} code @returns {Counts}
 */
export function fromVitest(name, report, code) {
  if (!report) return withCode({ name, passed: 0, failed: 0, skipped: 0, skippedNames: [] }, code || 1)
  /** @type {any[]} */
  const files = report.testResults
  const tests = files.flatMap((file) => file.assertionResults)
  const count = (/** @type {string} */ status) => tests.filter((test) => test.status === status).length
  const brokenFiles = files.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
  )
  const passed = count('passed')
  const failed = count('failed') + brokenFiles.length
  const skippedNames = tests
    .filter((test) => test.status !== 'passed' && test.status !== 'failed')
    .map((test) => test.fullName)
  const skipped = tests.length - passed - count('failed')
  return withCode({ name, passed, failed, skipped, skippedNames }, code)
}

/** Playwright's JSON report. @param {string} name @param {any} report @param {number} code @returns {Counts} */
export function fromPlaywright(name, report, code) {
  if (!report) return withCode({ name, passed: 0, failed: 0, skipped: 0, skippedNames: [] }, code || 1)
  const { expected, unexpected, flaky, skipped } = report.stats
  // A file that cannot be loaded stands among the errors and counts no test.
  const failed = unexpected + flaky + report.errors.length
  const skippedNames = report.suites.flatMap((/** @type {any} */ suite) => skippedSpecs(suite, []))
  return withCode({ name, passed: expected, failed, skipped, skippedNames }, code)
}

/** @param {any} suite @param {readonly string[]} above @returns {string[]} */
function skippedSpecs(suite, above) {
  const here = [...above, suite.title]
  const own = (suite.specs ?? [])
    .filter((/** @type {any} */ spec) => spec.tests.some((/** @type {any} */ test) => test.status === 'skipped'))
    .map((/** @type {any} */ spec) => {
      const reason = spec.tests[0]?.annotations?.find((/** @type {any} */ note) => note.type === 'skip')?.description
      return [...here, spec.title].join(' › ') + (reason ? ` (${reason})` : '')
    })
  return [...own, ...(suite.suites ?? []).flatMap((/** @type {any} */ inner) => skippedSpecs(inner, here))]
}

/** A runner that ends badly without naming a failed test failed all the same. @param {Counts} counts @param {number} code @returns {Counts} */
function withCode(counts, code) {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

/** @param {readonly Counts[]} results */
const totals = (results) => ({
  passed: results.reduce((sum, result) => sum + result.passed, 0),
  failed: results.reduce((sum, result) => sum + result.failed, 0),
  skipped: results.reduce((sum, result) => sum + result.skipped, 0),
})

/** `N passed, N failed`; what was skipped stands in the table. @param {readonly Counts[]} results */
export function lastLine(results) {
  const { passed, failed } = totals(results)
  return `${passed} passed, ${failed} failed`
}

/** Fine only where something ran and nothing failed. @param {readonly StageResult[]} results */
export function exitCode(results) {
  const { passed, failed } = totals(results)
  return failed > 0 || passed === 0 ? 1 : 0
}

/** Every stage with its counts and time, and what was skipped. @param {readonly StageResult[]} results */
export function summaryTable(results) {
  const rows = results.map((result) => [
    result.failed > 0 ? '✗' : result.passed > 0 ? '✓' : '–',
    result.name,
    String(result.passed),
    String(result.failed),
    String(result.skipped),
    duration(result.durationMs),
  ])
  const header = ['', 'stage', 'passed', 'failed', 'skipped', 'time']
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (/** @type {readonly string[]} */ row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  return [line(header), ...rows.map(line), ...skippedLines(results)].join('\n')
}

/** @param {readonly StageResult[]} results @returns {string[]} */
function skippedLines(results) {
  const lines = results.flatMap((result) => result.skippedNames.map((name) => `  ${result.name}: ${name}`))
  const shown = lines.slice(0, 60)
  return lines.length === 0
    ? []
    : ['', 'skipped:', ...shown, ...(lines.length > 60 ? [`  … and ${lines.length - 60} more`] : [])]
}
