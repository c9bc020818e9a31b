/** Structures drawn here and registrations judged here, in a real store: what counts, and that nothing is overwritten. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { registrationComputeSchema, structuresSaveSchema } from '../../electron/contracts/index.ts'
import type { CourseDraft } from '../../electron/services/course/index.ts'
import { importScan, loadStoredPatient } from '../../electron/services/import/index.ts'
import type { StoredPatient } from '../../electron/services/import/index.ts'
import {
  addManualRegistration,
  computeRegistration,
  previewRegistration,
  registrationPreview,
  chooseStructureSet,
  courseOf,
  judgeRegistration,
  masksOf,
  protocolOf,
  registrationViews,
  saveStructures,
  structureSetViews,
} from '../../electron/services/patients/index.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import { applyMat4, voxelCount } from '../../native-core/imaging/index.ts'
import { sharedPhantomCase } from '../phantoms/shared.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-sets-'))
let bench: Workbench
let store: Store
let patientId: string
let patient: StoredPatient
let course: CourseDraft

async function reload(): Promise<void> {
  patient = await loadStoredPatient(store, patientId)
  course = courseOf(store, patient, bench.data)
}

beforeAll(async () => {
  await sharedPhantomCase({ seed: 8, sizes: 'tiny', outDir: join(root, 'case') })
  bench = createWorkbench({ threads: 2 })
  const key = { kind: 'raw', key: new Uint8Array(32).fill(9) } as const
  store = await openStore(join(root, 'store'), key, { actor: 'anna', programVersion: 'test' })
  const scan = await bench.source.scan([join(root, 'case')], {})
  const how = { store, source: bench.source, readFile: bench.readFile, programVersion: 'test', sources: ['case'] }
  patientId = (await importScan(scan, { ...how, acceptRegistrations: { by: null } })).patients[0]?.patientId ?? ''
})
beforeEach(reload)
afterAll(async () => {
  store.close()
  await bench.close()
  rmSync(root, { recursive: true, force: true })
})

const first = () => course.cycles[0]!.timePoints[0]!
const masks = (setId?: string) =>
  masksOf(store, patient, course, protocolOf(store, patientId), { timePointId: first().id, setId }, bench.compute)

/** A ball of 12 voxels across, half of its outermost voxels covered, and every imported structure kept. */
async function askWithBall() {
  const bytes = new Uint8Array(12 ** 3).map((_, n) => {
    const r = Math.hypot((n % 12) - 5.5, (Math.floor(n / 12) % 12) - 5.5, Math.floor(n / 144) - 5.5)
    return r < 5 ? 255 : r < 5.6 ? 128 : 0
  })
  const image = first().ct ? ('ct' as const) : ('emission' as const)
  const ask = structuresSaveSchema.parse({
    patientId,
    timePointId: first().id,
    label: 'Drawn by Anna',
    use: true,
    structures: [
      ...(await masks()).map(({ structureId, name, type, colourRgb, review }) => ({
        kind: 'kept',
        structureId,
        name,
        type,
        colourRgb,
        review,
      })),
      {
        kind: 'voxels',
        mask: {
          image,
          boxStart: [4, 5, 6],
          boxSize: [12, 12, 12],
          deflatedBase64: deflateSync(bytes).toString('base64'),
        },
        name: 'Lesion 9',
        colourRgb: [200, 0, 0],
        review: 'reviewed',
        method: { kind: 'drawn', description: 'Brush 3D' },
      },
    ],
  })
  const grid = (first().ct ?? first().emission).grid
  const voxelMl = grid.spacingMm[0] * grid.spacingMm[1] * grid.spacingMm[2] * 1e-3
  return { ask, ballMl: (bytes.reduce((sum, byte) => sum + byte, 0) / 255) * voxelMl }
}

describe('a drawn structure set', () => {
  it('is stored beside what was imported, counts once it is chosen, and no longer when the choice is taken back', async () => {
    const imported = structureSetViews(store, patient, course, first().id)
    const before = await masks()
    const { ask, ballMl } = await askWithBall()
    const setId = await saveStructures(store, patient, course, ask)
    await reload()
    expect(structureSetViews(store, patient, course, first().id)).toEqual(
      expect.arrayContaining([...imported, expect.objectContaining({ setId, origin: 'drawn', inUse: false })]),
    )

    chooseStructureSet(store, patient, course, first().id, setId)
    await reload()
    const now = await masks()
    expect(now.map(({ name }) => name)).toEqual([...before.map(({ name }) => name), 'Lesion 9'])
    const lesion = now.at(-1)
    expect(lesion).toMatchObject({ kind: 'lesion', review: 'reviewed', method: { kind: 'drawn' } })
    // Fractions are float32.
    expect((lesion?.volumeMl ?? 0) / ballMl).toBeCloseTo(1, 7)
    // Kept structures keep their contours: not a bit of their masks differs, though they are in another set.
    expect(now.slice(0, -1).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
    expect(now[0]?.method.kind).toBe('imported')

    chooseStructureSet(store, patient, course, first().id, null)
    await reload()
    expect((await masks()).map(({ structureId }) => structureId)).toEqual(before.map(({ structureId }) => structureId))
    expect((await masks(setId)).length).toBe(before.length + 1)
  })

  it('is refused with voxels that do not fit, are damaged or empty, or a structure of another time point', async () => {
    const { ask } = await askWithBall()
    const ball = ask.structures.at(-1)!
    const keptOne = ask.structures[0]!
    if (ball.kind !== 'voxels' || keptOne.kind !== 'kept') throw new Error('as made above')
    const sets = store.read.structureSetsOfPatient(patientId).length
    const refused = async (structure: (typeof ask.structures)[number], code: string): Promise<void> => {
      await expect(saveStructures(store, patient, course, { ...ask, structures: [structure] })).rejects.toMatchObject({
        code,
      })
    }
    const withMask = (mask: Partial<typeof ball.mask>) => ({ ...ball, mask: { ...ball.mask, ...mask } })
    await refused(withMask({ boxStart: [1000, 0, 0] }), 'structures.upload-damaged')
    await refused(withMask({ boxSize: [12, 12, 11] }), 'structures.upload-damaged')
    await refused(withMask({ deflatedBase64: 'AAAA' }), 'structures.upload-damaged')
    const nothing = deflateSync(new Uint8Array(12 ** 3)).toString('base64')
    await refused(withMask({ deflatedBase64: nothing }), 'structures.empty')
    await refused({ ...keptOne, structureId: '0'.repeat(32) }, 'structures.unknown')
    expect(store.read.structureSetsOfPatient(patientId)).toHaveLength(sets)
  })
})

const how = { progress: () => undefined, signal: new AbortController().signal }

describe('a computed registration', () => {
  for (const kind of ['rigid', 'deformable'] as const)
    it(`is kept as a proposal with how it was made, and its images can be looked at: ${kind}`, async () => {
      const cycle = course.cycles[0]!
      const fixed = cycle.reference
      const moving = cycle.timePoints.find(({ id }) => id !== fixed.id)!
      const present = moving.registration
      const ask = registrationComputeSchema.parse({
        patientId,
        movingTimePointId: moving.id,
        fixedTimePointId: fixed.id,
        kind,
        channels: ['ct'],
        metric: 'mutual-information',
        initial: { kind: 'centres-of-mass' },
        region: null,
      })
      const id = await computeRegistration(store, patient, course, ask, bench.compute, how)
      await reload()
      const view = (await registrationViews(store, patient, course)).find(({ registrationId }) => registrationId === id)
      expect(view).toMatchObject({ status: 'proposed', origin: 'computed', inUse: false, fixedTimePointId: fixed.id })
      expect(view?.description).toContain('mutual information')
      expect(view?.type).toBe(kind === 'rigid' ? 'RIGID' : 'DEFORMABLE')
      // The files' own registration is the truth of the phantom: the middle of the body ends within 3 mm of it.
      const [a, b] = [applyMat4(view!.movingToFixed, [0, 0, 0]), applyMat4(present.toReference!, [0, 0, 0])]
      expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeLessThan(3)

      await previewRegistration(store, patient, course, id, bench.compute, how)
      const preview = registrationPreview(store, patient, course, id)
      const voxels = await store.voxels.get(preview.ctId ?? '')
      expect(voxels.length).toBe(voxelCount((fixed.ct ?? fixed.emission).grid))
      expect(preview.displacementId === null).toBe(kind === 'rigid')
      expect(preview.jacobianId === null).toBe(kind === 'rigid')
      if (preview.jacobianId !== null)
        for (const determinant of await store.voxels.get(preview.jacobianId))
          if (!(determinant > 0)) expect.unreachable()
    })
})

describe('a registration by hand', () => {
  it('counts only once a person has accepted it, and then before the imported one', async () => {
    const cycle = course.cycles[0]!
    const fixed = cycle.reference
    const moving = cycle.timePoints.find(({ id }) => id !== fixed.id)!
    const imported = moving.registration
    const matrix = [1, 0, 0, 7, 0, 1, 0, -3, 0, 0, 1, 2, 0, 0, 0, 1]
    const ask = { movingTimePointId: moving.id, fixedTimePointId: fixed.id, movingToFixed: matrix }
    const id = await addManualRegistration(store, patient, course, ask, bench.compute, how)
    await reload()
    const point = () => course.cycles[0]!.timePoints.find((one) => one.id === moving.id)!
    expect(point().registration).toEqual(imported)
    expect(await registrationViews(store, patient, course)).toContainEqual(
      expect.objectContaining({ registrationId: id, status: 'proposed', inUse: false, origin: 'manual' }),
    )

    judgeRegistration(store, patientId, id, 'accepted')
    await reload()
    expect(point().registration.toReference).toEqual(matrix)
    expect(point().registration.source).toMatch(/by hand, accepted by anna on \d{4}-\d{2}-\d{2}/)

    judgeRegistration(store, patientId, id, 'rejected')
    await reload()
    expect(point().registration).toEqual(imported)
  })

  it('is refused between images of one frame of reference, and where it stretches', async () => {
    const { id } = course.cycles[0]!.timePoints[0]!
    const other = course.cycles[0]!.timePoints[1]!.id
    const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    const tried = (movingTimePointId: string, movingToFixed: readonly number[]) => {
      const ask = { movingTimePointId, fixedTimePointId: id, movingToFixed }
      return addManualRegistration(store, patient, course, ask, bench.compute, how)
    }
    await expect(tried(id, identity)).rejects.toMatchObject({ code: 'registration.one-frame' })
    await expect(tried(other, [2, ...identity.slice(1)])).rejects.toMatchObject({ code: 'registration.not-rigid' })
  })
})
