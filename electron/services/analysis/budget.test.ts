import { describe, expect, it } from 'vitest'
import { budgetCovariance, doseUncertainty, uncertaintyOfSum } from '../../../native-core/dosimetry/index.ts'
import { recoveryAt } from '../../../native-core/imaging/quantification/index.ts'
import { fitTimeActivity } from '../../../native-core/kinetics/index.ts'
import { protocolSchema } from '../../contracts/protocol.ts'
import type { Protocol, ProtocolInput } from '../../contracts/protocol.ts'
import { uncertaintyBudgetSchema } from '../../contracts/uncertainty.ts'
import type { CycleAnalysis, StructureResult } from '../../contracts/analysis.ts'
import { structureBudget } from './budget.ts'
import { cumulativeDoses } from './cumulative.ts'
import { structureCurve } from './curves.ts'
import type { MeasuredTimePoint } from './curves.ts'
import { relativeVolumeUncertainty, structureMass } from './mass.ts'
import { pairResults } from './pairs.ts'

const HOURS = [4, 24, 72, 168]
const CALIBRATION = 0.04
const VOXEL_MM = 2

const measuredIn = (volumeMl: number, name: string): readonly MeasuredTimePoint[] =>
  HOURS.map((hours, i) => ({
    timePoint: {
      id: `t${i}`,
      index: i + 1,
      hoursAfterInjection: hours,
      emission: { seriesUid: '1.2', grid: { spacingMm: [4, 4, 4] } },
      ct: { grid: { spacingMm: [VOXEL_MM, VOXEL_MM, VOXEL_MM] } },
    },
    quantification: { factorToBqPerMl: 1, relativeUncertainty: CALIBRATION, words: '' },
    structures: new Map([
      [
        name,
        {
          name,
          kind: 'organ',
          volumeMl,
          fractionInsideImage: 1,
          meanBqPerMl: 1e6 * 2 ** (-hours / 60),
          edgeToMean: 0.6,
          densityGPerMl: 1.05,
          cutByFieldOfView: false,
          withoutLesions: [],
          problem: '',
        },
      ],
    ]),
  })) as unknown as MeasuredTimePoint[]

const CURVE: Protocol['recoveryCurve'] = {
  calibrationId: 'c1',
  content: {
    kind: 'recovery-curve',
    form: 'gear',
    parameters: [3, 1.1],
    covariance: [
      [0.04, -0.005],
      [-0.005, 0.004],
    ],
    volumeRangeMl: [1, 500],
  } as NonNullable<Protocol['recoveryCurve']>['content'],
}

function budgetOf(
  given: ProtocolInput,
  { name = 'KIDNEY', volumeMl = 100, cycleIndex = 1, calibrationDate = '2024-01-01' } = {},
) {
  const protocol: Protocol = {
    ...protocolSchema.parse({
      calibration: { sensitivityCpsPerMbq: 9, relativeUncertainty: CALIBRATION, date: calibrationDate },
      timeActivityModel: 'mono-exponential',
      ...given,
    }),
    ...(given.partialVolume?.method === 'recovery-curve' ? { recoveryCurve: CURVE } : {}),
  }
  const measured = measuredIn(volumeMl, name)
  const reference = measured[1] as MeasuredTimePoint
  const mass = structureMass({ name, volumeMl, densityGPerMl: 1.05, edgeToMean: 0.6 }, reference, protocol)
  const cycle = { index: cycleIndex } as Parameters<typeof structureCurve>[3]
  const curve = structureCurve(name, measured, volumeMl, cycle, protocol, mass.volumeStandardUncertaintyMl / volumeMl)
  const request = {
    label: name,
    timesS: curve.points.map(({ timeS }) => timeS),
    activityBq: curve.points.map(({ activityBq }) => activityBq),
    sigmaBq: curve.points.map(({ activityStandardUncertaintyBq }) => activityStandardUncertaintyBq),
    physicalHalfLifeS: 574_300,
    model: 'mono-exponential' as const,
  }
  const fit = fitTimeActivity(request)
  const budget = structureBudget({
    name,
    cycleIndex,
    protocol,
    measured,
    curve,
    mass,
    counted: mass,
    request,
    fit: { tiaBqS: fit.tiaBqS, tiaUncertaintyBqS: fit.tiaUncertaintyBqS, curve: fit },
  })
  return { budget, fit, curve, protocol }
}

describe('structureBudget', () => {
  it('is the dose uncertainty of the one-line formula with entered recovery, and fits its schema', () => {
    const { budget, fit } = budgetOf({
      recoveryCoefficients: [{ structure: 'KIDNEY', coefficient: 0.8, relativeUncertainty: 0.06 }],
    })
    const one = doseUncertainty({
      tiaFit: fit.tiaUncertaintyBqS / fit.tiaBqS,
      calibration: CALIBRATION,
      recovery: 0.06,
      volume: relativeVolumeUncertainty(100, VOXEL_MM),
      countsVolumeSlope: 0.6,
    })
    expect(uncertaintyBudgetSchema.parse(budget).doseRelative).toBeCloseTo(one.relative, 10)
    expect(budget.dosePerActivityRelative).toBeCloseTo(Math.hypot(one.relative, 0.03), 10)
    expect(budget.terms.map(({ id }) => id)).toEqual(['recovery', 'calibration', 'volume', 'points'])
  })

  it('by a recovery curve shares its parameters between structures by their gradients', () => {
    const given: ProtocolInput = { partialVolume: { method: 'recovery-curve' } }
    const small = budgetOf(given, { name: 'LESION', volumeMl: 4 }).budget
    const large = budgetOf(given, { volumeMl: 150 }).budget
    const { content } = CURVE
    const of = (volumeMl: number): number => {
      const { curveStandardUncertainty, coefficient } = recoveryAt(content, volumeMl)
      return curveStandardUncertainty / coefficient
    }
    const recovery = (budget: typeof small) => budget.terms.find(({ id }) => id === 'recovery')?.doseRelative ?? 0
    expect(recovery(small)).toBeCloseTo(of(4), 10)
    expect(recovery(large)).toBeCloseTo(of(150), 10)
    const shared = budgetCovariance(small, large) - CALIBRATION ** 2
    expect(Math.abs(shared)).toBeLessThanOrEqual(of(4) * of(150) * (1 + 1e-9))
    expect(shared).not.toBe(0)
  })

  it('tells a displacement apart and adds it to the points', () => {
    const without = budgetOf({}, { volumeMl: 5 }).budget
    const { budget, curve } = budgetOf(
      { uncertainty: { registrationMm: 3 }, partialVolume: { fwhmMm: [10, 10, 10] } },
      { volumeMl: 5 },
    )
    expect(curve.registrationRelative).toBeGreaterThan(0.03)
    const registration = budget.terms.find(({ id }) => id === 'registration')
    const points = (of: typeof budget) => of.terms.find(({ id }) => id === 'points')?.doseRelative ?? 0
    expect((registration?.doseRelative ?? 0) / points(budget)).toBeCloseTo(curve.registrationRelative / 0.03, 6)
    expect(points(budget)).toBeCloseTo(points(without), 6)
  })

  it('counts resolution of the outline, density and energy where the protocol knows of them', () => {
    const { budget } = budgetOf({
      uncertainty: { outlineFwhmMm: 8, densityRelative: 0.02, energyPerDecayRelative: 0.01 },
    })
    const of = (id: string) => budget.terms.find((term) => term.id === id)?.doseRelative
    expect(of('volume')).toBeCloseTo(0.4 * relativeVolumeUncertainty(100, VOXEL_MM, 8), 10)
    expect(of('density')).toBeCloseTo(0.02, 12)
    expect(of('energy-per-decay')).toBeCloseTo(0.01, 12)
  })
})

describe('pairResults with budgets', () => {
  it('takes the calibration of both sides as one error, their outlines and points as independent', () => {
    const sideOf = (name: string) => {
      const { budget } = budgetOf({}, { name })
      const dose = { value: 4, standardUncertainty: 4 * budget.doseRelative }
      const structure = {
        name,
        volumeMl: 100,
        massKg: { value: 0.105, standardUncertainty: 0.002 },
        points: [],
        fit: { tiaBqS: { value: 1e12, standardUncertainty: 1e12 * budget.tiaRelative } },
        doses: [{ doseGy: dose }],
        uncertainty: budget,
      }
      return { budget, structure: structure as unknown as StructureResult }
    }
    const [left, right] = [sideOf('KIDNEY_L'), sideOf('KIDNEY_R')]
    const administered = { value: 7.4e9, standardUncertainty: 0 }
    const [pair] = pairResults([left.structure, right.structure], administered)
    const { doseRelative } = left.budget
    const own = doseRelative ** 2 - CALIBRATION ** 2
    expect(pair?.doseGy?.standardUncertainty).toBeCloseTo(4 * Math.sqrt(CALIBRATION ** 2 + own / 2), 10)
    const again = uncertaintyOfSum([{ value: 4, loadings: pair?.loadings ?? [] }])
    expect(again).toBeCloseTo(pair?.doseGy?.standardUncertainty ?? NaN, 10)
  })
})

describe('cumulativeDoses with budgets', () => {
  const cycleOf = (index: number, calibrationDate = '2024-01-01') => {
    const { budget } = budgetOf({}, { cycleIndex: index, calibrationDate })
    const structures = [
      {
        name: 'KIDNEY',
        doses: [{ doseGy: { value: 5, standardUncertainty: 5 * budget.doseRelative } }],
        uncertainty: budget,
      },
    ]
    return { budget, cycle: { structures } as unknown as CycleAnalysis }
  }

  it('adds what cycles share linearly and their points in quadrature', () => {
    const [one, two] = [cycleOf(1), cycleOf(2)]
    const [sum] = cumulativeDoses([one.cycle, two.cycle])
    const { systematicRelative, randomRelative } = one.budget
    expect(sum?.doseGy.standardUncertainty).toBeCloseTo(
      Math.hypot(10 * systematicRelative, 5 * randomRelative * Math.SQRT2),
      8,
    )
  })

  it('takes another calibration as independent', () => {
    const [one, two] = [cycleOf(1), cycleOf(2, '2024-06-01')]
    expect(budgetCovariance(one.budget, two.budget)).toBeCloseTo(
      (one.budget.terms.find(({ id }) => id === 'volume')?.doseRelative ?? 0) ** 2,
      12,
    )
  })
})
