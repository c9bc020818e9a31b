import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { clusterDecays } from './cluster/activity.ts'
import type { ClusterActivity } from './cluster/activity.ts'
import { clusterDose, clusterSValues } from './cluster/clusterDose.ts'
import { spheroidPositionsUm } from './cluster/lattice.ts'
import { clusterSurvival, doseHistogram, doseSummary } from './cluster/statistics.ts'
import { cellSource, cellSValue } from './sValue.ts'
import { tableRangeModel } from './stopping.ts'
import { flatModel, NOTHING, testRandom } from './testTools.ts'
import type { CellGeometry } from './types.ts'

const cell: CellGeometry = { cellRadiusUm: 5, nucleusRadiusUm: 4, densityGPerMl: 1 }
/** Something like an alpha's: the shape matters, not the numbers. */
const alphaModel = tableRangeModel([0.1, 0.7, 3, 10], [1100, 2260, 1250, 530])
const stopping = { electron: flatModel(2e-4), alpha: alphaModel, electronModel: 'csda-icru37', sources: [] } as const
const source = cellSource(
  { ...NOTHING, alphas: [{ energyMev: 6, yield: 1 }], electrons: [{ energyMev: 0.1, yield: 1 }] },
  cell,
  stopping,
)

describe('spheroidPositionsUm', () => {
  it.each([
    ['cubic', 0, 1],
    ['cubic', 1, 7],
    ['cubic', Math.SQRT2, 19],
    ['cubic', Math.sqrt(3), 27],
    ['close-packed', 0, 1],
    ['close-packed', 1, 13],
    ['close-packed', Math.SQRT2, 19],
    ['close-packed', Math.sqrt(3), 43],
  ] as const)('%s, radius of %f neighbours: %i cells (coordination shells)', (kind, radius, cells) => {
    expect(spheroidPositionsUm({ kind, spacingUm: 10, radiusUm: 10 * radius }).length / 3).toBe(cells)
  })

  it('fills 0.7405 of space when touching cells are closest packed, π/6 when cubic', () => {
    for (const [kind, density] of [
      ['close-packed', Math.PI / Math.sqrt(18)],
      ['cubic', Math.PI / 6],
    ] as const) {
      const n = spheroidPositionsUm({ kind, spacingUm: 2, radiusUm: 40 }).length / 3
      // Cells on the rim come and go: 2 % at 20 layers.
      expect(Math.abs(n / 40 ** 3 / density - 1)).toBeLessThan(0.02)
    }
  })

  it('refuses what has too many cells', () => {
    expect(() => spheroidPositionsUm({ kind: 'cubic', spacingUm: 1, radiusUm: 1e5 })).toThrow(/more than/)
    expect(() => spheroidPositionsUm({ kind: 'cubic', spacingUm: 0, radiusUm: 1 })).toThrow(InputError)
  })
})

describe('clusterDecays', () => {
  const positions = spheroidPositionsUm({ kind: 'cubic', spacingUm: 10, radiusUm: 80 })
  const n = positions.length / 3
  const base: ClusterActivity = {
    meanDecaysPerCell: 10,
    distribution: { kind: 'uniform' },
    labelledFraction: 1,
    radialProfile: null,
    seed: 3,
  }
  const stats = (a: Partial<ClusterActivity>) => doseSummary(clusterDecays({ ...base, ...a }, positions))

  it('labels the share exactly and keeps the mean', () => {
    const decays = clusterDecays({ ...base, labelledFraction: 0.1 }, positions)
    expect(decays.filter((v) => v > 0)).toHaveLength(Math.round(0.1 * n))
    expect(doseSummary(decays).meanGy).toBeCloseTo(10, 10)
  })

  it('log-normal and normal have the mean and the spread they say, within 5 standard errors', () => {
    const logNormal = stats({ distribution: { kind: 'log-normal', sigma: 0.5 } })
    const cv = Math.sqrt(Math.expm1(0.25))
    expect(Math.abs(logNormal.meanGy / 10 - 1)).toBeLessThan((5 * cv) / Math.sqrt(n))
    expect(Math.abs(logNormal.sdGy / (10 * cv) - 1)).toBeLessThan(0.25)
    const normal = stats({ distribution: { kind: 'normal', relativeSd: 0.2 } })
    expect(Math.abs(normal.meanGy / 10 - 1)).toBeLessThan(1 / Math.sqrt(n))
    expect(Math.abs(normal.sdGy / 2 - 1)).toBeLessThan(5 / Math.sqrt(2 * n))
    expect(stats({ distribution: { kind: 'normal', relativeSd: 1 } }).minGy).toBeGreaterThanOrEqual(0)
  })

  it('the same seed gives the same cells, another one others', () => {
    const with_ = (seed: number) =>
      clusterDecays({ ...base, seed, labelledFraction: 0.5, distribution: { kind: 'log-normal', sigma: 1 } }, positions)
    expect(with_(7)).toEqual(with_(7))
    expect(with_(7)).not.toEqual(with_(8))
  })

  it('a radial profile keeps the sum and gives the middle its weight', () => {
    const decays = clusterDecays(
      {
        ...base,
        radialProfile: [
          { relativeRadius: 0, weight: 0 },
          { relativeRadius: 1, weight: 2 },
        ],
      },
      positions,
    )
    expect(doseSummary(decays).meanGy).toBeCloseTo(10, 10)
    expect(decays[0]).toBe(0)
    expect(decays.at(-1)! / decays[1]!).toBeCloseTo(Math.hypot(...positions.slice(-3)) / 10, 10)
  })

  it.each([
    [{ labelledFraction: 0 }, /share of cells is 0/],
    [{ meanDecaysPerCell: NaN }, /NaN/],
    [{ distribution: { kind: 'log-normal', sigma: -1 } as const }, /sigma is -1/],
    [{ radialProfile: [{ relativeRadius: 1, weight: -1 }] }, /radial profile/],
  ])('refuses %j', (wrong, message) => {
    expect(() => clusterDecays({ ...base, ...wrong }, positions)).toThrow(message)
  })
})

describe('clusterSValues', () => {
  const s = clusterSValues(source, { N: 0.25, CS: 0.75 }, 'N', 300)
  it('agrees with direct S values to 0.3 % of the largest at the distance and exactly in the cell', () => {
    const direct = (d: number | null): number =>
      0.25 * cellSValue(source, 'N', 'N', d).sGyPerBqS + 0.75 * cellSValue(source, 'N', 'CS', d).sGyPerBqS
    expect(s.selfGyPerBqS).toBe(direct(null))
    for (const d of [10, 10.37, 13.1, 21.9, 33.3, 44, 50.5, 61, 90, 143.3, 299])
      expect(Math.abs(s.crossGyPerBqS(d) / direct(d) - 1), `${d} µm`).toBeLessThan(3e-3)
    expect(s.crossGyPerBqS(s.reachUm)).toBe(0)
  })
  it('refuses shares that are not of 1', () => {
    expect(() => clusterSValues(source, { N: 0.5 }, 'N', 100)).toThrow(/add up to 0.5/)
  })
})

describe('clusterDose', () => {
  const s = clusterSValues(
    cellSource({ ...NOTHING, alphas: [{ energyMev: 6, yield: 1 }] }, cell, stopping),
    { CS: 1 },
    'N',
    2000,
  )

  it('is the plain double sum, also where only near boxes are looked at', () => {
    const random = testRandom(5)
    const positions: number[] = []
    while (positions.length < 3 * 60) {
      const p = [random() * 900, random() * 300, random() * 300]
      const free = Array.from({ length: positions.length / 3 }, (_, k) =>
        Math.hypot(...[0, 1, 2].map((a) => positions[3 * k + a]! - p[a]!)),
      ).every((d) => d >= 10)
      if (free) positions.push(...p)
    }
    const decays = Float64Array.from({ length: 60 }, () => (random() < 0.3 ? 0 : random()))
    const { selfGy, crossGy } = clusterDose(Float64Array.from(positions), decays, s)
    decays.forEach((own, i) => {
      let expected = 0
      decays.forEach((other, j) => {
        if (i === j) return
        const d = Math.hypot(...[0, 1, 2].map((a) => positions[3 * i + a]! - positions[3 * j + a]!))
        expected += other * s.crossGyPerBqS(d)
      })
      expect(crossGy[i]).toBeCloseTo(expected, 14)
      expect(selfGy[i]).toBe(own * s.selfGyPerBqS)
    })
  })

  it('is linear in the decays', () => {
    const positions = spheroidPositionsUm({ kind: 'close-packed', spacingUm: 10, radiusUm: 20 })
    const n = positions.length / 3
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: n, maxLength: n }), (list) => {
        const once = clusterDose(positions, Float64Array.from(list), s)
        const twice = clusterDose(
          positions,
          Float64Array.from(list, (v) => 2 * v),
          s,
        )
        once.crossGy.forEach((v, i) => expect(twice.crossGy[i]).toBe(2 * v))
      }),
      { numRuns: 20 },
    )
  })

  it('refuses cells that overlap and lists that do not fit', () => {
    expect(() => clusterDose(Float64Array.of(0, 0, 0, 9, 0, 0), Float64Array.of(1, 1), s)).toThrow(/overlap/)
    expect(() => clusterDose(Float64Array.of(0, 0, 0), Float64Array.of(1, 1), s)).toThrow(InputError)
    expect(() => clusterDose(Float64Array.of(0, 0, 0), Float64Array.of(-1), s)).toThrow(/-1 decays/)
  })
})

it('summary, histogram and survival of doses that are known', () => {
  const doses = Float64Array.of(0, 1, 2, 3, 4)
  expect(doseSummary(doses)).toEqual({ meanGy: 2, sdGy: Math.SQRT2, minGy: 0, medianGy: 2, maxGy: 4 })
  expect(doseHistogram(doses, 2)).toEqual({ edgesGy: [0, 2, 4], cells: [2, 3] })
  expect(doseHistogram(Float64Array.of(0), 1).cells).toEqual([1])
  const p = { alphaSelf: 1, betaSelf: 0.5, alphaCross: 0.1, betaCross: 0 }
  expect(clusterSurvival(Float64Array.of(0, 1), Float64Array.of(0, 2), p)).toBeCloseTo((1 + Math.exp(-1.7)) / 2, 14)
  expect(() => clusterSurvival(doses, doses, { ...p, betaCross: -1 })).toThrow(InputError)
})
