/** From counts to activity against independently computed and published numbers. */
import { FWHM_PER_SIGMA } from '../../native-core/statistics/index.ts'
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { maskStatistics, maskVolumeMl, wholeFractions } from '../../native-core/imaging/index.ts'
import {
  NEMA_SPHERES,
  ballMask,
  evaluateRecovery,
  fitRecovery,
  gaussianBlur,
  geometricTransferMatrix,
  recoveryAt,
  sphereRecovery,
  sphereVolumeOfDiameterMl,
  trueRate,
} from '../../native-core/imaging/quantification/index.ts'
import { cubicGrid } from '../../native-core/imaging/quantification/testPhantom.ts'

/** SciPy 1.17: quad of the profile of a blurred sphere, itself by quad over its shells. Diameter, FWHM, mean recovery. */
const QUADRATURE = [
  [10, 10, 0.21529264155272967],
  [13, 10, 0.32850724163055656],
  [17, 10, 0.45179959990114293],
  [22, 10, 0.5609125764216967],
  [28, 10, 0.6481014947392183],
  [37, 10, 0.7300979392586019],
  [22, 6, 0.7277332163342404],
  [37, 15, 0.6041942914023795],
] as const

describe('recovery of spheres', () => {
  it.each(QUADRATURE)(
    'sphere of %i mm, FWHM %i mm: %f by quadrature with SciPy, within 1e-9',
    (diameter, fwhm, expected) => {
      expect(Math.abs(sphereRecovery(diameter, fwhm).coefficient / expected - 1)).toBeLessThan(1e-9)
    },
  )

  it.each(QUADRATURE.slice(3))(
    'voxels of 2 mm: sphere of %i mm, FWHM %i mm, blurred and measured by mask, as quadrature with SciPy and the width of the voxels, within 0.2 %%',
    (diameter, fwhm) => {
      // Parts of voxels in object and region widen the point spread function by Δ²/12 each.
      const width = Math.sqrt(fwhm ** 2 + (FWHM_PER_SIGMA ** 2 * 2 ** 2) / 6)
      const grid = cubicGrid([44, 44, 44], 2)
      const mask = ballMask(grid, [43.2, 42.5, 43.9], diameter / 2)
      const blurred = gaussianBlur(wholeFractions(mask), grid.dimensions, grid.spacingMm, [fwhm, fwhm, fwhm])
      expect(
        Math.abs(maskStatistics(mask, blurred).mean / sphereRecovery(diameter, width).coefficient - 1),
      ).toBeLessThan(0.002)
      const gtm = geometricTransferMatrix(grid, [{ name: 'S', mask }], { fwhmMm: [fwhm, fwhm, fwhm] })
      expect(Math.abs(gtm.matrix[0]![0]! / sphereRecovery(diameter, width).coefficient - 1)).toBeLessThan(0.002)
    },
  )
})

describe('the NEMA IEC body phantom (NEMA NU 2: inner diameters 10 to 37 mm)', () => {
  it.each([
    [37, 26.52],
    [28, 11.49],
    [22, 5.58],
    [17, 2.57],
    [13, 1.15],
    [10, 0.52],
  ])('sphere of %i mm has %f mL, within 0.01 mL; on voxels of 2 mm within 0.5 %%', (diameter, volumeMl) => {
    expect(NEMA_SPHERES.diametersMm).toContain(diameter)
    expect(Math.abs(sphereVolumeOfDiameterMl(diameter) - volumeMl)).toBeLessThan(0.01)
    const mask = ballMask(cubicGrid([30, 30, 30], 2), [29.3, 28.8, 30.1], diameter / 2)
    expect(Math.abs(maskVolumeMl(mask) / sphereVolumeOfDiameterMl(diameter) - 1)).toBeLessThan(0.005)
  })
})

describe('fit of recovery curves, weighted, against curve_fit of SciPy 1.17 (absolute_sigma)', () => {
  const spheres = [0.27, 0.39, 0.52, 0.66, 0.76, 0.84].map((coefficient, n) => ({
    volumeMl: sphereVolumeOfDiameterMl([10, 13, 17, 22, 28, 37][n]!),
    coefficient,
    standardUncertainty: [0.03, 0.03, 0.025, 0.02, 0.02, 0.015][n]!,
  }))

  it('1 − 1/(1 + (v/β)^γ): β 2.20830 mL, γ 0.683150, χ² 0.363761, covariance; within 1e-5', () => {
    const { parameters, covariance, chiSquare } = fitRecovery(spheres, 'gear')
    expect(parameters[0]! / 2.20829785).toBeCloseTo(1, 5)
    expect(parameters[1]! / 0.68314972).toBeCloseTo(1, 5)
    expect(chiSquare / 0.3637611297442167).toBeCloseTo(1, 5)
    const expected = [0.02930183, 0.00350336, 0.00350336, 0.00149232]
    covariance.flat().forEach((value, n) => expect(value / expected[n]!).toBeCloseTo(1, 4))
  })

  it('v/(v + β): β 2.71311 mL, χ² 50.7254, variance 0.0193073 times χ²/ν; within 1e-5', () => {
    const { parameters, covariance, chiSquare } = fitRecovery(spheres, 'hyperbolic')
    expect(parameters[0]! / 2.71310773).toBeCloseTo(1, 5)
    expect(chiSquare / 50.72536922396429).toBeCloseTo(1, 5)
    expect(covariance[0]![0]! / (0.01930732 * (50.72536922396429 / 5))).toBeCloseTo(1, 4)
  })

  it('u(R) at 8 mL by gᵀVg (Gear et al. 2018), against 4000 draws of the parameters, within 5 %', () => {
    const curve = fitRecovery(spheres, 'gear')
    // Draws with the covariance of SciPy by Cholesky, normal numbers by a fixed series.
    let state = 99
    const uniform = (): number => (state = (state * 16807) % 2147483647) / 2147483647
    const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
    const [a, b, c] = [Math.sqrt(0.02930183), 0.00350336 / Math.sqrt(0.02930183), 0]
    const d = Math.sqrt(0.00149232 - b ** 2 - c)
    const values = Array.from({ length: 4000 }, () => {
      const [x, y] = [normal(), normal()]
      return evaluateRecovery('gear', [2.20829785 + a * x, 0.68314972 + b * x + d * y], 8).coefficient
    })
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
    expect(Math.abs(recoveryAt(curve, 8).standardUncertainty / sd - 1)).toBeLessThan(0.05)
  })
})

describe('lost counts of a paralysable detector, against lambertw of SciPy 1.17', () => {
  it.each([
    [50_000, 2e-6, 55916.27957948148],
    [62_500, 4e-6, 89350.73904534725],
  ])('%i cps with τ = %f s: %f cps, within 1e-9', (observed, tauS, expected) => {
    const { trueCps } = trueRate({ model: 'paralysable', tauS, relativeUncertainty: 0 }, observed)
    expect(Math.abs(trueCps / expected - 1)).toBeLessThan(1e-9)
  })
})

const SCIPY = `
import json, sys
import numpy as np
from scipy.ndimage import gaussian_filter
d = json.load(sys.stdin)
a = np.array(d['values'], dtype=float).reshape(d['shape'])
print(json.dumps(gaussian_filter(a, d['sigma'], mode='reflect', truncate=6).ravel().tolist()))
`
const hasSciPy = spawnSync('python3', ['-c', 'import scipy.ndimage, numpy']).status === 0

describe.skipIf(!hasSciPy)('blur, against gaussian_filter of SciPy (skipped without python3 and SciPy)', () => {
  it('of a block at the edge with FWHM 12 mm on voxels of 4 mm, mirrored there: every voxel within 0.02 % of the height', () => {
    const shape = [9, 11, 14]
    const values = Array.from({ length: 9 * 11 * 14 }, (_, n) =>
      n % 14 < 5 && Math.floor(n / 14) % 11 > 3 && n >= 154 * 4 ? 100 : 0,
    )
    const answer = spawnSync('python3', ['-c', SCIPY], {
      input: JSON.stringify({ values, shape, sigma: 12 / FWHM_PER_SIGMA / 4 }),
      encoding: 'utf8',
    })
    const expected = JSON.parse(answer.stdout) as number[]
    const found = gaussianBlur(Float64Array.from(values), [14, 11, 9], [4, 4, 4], [12, 12, 12])
    expected.forEach((value, n) => expect(Math.abs(found[n]! - value)).toBeLessThan(0.02))
  })
})
