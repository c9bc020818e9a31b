/** Structures carried to another time point and cycle in a real store: where they lie, what they say of themselves, what is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { structuresPropagateSchema } from '../../electron/contracts/structures.ts'
import type { TimePointDraft } from '../../electron/services/course/index.ts'
import { judgeRegistration, propagateStructures, structureSetViews } from '../../electron/services/patients/index.ts'
import { addRegistration } from '../../electron/services/patients/registrations.ts'
import {
  applyMat4,
  gridExtentMm,
  indexToPatient,
  invertAffine,
  rasteriseShape,
  shapeVolumeMl,
} from '../../native-core/imaging/index.ts'
import type { ImageGrid, Vec3 } from '../../native-core/imaging/index.ts'
import { overlapOf } from '../../native-core/imaging/registrationQuality/index.ts'
import { maskCentroidMm } from '../../native-core/imaging/structurePolicy/index.ts'
import { storedPhantom } from './support/storedPhantom.ts'
import type { StoredPhantom } from './support/storedPhantom.ts'

let phantom: StoredPhantom
const how = { progress: () => undefined, signal: new AbortController().signal }

beforeAll(async () => {
  phantom = await storedPhantom({ seed: 31, sizes: 'tiny', cycles: 2, timesH: [24, 96], noise: 0.2 })
})
afterAll(() => phantom.close())

const registrationsOf = () => phantom.store.read.registrationsOfPatient(phantom.patientId)
const judgeAll = (status: 'accepted' | 'rejected'): void => {
  for (const { id } of registrationsOf()) judgeRegistration(phantom.store, phantom.patientId, id, status)
}

async function points() {
  const { course } = await phantom.now()
  const [first, second] = course.cycles
  const source = first!.reference
  return {
    source,
    sameCycle: first!.timePoints.find(({ id }) => id !== source.id)!,
    nextCycle: second!.timePoints.at(-1)!,
  }
}

async function carry(source: TimePointDraft, target: TimePointDraft, more: object = {}) {
  const { patient, course } = await phantom.now()
  const ask = structuresPropagateSchema.parse({
    patientId: phantom.patientId,
    sourceTimePointId: source.id,
    targetTimePointId: target.id,
    setId: null,
    structureIds: null,
    refine: null,
    label: null,
    ...more,
  })
  return propagateStructures(phantom.store, patient, course, ask, phantom.bench.compute, how)
}

/** Of the file's own set of a time point, in this order. */
function idsOf(timePoint: TimePointDraft, ...names: readonly string[]): string[] {
  const sets = phantom.store.read.structureSetsOfPatient(phantom.patientId)
  const { structures } = sets.find(({ key }) => key === timePoint.structureSet!.key)!
  return names.map((name) => structures.find((one) => one.name === name)!.id)
}

/** Dice, distance of the centres and volumes of a stored structure and of the file's own at the target. */
async function compared(setId: string, target: TimePointDraft, name: string) {
  const record = phantom.store.read.structureSet(setId)!.structures.find((one) => one.name === name)!
  const carried = await phantom.store.shapes.get(record.geometryVolumeId)
  const { shape } = target.structureSet!.structures.find((one) => one.name === name)!
  const grid = (target.ct ?? target.emission).grid
  const [a, b] = [rasteriseShape(carried, grid), rasteriseShape(shape, grid)]
  const [p, q] = [maskCentroidMm(a)!, maskCentroidMm(b)!]
  return {
    dice: overlapOf(a, b).dice!,
    apartMm: Math.hypot(...p.map((mm, axis) => mm - q[axis]!)),
    volumeRatio: shapeVolumeMl(carried) / shapeVolumeMl(shape),
  }
}

describe('structures carried by an accepted registration', () => {
  it('need one: the error names both time points and what to do', async () => {
    const { source, nextCycle } = await points()
    // Those that came with the images are there, but nobody has judged them.
    expect(registrationsOf().every(({ status }) => status === 'proposed')).toBe(true)
    await expect(carry(source, nextCycle)).rejects.toMatchObject({
      name: 'InputError',
      code: 'registration.none-accepted',
      message: expect.stringMatching(/cycle 1, \d+ h p\.i\. to cycle 2, 96 h p\.i\./),
      hint: expect.stringContaining('accept'),
    })
  })

  it('lie where the target has them, in the same cycle and the next: Dice above 0.9, centres within 2 mm', async () => {
    judgeAll('accepted')
    const { source, sameCycle, nextCycle } = await points()
    for (const target of [sameCycle, nextCycle]) {
      const before = phantom.store.read.structureSetsOfPatient(phantom.patientId)
      const names = ['SPLEEN', 'KIDNEY_L']
      const structureIds = idsOf(source, ...names)
      const { setId, structures, registration } = await carry(source, target, { structureIds })
      expect(registration).toMatch(/accepted by anna on \d{4}-\d{2}-\d{2}/)
      expect(structures.map(({ name }) => name)).toEqual(names)
      // Organs do not change between the sessions of the phantom, but where they lie.
      for (const name of names) {
        const { dice, apartMm, volumeRatio } = await compared(setId, target, name)
        expect([name, dice > 0.9, apartMm < 2]).toEqual([name, true, true])
        expect(Math.abs(volumeRatio - 1)).toBeLessThan(0.03)
      }
      // Everything that was there is as it was.
      const after = phantom.store.read.structureSetsOfPatient(phantom.patientId)
      expect(after.filter(({ id }) => id !== setId)).toEqual(before)
      const { patient, course } = await phantom.now()
      const view = structureSetViews(phantom.store, patient, course, target.id).find((set) => set.setId === setId)
      expect(view).toMatchObject({ origin: 'computed', inUse: false, toReview: structures.length })
    }
  })

  it('remember how they were made, and tell of volumes that changed', async () => {
    const { source, nextCycle } = await points()
    const [liver] = idsOf(source, 'LIVER')
    const { setId, structures } = await carry(source, nextCycle, {
      structureIds: [liver!],
      label: 'Liver of cycle 1',
    })
    const stored = phantom.store.read.structureSet(setId)!
    expect(stored).toMatchObject({ label: 'Liver of cycle 1', origin: 'computed' })
    expect(stored.structures).toHaveLength(1)
    expect(stored.structures[0]).toMatchObject({
      name: 'LIVER',
      review: 'to-review',
      method: {
        kind: 'propagated',
        description: expect.stringMatching(
          /^Carried from RTSTRUCT ".*" of cycle 1, \d+ h p\.i\. by .*accepted by anna/,
        ),
        parameters: {
          sourceTimePointId: source.id,
          sourceStructureId: liver!,
          registration: 'linear',
          volumeBeforeMl: structures[0]!.volumeBeforeMl,
          volumeAfterMl: structures[0]!.volumeAfterMl,
        },
      },
    })
    expect(structures[0]!.remarks).toEqual([])
  })

  it('are found once more in a box of their own where that is asked for', async () => {
    const { source, sameCycle } = await points()
    const [kidney] = idsOf(source, 'KIDNEY_L')
    const refine = { structureIds: [kidney!], marginMm: 25, image: 'ct' }
    const { setId, structures } = await carry(source, sameCycle, { structureIds: [kidney!], refine })
    const told = structures[0]!
    // The registration is the truth already: a better match may move it a little, or none is found.
    const { apartMm } = await compared(setId, sameCycle, 'KIDNEY_L')
    expect(apartMm).toBeLessThan(4)
    if (told.refinedByMm === null) expect(told.remarks.join()).toContain('registration')
    else
      expect(phantom.store.read.structureSet(setId)!.structures[0]!.method!.description).toContain(
        'rigid registration of its own',
      )
  })

  it('are refused to the same time point, from a set of another, and by a rejected registration', async () => {
    const { source, sameCycle } = await points()
    await expect(carry(source, source)).rejects.toMatchObject({ code: 'propagate.one-time-point' })
    const other = phantom.store.read
      .structureSetsOfPatient(phantom.patientId)
      .find(({ key }) => key === sameCycle.structureSet!.key)!
    await expect(carry(source, sameCycle, { setId: other.id })).rejects.toMatchObject({
      code: 'structures.unknown-set',
    })
    await expect(carry(source, sameCycle, { structureIds: [other.structures[0]!.id] })).rejects.toMatchObject({
      code: 'structures.unknown',
    })
    const link = registrationsOf().find(
      ({ fromFrameOfReferenceUid: a, toFrameOfReferenceUid: b }) =>
        [a, b].sort().join() ===
        [source, sameCycle]
          .map(({ emission }) => emission.frameOfReferenceUid!)
          .sort()
          .join(),
    )!
    judgeRegistration(phantom.store, phantom.patientId, link.id, 'rejected')
    await expect(carry(source, sameCycle, { registrationId: link.id })).rejects.toMatchObject({
      code: 'registration.not-accepted',
    })
    judgeRegistration(phantom.store, phantom.patientId, link.id, 'accepted')
    const stopped = new AbortController()
    stopped.abort()
    const { patient, course } = await phantom.now()
    const ask = structuresPropagateSchema.parse({
      patientId: phantom.patientId,
      sourceTimePointId: source.id,
      targetTimePointId: sameCycle.id,
      setId: null,
      structureIds: null,
      refine: null,
      label: null,
    })
    const sets = phantom.store.read.structureSetsOfPatient(phantom.patientId).length
    await expect(
      propagateStructures(phantom.store, patient, course, ask, phantom.bench.compute, {
        ...how,
        signal: stopped.signal,
      }),
    ).rejects.toMatchObject({ name: 'CancelledError' })
    expect(phantom.store.read.structureSetsOfPatient(phantom.patientId)).toHaveLength(sets)
  })
})

describe('an accepted deformable registration', () => {
  /** Moves what lies about the spleen of the source by this, and fades out. */
  const SHIFT: Vec3 = [6, -5, 4]

  it('is taken before the linear one, in both directions: the spleen lies where the known field puts it, to 1 mm', async () => {
    const { source, sameCycle } = await points()
    const grid = (source.ct ?? source.emission).grid
    const linear = registrationsOf().find(
      ({ fromFrameOfReferenceUid: from, toFrameOfReferenceUid: to }) =>
        from === sameCycle.emission.frameOfReferenceUid && to === source.emission.frameOfReferenceUid,
    )!
    const middle = await centreOf(source, grid)
    const field = fieldAround(middle, grid)
    const deformation = {
      grid: field.grid,
      fixedToMoving: invertAffine(linear.matrix),
      displacementVolumeId: await phantom.store.voxels.put(field.displacementMm),
    }
    const id = addRegistration(phantom.store, phantom.patientId, {
      fromFrameOfReferenceUid: linear.fromFrameOfReferenceUid,
      toFrameOfReferenceUid: linear.toFrameOfReferenceUid,
      type: 'DEFORMABLE',
      matrix: linear.matrix,
      deformation,
      origin: 'computed',
      method: { description: 'a known field', remarks: [], quality: null },
    })
    judgeRegistration(phantom.store, phantom.patientId, id, 'accepted')
    for (const [from, to] of [
      [sameCycle, source],
      [source, sameCycle],
    ] as const) {
      const { setId, registration } = await carry(from, to, { structureIds: idsOf(from, 'SPLEEN') })
      expect(registration).toMatch(from === source ? /^a known field, inverted; accepted/ : /^a known field; accepted/)
      const [stored] = phantom.store.read.structureSet(setId)!.structures
      expect(stored!.method!.parameters).toMatchObject({ registration: 'deformable', registrationId: id })
      const carried = rasteriseShape(await phantom.store.shapes.get(stored!.geometryVolumeId), to.ct!.grid)
      // Both centres in the source's coordinates. x + u(x) in the spleen: it lies a shift back; the other way, a shift on.
      const toSource = (p: Vec3): Vec3 => (to === source ? p : applyMat4(linear.matrix, p))
      const [now, own] = [toSource(maskCentroidMm(carried)!), toSource(await centreOf(to, to.ct!.grid))]
      const sign = to === source ? -1 : 1
      const off = Math.hypot(...now.map((mm, axis) => mm - own[axis]! - sign * SHIFT[axis]!))
      expect(off).toBeLessThan(1)
    }
  })

  it('is followed by a rigid registration in a box where that is asked for, which undoes what the field did wrong', async () => {
    const { source, sameCycle } = await points()
    const structureIds = idsOf(source, 'SPLEEN')
    const before = await carry(source, sameCycle, { structureIds })
    const { setId, structures } = await carry(source, sameCycle, {
      structureIds,
      refine: { structureIds, marginMm: 25, image: 'ct' },
    })
    // The images lie as the linear registration says: the known field is an error, by the length of its shift.
    const wrong = (await compared(before.setId, sameCycle, 'SPLEEN')).apartMm
    expect(Math.abs(wrong - Math.hypot(...SHIFT))).toBeLessThan(1)
    expect((await compared(setId, sameCycle, 'SPLEEN')).apartMm).toBeLessThan(wrong / 2)
    expect(structures[0]?.refinedByMm).toBeGreaterThan(wrong / 2)
    const { method } = phantom.store.read.structureSet(setId)!.structures[0]!
    expect(method!.description).toMatch(
      /a known field, inverted; accepted.*Then moved by .* mm by a rigid registration/,
    )
  })

  async function centreOf(timePoint: TimePointDraft, grid: ImageGrid): Promise<Vec3> {
    const { shape } = timePoint.structureSet!.structures.find(({ name }) => name === 'SPLEEN')!
    return maskCentroidMm(rasteriseShape(shape, grid))!
  }

  /** u(x) = shift · exp(−(r/150 mm)⁶): all of it within the spleen, nothing at the edge. */
  function fieldAround(middle: Vec3, over: ImageGrid): { grid: ImageGrid; displacementMm: Float32Array } {
    const { low, high } = gridExtentMm(over)
    const grid: ImageGrid = {
      dimensions: low.map((mm, axis) => Math.ceil((high[axis]! - mm) / 12) + 1) as unknown as Vec3,
      spacingMm: [12, 12, 12],
      originMm: low,
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    }
    const [nx, ny, nz] = grid.dimensions
    const displacementMm = new Float32Array(3 * nx * ny * nz)
    for (let n = 0; n < nx * ny * nz; n++) {
      const p = indexToPatient(grid, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))])
      const r = Math.hypot(...p.map((mm, axis) => mm - middle[axis]!))
      displacementMm.set(
        SHIFT.map((mm) => mm * Math.exp(-((r / 150) ** 6))),
        3 * n,
      )
    }
    return { grid, displacementMm }
  }
})
