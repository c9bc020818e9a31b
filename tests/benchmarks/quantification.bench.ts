/** Partial-volume corrections of a SPECT, and the search for lesions in it. */
import { geometricTransferMatrix, gtmCorrect, richardsonLucy } from '../../native-core/imaging/quantification/index.ts'
import { capsule, cover, maskOfCoverage } from '../../native-core/imaging/segmentation/manual/index.ts'
import { findLesions } from '../../native-core/imaging/segmentation/lesions/index.ts'
import type { FractionalMask, ImageGrid, Vec3 } from '../../native-core/imaging/types.ts'
import { benchmark } from './harness.ts'

const psf = { fwhmMm: [12, 12, 12] } as const
const gridOf = (dimensions: Vec3, mm: number): ImageGrid => ({
  dimensions,
  spacingMm: [mm, mm, mm],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
})

/** Balls of 15 mm on a lattice, each of 14 mL. */
function balls(grid: ImageGrid, count: number): { readonly name: string; readonly mask: FractionalMask }[] {
  const [nx, ny] = [4, 5]
  return Array.from({ length: count }, (_, n) => {
    const at: Vec3 = [100 + 90 * (n % nx), 80 + 80 * (Math.floor(n / nx) % ny), 120 + 120 * Math.floor(n / (nx * ny))]
    return { name: `ball ${n + 1}`, mask: maskOfCoverage(grid, cover(grid, capsule(grid, at, at, 15))) }
  })
}

function imageOf(grid: ImageGrid, masks: readonly FractionalMask[]): Float32Array {
  const [nx, ny, nz] = grid.dimensions
  const values = new Float32Array(nx * ny * nz).fill(10)
  for (const { box, fractions } of masks)
    for (let at = 0; at < fractions.length; at++) {
      const i = box.start[0] + (at % box.size[0])
      const j = box.start[1] + (Math.floor(at / box.size[0]) % box.size[1])
      const k = box.start[2] + Math.floor(at / (box.size[0] * box.size[1]))
      values[i + nx * (j + ny * k)]! += 1000 * fractions[at]!
    }
  return values
}

export const benchmarks = [
  benchmark({
    row: 'geometric transfer matrix of 20 structures, 128×128×100',
    bar: { value: null, unit: 's', better: 'less' },
    setup: () => {
      const grid = gridOf([128, 128, 100], 4)
      const structures = balls(grid, 20)
      const masks = structures.map(({ mask }) => mask)
      return { grid, structures, values: imageOf(grid, masks) }
    },
    run: ({ grid, structures, values }) => void gtmCorrect(geometricTransferMatrix(grid, structures, psf), values),
  }),
  benchmark({
    row: 'Richardson–Lucy, 20 iterations, 128³',
    bar: { value: null, unit: 's', better: 'less' },
    runs: 3,
    setup: () => {
      const grid = gridOf([128, 128, 128], 4)
      const masks = balls(grid, 20).map(({ mask }) => mask)
      return { grid, values: imageOf(grid, masks) }
    },
    run: ({ grid, values }) => void richardsonLucy(grid, values, psf, 20),
  }),
  benchmark({
    row: 'lesions found, 60 of them, 128×128×128',
    bar: { value: null, unit: 's', better: 'less' },
    runs: 3,
    setup: () => {
      const grid = gridOf([128, 128, 128], 4)
      const masks = balls(grid, 60).map(({ mask }) => mask)
      return { grid, values: imageOf(grid, masks) }
    },
    run: ({ grid, values }) =>
      void findLesions(
        { grid, values },
        {
          threshold: { kind: 'fixed', value: 500 },
          physiologic: [],
          marginMm: 0,
          physiologicShare: 0.5,
          minimumVolumeMl: 0.5,
          splitDepth: 0.2,
          localPart: null,
        },
      ),
  }),
]
