/**
 * Registrations in the analysis and in voxel doses: those of the files once a person has accepted them, and accepted deformable ones against the linear
 * map that they equal.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { dosePorts } from '../../electron/backend/dosePorts.ts'
import { requests } from '../../electron/contracts/index.ts'
import type { Analysis, VoxelDoseResult } from '../../electron/contracts/index.ts'
import { importScan, loadStoredPatient } from '../../electron/services/import/index.ts'
import {
  acceptRegistrations,
  courseOf,
  judgeRegistration,
  latestAnalysis,
  prepareStored,
  runStoredAnalysis,
  runVoxelDose,
  voxelDoseResult,
} from '../../electron/services/patients/index.ts'
import { reportDocument } from '../../electron/services/report/index.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import { invertAffine, multiplyMat4, voxelCount } from '../../native-core/imaging/index.ts'
import type { ImageGrid, Mat4, Vec3 } from '../../native-core/imaging/index.ts'
import { makePhantomCase } from '../phantoms/index.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-deformable-'))
let bench: Workbench
let store: Store
let patientId = ''
let toJudge: readonly string[] = []
/** From the second time point to the reference one, as the phantom moved. */
let moved: Mat4

beforeAll(async () => {
  const options = { sizes: 'tiny', structuresAt: 'reference', timesH: [24, 96], referenceSession: 1, noise: 0 } as const
  await makePhantomCase({ seed: 7, ...options, outDir: join(root, 'case') })
  bench = createWorkbench({ threads: 2 })
  const key = { kind: 'raw', key: new Uint8Array(32).fill(5) } as const
  store = await openStore(join(root, 'store'), key, { actor: 'anna', programVersion: 'test' })
  const scan = await bench.source.scan([join(root, 'case')], {})
  const how = { store, source: bench.source, readFile: bench.readFile, programVersion: 'test', sources: ['case'] }
  const { patients } = await importScan(scan, how)
  patientId = patients[0]?.patientId ?? ''
  toJudge = patients[0]?.registrationsToJudge ?? []
})
afterAll(async () => {
  store.close()
  await bench.close()
  rmSync(root, { recursive: true, force: true })
})

async function timePoints() {
  const patient = await loadStoredPatient(store, patientId)
  const course = courseOf(store, patient, bench.data)
  const cycle = course.cycles[0]
  const second = cycle?.timePoints[1]
  if (!cycle || !second) throw new Error('the phantom has two time points')
  return { patient, course, reference: cycle.reference, second }
}

const ports = async () => dosePorts(bench, store, (await timePoints()).patient)

async function computed(): Promise<{ analysis: Analysis; dose: VoxelDoseResult }> {
  const [{ patient }, needed] = [await timePoints(), await ports()]
  await runStoredAnalysis(store, patient, needed, { programVersion: 'test' })
  const latest = latestAnalysis(store, patient, prepareStored(store, patient, needed).prepared)
  if (!latest) throw new Error('it was just made')
  const engine = { patientId, cycle: 1, engineId: 'local-energy', timePointId: null }
  const ask = requests['dose.compute'].ask.parse({ ...engine, activityMap: { matchStructures: false } })
  const doseId = await runVoxelDose(store, patient, ask, needed, { progress: () => undefined })
  return { analysis: latest.analysis, dose: voxelDoseResult(store, patient, doseId, needed) }
}

const translation = ([x, y, z]: Vec3): Mat4 => [1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1]
/** Beyond the linear registration, in the reference's coordinates. */
const SHIFT_MM: Vec3 = [12, -7, 5]

/** Accepts a registration of the two time points; its displacement, where it has one, is the same everywhere around the images: a translation. */
async function accept(movingToFixed: Mat4, displacementMm: Vec3 | null, isReversed: boolean): Promise<string> {
  const { reference, second } = await timePoints()
  const [from, to] = isReversed ? [reference, second] : [second, reference]
  const frames = [from, to].map(({ emission }) => emission.frameOfReferenceUid ?? '')
  return addAccepted(frames[0] ?? '', frames[1] ?? '', movingToFixed, displacementMm)
}

async function addAccepted(
  from: string,
  to: string,
  movingToFixed: Mat4,
  displacementMm: Vec3 | null,
): Promise<string> {
  const grid: ImageGrid = {
    dimensions: [21, 21, 21],
    spacingMm: [60, 60, 60],
    originMm: [-600, -600, -600],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  const field = new Float32Array(3 * voxelCount(grid)).map((_, at) => displacementMm?.[at % 3] ?? 0)
  const displacementVolumeId = await store.voxels.put(field)
  const { id } = store.transaction({ action: 'registration.add' }, (write) =>
    write.addRegistration({
      patientId,
      key: `test/${displacementMm !== null}/${from}/${to}`,
      fromFrameOfReferenceUid: from,
      toFrameOfReferenceUid: to,
      type: displacementMm ? 'DEFORMABLE' : 'RIGID',
      matrix: movingToFixed,
      deformation: displacementMm ? { grid, fixedToMoving: invertAffine(movingToFixed), displacementVolumeId } : null,
      origin: 'computed',
      method: { description: 'made for the test', remarks: [], quality: null },
      sourceSha256s: [],
    }),
  )
  judgeRegistration(store, patientId, id, 'accepted')
  return id
}

const concentrations = (analysis: Analysis): Record<string, number> =>
  Object.fromEntries(
    (analysis.cycles[0]?.structures ?? []).flatMap(({ name, points }) =>
      points[1]?.used ? [[name, points[1].activityBq]] : [],
    ),
  )
const second = (analysis: Analysis) => analysis.cycles[0]?.timePoints[1]
const remark = (dose: VoxelDoseResult): string => dose.remarks.find((words) => words.includes('deformable')) ?? ''

describe('the registrations that came with the images', () => {
  const questions = async () => {
    const { course } = await timePoints()
    return course.problems.filter(({ severity }) => severity === 'question')
  }

  it('count for nothing until a person has accepted them: the analysis asks, naming them and the time point', async () => {
    const { patient, second } = await timePoints()
    expect(toJudge).toHaveLength(1)
    expect(second.registration).toMatchObject({ kind: 'missing', toReference: null })
    const needed = await ports()
    expect(prepareStored(store, patient, needed).blockedBy).toMatchObject({
      code: 'registration.not-accepted',
      message: expect.stringMatching(
        /9[56]\.\d h p\.i\.: .*nobody has accepted: rigid registration in .*\.dcm/,
      ) as string,
    })
    await expect(runStoredAnalysis(store, patient, needed, { programVersion: 'test' })).rejects.toMatchObject({
      code: 'registration.not-accepted',
    })
    expect(await questions()).toMatchObject([{ code: 'registration.not-accepted', registrationIds: toJudge }])
  })

  it('once rejected they are not asked about, and the time point is left out by name', async () => {
    judgeRegistration(store, patientId, toJudge[0] ?? '', 'rejected')
    expect(await questions()).toEqual([])
    const { patient } = await timePoints()
    const { prepared, blockedBy } = prepareStored(store, patient, await ports())
    expect(blockedBy).toBeNull()
    expect(prepared?.course.problems.map(({ code }) => code)).toContain('registration.missing')
    // Accepting several at once leaves alone what a person has decided.
    acceptRegistrations(store, patientId, toJudge)
    expect(store.read.registration(toJudge[0] ?? '')?.status).toBe('rejected')
  })

  it('once accepted they count, with who accepted them and when', async () => {
    judgeRegistration(store, patientId, toJudge[0] ?? '', 'accepted')
    const { second } = await timePoints()
    expect(second.registration.source).toMatch(/\.dcm, accepted by anna on \d{4}-\d{2}-\d{2}$/)
    expect(await questions()).toEqual([])
  })
})

describe('an accepted deformable registration', () => {
  let linear: { analysis: Analysis; dose: VoxelDoseResult }

  beforeAll(async () => {
    moved = (await timePoints()).second.registration.toReference ?? []
    // x_reference = moved · x − shift is what the deformation below says: x_moving = moved⁻¹ · (x_reference + shift).
    await accept(multiplyMat4(translation([-SHIFT_MM[0], -SHIFT_MM[1], -SHIFT_MM[2]]), moved), null, false)
    linear = await computed()
  })

  it.each([
    ['of the time point onto the reference', false],
    ['of the reference onto the time point, taken backwards', true],
  ])('%s carries outlines and activity as the linear map that it equals', async (_, isReversed) => {
    const back = invertAffine(moved)
    // y ↦ moved · (y + v) with v = −L⁻¹ · shift is the same map from the other side.
    const v = [0, 4, 8].map(
      (row) => -[0, 1, 2].reduce((sum, column) => sum + (back[row + column] ?? 0) * (SHIFT_MM[column] ?? 0), 0),
    ) as unknown as Vec3
    const id = isReversed ? await accept(back, v, true) : await accept(moved, SHIFT_MM, false)
    const { analysis, dose } = await computed()

    expect(second(linear.analysis)?.registration.deformable).toBeUndefined()
    expect(second(analysis)?.registration.deformable).toMatchObject({
      registrationId: id,
      source: expect.stringMatching(/accepted by anna/) as string,
    })
    expect(second(analysis)?.structuresFrom).toContain('deformable registration')
    const [found, wanted] = [concentrations(analysis), concentrations(linear.analysis)]
    const large = Object.keys(wanted).filter((name) => /LIVER|KIDNEY|SPLEEN|TUMOUR_1/.test(name))
    expect(large.length).toBeGreaterThanOrEqual(4)
    for (const name of large)
      expect(Math.abs((found[name] ?? NaN) / (wanted[name] ?? NaN) - 1), name).toBeLessThan(0.02)

    // The image's own total is in the remark; between the two ways of carrying, what the reference's grid holds agrees.
    expect(remark(dose)).toMatch(/9[56]\.\d h p\.i\. was brought .*accepted by anna/)
    expect(remark(linear.dose)).toBe('')
    expect(Math.abs(dose.activity.total / linear.dose.activity.total - 1)).toBeLessThan(0.01)
    for (const { name, meanGy } of linear.dose.structures.filter((one) => large.includes(one.name))) {
      const other = dose.structures.find((one) => one.name === name)
      expect(Math.abs((other?.meanGy ?? NaN) / meanGy - 1), name).toBeLessThan(0.03)
    }
    const said = JSON.stringify(reportDocument(analysis, { printedAt: '2026-11-27T12:00:00Z', operator: '' }).blocks)
    expect(said).toMatch(/Deformable: computed registration, accepted by anna on /)
    judgeRegistration(store, patientId, id, 'rejected')
  })

  it('counts no more once it is rejected: the analysis is that of the linear one', async () => {
    expect((await computed()).analysis.key).toBe(linear.analysis.key)
  })

  it('counts also as a link of a chain, which is then one with it, each link named in the report', async () => {
    // A direct one would go before it.
    for (const { id } of store.read.registrationsOfPatient(patientId))
      judgeRegistration(store, patientId, id, 'rejected')
    // Over a frame of reference of its own, in which no image is: x_planning = x_reference − aside.
    const aside: Vec3 = [30, 10, -20]
    const { reference, second: point } = await timePoints()
    const frames = [point, reference].map(({ emission }) => emission.frameOfReferenceUid ?? '')
    const toPlanning = multiplyMat4(translation([-aside[0], -aside[1], -aside[2]]), moved)
    const links = [
      await addAccepted(frames[0] ?? '', 'planning', toPlanning, SHIFT_MM),
      await addAccepted('planning', frames[1] ?? '', translation(aside), null),
    ]
    const { analysis, dose } = await computed()

    expect(second(analysis)?.registration.deformable).toMatchObject({
      registrationId: '',
      source: expect.stringMatching(/accepted by anna on \S+ → .*accepted by anna/) as string,
      chain: [{ registrationId: links[0] }, { fieldId: null, matrix: translation(aside) }],
    })
    const [found, wanted] = [concentrations(analysis), concentrations(linear.analysis)]
    for (const name of Object.keys(wanted).filter((one) => /LIVER|KIDNEY|SPLEEN/.test(one)))
      expect(Math.abs((found[name] ?? NaN) / (wanted[name] ?? NaN) - 1), name).toBeLessThan(0.02)
    expect(Math.abs(dose.activity.total / linear.dose.activity.total - 1)).toBeLessThan(0.01)
    const said = JSON.stringify(reportDocument(analysis, { printedAt: '2026-11-27T12:00:00Z', operator: '' }).blocks)
    expect(said).toMatch(
      /Deformable: computed registration, accepted by anna on \S+ → computed registration, accepted by/,
    )
  })
})
