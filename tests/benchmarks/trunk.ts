/** A trunk to measure speed on: 128×128×90 voxels of 4.8 mm with lungs, spine, kidneys, liver and a tumour, as media, density and activity. */
import type { VoxelDoseInput } from '../../native-core/dosimetry/engines/types.ts'
import type { FractionalMask, ImageGrid } from '../../native-core/imaging/index.ts'
import { mediaTable, sourceOf } from '../../native-core/kernels/transport.test-support.ts'
import { mediumIndexFromHu } from '../../native-core/physics/media/index.ts'

type Inside = (x: number, y: number, z: number) => boolean

const ellipsoid =
  (centre: readonly number[], radii: readonly number[]): Inside =>
  (x, y, z) =>
    ((x - centre[0]!) / radii[0]!) ** 2 + ((y - centre[1]!) / radii[1]!) ** 2 + ((z - centre[2]!) / radii[2]!) ** 2 < 1

const either =
  (a: Inside, b: Inside): Inside =>
  (x, y, z) =>
    a(x, y, z) || b(x, y, z)

// Millimetres from the middle.
const body: Inside = (x, y) => (x / 180) ** 2 + (y / 120) ** 2 < 1
const lungs = either(ellipsoid([-85, -10, 130], [70, 80, 90]), ellipsoid([85, -10, 130], [70, 80, 90]))
const spine: Inside = (x, y) => (x / 18) ** 2 + ((y - 80) / 18) ** 2 < 1
const kidneys = either(ellipsoid([-70, 40, -60], [30, 25, 50]), ellipsoid([70, 40, -60], [30, 25, 50]))
const liver = ellipsoid([-80, -20, 10], [75, 70, 55])
const tumour = ellipsoid([-60, -30, 20], [14, 14, 14])

export function trunk(nuclide: string, size: readonly [number, number, number] = [128, 128, 90]): VoxelDoseInput {
  const spacing = (4.8 * 128) / size[0]
  const grid: ImageGrid = {
    dimensions: size,
    spacingMm: [spacing, spacing, spacing],
    originMm: [0, 0, 0],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  const count = size[0] * size[1] * size[2]
  const [hu, activityPerMl, densityGPerMl] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)]
  const masks = { Kidneys: new Float32Array(count), Tumour: new Float32Array(count) }
  let i = 0
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let n = 0; n < size[0]; n++, i++) {
        const [x, y, z] = [(n - size[0] / 2) * spacing, (j - size[1] / 2) * spacing, (k - size[2] / 2) * spacing]
        if (!body(x, y, z)) {
          hu[i] = -1000
          densityGPerMl[i] = 0.0012
          continue
        }
        const [inKidneys, inTumour] = [kidneys(x, y, z), tumour(x, y, z)]
        // A CT is never smooth: soft tissue of ±20 HU, bone of 500 to 740 HU.
        hu[i] = lungs(x, y, z)
          ? -750
          : spine(x, y, z)
            ? 500 + 60 * ((n + j + k) % 5)
            : 20 + ((n * 7 + j * 13 + k * 29) % 40)
        densityGPerMl[i] = hu[i]! < 0 ? 1 + hu[i]! / 1000 : 1 + 0.0006 * hu[i]!
        activityPerMl[i] = 1e6 * (inTumour ? 20 : inKidneys ? 5 : liver(x, y, z) ? 1 : 0.05)
        if (inKidneys) masks.Kidneys[i] = 1
        if (inTumour) masks.Tumour[i] = 1
      }
  return {
    grid,
    quantity: 'dose',
    activityPerMl,
    densityGPerMl,
    mediumIndex: mediumIndexFromHu(hu, mediaTable.schneider).mediumIndex,
    media: mediaTable.schneider.media,
    source: sourceOf(nuclide),
    structures: Object.entries(masks).map(([name, fractions]) => ({
      name,
      mask: { grid, box: { start: [0, 0, 0], size }, fractions, volumeOutsideMl: 0 } satisfies FractionalMask,
    })),
  }
}
