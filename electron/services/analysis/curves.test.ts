import { describe, expect, it } from 'vitest'
import { protocolSchema } from '../../contracts/protocol.ts'
import type { CycleDraft } from '../course/index.ts'
import { structureCurve } from './curves.ts'
import type { MeasuredTimePoint } from './curves.ts'
import { cumulativeDoses } from './cumulative.ts'
import { relativeVolumeUncertainty } from './mass.ts'

const cycle = { index: 1 } as CycleDraft

function measured(index: number, meanBqPerMl: number, volumeMl: number, cutByFieldOfView = false): MeasuredTimePoint {
  const structure = {
    name: 'KIDNEY',
    kind: 'organ' as const,
    volumeMl,
    fractionInsideImage: 1,
    meanBqPerMl,
    sdBqPerMl: 0,
    edgeToMean: 0,
    densityGPerMl: 1.05,
    cutByFieldOfView,
    withoutLesions: [],
    problem: '',
  }
  return {
    timePoint: { id: `t${index}`, index, hoursAfterInjection: 24 * index } as MeasuredTimePoint['timePoint'],
    quantification: { factorToBqPerMl: 1, relativeUncertainty: 0, words: '' },
    structures: new Map([['KIDNEY', structure]]),
  }
}

describe('structureCurve', () => {
  it('is concentration times the volume of the time point', () => {
    const { points } = structureCurve(
      'KIDNEY',
      [measured(1, 100, 150), measured(2, 50, 160)],
      150,
      cycle,
      protocolSchema.parse({}),
    )
    expect(points.map((point) => point.activityBq)).toEqual([15000, 8000])
    expect(points.map((point) => point.timeS)).toEqual([86400, 172800])
  })

  it('divides by the recovery coefficient of each time point', () => {
    const protocol = protocolSchema.parse({ recoveryCoefficients: [{ structure: 'kidney', coefficient: [0.8, 0.5] }] })
    const { points, recoveryRelativeUncertainty } = structureCurve(
      'KIDNEY',
      [measured(1, 80, 100), measured(2, 50, 100)],
      100,
      cycle,
      protocol,
    )
    expect(points.map((point) => point.concentrationBqPerMl)).toEqual([100, 100])
    expect(points.map((point) => point.imageConcentrationBqPerMl)).toEqual([80, 50])
    expect(recoveryRelativeUncertainty).toBe(0.05)
  })

  it('takes what is said of this cycle before what is said of all', () => {
    const protocol = protocolSchema.parse({
      recoveryCoefficients: [
        { structure: 'KIDNEY', coefficient: 0.5 },
        { structure: 'KIDNEY', coefficient: 0.8, cycle: 1 },
        { structure: 'KIDNEY', coefficient: 0.2, cycle: 2 },
      ],
    })
    const { points } = structureCurve('KIDNEY', [measured(1, 80, 100)], 100, cycle, protocol)
    expect(points.map((point) => point.concentrationBqPerMl)).toEqual([100])
  })

  it('uses one volume for all where a scan shows only a part', () => {
    const { points, notes } = structureCurve(
      'KIDNEY',
      [measured(1, 100, 90, true), measured(2, 50, 120)],
      120,
      cycle,
      protocolSchema.parse({}),
    )
    expect(points.map((point) => point.activityBq)).toEqual([12000, 6000])
    expect(notes).toHaveLength(1)
  })

  it('leaves out a point without activity, and says why', () => {
    const { points } = structureCurve(
      'KIDNEY',
      [measured(1, 0, 90), measured(2, 50, 90)],
      90,
      cycle,
      protocolSchema.parse({}),
    )
    expect(points.map((point) => point.used)).toEqual([false, true])
    expect(points[0]?.note).toMatch(/not positive/)
  })
})

describe('relativeVolumeUncertainty', () => {
  it('falls with the size: doubling the diameter halves it', () => {
    expect(relativeVolumeUncertainty(80, 3)).toBeCloseTo(relativeVolumeUncertainty(10, 3) / 2, 12)
  })
})

describe('cumulativeDoses', () => {
  it('adds doses and, as an upper bound, their uncertainties', () => {
    const dose = (value: number) =>
      ({ structures: [{ name: 'KIDNEY', doses: [{ doseGy: { value, standardUncertainty: value / 10 } }] }] }) as never
    expect(cumulativeDoses([dose(4), dose(3)])).toEqual([
      { structure: 'KIDNEY', doseGy: { value: 7, standardUncertainty: expect.closeTo(0.7, 12) }, cycles: 2 },
    ])
  })
})
