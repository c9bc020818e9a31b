import { describe, expect, it } from 'vitest'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { runVerification, VERIFICATION_CHECKS } from '../../electron/services/verify/index.ts'

const rows = runVerification(fileResources())

describe('the verification set of `theratwin verify`', () => {
  it('has no two rows of one name', () => {
    expect(new Set(rows.map((r) => r.name)).size).toBe(VERIFICATION_CHECKS.length)
  })

  it.each(
    rows.map(
      (row) => [`${row.name}: ${row.expected} ${row.unit} within ${row.tolerance} (${row.source})`, row] as const,
    ),
  )('%s', (_, row) => {
    expect(row.passed, `found ${row.found}`).toBe(true)
  })
})
