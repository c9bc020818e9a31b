import { describe, expect, it } from 'vitest'
import { isBuilt } from './built.test-support.ts'
import { CancelledError } from '../errors/index.ts'
import {
  applyMat4,
  contourSolid,
  deformationOfAffine,
  foldingOf as foldingReference,
  indexToPatient,
  invertAffine,
  invertDeformationReference,
  jacobianDeterminantsReference,
  mapPoint,
  maskVolumeMl,
  patientToIndexMatrix,
  pointMapper,
  voxelCount,
  voxelVolumeMl,
} from '../imaging/index.ts'
import { indexOf } from '../imaging/deformation.ts'
import { cube, humpDeformation, turned } from '../imaging/testDeformations.ts'
import { accumulateOnReference } from './accumulate.ts'
import { foldingOf, inverseField, jacobianMap, transportActivity, warpImage } from './deformation.ts'
import {
  CANCEL_SLOT,
  PROGRESS_SLOT,
  allowMainThread,
  createControl,
  resampleActivity,
  resampleTrilinear,
} from './index.ts'
import { warpStructure } from './warpStructure.ts'
import type { FractionalMask, ImageGrid, Mat4, PlanarContour, Vec3 } from '../imaging/index.ts'

const rigid: Mat4 = [0.96, -0.28, 0, 7, 0.28, 0.96, 0, -3, 0, 0, 1, 6, 0, 0, 0, 1]
const fixed = turned(cube(24, 5), 0.2)
const moving: ImageGrid = { ...turned(cube(20, 4), -0.3), spacingMm: [4, 5, 6] }
const bent = humpDeformation(
  fixed,
  [
    { centreMm: [-5, -8, 4], sigmaMm: 16, amplitudeMm: [6, -5, 7] },
    { centreMm: [20, 8, -14], sigmaMm: 14, amplitudeMm: [-4, 5, 3] },
  ],
  rigid,
)

/** A smooth function of the patient coordinates as an image. */
function imageOf(grid: ImageGrid, f: (x: Vec3) => number): Float32Array {
  return Float32Array.from({ length: voxelCount(grid) }, (_, n) => f(indexToPatient(grid, indexOf(grid, n))))
}
const blob = (x: Vec3): number => 100 * Math.exp(-((x[0] - 5) ** 2 + x[1] ** 2 + (x[2] - 20) ** 2) / 800)
const total = (values: Float32Array, grid: ImageGrid): number =>
  values.reduce((sum, value) => sum + value, 0) * voxelVolumeMl(grid)
/** Largest difference of two volumes. */
function furthest(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce((most, value, n) => Math.max(most, Math.abs(value - b[n]!)), 0)
}
const bytes = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength)

describe.skipIf(!isBuilt)('deformations in native kernels (skipped where they are not built)', () => {
  allowMainThread()
  const image = { grid: moving, values: imageOf(moving, blob) }

  it('warp: the value at each voxel is that where the reference takes its centre', () => {
    const linear = { grid: moving, values: imageOf(moving, (x) => 3 + 0.5 * x[0] - 0.2 * x[1] + 0.1 * x[2]) }
    const found = warpImage(linear, bent, fixed, { fill: NaN })
    const toMoving = pointMapper(bent)
    const inside = (p: Vec3): boolean => p.every((v, axis) => v >= 0 && v <= moving.dimensions[axis]! - 1)
    const toIndex = patientToIndexMatrix(moving)
    let seen = 0
    let worst = 0
    found.forEach((value, n) => {
      const y = toMoving(indexToPatient(fixed, indexOf(fixed, n)))
      if (!inside(applyMat4(toIndex, y))) return
      seen++
      worst = Math.max(worst, Math.abs(value - (3 + 0.5 * y[0] - 0.2 * y[1] + 0.1 * y[2])))
    })
    expect(seen).toBeGreaterThan(2000)
    expect(worst).toBeLessThan(1e-3)
  })

  it('warp and transport by a matrix alone are resampling by it', () => {
    const map = deformationOfAffine(invertAffine(rigid))
    const byPoints = resampleTrilinear(image, fixed, { transform: rigid })
    expect(furthest(warpImage(image, map, fixed), byPoints)).toBeLessThan(1e-3)
    const byVolume = resampleActivity(image, fixed, { transform: rigid })
    expect(furthest(transportActivity(image, map, fixed).values, byVolume)).toBeLessThan(0.05)
  })

  it('the Jacobian map is the reference, on its own grid and on another', () => {
    for (const lattice of [fixed, turned(cube(15, 11), 0.7)]) {
      const expected = jacobianDeterminantsReference(bent, lattice)
      expect(furthest(jacobianMap(bent, lattice), expected)).toBeLessThan(1e-5)
    }
  })

  it('the inverse field is the reference', () => {
    const { inverse, pointsInGaps } = inverseField(bent, moving)
    const expected = invertDeformationReference(bent, moving)
    expect(pointsInGaps).toBe(0)
    expect(inverse.fixedToMoving).toEqual(expected.fixedToMoving)
    expect(furthest(inverse.displacementMm, expected.displacementMm)).toBeLessThan(1e-3)
  })

  it('activity is carried whole: its total is the same to 1e-6 on finer, coarser and turned grids', () => {
    for (const target of [cube(60, 4), cube(24, 10), turned(cube(50, 5), 0.5)]) {
      const { values, totalBefore, totalAfter, pointsInGaps } = transportActivity(image, bent, target)
      expect(pointsInGaps).toBe(0)
      expect(totalBefore).toBeCloseTo(total(image.values, moving), 3)
      expect(totalAfter / totalBefore).toBeCloseTo(1, 6)
      expect(total(values, target) / totalBefore).toBeCloseTo(1, 6)
    }
  })

  it('activity outside the target is left out, not folded in: two halves make the whole', () => {
    const whole = cube(60, 4)
    const half: ImageGrid = { ...whole, dimensions: [60, 60, 30] }
    const other: ImageGrid = { ...half, originMm: [whole.originMm[0], whole.originMm[1], whole.originMm[2] + 120] }
    const all = transportActivity(image, bent, whole).values
    const parts = [half, other].flatMap((grid) => [...transportActivity(image, bent, grid).values])
    expect(furthest(Float32Array.from(parts), all)).toBeLessThan(1e-4)
  })

  it('a concentration that moves out of a field that does not fade is still conserved', () => {
    const stiff = { grid: fixed, displacementMm: new Float32Array(3 * voxelCount(fixed)).fill(9), fixedToMoving: rigid }
    const { totalBefore, totalAfter } = transportActivity(image, stiff, cube(90, 4))
    expect(totalAfter / totalBefore).toBeCloseTo(1, 6)
  })

  it('a negative or missing voxel: the first is carried, the second refused', () => {
    const negative = { grid: moving, values: image.values.map((value) => value - 3) }
    const { totalBefore, totalAfter } = transportActivity(negative, bent, cube(80, 4))
    expect(totalAfter / totalBefore).toBeCloseTo(1, 5)
    const missing = { grid: moving, values: image.values.map((value, n) => (n === 77 ? NaN : value)) }
    expect(() => transportActivity(missing, bent, fixed)).toThrow(/not a finite number/)
  })

  it('a folded deformation carries nothing', () => {
    const folded = humpDeformation(fixed, [{ centreMm: [0, 0, 0], sigmaMm: 12, amplitudeMm: [60, 0, 0] }])
    expect(() => transportActivity(image, folded, fixed)).toThrow(/folds/)
    expect(() => inverseField(folded, fixed)).toThrow(/folds/)
    for (const one of [folded, bent]) {
      const [found, expected] = [foldingOf(one), foldingReference(one)]
      expect(found.smallest).toBeCloseTo(expected.smallest, 5)
      expect(found.foldedShare).toBeCloseTo(expected.foldedShare, 9)
    }
  })

  it('a structure changes its volume by the Jacobian of a stretch, and keeps it in a shift, as voxels and as contours', () => {
    // The moving space is 1.2 × 0.9 × 1.1 times the fixed one.
    const stretch: Mat4 = [1.2, 0, 0, 4, 0, 0.9, 0, -2, 0, 0, 1.1, 3, 0, 0, 0, 1]
    const map = deformationOfAffine(stretch)
    const fine = cube(60, 1.5)
    const fractions = imageOf(fine, (x) => (Math.hypot(...x) < 26 ? 1 : 0))
    const mask: FractionalMask = {
      grid: fine,
      box: { start: [0, 0, 0], size: fine.dimensions },
      fractions,
      volumeOutsideMl: 0,
    }
    const asVoxels = warpStructure({ kind: 'voxels', mask }, map, fixed)
    expect(maskVolumeMl(asVoxels)).toBeCloseTo(maskVolumeMl(mask) / (1.2 * 0.9 * 1.1), 0)
    expect(maskVolumeMl(asVoxels) / (maskVolumeMl(mask) / (1.2 * 0.9 * 1.1))).toBeCloseTo(1, 2)

    const contours = ballContours(24, 3)
    const { volumeMl } = contourSolid(contours)
    const asContours = warpStructure({ kind: 'contours', contours }, map, fixed)
    expect(maskVolumeMl(asContours) / (volumeMl / (1.2 * 0.9 * 1.1))).toBeCloseTo(1, 2)

    const shifted = warpStructure(
      { kind: 'contours', contours },
      deformationOfAffine([1, 0, 0, 70, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
      fixed,
    )
    expect(shifted.volumeOutsideMl).toBeGreaterThan(5)
    expect((maskVolumeMl(shifted) + shifted.volumeOutsideMl) / volumeMl).toBeCloseTo(1, 2)
  })

  it('a structure comes to lie where the inverse takes its points', () => {
    const at: Vec3 = [10, -6, 14]
    const contours = ballContours(7, 1, mapPoint(bent, at))
    const mask = warpStructure({ kind: 'contours', contours }, bent, fixed)
    const centre = [0, 0, 0]
    let sum = 0
    mask.fractions.forEach((fraction, n) => {
      const [nx, ny] = mask.box.size
      const index: Vec3 = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / nx / ny)]
      const x = indexToPatient(fixed, index.map((v, axis) => v + mask.box.start[axis]!) as unknown as Vec3)
      sum += fraction
      x.forEach((v, axis) => (centre[axis]! += fraction * v))
    })
    centre.forEach((v, axis) => expect(Math.abs(v / sum - at[axis]!)).toBeLessThan(0.5))
  })

  it('doses are added up where tissue lies, with weights, uncertainties and what is missing', () => {
    const one = { grid: moving, values: imageOf(moving, () => 2), sd: imageOf(moving, () => 0.3) }
    const parts = [
      { label: 'cycle 1', ...one, fromReference: bent },
      { label: 'cycle 2', ...one, fromReference: deformationOfAffine(rigid), weight: 2 },
    ]
    const { values, sd, parts: reached, coveredShare } = accumulateOnReference(parts, fixed)
    const both = reached.indexOf(2)
    expect(both).toBeGreaterThanOrEqual(0)
    expect(values[both]).toBeCloseTo(6, 5)
    expect(sd?.[both]).toBeCloseTo(Math.hypot(0.3, 0.6), 5)
    const none = reached.indexOf(0)
    expect(values[none]).toBe(0)
    expect(coveredShare).toBeGreaterThan(0.05)
    expect(coveredShare).toBeLessThan(1)
    expect(() => accumulateOnReference([], fixed)).toThrow(/0 doses/)
  })

  it('gives the same bits with one thread and with several', () => {
    const runs = [1, 2, 5].map((threads) =>
      [
        warpImage(image, bent, fixed, { threads, interpolation: 'cubic', pointsPerAxis: 2 }),
        jacobianMap(bent, fixed, { threads }),
        inverseField(bent, moving, { threads }).inverse.displacementMm,
        transportActivity(image, bent, fixed, { threads }).values,
      ].map(bytes),
    )
    for (const run of runs) run.forEach((found, n) => expect(found.equals(runs[0]![n]!)).toBe(true))
  })

  it('reports progress and cancels', () => {
    const control = createControl()
    transportActivity(image, bent, fixed, { control })
    expect(Atomics.load(control, PROGRESS_SLOT)).toBe(1000)
    Atomics.store(control, CANCEL_SLOT, 1)
    for (const run of [
      () => warpImage(image, bent, fixed, { control }),
      () => jacobianMap(bent, fixed, { control }),
      () => inverseField(bent, fixed, { control }),
      () => transportActivity(image, bent, fixed, { control }),
    ])
      expect(run).toThrow(CancelledError)
  })
})

/** Circles around a ball, one each `step` mm. */
function ballContours(radius: number, step: number, centre: Vec3 = [0, 0, 0]): PlanarContour[] {
  const contours: PlanarContour[] = []
  for (let z = -radius + step / 2; z < radius; z += step) {
    const r = Math.sqrt(radius * radius - z * z)
    const pointsMm = Float64Array.from({ length: 3 * 90 }, (_, n) => {
      const angle = (2 * Math.PI * Math.floor(n / 3)) / 90
      return n % 3 === 0
        ? centre[0] + r * Math.cos(angle)
        : n % 3 === 1
          ? centre[1] + r * Math.sin(angle)
          : centre[2] + z
    })
    contours.push({ pointsMm })
  }
  return contours
}
