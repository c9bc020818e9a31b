import type { NuclideTable } from '../../../native-core/physics/index.ts'
import type { Resources } from '../ports/resources.ts'

/** One statement that the program can test on the user's workstation. */
export interface Check {
  readonly name: string
  /** Where the expected number is from: a publication, or the closed form it follows from. */
  readonly source: string
  readonly unit: string
  readonly expected: number
  readonly tolerance: { readonly kind: 'relative' | 'absolute'; readonly value: number }
  readonly find: (data: VerificationData) => number
}

export interface VerificationData {
  readonly nuclides: NuclideTable
  readonly resources: Resources
}

export interface VerificationRow {
  readonly name: string
  readonly source: string
  readonly unit: string
  readonly expected: number
  readonly found: number
  /** As shown: "0.1 %" or "± 0.05 keV". */
  readonly tolerance: string
  readonly passed: boolean
}

export function runCheck(check: Check, data: VerificationData): VerificationRow {
  const found = check.find(data)
  const { kind, value } = check.tolerance
  const allowed = kind === 'relative' ? value * Math.abs(check.expected) : value
  return {
    name: check.name,
    source: check.source,
    unit: check.unit,
    expected: check.expected,
    found,
    tolerance: kind === 'relative' ? `${Number((value * 100).toPrecision(3))} %` : `± ${value} ${check.unit}`,
    passed: Math.abs(found - check.expected) <= allowed,
  }
}
