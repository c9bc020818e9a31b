import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import { calcSchemas, runCalc } from './index.ts'
import type { budgetOutput } from './uncertaintyFields.ts'
import type { z } from 'zod'

interface Answer {
  readonly structures: readonly z.output<typeof budgetOutput>[]
  readonly correlation: readonly (readonly number[])[]
  readonly ratioRelative: readonly (readonly number[])[]
}
const run = (input: unknown): Answer => runCalc('uncertainty-budget', input, fileResources()) as Answer

const tumour = {
  label: 'Tumour',
  calibration: { relative: 0.05 },
  volumeMl: 10,
  volumeRelative: 0.1,
  tiaRelative: 0.04,
}
const kidney = {
  label: 'Kidney',
  calibration: { relative: 0.05 },
  volumeMl: 150,
  volumeRelative: 0.02,
  tiaRelative: 0.03,
}

describe('calc uncertainty-budget', () => {
  it('gives the root of the sum of squares, the correlation by the calibration and the ratio without it', () => {
    const { structures, correlation, ratioRelative } = run({
      structures: [{ ...tumour, doseGy: 20 }, kidney],
      monteCarlo: null,
    })
    const [first, second] = [Math.hypot(0.05, 0.1, 0.04), Math.hypot(0.05, 0.02, 0.03)]
    expect(structures.map(({ doseRelative }) => doseRelative)).toEqual([
      expect.closeTo(first, 12),
      expect.closeTo(second, 12),
    ])
    expect(correlation[0]?.[1]).toBeCloseTo(0.05 ** 2 / (first * second), 12)
    expect(ratioRelative[0]?.[1]).toBeCloseTo(Math.hypot(0.1, 0.04, 0.02, 0.03), 12)
    expect(structures[0]?.dominant).toBe('volume')
    expect(structures[0]?.absoluteGy?.dose).toBeCloseTo(20 * first, 12)
    expect(structures[0]?.absoluteGy?.byTerm['volume']).toBeCloseTo(2, 12)
    expect(structures[0]?.monteCarlo).toBeNull()
  })

  it('draws, and agrees with the law of propagation', () => {
    const [one] = run({
      structures: [
        {
          ...tumour,
          tiaRelative: undefined,
          volumeRelative: undefined,
          outline: { voxelMm: 2 },
          sphere: { resolutionFwhmMm: 10, recovery: 0.7 },
          recovery: { relative: 0.06, volumeSlope: 0.2 },
          nuclide: 'Lu-177',
          model: 'mono-exponential',
          points: [4, 24, 72, 168].map((timeH) => ({
            timeH,
            activityMbq: 100 * 2 ** (-timeH / 60),
            counts: 5000,
            noiseFactor: 4,
            registration: { displacementMm: 2, resolutionFwhmMm: 10 },
            otherRelative: 0.02,
          })),
        },
      ],
      monteCarlo: { seed: 3, samples: 800 },
    }).structures
    expect(one?.validity.isValid).toBe(true)
    expect(one?.terms.map(({ id }) => id).sort()).toEqual(
      ['calibration', 'counts', 'points', 'recovery', 'registration', 'volume'].sort(),
    )
    expect(Math.abs((one?.monteCarlo?.doseRatio ?? 0) - 1)).toBeLessThan(0.08)
    expect(one?.improvements[0]?.action).toMatch(/ for the dose\.$/)
  })

  it('refuses what is given twice or not at all, naming the structure', () => {
    const refused = (structure: unknown) => {
      try {
        run({ structures: [structure], monteCarlo: null })
      } catch (error) {
        return error instanceof InputError ? `${error.code}: ${error.message}` : String(error)
      }
      return ''
    }
    expect(refused({ ...tumour, outline: { voxelMm: 2 } })).toMatch(/calc\.uncertainty: Tumour.*more than one/)
    expect(refused({ ...tumour, tiaRelative: undefined })).toMatch(/calc\.uncertainty: Tumour.*none/)
    expect(refused({ ...tumour, calibration: { relative: -1 } })).toMatch(/calc\.input/)
    expect(() => run({ structures: [tumour, tumour], monteCarlo: null })).toThrow(/twice/)
  })

  it('says its units in its schema', () => {
    expect(JSON.stringify(calcSchemas('uncertainty-budget').input)).toContain('"unit":"mL"')
  })
})
