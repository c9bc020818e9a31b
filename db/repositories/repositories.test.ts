import { describe, expect, it } from 'vitest'
import type { Store } from '../../electron/services/ports/store.ts'
import { temporaryStore } from '../testing/index.ts'
import {
  cycleInput,
  filledStore,
  identity,
  identityMatrix,
  imageInput,
  importBatch,
  registrationInput,
  structureSetInput,
  writePatient,
} from '../testing/records.ts'

const invalid = expect.objectContaining({ code: 'store.invalid-value' }) as Error

function auditOf(store: Store, action: string): unknown[] {
  return store.read.audit({ limit: 1000 }).filter((row) => row.action === action)
}

describe('a patient with everything', () => {
  it('is read back as it was written', async () => {
    const store = await temporaryStore()
    const { volumes, ids } = await filledStore(store)
    const { read } = store
    expect(read.patients()).toEqual([
      { ...identity, id: ids.patientId, contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    ])
    expect(read.patientByKey(identity.key)).toEqual(read.patient(ids.patientId))
    expect(read.coursesOfPatient(ids.patientId)).toEqual([read.course(ids.courseId)])
    expect(read.cyclesOfCourse(ids.courseId)).toEqual([
      expect.objectContaining({ id: ids.cycleId, ...cycleInput(ids.courseId) }),
    ])
    expect(read.timePointsOfCycle(ids.cycleId)).toEqual([
      expect.objectContaining({
        id: ids.timePointId,
        label: '24 h',
        acquisitionStart: { local: '2024-03-02T10:00:00', utcOffsetMin: 60 },
        images: [{ imageId: ids.imageId, role: 'emission' }],
      }),
    ])
    expect(read.studiesOfPatient(ids.patientId)).toEqual([
      expect.objectContaining({ studyUid: '1.2', description: 'Therapy' }),
    ])
    expect(read.seriesOfPatient(ids.patientId)).toEqual([read.series(ids.seriesId)])
    expect(read.imagesOfPatient(ids.patientId)).toEqual([
      expect.objectContaining({
        ...imageInput(ids.seriesId, volumes),
        sourceSha256s: volumes.files.slice(0, 2).sort(),
        id: ids.imageId,
        patientId: ids.patientId,
        studyUid: '1.2',
        seriesUid: '1.2.3',
        seriesDescription: 'SPECT 24 h',
        manufacturer: 'Maker',
      }),
    ])
    expect(read.sourceFilesOfSeries(ids.seriesId).map((file) => [file.sopInstanceUid, file.sizeBytes])).toEqual([
      ['1.2.3.0', 6],
      ['1.2.3.1', 6],
      ['1.2.3.2', 6],
    ])
    const [set] = read.structureSetsOfPatient(ids.patientId)
    expect(set?.structures.map((one) => [one.number, one.name, one.colourRgb, one.structureSetId])).toEqual([
      [1, 'Kidney left', null, ids.structureSetId],
      [2, 'Liver', [1, 2, 255], ids.structureSetId],
    ])
    expect(set?.sourceSha256s).toEqual(volumes.files.slice(2))
    expect(ids.structureIds.map((id) => read.structure(id)?.name)).toEqual(['Liver', 'Kidney left'])
    expect(read.registrationsOfPatient(ids.patientId)).toEqual([
      expect.objectContaining({
        ...registrationInput(ids.patientId),
        status: 'proposed',
        decidedBy: null,
        decidedAt: null,
      }),
    ])
  })

  it('is unchanged by being imported again, in another order too, and leaves no trace of that', async () => {
    const store = await temporaryStore()
    const { volumes, ids } = await filledStore(store)
    const before = store.read.audit({ limit: 1000 })
    const again = store.transaction({ action: 'import' }, (write) => {
      const written = writePatient(write, { ...volumes, files: [...volumes.files] })
      const image = imageInput(ids.seriesId, volumes)
      write.addImage({ ...image, sourceSha256s: [...image.sourceSha256s].reverse() })
      const set = structureSetInput(ids.patientId, volumes, { sourceSha256s: volumes.files.slice(2) })
      write.addStructureSet({ ...set, structures: [...set.structures].reverse() })
      expect(write.recordImport(importBatch)).toBeNull()
      return written
    })
    expect(again).toEqual(ids)
    expect(store.read.audit({ limit: 1000 })).toEqual(before)
    expect(store.read.importBatches()).toHaveLength(1)
  })

  it('has the same ids and content hashes in another store', async () => {
    const one = await temporaryStore()
    const two = await temporaryStore()
    const first = await filledStore(one)
    const second = await filledStore(two)
    expect(second.ids).toEqual(first.ids)
    expect(two.read.imagesOfPatient(second.ids.patientId)).toEqual(one.read.imagesOfPatient(first.ids.patientId))
  })
})

describe('adding over what is there', () => {
  it('keeps the earlier content unless told to replace it, and then keeps that in the history', async () => {
    const store = await temporaryStore()
    const { ids } = await filledStore(store)
    const corrected = cycleInput(ids.courseId, { netActivityBq: 7.1e9 })
    const kept = store.transaction({ action: 'import' }, (write) => write.addCycle(corrected))
    expect(kept).toEqual({ id: ids.cycleId, change: 'conflict' })
    expect(store.read.cycle(ids.cycleId)?.netActivityBq).toBe(7.4e9)
    const hash = store.read.currentHash({ entity: 'cycle', id: ids.cycleId })

    const replaced = store.transaction({ action: 'cycle.correct' }, (write) =>
      write.addCycle(corrected, { replace: true }),
    )
    expect(replaced).toEqual({ id: ids.cycleId, change: 'changed' })
    expect(store.read.cycle(ids.cycleId)?.netActivityBq).toBe(7.1e9)
    expect(store.read.currentHash({ entity: 'cycle', id: ids.cycleId })).not.toBe(hash)
    expect(store.read.history({ entity: 'cycle', id: ids.cycleId })).toEqual([
      { contentHash: hash, content: cycleInput(ids.courseId), replacedAt: expect.any(String) as string },
    ])
    expect(auditOf(store, 'cycle.correct')).toHaveLength(1)
  })

  it('replaces links together with the record', async () => {
    const store = await temporaryStore()
    const { volumes, ids } = await filledStore(store)
    const other = imageInput(ids.seriesId, volumes, {
      voxelsVolumeId: volumes.otherVoxels,
      sourceSha256s: volumes.files.slice(1),
    })
    expect(store.transaction({ action: 'import' }, (write) => write.addImage(other)).change).toBe('conflict')
    expect(store.read.image(ids.imageId)?.sourceSha256s).toEqual(volumes.files.slice(0, 2).sort())
    store.transaction({ action: 'import' }, (write) => write.addImage(other, { replace: true }))
    expect(store.read.image(ids.imageId)).toMatchObject({
      voxelsVolumeId: volumes.otherVoxels,
      sourceSha256s: volumes.files.slice(1).sort(),
    })
  })

  it('retires structures that a replaced set no longer has, and keeps the ids of the others', async () => {
    const store = await temporaryStore()
    const { volumes, ids } = await filledStore(store)
    const input = structureSetInput(ids.patientId, volumes, {
      structures: structureSetInput('', volumes).structures.slice(0, 1),
    })
    const result = store.transaction({ action: 'edit' }, (write) => write.addStructureSet(input, { replace: true }))
    expect(result.structureIds).toEqual(ids.structureIds.slice(0, 1))
    const [liver = '', kidney = ''] = ids.structureIds
    expect(store.read.structure(liver)?.name).toBe('Liver')
    expect(store.read.structure(kidney)).toBeNull()
    expect(store.read.currentHash({ entity: 'structure', id: kidney })).toBeNull()
  })

  it('changes the content hash with what numbers depend on, not with what only people read', async () => {
    const store = await temporaryStore()
    const { volumes, ids } = await filledStore(store)
    const hashes = () => ({
      patient: store.read.patient(ids.patientId)?.contentHash,
      timePoint: store.read.timePoint(ids.timePointId)?.contentHash,
      structure: store.read.structure(ids.structureIds[0] ?? '')?.contentHash,
    })
    const before = hashes()
    store.transaction({ action: 'rename' }, (write) => {
      write.correctPatient(ids.patientId, { name: 'Mueller, Aenne' })
      const { id, contentHash, ...timePoint } = store.read.timePoint(ids.timePointId) ?? { id: '', contentHash: '' }
      void [id, contentHash]
      write.addTimePoint(
        { ...(timePoint as Parameters<typeof write.addTimePoint>[0]), label: 'day 1' },
        { replace: true },
      )
      write.addStructureSet(structureSetInput(ids.patientId, volumes, { label: 'better label' }), { replace: true })
    })
    expect(store.read.timePoint(ids.timePointId)?.label).toBe('day 1')
    expect(hashes()).toEqual(before)
    store.transaction({ action: 'correct' }, (write) => write.correctPatient(ids.patientId, { weightKg: 80 }))
    expect(hashes().patient).not.toBe(before.patient)
  })

  it('gives an image the camera that it was stored without, which changes no hash; another one is a conflict', async () => {
    const store = await temporaryStore()
    const { volumes, ids } = await filledStore(store)
    const hash = store.read.image(ids.imageId)?.contentHash
    const put = (model: string, more: object = {}) =>
      store.transaction({ action: 'import' }, (write) => {
        const camera = { model, stationName: '', serialNumber: '7', collimatorName: 'MELP', collimatorType: 'PARA' }
        return write.addImage(imageInput(ids.seriesId, volumes, { camera, ...more })).change
      })
    expect(store.read.image(ids.imageId)?.camera).toBeNull()
    expect(put('A', { acquisitionDurationS: 7 })).toBe('conflict')
    expect(store.read.image(ids.imageId)?.camera).toBeNull()
    expect(put('A')).toBe('changed')
    expect(put('A')).toBe('unchanged')
    expect(put('B')).toBe('conflict')
    expect(store.read.image(ids.imageId)).toMatchObject({ contentHash: hash, camera: { model: 'A' } })
    expect(store.read.history({ entity: 'image', id: ids.imageId })).toHaveLength(1)
  })

  it('lets cycle numbers swap, but not be the same in the end', async () => {
    const store = await temporaryStore()
    const { ids } = await filledStore(store)
    const second = { key: '2024-05-01', number: 2 }
    store.transaction({ action: 'import' }, (write) => write.addCycle(cycleInput(ids.courseId, second)))
    store.transaction({ action: 'renumber' }, (write) => {
      write.addCycle(cycleInput(ids.courseId, { number: 2 }), { replace: true })
      write.addCycle(cycleInput(ids.courseId, { ...second, number: 1 }), { replace: true })
    })
    expect(store.read.cyclesOfCourse(ids.courseId).map((cycle) => cycle.key)).toEqual(['2024-05-01', '2024-03-01'])
    expect(() =>
      store.transaction({ action: 'renumber' }, (write) =>
        write.addCycle(cycleInput(ids.courseId, { number: 1 }), { replace: true }),
      ),
    ).toThrow(expect.objectContaining({ code: 'store.duplicate-cycle-number' }) as Error)
    expect(store.read.cycle(ids.cycleId)?.number).toBe(2)
  })
})

describe('patients', () => {
  it('get what was unknown filled in, and keep what is known', async () => {
    const store = await temporaryStore()
    const { ids } = await filledStore(store)
    const result = store.transaction({ action: 'import' }, (write) =>
      write.upsertPatient({ ...identity, heightM: 1.64, weightKg: 70, sex: null, issuer: '' }),
    )
    expect(result).toEqual({ id: ids.patientId, change: 'changed', differing: ['weightKg'], implausible: [] })
    expect(store.read.patient(ids.patientId)).toMatchObject({
      heightM: 1.64,
      weightKg: 61.5,
      sex: 'F',
      issuer: 'HOSPITAL',
    })
  })

  it('do not flip when two studies that differ are imported in turn', async () => {
    const store = await temporaryStore()
    await filledStore(store)
    const rows = store.read.audit({ limit: 1000 }).length
    for (const weightKg of [70, 61.5, 70]) {
      const { change } = store.transaction({ action: 'import' }, (write) =>
        write.upsertPatient({ ...identity, weightKg }),
      )
      expect(change).toBe('unchanged')
    }
    expect(store.read.audit({ limit: 1000 })).toHaveLength(rows)
  })

  it.each([
    [{ weightKg: 0 }, 'weightKg'],
    [{ weightKg: 61_500 }, 'weightKg'],
    [{ heightM: 164 }, 'heightM'],
    [{ birthDate: '1960-02-30' }, 'birthDate'],
    [{ birthDate: '29.2.1960' }, 'birthDate'],
  ])('with %j are taken in, and the field is named', async (fields, name) => {
    const store = await temporaryStore()
    const result = store.transaction({ action: 'import' }, (write) => write.upsertPatient({ ...identity, ...fields }))
    expect(result.implausible).toEqual([name])
    expect(store.read.patient(result.id)?.[name as 'weightKg']).toBeNull()
    expect(() => store.transaction({ action: 'correct' }, (write) => write.correctPatient(result.id, fields))).toThrow(
      invalid,
    )
  })
})

describe('values out of range', () => {
  it.each([
    ['activity in MBq', { netActivityBq: 7400 }],
    ['no number', { netActivityBq: Number.NaN }],
    ['amount in nmol', { ligandAmountMol: 120 }],
    ['time without seconds', { administrationStart: { local: '2024-03-01T10:00', utcOffsetMin: null } }],
    ['half a cycle', { number: 1.5 }],
  ])('of a cycle (%s) are refused, naming the field, and nothing of the transaction stays', async (_name, fields) => {
    const store = await temporaryStore()
    const { ids } = await filledStore(store)
    const work = (): unknown =>
      store.transaction({ action: 'import' }, (write) => {
        write.correctPatient(ids.patientId, { name: 'changed' })
        write.addCycle(cycleInput(ids.courseId, { key: 'new', number: 2, ...fields }))
      })
    expect(work).toThrow(invalid)
    expect(work).toThrow(Object.keys(fields)[0])
    expect(store.read.patient(ids.patientId)?.name).toBe(identity.name)
    expect(store.read.cyclesOfCourse(ids.courseId)).toHaveLength(1)
  })

  it('of other records are refused too', async () => {
    const store = await temporaryStore()
    const { volumes, ids } = await filledStore(store)
    const twice = structureSetInput(ids.patientId, volumes).structures.map((one) => ({ ...one, number: 1 }))
    store.transaction({ action: 'import' }, (write) => {
      const grid = imageInput(ids.seriesId, volumes).grid
      expect(() =>
        write.addImage(imageInput(ids.seriesId, volumes, { key: 'n', grid: { ...grid, dimensions: [2, 3, 5] } })),
      ).toThrow(invalid)
      expect(() =>
        write.addImage(imageInput(ids.seriesId, volumes, { key: 'n', grid: { ...grid, spacingMm: [0, 1, 1] } })),
      ).toThrow(invalid)
      expect(() =>
        write.addStructureSet(structureSetInput(ids.patientId, volumes, { key: 'n', structures: twice })),
      ).toThrow(invalid)
      expect(() => write.addRegistration(registrationInput(ids.patientId, { matrix: [1, 2, 3] }))).toThrow(invalid)
      expect(() => write.addCourse({ patientId: ids.patientId, key: 'n', agent: '', nuclide: '177Lu' })).toThrow(
        invalid,
      )
      expect(() => write.putSetting('limit', { doseGy: Infinity })).toThrow(invalid)
    })
    expect(auditOf(store, 'import')).toHaveLength(1)
  })

  it('as a reference to a volume that is not stored is a bug and undoes everything', async () => {
    const store = await temporaryStore()
    const { volumes, ids } = await filledStore(store)
    const nowhere = 'f'.repeat(64)
    expect(() =>
      store.transaction({ action: 'import' }, (write) =>
        write.addImage(imageInput(ids.seriesId, volumes, { key: 'n', voxelsVolumeId: nowhere })),
      ),
    ).toThrow('durable')
    expect(store.read.imagesOfPatient(ids.patientId)).toHaveLength(1)
  })
})

describe('registrations', () => {
  it('are judged by a person; rejecting changes what they are worth, accepting does not', async () => {
    const store = await temporaryStore()
    const { ids } = await filledStore(store)
    const hash = (): string | undefined => store.read.registration(ids.registrationId)?.contentHash
    const proposed = hash()
    const judge = (status: 'accepted' | 'rejected') =>
      store.transaction({ action: 'registration.judge', actor: 'physicist' }, (write) =>
        write.judgeRegistration(ids.registrationId, status),
      )
    expect(judge('accepted').change).toBe('changed')
    expect(judge('accepted').change).toBe('unchanged')
    expect(store.read.registration(ids.registrationId)).toMatchObject({ status: 'accepted', decidedBy: 'physicist' })
    expect(hash()).toBe(proposed)
    judge('rejected')
    expect(hash()).not.toBe(proposed)
  })

  it('lose the judgement when their transform is replaced, and keep it when imported again', async () => {
    const store = await temporaryStore()
    const { ids } = await filledStore(store)
    store.transaction({ action: 'a' }, (write) => write.judgeRegistration(ids.registrationId, 'accepted'))
    store.transaction({ action: 'a' }, (write) => write.addRegistration(registrationInput(ids.patientId)))
    expect(store.read.registration(ids.registrationId)?.status).toBe('accepted')
    const matrix = [1, 0, 0, 5, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    store.transaction({ action: 'a' }, (write) =>
      write.addRegistration(registrationInput(ids.patientId, { matrix }), { replace: true }),
    )
    expect(store.read.registration(ids.registrationId)).toMatchObject({ status: 'proposed', matrix, decidedBy: null })
  })
})

describe('deformable registrations', () => {
  const deformationOf = (displacementVolumeId: string) => ({
    type: 'DEFORMABLE' as const,
    deformation: {
      grid: imageInput('', { voxels: '', otherVoxels: '', shape: '', otherShape: '', files: [] }).grid,
      fixedToMoving: identityMatrix,
      displacementVolumeId,
    },
    method: { description: 'B-spline, 40 mm', remarks: ['small overlap'], quality: null },
  })

  it('come back as they were put, and hash their displacements', async () => {
    const store = await temporaryStore()
    const { volumes, ids } = await filledStore(store)
    const input = registrationInput(ids.patientId, { key: 'reg-2', ...deformationOf(volumes.voxels) })
    const { id } = store.transaction({ action: 'a' }, (write) => write.addRegistration(input))
    expect(store.read.registration(id)).toMatchObject({ ...input, status: 'proposed' })
    const before = store.read.currentHash({ entity: 'registration', id })
    store.transaction({ action: 'a' }, (write) =>
      write.addRegistration({ ...input, ...deformationOf(volumes.otherVoxels) }, { replace: true }),
    )
    expect(store.read.currentHash({ entity: 'registration', id })).not.toBe(before)
  })

  it('are refused where type and deformation do not belong together', async () => {
    const store = await temporaryStore()
    const { volumes, ids } = await filledStore(store)
    const { deformation } = deformationOf(volumes.voxels)
    for (const wrong of [{ type: 'DEFORMABLE' as const }, { deformation }])
      expect(() =>
        store.transaction({ action: 'a' }, (write) =>
          write.addRegistration(registrationInput(ids.patientId, { key: 'reg-2', ...wrong })),
        ),
      ).toThrow(expect.objectContaining({ code: 'store.invalid-value' }))
  })
})

describe('calibrations', () => {
  const input = { key: 'camera-a/2026-01-20', kind: 'sensitivity/1', content: { sensitivityCpsPerMbq: 9.2 } }

  it('come back as they were put, with who added them; other content under the same key is a conflict', async () => {
    const store = await temporaryStore()
    const add = (content: unknown) =>
      store.transaction({ action: 'a', actor: 'physicist' }, (write) => write.addCalibration({ ...input, content }))
    const { id, change } = add(input.content)
    expect(change).toBe('added')
    expect(add(input.content).change).toBe('unchanged')
    expect(add({ sensitivityCpsPerMbq: 9.3 }).change).toBe('conflict')
    expect(store.read.calibrations()).toEqual([expect.objectContaining({ id, ...input, addedBy: 'physicist' })])
    store.transaction({ action: 'a' }, (write) => write.retire({ entity: 'calibration', id }))
    expect(store.read.calibrations()).toEqual([])
  })
})

describe('retiring', () => {
  it('takes a record out of the lists; importing does not bring it back, replacing does', async () => {
    const store = await temporaryStore()
    const { volumes, ids } = await filledStore(store)
    const retire = () =>
      store.transaction({ action: 'retire' }, (write) => write.retire({ entity: 'image', id: ids.imageId }))
    expect(retire().change).toBe('changed')
    expect(retire().change).toBe('unchanged')
    expect(store.read.imagesOfPatient(ids.patientId)).toEqual([])
    expect(store.read.image(ids.imageId)).toBeNull()
    const again = store.transaction({ action: 'import' }, (write) => write.addImage(imageInput(ids.seriesId, volumes)))
    expect(again.change).toBe('unchanged')
    expect(store.read.image(ids.imageId)).toBeNull()
    store.transaction({ action: 'restore' }, (write) =>
      write.addImage(imageInput(ids.seriesId, volumes), { replace: true }),
    )
    expect(store.read.image(ids.imageId)).not.toBeNull()
  })

  it('of a set takes its structures along', async () => {
    const store = await temporaryStore()
    const { ids } = await filledStore(store)
    store.transaction({ action: 'retire' }, (write) =>
      write.retire({ entity: 'structure-set', id: ids.structureSetId }),
    )
    expect(store.read.structure(ids.structureIds[0] ?? '')).toBeNull()
    expect(() => store.read.inputOf('structure', { entity: 'structure', id: ids.structureIds[0] ?? '' })).toThrow(
      'no structure',
    )
  })
})

describe('imports', () => {
  it('keep their problems, by batch and by patient', async () => {
    const store = await temporaryStore()
    const problem = (code: string) => ({
      severity: 'question' as const,
      code,
      item: 'SPECT 24 h',
      message: 'no calibration',
      hint: 'give one',
      seriesUid: '1.2.3',
      filePaths: ['a', 'b'],
    })
    const batchId = store.transaction({ action: 'import' }, (write) => {
      const { id } = write.upsertPatient(identity)
      return write.recordImport({
        ...importBatch,
        problems: [
          { patientId: id, problem: problem('one') },
          { patientId: null, problem: problem('two') },
        ],
      })
    })
    expect(store.read.problemsOfBatch(batchId ?? '')).toEqual([problem('one'), problem('two')])
    const patient = store.read.patientByKey(identity.key)
    expect(store.read.problemsOfPatient(patient?.id ?? '')).toEqual([problem('one')])
    const { problems, ...batch } = importBatch
    expect(problems).toEqual([])
    expect(store.read.importBatches()).toEqual([{ ...batch, id: batchId, importedAt: expect.any(String) as string }])
  })
})

describe('decisions and settings', () => {
  it('count by their newest answer, keep every earlier one, and can be withdrawn', async () => {
    const store = await temporaryStore()
    const { ids } = await filledStore(store)
    const subject = { entity: 'image' as const, id: ids.imageId }
    const code = 'activity.needs-calibration'
    const decide = (value: unknown, actor: string) =>
      store.transaction({ action: 'decide', actor }, (write) =>
        write.recordDecision({ subject, code, value, reason: '' }),
      )
    expect(store.read.decision(subject, code)).toBeNull()
    expect(decide(null, 'a').change).toBe('unchanged')
    expect(decide({ factorCpsPerMBq: 9.2 }, 'a').change).toBe('added')
    expect(decide({ factorCpsPerMBq: 9.2 }, 'b').change).toBe('unchanged')
    expect(decide({ factorCpsPerMBq: 9.4 }, 'b').change).toBe('changed')
    expect(store.read.decision(subject, code)).toMatchObject({ value: { factorCpsPerMBq: 9.4 }, decidedBy: 'b' })
    expect(store.read.decisionsOf(subject)).toHaveLength(1)
    decide(null, 'c')
    expect(store.read.decision(subject, code)).toBeNull()
    expect(store.read.decisionsOf(subject)).toEqual([])
    expect(store.read.decisionHistory(subject, code).map((one) => one.decidedBy)).toEqual(['a', 'b', 'c'])
  })

  it('of settings are stored by name', async () => {
    const store = await temporaryStore()
    const put = (value: unknown) =>
      store.transaction({ action: 'settings' }, (write) => write.putSetting('protocol', value).change)
    expect(put({ b: 1, a: 2 })).toBe('added')
    expect(put({ a: 2, b: 1 })).toBe('unchanged')
    expect(put({ a: 3 })).toBe('changed')
    expect(store.read.setting('protocol')?.value).toEqual({ a: 3 })
    expect(store.read.settings().map((one) => one.name)).toEqual(['protocol'])
    expect(store.read.setting('none')).toBeNull()
  })
})
