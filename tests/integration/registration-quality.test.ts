/** What is measured of stored registrations: structures and landmarks of both time points, which one counts, what is refused. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { registrationComputeSchema } from '../../electron/contracts/index.ts'
import type { RegistrationView } from '../../electron/contracts/index.ts'
import type { CourseDraft } from '../../electron/services/course/index.ts'
import { structureSetsOf } from '../../electron/services/course/index.ts'
import { importScan, loadStoredPatient } from '../../electron/services/import/index.ts'
import type { StoredPatient } from '../../electron/services/import/index.ts'
import {
  addManualRegistration,
  computeRegistration,
  courseOf,
  framesOf,
  judgeRegistration,
  landmarksOf,
  previewRegistration,
  registrationPreview,
  registrationViews,
  saveLandmarks,
} from '../../electron/services/patients/index.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import { applyMat4, invertAffine } from '../../native-core/imaging/index.ts'
import type { Mat4, Vec3 } from '../../native-core/imaging/index.ts'
import { sharedPhantomCase } from '../phantoms/shared.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-registration-quality-'))
const how = { progress: () => undefined, signal: new AbortController().signal }
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
  const key = { kind: 'raw', key: new Uint8Array(32).fill(7) } as const
  store = await openStore(join(root, 'store'), key, { actor: 'anna', programVersion: 'test' })
  const scan = await bench.source.scan([join(root, 'case')], {})
  const ports = { store, source: bench.source, readFile: bench.readFile, programVersion: 'test', sources: ['case'] }
  patientId = (await importScan(scan, { ...ports, acceptRegistrations: { by: null } })).patients[0]?.patientId ?? ''
})
beforeEach(reload)
afterAll(async () => {
  store.close()
  await bench.close()
  rmSync(root, { recursive: true, force: true })
})

const fixed = () => course.cycles[0]!.reference
const moving = () => course.cycles[0]!.timePoints.find(({ id }) => id !== fixed().id)!
const truth = (): Mat4 => moving().registration.toReference!
/** A map followed by a shift along x of the fixed image, mm. */
const shifted = (m: Mat4, mm: number): Mat4 => m.map((value, n) => (n === 3 ? value + mm : value))

async function byHand(movingToFixed: Mat4): Promise<RegistrationView> {
  const ask = { movingTimePointId: moving().id, fixedTimePointId: fixed().id, movingToFixed }
  const id = await addManualRegistration(store, patient, course, ask, bench.compute, how)
  await reload()
  return (await registrationViews(store, patient, course)).find(({ registrationId }) => registrationId === id)!
}

const computed = (over: object) =>
  registrationComputeSchema.parse({
    patientId,
    movingTimePointId: moving().id,
    fixedTimePointId: fixed().id,
    kind: 'rigid',
    channels: ['ct'],
    metric: 'mutual-information',
    initial: { kind: 'present' },
    region: null,
    ...over,
  })

describe('structures of a stored registration', () => {
  it('agree where the registration is that of the phantom, and part as far as it is shifted', async () => {
    const right = (await byHand(truth())).quality!.structures
    const wrong = (await byHand(shifted(truth(), 20))).quality!.structures
    expect(right.map(({ name }) => name)).toContain('LIVER')
    // The outlines of both are those of one phantom: compact organs differ by how contours are drawn, thin and small ones by more.
    for (const { name, dice, meanSurfaceDistanceMm } of right) {
      const isCompact = ['LIVER', 'KIDNEY_L', 'KIDNEY_R', 'SPLEEN'].includes(name)
      expect(dice).toBeGreaterThan(isCompact ? 0.95 : 0.75)
      if (isCompact) expect(meanSurfaceDistanceMm).toBeLessThan(1)
    }
    const liver = (all: typeof right) => all.find(({ name }) => name === 'LIVER')!
    expect(liver(wrong).dice).toBeLessThan(liver(right).dice! - 0.1)
    // No point of a surface that is shifted is further from the surface than the shift; where it is moved along its normal it is as far.
    expect(Math.abs(liver(wrong).maximumSurfaceDistanceMm! - 20)).toBeLessThan(2)
    expect(liver(wrong).movedVolumeMl! / liver(wrong).fixedVolumeMl!).toBeCloseTo(1, 1)
  })

  it('are measured of an imported one when that is asked for, with the structures as they are', async () => {
    const views = await registrationViews(store, patient, course)
    const imported = views.find(({ origin, fixedTimePointIds, movingTimePointIds }) => {
      const ids = [...fixedTimePointIds, ...movingTimePointIds]
      return origin === 'REG' && ids.includes(fixed().id) && ids.includes(moving().id)
    })!
    expect(imported.quality).toBeNull()
    expect(() => registrationPreview(store, patient, course, imported.registrationId)).toThrow(
      expect.objectContaining({ code: 'registration.no-preview' }),
    )
    await previewRegistration(store, patient, course, imported.registrationId, bench.compute, how)
    const { agreement, structures } = registrationPreview(store, patient, course, imported.registrationId)
    expect(agreement.find(({ name }) => name === 'LIVER')?.dice).toBeGreaterThan(0.9)
    // A matrix carries outlines as they are.
    expect(structures).toEqual([])
  })

  it('are measured after a registration was computed, and carried for the eye through a deformable one', async () => {
    const id = await computeRegistration(store, patient, course, computed({ kind: 'deformable' }), bench.compute, how)
    await reload()
    const view = (await registrationViews(store, patient, course)).find((one) => one.registrationId === id)
    expect(view?.quality?.foldedFraction).toBe(0)
    expect(view?.quality?.structures.find(({ name }) => name === 'LIVER')?.dice).toBeGreaterThan(0.85)

    await previewRegistration(store, patient, course, id, bench.compute, how)
    const preview = registrationPreview(store, patient, course, id)
    const liver = preview.structures.find(({ name }) => name === 'LIVER')!
    const { bytes, spacing } = {
      bytes: await (await store.volumes.open(liver.id)).read(0, liver.boxSize[0] * liver.boxSize[1] * liver.boxSize[2]),
      spacing: preview.grid.spacingMm,
    }
    const volumeMl = (bytes.reduce((sum, byte) => sum + byte / 255, 0) * spacing[0] * spacing[1] * spacing[2]) / 1000
    const stated = view!.quality!.structures.find(({ name }) => name === 'LIVER')!.movedVolumeMl!
    expect(volumeMl / stated).toBeCloseTo(1, 2)

    judgeRegistration(store, patientId, id, 'accepted')
    await reload()
    const accepted = (await registrationViews(store, patient, course)).find((one) => one.registrationId === id)
    expect(accepted).toMatchObject({ status: 'accepted', inUse: true })
  })
})

describe('a region around a structure', () => {
  const around = (structureId: string) => computed({ region: { kind: 'structure', structureId, marginMm: 25 } })

  it('is taken of a structure of the fixed time point', async () => {
    const set = structureSetsOf(fixed().emission, fixed().ct, patient)[0]!
    const record = store.read.structureSet(patient.idOf.get(set.key)!)!
    const liver = record.structures.find(({ name }) => name === 'LIVER')!
    const id = await computeRegistration(store, patient, course, around(liver.id), bench.compute, how)
    const made = store.read.registration(id)
    expect(made?.type).toBe('RIGID')
    expect(made?.method?.remarks[0]).toMatch(/around LIVER with a margin of 25 mm .*may be wrong for the rest/)
  })

  it('is refused of one of the moving time point and of one that is nowhere', async () => {
    const count = store.read.registrationsOfPatient(patientId).length
    const set = structureSetsOf(moving().emission, moving().ct, patient)[0]!
    const elsewhere = store.read.structureSet(patient.idOf.get(set.key)!)!.structures[0]!.id
    for (const structureId of [elsewhere, '0'.repeat(32)])
      await expect(
        computeRegistration(store, patient, course, around(structureId), bench.compute, how),
      ).rejects.toMatchObject({ code: 'structures.unknown' })
    expect(store.read.registrationsOfPatient(patientId)).toHaveLength(count)
  })
})

describe('landmarks', () => {
  const points: readonly Vec3[] = [
    [0, 0, 0],
    [40, -25, 30],
    [-55, 10, -20],
  ]

  it('measure every registration of the two time points, whichever of them is the fixed one', async () => {
    const view = await byHand(shifted(truth(), 4))
    const back = invertAffine(truth())
    const landmarks = points.map((fixedMm, n) => ({
      name: `L${n + 1}`,
      fixedMm: [...fixedMm] as [number, number, number],
      movingMm: [...applyMat4(back, fixedMm)] as [number, number, number],
    }))
    const frames = framesOf(course, moving().id, fixed().id)
    saveLandmarks(store, patientId, frames, landmarks)
    expect(landmarksOf(store, patientId, frames)).toEqual(landmarks)
    const turned = landmarksOf(store, patientId, framesOf(course, fixed().id, moving().id))
    expect(turned.map(({ fixedMm }) => fixedMm)).toEqual(landmarks.map(({ movingMm }) => movingMm))

    const views = await registrationViews(store, patient, course)
    const found = views.find(({ registrationId }) => registrationId === view.registrationId)!.quality!.landmarks!
    expect(found.count).toBe(3)
    for (const mm of [found.meanMm, found.rmsMm, found.maximumMm, ...found.each.map(({ errorMm }) => errorMm)])
      expect(mm).toBeCloseTo(4, 6)
    const imported = views.find(({ origin, fixedTimePointIds, movingTimePointIds }) => {
      const ids = [...fixedTimePointIds, ...movingTimePointIds]
      return origin === 'REG' && ids.includes(fixed().id) && ids.includes(moving().id)
    })
    expect(imported?.quality?.landmarks?.maximumMm).toBeLessThan(1e-6)

    saveLandmarks(store, patientId, frames, [])
    expect(landmarksOf(store, patientId, frames)).toEqual([])
    expect((await registrationViews(store, patient, course)).every(({ quality }) => !quality?.landmarks)).toBe(true)
  })
})

describe('of several accepted registrations of two time points', () => {
  it('a deformable one goes before linear ones; of these the one accepted last is in use, and no other', async () => {
    for (const { registrationId, type } of await registrationViews(store, patient, course))
      if (type === 'DEFORMABLE') judgeRegistration(store, patientId, registrationId, 'rejected')
    const [one, two] = [await byHand(shifted(truth(), 1)), await byHand(shifted(truth(), 2))]
    judgeRegistration(store, patientId, two.registrationId, 'accepted')
    await new Promise((resolve) => setTimeout(resolve, 5))
    judgeRegistration(store, patientId, one.registrationId, 'accepted')
    await reload()
    const views = await registrationViews(store, patient, course)
    const ofPair = views.filter(({ fixedTimePointId, movingTimePointId }) => {
      const ids = [fixedTimePointId, movingTimePointId]
      return ids.includes(fixed().id) && ids.includes(moving().id)
    })
    expect(ofPair.filter(({ inUse }) => inUse).map(({ registrationId }) => registrationId)).toEqual([
      one.registrationId,
    ])
    expect(course.cycles[0]!.timePoints.find(({ id }) => id === moving().id)!.registration.toReference).toEqual(
      one.movingToFixed,
    )
  })
})
