import { describe, expect, it } from 'vitest'
import {
  exitCode,
  failedStage,
  fromCheck,
  fromCountLine,
  fromPlaywright,
  fromVitest,
  lastLine,
  summaryTable,
} from './test-totals.mjs'
import type { StageResult } from './test-totals.mjs'

const timed = (counts: Omit<StageResult, 'durationMs'>): StageResult => ({ ...counts, durationMs: 1000 })

describe('counting what vitest reports', () => {
  const test = (status: string, fullName = status) => ({ status, fullName })
  const file = (status: string, ...assertionResults: object[]) => ({ status, assertionResults })

  it('counts tests by their state and names what was skipped', () => {
    const report = { testResults: [file('passed', test('passed'), test('skipped', 'no data'), test('todo', 'later'))] }
    expect(fromVitest('unit', report, 0)).toEqual({
      name: 'unit',
      passed: 1,
      failed: 0,
      skipped: 2,
      skippedNames: ['no data', 'later'],
    })
  })

  it('counts a file that could not be loaded as one failure', () => {
    const report = { testResults: [file('failed'), file('passed', test('passed'))] }
    expect(fromVitest('unit', report, 1)).toMatchObject({ passed: 1, failed: 1 })
  })

  it('does not count a file of failed tests twice', () => {
    const report = { testResults: [file('failed', test('failed'), test('passed'))] }
    expect(fromVitest('unit', report, 1)).toMatchObject({ passed: 1, failed: 1 })
  })

  it('takes a bad exit without a failed test, and a missing report, for a failure', () => {
    expect(fromVitest('unit', { testResults: [file('passed', test('passed'))] }, 1)).toMatchObject({ failed: 1 })
    expect(fromVitest('unit', null, 0)).toMatchObject({ passed: 0, failed: 1 })
  })
})

describe('counting what Playwright reports', () => {
  const stats = { expected: 3, unexpected: 0, flaky: 0, skipped: 0 }

  it('counts a flaky test and a file that cannot be loaded as failures', () => {
    const report = { stats: { ...stats, unexpected: 1, flaky: 1 }, errors: [{}], suites: [] }
    expect(fromPlaywright('e2e', report, 1)).toMatchObject({ passed: 3, failed: 3 })
  })

  it('names what was skipped, with the reason', () => {
    const spec = {
      title: 'opens',
      tests: [{ status: 'skipped', annotations: [{ type: 'skip', description: 'no display' }] }],
    }
    const suites = [{ title: 'window.spec.ts', specs: [], suites: [{ title: 'window', specs: [spec] }] }]
    const counts = fromPlaywright('e2e', { stats: { ...stats, skipped: 1 }, errors: [], suites }, 0)
    expect(counts.skippedNames).toEqual(['window.spec.ts › window › opens (no display)'])
    expect(counts).toMatchObject({ passed: 3, failed: 0, skipped: 1 })
  })

  it('takes a missing report for a failure', () => {
    expect(fromPlaywright('e2e', null, 0)).toMatchObject({ passed: 0, failed: 1 })
  })
})

describe('counting the lines of other runners', () => {
  it('reads the last count line', () => {
    expect(fromCountLine('cpp', 'a: 1 passed, 1 failed\nall: 12 passed, 2 failed\n', 1)).toMatchObject({
      passed: 12,
      failed: 2,
    })
  })

  it('takes a runner that crashed before its count for a failure', () => {
    expect(fromCountLine('cpp', 'Segmentation fault', 139)).toMatchObject({ passed: 0, failed: 1 })
    expect(fromCountLine('cpp', '', 0)).toMatchObject({ passed: 0, failed: 1 })
    expect(fromCountLine('cpp', '5 passed, 0 failed', 1)).toMatchObject({ passed: 5, failed: 1 })
  })
})

describe('the totals of all stages', () => {
  const results = [
    timed(fromCheck('types', 0)),
    timed(fromCheck('lint', 2)),
    timed({ name: 'unit', passed: 10, failed: 0, skipped: 1, skippedNames: ['needs dciodvfy'] }),
  ]

  it('adds up in the last line', () => {
    expect(lastLine(results)).toBe('11 passed, 1 failed')
    expect(lastLine([timed(fromCheck('types', 0))])).toBe('1 passed, 0 failed')
  })

  it('fails where something failed, and where nothing ran', () => {
    expect(exitCode(results)).toBe(1)
    expect(exitCode([timed(fromCheck('types', 0))])).toBe(0)
    expect(exitCode([])).toBe(1)
    expect(exitCode([timed({ name: 'unit', passed: 0, failed: 0, skipped: 4, skippedNames: [] })])).toBe(1)
    expect(exitCode([timed(fromCheck('types', 0)), failedStage('e2e', 'no runtime', 5)])).toBe(1)
  })

  it('shows every stage and what was skipped', () => {
    const table = summaryTable(results)
    for (const { name } of results) expect(table).toContain(name)
    expect(table).toContain('unit: needs dciodvfy')
  })
})
