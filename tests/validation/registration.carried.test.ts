/** What is carried between the synthetic time points by a deformable registration: activity, structures. Skipped without ../shared/cases. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createDicomSource } from '../../electron/adapters/dicom/index.ts'
import { channelOf, landmarkErrors, runWarp } from '../../electron/services/registration/index.ts'
import type { NamedShape } from '../../electron/services/registration/index.ts'
import { indexToPatient } from '../../native-core/imaging/index.ts'
import type { ImageGrid, Vec3 } from '../../native-core/imaging/index.ts'
import { allowMainThread } from '../../native-core/kernels/index.ts'
import type { Volume } from '../../native-core/kernels/index.ts'
import { registerDeformable, registerLinear } from '../../native-core/kernels/registration.ts'
import { sharedCase } from '../integration/support/caseTruth.ts'

interface Truth {
  readonly cycles: readonly {
    readonly reference_session: number
    readonly sessions: readonly {
      readonly index: number
      readonly dir: string
      readonly emission_image_total_mbq: number
      readonly landmarks_mm: Readonly<Record<string, Vec3>>
    }[]
  }[]
}
interface Visit {
  readonly ct: Volume
  readonly emission: Volume
  readonly structures: readonly NamedShape[]
}

const folder = sharedCase('synthetic-2cycles')
const source = createDicomSource({ threads: 2 })
afterAll(() => source.close())
/** Whole inside the CT of both sessions; the spine and the blood pool are cut by it. */
const ORGANS = ['LIVER', 'KIDNEY_L', 'KIDNEY_R', 'SPLEEN', 'TUMOUR_1', 'TUMOUR_2', 'TUMOUR_3']

async function visit(dir: string): Promise<Visit> {
  const scan = await source.scan([join(folder!, dir)], {})
  const patient = scan.patients[0]!
  const load = async (modality: string): Promise<Volume> => {
    const image = patient.images.find((one) => one.modality === modality)!
    return { grid: image.grid, values: await source.loadVoxels(image) }
  }
  const structures = patient.structureSets.flatMap((set) => set.structures)
  return { ct: await load('CT'), emission: await load('NM'), structures }
}

/** With so many voxels more on every side. */
function padded(grid: ImageGrid, rim: number): ImageGrid {
  const [nx, ny, nz] = grid.dimensions
  return {
    ...grid,
    dimensions: [nx + 2 * rim, ny + 2 * rim, nz + 2 * rim],
    originMm: indexToPatient(grid, [-rim, -rim, -rim]),
  }
}

describe.skipIf(!folder)('carried between time points (skipped without ../shared/cases)', () => {
  it('activity is the same to 0.001 % (asked for: 0.5 %), organs lie on their outlines within 1 mm on average, landmarks within 1 mm', async () => {
    allowMainThread()
    const truth = JSON.parse(readFileSync(join(folder!, 'truth.json'), 'utf8')) as Truth
    const [cycle] = truth.cycles
    const reference = cycle!.sessions.find(({ index }) => index === cycle!.reference_session)!
    const fixed = await visit(reference.dir)
    const session = cycle!.sessions.find((one) => one !== reference)!
    const moving = await visit(session.dir)
    const channel = channelOf('ct', fixed.ct, moving.ct, 'mutual-information')
    const { fixedToMoving } = registerLinear({ kind: 'rigid', channels: [channel], initial: 'centres-of-mass' })
    const { deformation: map } = registerDeformable({ channels: [channel], initial: fixedToMoving })

    const grid = padded(fixed.emission.grid, 8)
    const carried = runWarp({ kind: 'activity', map, grid, work: { moving: moving.emission } }, null)
    expect(carried.totalAfter / carried.totalBefore).toBeCloseTo(1, 5)
    expect(carried.totalBefore / 1e6 / session.emission_image_total_mbq).toBeCloseTo(1, 2)

    const landmarks = Object.entries(reference.landmarks_mm)
      .filter(([name]) => /liver|spleen|kidney|tumour/.test(name))
      .map(([name, fixedMm]) => ({ name, fixedMm, movingMm: session.landmarks_mm[name]! }))
    expect(landmarkErrors(landmarks, map)!.meanMm).toBeLessThan(1)

    const organs = (all: readonly NamedShape[]): NamedShape[] => all.filter(({ name }) => ORGANS.includes(name))
    const work = { fixed: organs(fixed.structures), moving: organs(moving.structures) }
    const found = runWarp({ kind: 'agreement', map, grid: fixed.ct.grid, work }, null)
    expect(found.map(({ name }) => name).toSorted()).toEqual(ORGANS.toSorted())
    for (const { name, dice, distances, fixedVolumeMl, movedVolumeMl } of found) {
      expect(dice, name).toBeGreaterThan(0.9)
      expect(distances?.meanMm, name).toBeLessThan(1)
      expect(movedVolumeMl! / fixedVolumeMl!, name).toBeGreaterThan(0.93)
      expect(movedVolumeMl! / fixedVolumeMl!, name).toBeLessThan(1.07)
    }
    const { statistics, folding } = runWarp({ kind: 'jacobian', map, grid: fixed.ct.grid, work: {} }, null)
    expect(statistics.shareNotPositive).toBe(0)
    expect(folding.smallest).toBeGreaterThan(0)
  }, 120_000)
})
