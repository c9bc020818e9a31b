import { describe, expect, it } from 'vitest'
import type { Vec3 } from '../types.ts'
import {
  NEMA_SPHERES,
  findNemaSpheres,
  nemaQuality,
  psfFromSpheres,
  sphereCoefficients,
  sphereRecovery,
} from './index.ts'
import type { FoundSpheres } from './index.ts'
import { FWHM_PER_SIGMA } from '../../statistics/index.ts'
import { cubicGrid, sphereImage } from './testPhantom.ts'

const grid = cubicGrid([80, 64, 24], 4, [-158, -126, -46])
const middle: Vec3 = [4, -6, 3]

function spheresAt(turnDegrees: number, sense: 1 | -1) {
  return NEMA_SPHERES.diametersMm.map((innerDiameterMm, n) => {
    const angle = ((turnDegrees + sense * n * 60) * Math.PI) / 180
    return {
      innerDiameterMm,
      centreMm: [middle[0] + 57.2 * Math.cos(angle), middle[1] + 57.2 * Math.sin(angle), middle[2]] as Vec3,
    }
  })
}
function imageOf(spheres: ReturnType<typeof spheresAt>, value: number, background: number): Float64Array {
  return sphereImage(
    grid,
    spheres.map(({ centreMm, innerDiameterMm }) => ({ centreMm, radiusMm: innerDiameterMm / 2, value })),
    10,
    background,
  )
}

describe('the NEMA spheres', () => {
  it.each([
    [0, 1, 8, 1],
    [77, -1, 4, 1],
    [200, 1, 10, 0],
    [130, -1, 0, 1],
  ] as const)(
    'are found at a turn of %i° in sense %i (spheres %f, background %f)',
    (turn, sense, value, background) => {
      const spheres = spheresAt(turn, sense)
      const found = findNemaSpheres(grid, imageOf(spheres, value, background), value > background ? 'hot' : 'cold')
      expect(found.sense).toBe(sense)
      found.spheres.forEach(({ centreMm, innerDiameterMm }, n) => {
        expect(innerDiameterMm).toBe(spheres[n]!.innerDiameterMm)
        expect(Math.hypot(...centreMm.map((x, axis) => x - spheres[n]!.centreMm[axis]!))).toBeLessThan(0.5)
      })
    },
  )

  it('are not found where there are none', () => {
    expect(() =>
      findNemaSpheres(
        grid,
        imageOf([], 1, 1).map((v, n) => v + (n % 7)),
      ),
    ).toThrow(/stand out/)
    expect(() => findNemaSpheres(grid, new Float64Array(3))).toThrow(/belong together/)
  })

  it('have the recovery of the closed form, with and without background, hot and cold', () => {
    const spheres = spheresAt(20, 1)
    for (const [value, background] of [
      [8, 0],
      [8, 2],
      [0, 5],
    ] as const) {
      const found = sphereCoefficients(
        { grid, values: imageOf(spheres, value, background), countsPerUnit: null },
        spheres,
        { concentration: value, background, volumeRelativeUncertainty: 0.01 },
      )
      found
        .slice(0, 4)
        .forEach(({ coefficient, innerDiameterMm }) =>
          expect(Math.abs(coefficient - sphereRecovery(innerDiameterMm, 10).coefficient)).toBeLessThan(0.03),
        )
    }
    const image = { grid, values: imageOf(spheres, 8, 0), countsPerUnit: 50 }
    expect(() =>
      sphereCoefficients(image, spheres, { concentration: 2, background: 2, volumeRelativeUncertainty: 0 }),
    ).toThrow(/no contrast/)
    const [largest] = sphereCoefficients(image, spheres, {
      concentration: 8,
      background: 0,
      volumeRelativeUncertainty: 0.01,
    })
    expect(largest!.standardUncertainty).toBeCloseTo(
      largest!.coefficient * Math.hypot(0.01, 1 / Math.sqrt(largest!.counts!)),
      10,
    )
  })
})

describe('image quality after NEMA NU 2', () => {
  const spheres = spheresAt(90, 1)
  const inPhantom = (n: number): boolean =>
    ((n % 80) * 4 - 158 - 4) ** 2 / 148 ** 2 + (((Math.floor(n / 80) % 64) * 4 - 126 + 6) / 115) ** 2 < 1
  const phantom = (value: number): Float64Array => imageOf(spheres, value, 2).map((v, n) => (inPhantom(n) ? v : 0))
  const found = (values: Float64Array, contrast: 'hot' | 'cold'): FoundSpheres =>
    findNemaSpheres(grid, values, contrast)

  it('is near one for large spheres, falls with their size, and has no variability without noise', () => {
    const values = phantom(8)
    const { spheres: quality, backgroundRegions, lungResidual } = nemaQuality(grid, values, found(values, 'hot'), 4)
    quality.forEach(
      ({ contrastRecovery }, n) => n > 0 && expect(contrastRecovery).toBeLessThan(quality[n - 1]!.contrastRecovery),
    )
    expect(quality[0]!.contrastRecovery).toBeGreaterThan(0.75)
    expect(quality[0]!.contrastRecovery).toBeLessThan(1)
    expect(backgroundRegions).toBe(60)
    quality.forEach(({ backgroundVariability }) => expect(backgroundVariability).toBeLessThan(0.01))
    expect(lungResidual).toBeNull()
  })

  it('finds a lung residual, and refuses a phantom without background', () => {
    const values = phantom(8).map((v, n) => {
      const r = Math.hypot((n % 80) * 4 - 158 - 4, (Math.floor(n / 80) % 64) * 4 - 126 + 6)
      return r < 25 ? 0.2 : v
    })
    expect(nemaQuality(grid, values, found(values, 'hot'), 4, { lungInsert: true }).lungResidual).toBeCloseTo(0.1, 2)
    const cold = imageOf(spheres, 8, 0)
    expect(() => nemaQuality(grid, cold, found(cold, 'hot'), 4)).toThrow(/background/)
    expect(() => nemaQuality(grid, values, found(values, 'hot'), 1)).toThrow(/no contrast/)
  })
})

describe('width of the point spread function', () => {
  it('is found from spheres, of both directions', () => {
    const spheres = spheresAt(45, 1).slice(0, 3)
    const { fwhmMm, relativeUncertainty, residual } = psfFromSpheres(grid, imageOf(spheres, 8, 1), spheres)
    // The test image holds points, an image of a camera means over voxels: what is found has the variance of a voxel less.
    const width = Math.sqrt(10 ** 2 - (FWHM_PER_SIGMA ** 2 * 4 ** 2) / 12)
    fwhmMm.forEach((found) => expect(Math.abs(found - width)).toBeLessThan(0.25))
    expect(relativeUncertainty).toBeLessThan(0.02)
    expect(residual).toBeLessThan(0.02)
    expect(() => psfFromSpheres(grid, imageOf(spheres, 8, 1), [])).toThrow(/no sphere/)
  })
})
