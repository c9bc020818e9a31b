/** Lesions in a real store: found, accepted, followed over two cycles, identified; and what is refused. */
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  lesionsAcceptSchema,
  lesionsFindSchema,
  lesionsFollowSchema,
  lesionsIdentifySchema,
  lesionsRenameSchema,
} from '../../electron/contracts/lesions.ts'
import type { LesionFollowUp } from '../../electron/contracts/lesions.ts'
import { structuresSaveSchema } from '../../electron/contracts/structures.ts'
import type { TimePointDraft } from '../../electron/services/course/index.ts'
import {
  acceptLesions,
  chooseStructureSet,
  findStoredLesions,
  followLesions,
  identifyLesions,
  judgeRegistration,
  lesionCandidates,
  renameLesion,
  runStoredAnalysis,
  saveStructures,
} from '../../electron/services/patients/index.ts'
import {
  applyMat4,
  indexToPatient,
  maskStatistics,
  patientToIndexMatrix,
  rasteriseShape,
} from '../../native-core/imaging/index.ts'
import type { Vec3 } from '../../native-core/imaging/index.ts'
import { maskCentroidMm } from '../../native-core/imaging/structurePolicy/index.ts'
import { storedPhantom } from './support/storedPhantom.ts'
import type { StoredPhantom } from './support/storedPhantom.ts'

let phantom: StoredPhantom
const how = { progress: () => undefined, signal: new AbortController().signal }

beforeAll(async () => {
  phantom = await storedPhantom({
    seed: 41,
    sizes: 'tiny',
    psfFwhmMm: 8,
    cycles: 2,
    timesH: [24, 96],
    referenceSession: 1,
    structuresAt: 'reference',
    noise: 0.3,
    lesionShrinkage: 0.8,
    lesions: [
      { site: 'liver', diameterMm: 50, contrast: 10 },
      { site: 'abdomen', diameterMm: 44, contrast: 10 },
    ],
  })
})
afterAll(() => phantom.close())

async function point(cycle: number): Promise<TimePointDraft> {
  return (await phantom.now()).course.cycles[cycle]!.reference
}

/** Ids of the file's own structures. */
function ownIds(timePoint: TimePointDraft, fits: (name: string) => boolean): string[] {
  const sets = phantom.store.read.structureSetsOfPatient(phantom.patientId)
  return sets
    .find(({ key }) => key === timePoint.structureSet!.key)!
    .structures.filter(({ name }) => fits(name))
    .map(({ id }) => id)
}

/** Half of the concentration of the lesions of the phantom, as the truth tells it. */
function halfOfLesions(cycle: number): number {
  const { regions } = phantom.truth.cycles[cycle]!.sessions[0]!
  return 0.5 * Math.min(regions['TUMOUR_1']!.conc_bq_ml, regions['TUMOUR_2']!.conc_bq_ml)
}

async function find(cycle: number, more: object = {}) {
  const timePoint = await point(cycle)
  const { patient, course } = await phantom.now()
  const ask = lesionsFindSchema.parse({
    patientId: phantom.patientId,
    timePointId: timePoint.id,
    setId: null,
    threshold: { kind: 'fixed', valueBqPerMl: halfOfLesions(cycle) },
    physiologic: timePoint.structureSet === null ? [] : ownIds(timePoint, (name) => /KIDNEY|SPLEEN/.test(name)),
    ...more,
  })
  const ports = { compute: phantom.bench.compute, nuclides: phantom.bench.data.nuclides }
  const stored = await findStoredLesions(phantom.store, patient, course, ask, ports, how)
  return { timePoint, ...stored }
}

async function follow(more: object = {}): Promise<LesionFollowUp> {
  const { patient, course } = await phantom.now()
  const ask = lesionsFollowSchema.parse({ patientId: phantom.patientId, ...more })
  const ports = { ...phantom.bench.data, compute: phantom.bench.compute }
  return followLesions(phantom.store, patient, course, ask, ports, how)
}

describe('lesions found in a time point', () => {
  it('are those of the phantom, at their places, kept as a set to review; organs are flagged and stay in the list', async () => {
    const { timePoint, setId, found } = await find(0)
    const record = phantom.store.read.structureSet(setId!)!
    expect(record.origin).toBe('computed')
    expect(record.structures.every(({ review, type }) => review === 'to-review' && type === 'GTV')).toBe(true)
    expect(record.structures[0]!.method).toMatchObject({
      kind: 'lesion-finding',
      description: expect.stringMatching(/^Regions above .* kBq\/mL \(fixed\);/),
    })
    const { patient, course } = await phantom.now()
    const list = lesionCandidates(phantom.store, patient, course, { timePointId: timePoint.id, setId: setId! })
    expect(list).toMatchObject({ thresholdBqPerMl: found.threshold, tooSmall: found.tooSmall })
    expect(list.candidates).toHaveLength(found.candidates.length)
    const lesions = list.candidates.filter(({ flags }) => !flags.includes('physiologic'))
    for (const name of ['TUMOUR_1', 'TUMOUR_2']) {
      const { shape } = timePoint.structureSet!.structures.find((one) => one.name === name)!
      const mask = rasteriseShape(shape, timePoint.emission.grid)
      const centre = maskCentroidMm(mask)!
      const near = lesions.filter(({ centreMm }) => Math.hypot(...centreMm.map((mm, axis) => mm - centre[axis]!)) < 7)
      expect([name, near.length]).toEqual([name, 1])
      // Half of the contrast of a blurred ball lies σ²/R inside its surface (here half a millimetre); voxels are 13.6 mm.
      const truth = phantom.truth.cycles[0]!.regions[name]!.volume_ml
      expect(Math.abs(near[0]!.volumeMl / truth - 1)).toBeLessThan(0.3)
      expect(near[0]!.totalBq).toBeCloseTo(near[0]!.meanBqPerMl * near[0]!.volumeMl, 0)
    }
    expect(list.candidates.every(({ side }) => side !== null)).toBe(true)

    // With the liver among the physiologic structures the lesion in it is flagged, and in the list all the same.
    const all = await find(0, { physiologic: null })
    expect(all.found.candidates.map(({ volumeMl }) => volumeMl)).toEqual(found.candidates.map((one) => one.volumeMl))
    const inLiver = all.found.candidates.filter(({ flags }) => flags.includes('physiologic'))
    expect(inLiver.map(({ place }) => place!.words)).toContain('in LIVER')
    expect(inLiver[0]!.reasons[0]).toContain('LIVER')
  })

  it('can be looked for above a reference region, and may be none', async () => {
    const timePoint = await point(0)
    const [liver] = ownIds(timePoint, (name) => name === 'LIVER')
    const threshold = { kind: 'reference', structureId: liver, meanFactor: 1, sdFactor: 1, shrinkMm: 5 }
    const { found } = await find(0, { threshold })
    const { shape } = timePoint.structureSet!.structures.find((one) => one.name === 'LIVER')!
    const { patient } = await phantom.now()
    const values = await phantom.store.voxels.get(patient.voxelsOf.get(timePoint.emission.key)!)
    const whole = maskStatistics(rasteriseShape(shape, timePoint.emission.grid), values)
    expect(found.reference!.volumeMl).toBeLessThan(whole.volumeMl)
    expect(found.threshold).toBeCloseTo(found.reference!.mean + found.reference!.sd, 3)
    const none = await find(0, { threshold: { kind: 'fixed', valueBqPerMl: 1e12 } })
    expect(none).toMatchObject({ setId: null, found: { candidates: [] } })
    await expect(find(0, { setId: '0'.repeat(32) })).rejects.toMatchObject({ code: 'structures.unknown-set' })
    await expect(find(0, { physiologic: ['nothing'] })).rejects.toMatchObject({ code: 'structures.unknown' })
  })
})

describe('lesions over two cycles', () => {
  const accepted: { timePointId: string; setId: string }[] = []

  it('are accepted as new sets beside the organs, with the burden of what was accepted', async () => {
    for (const cycle of [0, 1]) {
      const { timePoint, setId } = await find(cycle)
      const { patient, course } = await phantom.now()
      const { candidates } = lesionCandidates(phantom.store, patient, course, {
        timePointId: timePoint.id,
        setId: setId!,
      })
      const lesions = candidates
        .filter(({ flags, volumeMl }) => !flags.includes('physiologic') && volumeMl > 4)
        .slice(0, 2)
      expect(lesions).toHaveLength(2)
      const ask = lesionsAcceptSchema.parse({
        patientId: phantom.patientId,
        timePointId: timePoint.id,
        setId,
        accepted: lesions.map(({ structureId }, n) => ({ structureId, name: `Lesion ${'ab'[n]} of ${cycle}` })),
        withSetId: null,
        label: 'Accepted by Anna',
        use: true,
      })
      const stored = await acceptLesions(phantom.store, patient, course, ask)
      expect(stored.burden.count).toBe(2)
      expect(stored.burden.volumeMl).toBeCloseTo(lesions[0]!.volumeMl + lesions[1]!.volumeMl, 6)
      expect(stored.burden.totalBq / (lesions[0]!.totalBq + lesions[1]!.totalBq)).toBeCloseTo(1, 9)
      const record = phantom.store.read.structureSet(stored.setId)!
      expect(record.structures.map(({ review }) => review)).toEqual(['reviewed', 'reviewed'])
      chooseStructureSet(
        phantom.store,
        await phantom.now().then((now) => now.patient),
        course,
        timePoint.id,
        stored.setId,
      )
      accepted.push({ timePointId: timePoint.id, setId: stored.setId })
    }
  })

  it('are followed only by an accepted registration', async () => {
    await expect(follow()).rejects.toMatchObject({ code: 'registration.none-accepted' })
    for (const { id } of phantom.store.read.registrationsOfPatient(phantom.patientId))
      judgeRegistration(phantom.store, phantom.patientId, id, 'accepted')
  })

  it('keep their identity: one row each, with volumes that shrink as the phantom’s do, and doses where the analysis has them', async () => {
    const { patient } = await phantom.now()
    const { compute, data } = phantom.bench
    await runStoredAnalysis(
      phantom.store,
      patient,
      {
        ...data,
        loadVoxels: (image) => phantom.store.voxels.get(patient.voxelsOf.get(image.key)!),
        measure: (task, options) => compute.measure(task, options),
      },
      { programVersion: 'test' },
    )
    const table = await follow()
    expect(table.timePoints.map(({ cycle, setId }) => [cycle, setId])).toEqual([
      [1, accepted[0]!.setId],
      [2, accepted[1]!.setId],
    ])
    expect(table.timePoints[1]!.registration).toContain('accepted by anna')
    expect(table.lesions.map(({ identity, confirmed }) => [identity, confirmed])).toEqual([
      ['L1', false],
      ['L2', false],
    ])
    expect(table.timePoints[1]!.events.map(({ kind }) => kind)).toEqual(['same', 'same'])
    expect(table.undecided).toEqual([])
    for (const { cells } of table.lesions) {
      const [before, after] = cells
      // 0.8 in diameter is half in volume; the smaller it is the more it is blurred.
      expect(after!.volumeMl / before!.volumeMl).toBeGreaterThan(0.3)
      expect(after!.volumeMl / before!.volumeMl).toBeLessThan(0.7)
      expect(before!.totalBq).toBeCloseTo(before!.meanBqPerMl! * before!.volumeMl, 0)
      for (const cell of cells) expect(cell!.dose!.doseGy).toBeGreaterThan(0)
    }
    const [first] = table.timePoints
    const sum = table.lesions.reduce((total, { cells }) => total + cells[0]!.totalBq!, 0)
    expect(first!.burden.totalBq / sum).toBeCloseTo(1, 9)
  })

  it('are identified by a person in new sets, to the bit the same; from then on that counts', async () => {
    const { patient, course } = await phantom.now()
    const table = await follow()
    const sets = accepted.map(({ timePointId, setId }, position) => ({
      timePointId,
      setId,
      identities: table.lesions.map(({ identity, cells }) => ({
        structureId: cells[position]!.structureId,
        identity: `Patient ${identity}`,
      })),
    }))
    const ask = lesionsIdentifySchema.parse({ patientId: phantom.patientId, sets, use: true })
    const stored = await identifyLesions(phantom.store, patient, course, ask)
    for (const [position, { timePointId, setId }] of stored.entries()) {
      const now = phantom.store.read.structureSet(setId)!.structures
      const before = phantom.store.read.structureSet(accepted[position]!.setId)!.structures
      expect(now.map(({ geometryVolumeId }) => geometryVolumeId)).toEqual(before.map((one) => one.geometryVolumeId))
      expect(before.map(({ identity }) => identity)).toEqual([null, null])
      const then = await phantom.now()
      chooseStructureSet(phantom.store, then.patient, then.course, timePointId, setId)
    }
    const again = await follow()
    expect(again.lesions.map(({ identity, confirmed }) => [identity, confirmed])).toEqual([
      ['Patient L1', true],
      ['Patient L2', true],
    ])
    expect(again.timePoints[1]!.events.map(({ kind, by }) => [kind, by])).toEqual([
      ['same', 'identity'],
      ['same', 'identity'],
    ])
    // The analysis was made from other sets: its doses do not stand beside these.
    expect(again.lesions.every(({ cells }) => cells.every((cell) => cell!.dose === null))).toBe(true)
    expect(again.remarks.join()).toContain('Doses are not shown')

    const twice = { ...sets[0]!, identities: sets[0]!.identities.map((one) => ({ ...one, identity: 'X' })) }
    await expect(identifyLesions(phantom.store, patient, course, { ...ask, sets: [twice] })).rejects.toMatchObject({
      code: 'lesions.identity-twice',
    })
    const foreign = { ...sets[0]!, setId: sets[1]!.setId }
    await expect(identifyLesions(phantom.store, patient, course, { ...ask, sets: [foreign] })).rejects.toMatchObject({
      code: 'structures.unknown-set',
    })
  })
})

/** Balls, drawn on the CT of a cycle's reference time point, as the set in use. Centres from the middle of the image. */
async function drawBalls(cycle: number, balls: readonly { name: string; atMm: Vec3; radiusMm: number }[]) {
  const { patient, course } = await phantom.now()
  const timePoint = course.cycles[cycle]!.reference
  const { grid } = timePoint.ct!
  const middle = indexToPatient(grid, grid.dimensions.map((count) => (count - 1) / 2) as unknown as Vec3)
  const structures = balls.map(({ name, atMm, radiusMm }) => {
    const centreMm = middle.map((mm, axis) => mm + atMm[axis]!) as unknown as Vec3
    const centre = applyMat4(patientToIndexMatrix(grid), centreMm)
    const reach = grid.spacingMm.map((mm) => Math.ceil(radiusMm / mm))
    const boxStart = centre.map((index, axis) => Math.round(index) - reach[axis]!)
    const [nx, ny, nz] = reach.map((voxels) => 2 * voxels + 1) as [number, number, number]
    const bytes = Uint8Array.from({ length: nx * ny * nz }, (_, n) => {
      const at = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]
      const p = indexToPatient(grid, at.map((offset, axis) => boxStart[axis]! + offset) as unknown as Vec3)
      return Math.hypot(...p.map((mm, axis) => mm - centreMm[axis]!)) <= radiusMm ? 255 : 0
    })
    return {
      kind: 'voxels',
      mask: { image: 'ct', boxStart, boxSize: [nx, ny, nz], deflatedBase64: deflateSync(bytes).toString('base64') },
      ...{ name, type: 'GTV', colourRgb: null, review: 'reviewed' },
      method: { kind: 'drawn', description: 'Ball' },
    }
  })
  const ask = structuresSaveSchema.parse({
    patientId: phantom.patientId,
    timePointId: timePoint.id,
    label: 'Balls',
    use: true,
    structures,
  })
  const setId = await saveStructures(phantom.store, patient, course, ask)
  const now = await phantom.now()
  chooseStructureSet(phantom.store, now.patient, now.course, timePoint.id, setId)
  return { timePointId: timePoint.id, setId }
}

describe('lesions that merge, split or may be either', () => {
  // Far from each other by more than the registration moves them.
  const pair: Vec3[] = [
    [-100, 0, 0],
    [-40, 0, 0],
  ]
  const alone: Vec3 = [70, 0, 0]

  it('are told as such from drawn sets of the store; what may be either is asked and stored by the answer only', async () => {
    await drawBalls(0, [
      { name: 'A', atMm: pair[0]!, radiusMm: 26 },
      { name: 'B', atMm: pair[1]!, radiusMm: 22 },
      { name: 'C', atMm: alone, radiusMm: 34 },
    ])
    const second = await drawBalls(1, [
      { name: 'AB', atMm: [-72, 0, 0], radiusMm: 52 },
      { name: 'C1', atMm: [50, 0, 0], radiusMm: 17 },
      { name: 'C2', atMm: [92, 0, 0], radiusMm: 15 },
    ])
    const table = await follow()
    const idOf = (name: string) =>
      phantom.store.read.structureSet(second.setId)!.structures.find((one) => one.name === name)!.id
    expect(table.timePoints[1]!.events.map(({ kind, previous, current }) => [kind, previous, current])).toEqual([
      ['merged', ['L1', 'L2'], [idOf('AB')]],
      ['split', ['L3'], [idOf('C1'), idOf('C2')]],
    ])
    // The larger of those that merged gives its name, and the larger part of what split keeps it.
    const row = (name: string) => table.lesions.find(({ cells }) => cells[1]?.name === name)!
    expect([row('AB').identity, row('AB').ancestors]).toEqual(['L1', ['L2']])
    expect(row('C1').identity).toBe('L3')
    expect(row('C2').ancestors).toEqual(['L3'])
    expect(table.lesions.find(({ identity }) => identity === 'L2')!.cells[1]).toBeNull()
    expect(table.undecided).toEqual([])
  })

  it('without overlap, at the same distance from two, is undecided', async () => {
    await drawBalls(0, [
      { name: 'A', atMm: [-45, 0, 0], radiusMm: 16 },
      { name: 'B', atMm: [45, 0, 0], radiusMm: 16 },
    ])
    const second = await drawBalls(1, [{ name: 'Between', atMm: [0, 0, 0], radiusMm: 16 }])
    const table = await follow({ maximumDistanceMm: 80 })
    expect(table.undecided).toMatchObject([
      { timePointId: second.timePointId, cell: { name: 'Between', event: 'uncertain' } },
    ])
    expect([...table.undecided[0]!.candidates].sort()).toEqual(['L1', 'L2'])
    expect(table.lesions.map(({ cells }) => cells[1])).toEqual([null, null])
    const { patient, course } = await phantom.now()
    const answer = { structureId: table.undecided[0]!.cell.structureId, identity: 'L2' }
    const first = table.timePoints[0]!
    const sets = [
      { timePointId: second.timePointId, setId: second.setId, identities: [answer] },
      {
        timePointId: first.timePointId,
        setId: first.setId!,
        identities: table.lesions.map(({ identity, cells }) => ({ structureId: cells[0]!.structureId, identity })),
      },
    ]
    const ask = lesionsIdentifySchema.parse({ patientId: phantom.patientId, sets, use: true })
    for (const { timePointId, setId } of await identifyLesions(phantom.store, patient, course, ask)) {
      const now = await phantom.now()
      chooseStructureSet(phantom.store, now.patient, now.course, timePointId, setId)
    }
    const decided = await follow({ maximumDistanceMm: 80 })
    expect(decided.undecided).toEqual([])
    expect(decided.lesions.map(({ identity, cells }) => [identity, cells[1]?.name ?? null])).toEqual([
      ['L1', null],
      ['L2', 'Between'],
    ])
  })

  it('is called otherwise by a person in every time point, as new sets; not as another one is called', async () => {
    const rename = async (identity: string, newIdentity: string) => {
      const { patient, course } = await phantom.now()
      const ask = lesionsRenameSchema.parse({ patientId: phantom.patientId, identity, newIdentity, use: true })
      return renameLesion(phantom.store, patient, course, ask)
    }
    await expect(rename('L2', 'L1')).rejects.toMatchObject({ code: 'lesions.identity-taken' })
    expect(await rename('L9', 'Nothing')).toEqual([])
    const before = (await follow()).timePoints.map(({ setId }) => setId!)
    const stored = await rename('L2', 'Left iliac')
    expect(stored).toHaveLength(2)
    for (const [position, { timePointId, setId }] of stored.entries()) {
      const old = phantom.store.read.structureSet(before[position]!)!.structures
      const renamed = phantom.store.read.structureSet(setId)!.structures
      expect(renamed.map((one) => one.geometryVolumeId)).toEqual(old.map((one) => one.geometryVolumeId))
      expect(renamed.map(({ identity }) => identity)).toEqual(
        old.map(({ identity }) => (identity === 'L2' ? 'Left iliac' : identity)),
      )
      expect(old.some(({ identity }) => identity === 'L2')).toBe(true)
      const now = await phantom.now()
      chooseStructureSet(phantom.store, now.patient, now.course, timePointId, setId)
    }
    expect((await follow()).lesions.map(({ identity, confirmed }) => [identity, confirmed])).toEqual([
      ['L1', true],
      ['Left iliac', true],
    ])
  })
})
