/** From counts to activity: closed forms of recovery, lost counts, decay and partial-volume correction. */
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import {
  ballMask,
  fitRecovery,
  gaussianBlur,
  geometricTransferMatrix,
  gtmCorrect,
  meanDecayDuring,
  NEMA_SPHERES,
  richardsonLucy,
  sphereRecovery,
  sphereVolumeOfDiameterMl,
  trueRate,
} from '../../../native-core/imaging/quantification/index.ts'
import { wholeFractions } from '../../../native-core/imaging/index.ts'
import { findNuclide } from '../../../native-core/physics/index.ts'
import { decayConstantPerS } from '../../../native-core/units/index.ts'
import type { Check } from './check.ts'

const QUADRATURE = 'quadrature of the blurred profile (Kessler et al. 1984) over the sphere with SciPy 1.17'

const recovery = (diameterMm: number, fwhmMm: number, expected: number): Check => ({
  name: `Recovery of a sphere of ${diameterMm} mm in a Gaussian point spread function of ${fwhmMm} mm`,
  source: QUADRATURE,
  unit: '1',
  expected,
  tolerance: { kind: 'relative', value: 1e-9 },
  find: () => sphereRecovery(diameterMm, fwhmMm).coefficient,
})

/** Six coefficients with uncertainties that SciPy's curve_fit was given too. */
const SPHERES = [0.84, 0.76, 0.66, 0.52, 0.39, 0.27].map((coefficient, n) => ({
  volumeMl: sphereVolumeOfDiameterMl(NEMA_SPHERES.diametersMm[n] ?? NaN),
  coefficient,
  standardUncertainty: [0.015, 0.02, 0.02, 0.025, 0.03, 0.03][n] ?? NaN,
}))

const grid: ImageGrid = {
  dimensions: [24, 20, 18],
  spacingMm: [4, 4, 4],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const psf = { fwhmMm: [10, 10, 12] } as const
const sphere = { name: 'sphere', mask: ballMask(grid, [45, 40, 34], 12) }
const neighbour = { name: 'neighbour', mask: ballMask(grid, [66, 40, 34], 8) }

/** 50 in the sphere, 20 in its neighbour, 3 around them, blurred. */
function blurredImage(): Float64Array {
  const image = new Float64Array(24 * 20 * 18).fill(3)
  for (const [{ mask }, value] of [
    [sphere, 50],
    [neighbour, 20],
  ] as const)
    wholeFractions(mask).forEach((part, voxel) => (image[voxel] = (image[voxel] ?? 0) + part * (value - 3)))
  return gaussianBlur(image, grid.dimensions, grid.spacingMm, psf.fwhmMm)
}

/** A sphere alone, blurred, far from all edges: nothing is lost over them. */
const roomy: ImageGrid = { ...grid, dimensions: [32, 32, 32] }
const alone = (): Float64Array =>
  gaussianBlur(wholeFractions(ballMask(roomy, [62, 62, 62], 12)), roomy.dimensions, roomy.spacingMm, psf.fwhmMm)

export const quantificationChecks: readonly Check[] = [
  recovery(10, 10, 0.21529264155272967),
  recovery(22, 10, 0.5609125764216967),
  recovery(37, 15, 0.6041942914023795),
  {
    name: 'Volume of the largest sphere of the NEMA IEC body phantom',
    source: 'NEMA NU 2: 37 mm inner diameter, πd³/6',
    unit: 'mL',
    expected: 26.52,
    tolerance: { kind: 'absolute', value: 0.005 },
    find: () => sphereVolumeOfDiameterMl(NEMA_SPHERES.diametersMm[0]),
  },
  {
    name: 'Recovery curve of six spheres: β',
    source: 'weighted least squares with curve_fit of SciPy 1.17',
    unit: 'mL',
    expected: 2.20829785,
    tolerance: { kind: 'relative', value: 1e-5 },
    find: () => fitRecovery(SPHERES, 'gear').parameters[0] ?? NaN,
  },
  {
    name: 'True rate at 50 kcps of a paralysable detector with a dead time of 2 µs',
    source: 'Lambert W of SciPy 1.17',
    unit: 'cps',
    expected: 55916.27957948148,
    tolerance: { kind: 'relative', value: 1e-9 },
    find: () => trueRate({ model: 'paralysable', tauS: 2e-6, relativeUncertainty: 0 }, 50_000).trueCps,
  },
  {
    name: 'True rate at 50 kcps of a non-paralysable detector with a dead time of 2 µs',
    source: 'closed form m/(1 − mτ)',
    unit: 'cps',
    expected: 50_000 / 0.9,
    tolerance: { kind: 'relative', value: 1e-12 },
    find: () => trueRate({ model: 'non-paralysable', tauS: 2e-6, relativeUncertainty: 0 }, 50_000).trueCps,
  },
  {
    name: 'F-18: mean activity over an acquisition of one half-life, over that at its start',
    source: 'closed form 1/(2 ln 2)',
    unit: '1',
    expected: 1 / (2 * Math.LN2),
    tolerance: { kind: 'relative', value: 1e-12 },
    find: ({ nuclides }) => {
      const { halfLifeS } = findNuclide(nuclides, 'F-18')
      return meanDecayDuring(halfLifeS, decayConstantPerS(halfLifeS))
    },
  },
  {
    name: 'Geometric transfer matrix: concentration of a blurred sphere beside another one',
    source: 'what was blurred: 50',
    unit: '1',
    expected: 50,
    tolerance: { kind: 'relative', value: 1e-9 },
    find: () => gtmCorrect(geometricTransferMatrix(grid, [sphere, neighbour], psf), blurredImage()).corrected[0] ?? NaN,
  },
  {
    name: 'Richardson–Lucy, 10 iterations of a sphere far from the edges: total after over total before',
    source: 'conservation of the total',
    unit: '1',
    expected: 1,
    tolerance: { kind: 'relative', value: 1e-12 },
    find: () => {
      const { totalAfter, totalBefore } = richardsonLucy(roomy, alone(), psf, 10)
      return totalAfter / totalBefore
    },
  },
]
