import { describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { runCalc } from './index.ts'

const resources = fileResources()
const run = <T>(name: string, input: unknown): T => runCalc(name, input, resources) as T

const refusal = (name: string, input: unknown): InputError => {
  try {
    runCalc(name, input, resources)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error(`${name} took ${JSON.stringify(input)}`)
}

const grid = { dimensions: [4, 1, 1], spacingMm: [10, 10, 10] }
const dose = { grid, doseGy: [10, 20, 30, 40] }
const whole = { name: 'A', fractions: [1, 1, 1, 0] }

interface Dvh {
  readonly structures: readonly {
    readonly statistics: Readonly<Record<string, number | null>>
    readonly doseAtVolumePercent: readonly object[]
    readonly doseAtVolume: readonly object[]
    readonly volumeAtDose: readonly object[]
    readonly conformity: object
    readonly meanUncertaintyGy: number | null
    readonly histogram: {
      readonly edgesGy: number[]
      readonly differentialMl: number[]
      readonly lowMl: number[] | null
    }
  }[]
}

describe('dvh', () => {
  it('of three voxels of 1 mL with 10, 20 and 30 Gy', () => {
    const { structures } = run<Dvh>('dvh', {
      dose,
      structures: [whole],
      volumePercents: [50],
      volumesMl: [1, 4],
      dosesGy: [20],
      binWidthGy: 10,
      prescriptionGy: 30,
    })
    const found = structures[0]!
    expect(found.statistics).toMatchObject({ meanGy: 20, minGy: 10, maxGy: 30, insideMl: 3, d50Gy: 20 })
    expect(found.doseAtVolumePercent).toEqual([{ volumePercent: 50, doseGy: 20, uncertaintyGy: null }])
    expect(found.doseAtVolume).toEqual([
      { volumeMl: 1, doseGy: 25, uncertaintyGy: null },
      { volumeMl: 4, doseGy: null, uncertaintyGy: null },
    ])
    expect(found.volumeAtDose[0]).toMatchObject({ volumeMl: 2, lowMl: null })
    expect(found.conformity).toMatchObject({ isodoseMl: 2, coveredMl: 1 })
    expect(found.histogram.edgesGy).toEqual([0, 10, 20, 30, 40])
    expect(found.histogram.differentialMl).toEqual([0, 1, 1, 1])
  })

  it('has uncertainties where standard deviations or a common uncertainty are given: 5 % of 20 Gy, 3 Gy over √3', () => {
    const of = (input: object): Dvh['structures'][number] =>
      run<Dvh>('dvh', { dose, structures: [whole], ...input }).structures[0]!
    expect(of({ relativeUncertainty: 0.05 }).meanUncertaintyGy).toBeCloseTo(1, 12)
    const noisy = of({ dose: { ...dose, sdGy: [3, 3, 3, 3] } })
    expect(noisy.meanUncertaintyGy).toBeCloseTo(Math.sqrt(3), 12)
    expect(noisy.histogram.lowMl).not.toBeNull()
  })

  it('takes contours: a square of 20 mm, 10 mm thick, in a uniform dose', () => {
    const square = [
      [5, -10, 0],
      [25, -10, 0],
      [25, 10, 0],
      [5, 10, 0],
    ]
    const flat = { grid: { ...grid, dimensions: [4, 5, 1], originMm: [0, -20, 0] }, doseGy: Array(20).fill(7) }
    const { structures } = run<Dvh>('dvh', {
      dose: flat,
      structures: [{ name: 'square', contours: [square] }],
      sliceThicknessMm: 10,
    })
    expect(structures[0]!.statistics['insideMl']).toBeCloseTo(4, 1)
    expect(structures[0]!.statistics['meanGy']).toBeCloseTo(7, 9)
  })

  it.each([
    [{ structures: [{ name: 'EMPTY', fractions: [0, 0, 0, 0] }] }, 'dose.structure-empty', 'EMPTY'],
    [{ structures: [{ name: 'SHORT', fractions: [1] }] }, 'calc.structure', 'SHORT'],
    [{ structures: [{ name: 'NONE' }] }, 'calc.structure', 'NONE'],
    [{ structures: [{ ...whole, grid: { ...grid, originMm: [900, 0, 0] } }] }, 'dose.no-overlap', '"A"'],
    [{ dose: { grid, doseGy: [1, 2, -3, 4] } }, 'calc.input', '"dose.doseGy[2]"'],
    [{ dose: { grid, doseGy: [1, null, 3, 4] } }, 'calc.input', '"dose.doseGy[1]"'],
    [{ dose: { grid, doseGy: [1, 2] } }, 'geometry.size-mismatch', '2 voxels'],
    [{ dose: { grid: { ...grid, spacingMm: [0, 1, 1] }, doseGy: [1, 2, 3, 4] } }, 'calc.input', 'spacingMm'],
    [{ relativeUncertainty: 1 }, 'calc.input', 'relativeUncertainty'],
  ])('refuses %j', (change, code, where) => {
    const error = refusal('dvh', { dose, structures: [whole], ...change })
    expect(error.code).toBe(code)
    expect(error.message).toContain(where)
  })
})

describe('gamma-index, dose-difference and dose-profile', () => {
  const higher = { grid, doseGy: [10.2, 20.2, 30.2, 40.2] }

  it('of doses 0.2 Gy apart with a slope of 1 Gy/mm', () => {
    const found = run<{ passRate: number; gamma: (number | null)[] }>('gamma-index', {
      reference: dose,
      evaluated: higher,
    })
    // ΔD is 3 % of 40 Gy, the slope 1 Gy/mm over 3 mm; at the low end there is nothing lower to go to.
    expect(found.gamma[1]).toBeCloseTo(0.2 / Math.hypot(1.2, 3), 6)
    expect(found.gamma[0]).toBeCloseTo(0.2 / 1.2, 6)
    expect(found.passRate).toBe(1)
    const cut = run<{ gamma: (number | null)[] }>('gamma-index', {
      reference: dose,
      evaluated: higher,
      cutOffPercent: 50,
    })
    expect(cut.gamma[0]).toBeNull()
    const change = run<{ differenceGy: number[]; statistics: object }>('dose-difference', {
      reference: dose,
      evaluated: higher,
    })
    for (const value of change.differenceGy) expect(value).toBeCloseTo(0.2, 9)
  })

  it('profile runs from end to end and says null outside', () => {
    const found = run<{ distanceMm: number[]; doseGy: (number | null)[] }>('dose-profile', {
      dose,
      fromMm: [0, 0, 0],
      toMm: [40, 0, 0],
      stepMm: 10,
    })
    expect(found.distanceMm).toEqual([0, 10, 20, 30, 40])
    expect(found.doseGy).toEqual([10, 20, 30, 40, null])
  })

  it.each([
    ['gamma-index', { dosePercent: 0 }, 'calc.input', 'dosePercent'],
    ['gamma-index', { distanceMm: -3 }, 'calc.input', 'distanceMm'],
    ['gamma-index', { reference: { grid, doseGy: [0, 0, 0, 0] } }, 'gamma.no-dose', 'nowhere above 0'],
    [
      'gamma-index',
      { evaluated: { ...dose, grid: { ...grid, originMm: [0, 300, 0] } } },
      'dose.no-overlap',
      'share no',
    ],
    [
      'dose-difference',
      { evaluated: { ...dose, grid: { ...grid, originMm: [0, 300, 0] } } },
      'dose.no-overlap',
      'share',
    ],
  ])('%s refuses %j', (name, change, code, where) => {
    const error = refusal(name, { reference: dose, evaluated: higher, ...change })
    expect(error.code).toBe(code)
    expect(error.message).toContain(where)
  })
})
