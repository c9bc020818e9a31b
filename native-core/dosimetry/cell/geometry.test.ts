import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import {
  checkCellGeometry,
  crossReduction,
  reductionBreaksUm,
  regionMassKg,
  regionVolumeUm3,
  selfReduction,
} from './geometry.ts'
import { direction, integrate, isIn, pointOf, testRandom } from './testTools.ts'
import { CELL_REGIONS } from './types.ts'
import type { CellGeometry, CellTarget } from './types.ts'

const TARGETS = ['N', 'Cy', 'C'] as const
const PAIRS = TARGETS.flatMap((target) => CELL_REGIONS.map((source) => ({ target, source })))

/** Cells with a cytoplasm of a hundredth of the radius or more: thinner ones lose digits in its volume. */
const geometry = fc
  .record({
    cellRadiusUm: fc.double({ min: 0.5, max: 50, noNaN: true }),
    share: fc.double({ min: 0.05, max: 0.99, noNaN: true }),
  })
  .map(({ cellRadiusUm, share }): CellGeometry => ({
    cellRadiusUm,
    nucleusRadiusUm: cellRadiusUm * share,
    densityGPerMl: 1,
  }))
const separation = fc.double({ min: 2, max: 40, noNaN: true })

describe.each(PAIRS)('ψ of $target ← $source', ({ target, source }) => {
  it('integrates over all space to the volume of the target, in the same cell', () => {
    fc.assert(
      fc.property(geometry, (g) => {
        const psi = selfReduction(target, source, g)
        const breaks = [0, ...reductionBreaksUm(target, source, g)]
        const volume = integrate((x) => 4 * Math.PI * x * x * psi(x), [...new Set(breaks)])
        expect(volume / regionVolumeUm3(target, g)).toBeCloseTo(1, 8)
      }),
      { numRuns: 40 },
    )
  })

  it('integrates over all space to the volume of the target, in another cell', () => {
    fc.assert(
      fc.property(geometry, separation, (g, radii) => {
        const d = radii * g.cellRadiusUm
        const psi = crossReduction(target, source, g, d)
        const breaks = reductionBreaksUm(target, source, g, d)
        expect(psi(breaks[0]! * (1 - 1e-9))).toBeLessThan(1e-12)
        expect(psi(breaks.at(-1)! * (1 + 1e-9))).toBeLessThan(1e-12)
        const volume = integrate((x) => 4 * Math.PI * x * x * psi(x), breaks)
        expect(volume / regionVolumeUm3(target, g)).toBeCloseTo(1, 8)
      }),
      { numRuns: 40 },
    )
  })

  it('agrees with points drawn at random, within 4.5 standard errors', () => {
    const g: CellGeometry = { cellRadiusUm: 6, nucleusRadiusUm: 4, densityGPerMl: 1 }
    const random = testRandom(17)
    const count = 6000
    for (const d of [0, 12, 19]) {
      const psi = d > 0 ? crossReduction(target, source, g, d) : selfReduction(target, source, g)
      for (const x of d > 0 ? [d - 7, d - 2, d, d + 5] : [0.5, 3, 6, 9]) {
        let inside = 0
        for (let k = 0; k < count; k++) {
          const [p, u] = [pointOf(source, g, random), direction(random)]
          if (isIn(target, g, [p[0] + x * u[0] - d, p[1] + x * u[1], p[2] + x * u[2]])) inside++
        }
        const share = psi(x)
        const error = 4.5 * Math.sqrt(Math.max(share * (1 - share), 1 / count) / count)
        expect(Math.abs(inside / count - share), `distance ${d}, x ${x}`).toBeLessThan(error)
      }
    }
  })
})

it('is reciprocal: V_s·ψ(t ← s) = V_t·ψ(s ← t), in one cell and between two', () => {
  const pair = fc.constantFrom<readonly [CellTarget, CellTarget]>(['N', 'Cy'], ['N', 'C'], ['Cy', 'C'])
  fc.assert(
    fc.property(geometry, pair, fc.double({ min: 0, max: 3, noNaN: true }), separation, (g, [a, b], x, radii) => {
      const [va, vb, d] = [regionVolumeUm3(a, g), regionVolumeUm3(b, g), radii * g.cellRadiusUm]
      const at = x * g.cellRadiusUm
      const self = [vb * selfReduction(a, b, g)(at), va * selfReduction(b, a, g)(at)] as const
      const cross = [vb * crossReduction(a, b, g, d)(at), va * crossReduction(b, a, g, d)(at)] as const
      for (const [there, back] of [self, cross]) expect(Math.abs(there - back)).toBeLessThan(1e-9 * Math.max(va, vb))
    }),
  )
})

it('falls near a convex source with its surface: 1 − ψ = S·x/(4V) = 3x/(4R) (Cauchy)', () => {
  const g: CellGeometry = { cellRadiusUm: 5, nucleusRadiusUm: 3, densityGPerMl: 1 }
  const x = 1e-4
  expect((1 - selfReduction('N', 'N', g)(x)) / ((3 * x) / (4 * 3))).toBeCloseTo(1, 6)
  expect(selfReduction('C', 'CS', g)(0)).toBe(0.5)
  expect(selfReduction('C', 'CS', g)(x)).toBeCloseTo(0.5 - x / 20, 12)
  expect(selfReduction('N', 'CS', g)(0)).toBe(0)
})

it('masses: 1 µm³ of water is 1e-15 kg', () => {
  const g: CellGeometry = { cellRadiusUm: 5, nucleusRadiusUm: 4, densityGPerMl: 1.05 }
  expect(regionMassKg('C', g) / (1.05e-15 * (4 / 3) * Math.PI * 125)).toBeCloseTo(1, 14)
  expect(regionMassKg('N', g) + regionMassKg('Cy', g)).toBeCloseTo(regionMassKg('C', g), 24)
})

it.each([
  [{ cellRadiusUm: 0, nucleusRadiusUm: 1, densityGPerMl: 1 }, /radius of the cell is 0/],
  [{ cellRadiusUm: 5, nucleusRadiusUm: 6, densityGPerMl: 1 }, /6 µm in a cell of 5/],
  [{ cellRadiusUm: 5, nucleusRadiusUm: NaN, densityGPerMl: 1 }, /NaN/],
  [{ cellRadiusUm: 5, nucleusRadiusUm: 4, densityGPerMl: 0 }, /density is 0/],
  [{ cellRadiusUm: 5, nucleusRadiusUm: 5, densityGPerMl: 1 }, /no cytoplasm/],
])('refuses %j', (g, message) => {
  expect(() => checkCellGeometry(g, ['Cy'])).toThrow(InputError)
  expect(() => checkCellGeometry(g, ['Cy'])).toThrow(message)
})
