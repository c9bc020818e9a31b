/** Response over time of a stored patient with two cycles: volumes of its own outlines, doses of its analysis, markers, decisions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clonesSettingsSchema,
  formulaDraftSchema,
  lesionResponseSettingsSchema,
  markerSettingsSchema,
  responseSettingsSchema,
} from '../../electron/contracts/index.ts'
import {
  biologyDraftsOf,
  keepBiologyDrafts,
  responseOf,
  responseSettingsOf,
  runStoredAnalysis,
  saveResponseSettings,
  storedClones,
  storedLesionResponse,
  storedMarkerResponse,
} from '../../electron/services/patients/index.ts'
import { biologyResponseHandlers } from '../../electron/backend/biologyResponseHandlers.ts'
import type { SessionTools } from '../../electron/backend/sessionTools.ts'
import { saveFormula } from '../../electron/services/biology/index.ts'
import { CancelledError } from '../../native-core/errors/index.ts'
import { courseHistory, integrateCourse, parseBiologySets } from '../../native-core/radiobiology/index.ts'
import { storedPhantom } from './support/storedPhantom.ts'
import type { StoredPhantom } from './support/storedPhantom.ts'

const DAY_S = 86_400
let phantom: StoredPhantom

beforeAll(async () => {
  phantom = await storedPhantom({
    seed: 47,
    sizes: 'tiny',
    cycles: 2,
    timesH: [24, 120],
    referenceSession: 1,
    lesions: [
      { site: 'liver', diameterMm: 60 },
      { site: 'abdomen', diameterMm: 50 },
    ],
    lesionShrinkage: 0.9,
  })
}, 240_000)
afterAll(() => phantom.close())

async function response() {
  const { patient, course } = await phantom.now()
  const sets = phantom.bench.resources.biologySets().flatMap(parseBiologySets)
  return responseOf(phantom.store, patient, course, phantom.bench.data, sets)
}

describe('response over time of a stored patient', () => {
  it('has volumes before there is an analysis, and doses of both cycles on one clock after it', async () => {
    const before = await response()
    expect(before.analysisKey).toBeNull()
    expect(before.lesions).toHaveLength(2)
    expect(before.lesions.every(({ volumes, cycles }) => volumes.length === 4 && cycles.length === 0)).toBe(true)
    const { store, bench } = phantom
    const { patient } = await phantom.now()
    const loadVoxels = (image: { readonly key: string }) => store.voxels.get(patient.voxelsOf.get(image.key) ?? '')
    const ports = { ...bench.data, measure: bench.compute.measure, loadVoxels }
    await runStoredAnalysis(store, patient, ports, { programVersion: 'test' })
    const { lesions, analysis } = await response()
    for (const { identity, volumes, cycles } of lesions) {
      expect(cycles.map(({ index, startS }) => [index, Math.round(startS / DAY_S)])).toEqual([
        [1, 0],
        [2, 56],
      ])
      for (const [at, { curves, doseGy }] of cycles.entries()) {
        const structure = analysis?.cycles[at]?.structures.find(({ name }) => name === identity)
        expect(doseGy).toEqual(structure?.doses[0]?.doseGy)
        expect(integrateCourse(curves, 1e-4).doseGy / doseGy.value).toBeCloseTo(1, 3)
        expect((volumes[2 * at]?.volumeMl ?? NaN) / (structure?.volumeMl ?? NaN)).toBeCloseTo(1, 2)
      }
    }
  }, 90_000)

  it('fits what the volumes bear on a worker, leaves out what a person does, refuses more parameters than volumes, and keeps settings as decisions', async () => {
    const { store, bench, patientId } = phantom
    const now = await response()
    const identity = now.lesions[0]?.identity ?? ''
    const settings = lesionResponseSettingsSchema.parse({
      parameters: {
        alphaPerGy: { isFitted: true },
        doublingTimeS: { value: 1000 * DAY_S, source: 'try' },
        clearanceHalfTimeS: { value: 0, source: 'try' },
        initialVolumeMl: {},
      },
      leftOut: now.lesions[0]?.volumes.filter((_, at) => at !== 0 && at !== 2).map(({ id }) => id),
    })
    const found = await storedLesionResponse(now, identity, settings, bench.compute)
    expect(found.kind).toBe('fit')
    // ln V falls by α·BED and rises by ln 2·t/T between the two volumes that count.
    const [from, to] = found.volumes.filter(({ isUsed }) => isUsed)
    const curves = found.cycles.flatMap((cycle) => cycle.curves)
    const repairPerS = Math.LN2 / (found.repairHalfTimeS ?? NaN)
    const ratio = now.lesions[0]?.parameters.find(({ name }) => name === 'alphaBetaGy')?.value ?? NaN
    const [a, b] = courseHistory(curves, repairPerS, [from?.timeS ?? NaN, to?.timeS ?? NaN]).map(
      ({ doseGy, pairGy2 }) => doseGy + pairGy2 / ratio,
    )
    const fall = Math.log((from?.volumeMl ?? NaN) / (to?.volumeMl ?? NaN))
    const grown = (Math.LN2 * ((to?.timeS ?? NaN) - (from?.timeS ?? NaN))) / (1000 * DAY_S)
    const alpha = found.parameters.find(({ name }) => name === 'alphaPerGy')?.value
    expect((alpha ?? NaN) / ((fall + grown) / ((b ?? NaN) - (a ?? NaN)))).toBeCloseTo(1, 4)
    expect(found.volumes.map(({ isUsed }) => isUsed)).toEqual([true, false, true, false])
    const more = {
      ...settings,
      parameters: { ...settings.parameters, doublingTimeS: { isFitted: true, prior: null, source: '' } },
    }
    await expect(storedLesionResponse(now, identity, more, bench.compute)).rejects.toMatchObject({
      code: 'biology.fit-data',
    })
    saveResponseSettings(store, patientId, responseSettingsSchema.parse({ byLesion: { [identity]: settings } }))
    saveResponseSettings(
      store,
      patientId,
      responseSettingsSchema.parse({ byLesion: { [identity]: { ...settings, reason: 'later' } } }),
    )
    expect(responseSettingsOf(store, patientId).byLesion[identity]?.reason).toBe('later')
    expect(store.read.decisionHistory({ entity: 'patient', id: patientId }, 'biology-response')).toHaveLength(2)
    const kept = await storedLesionResponse(await response(), identity, null, bench.compute)
    expect(kept.band).toEqual(found.band)
    await expect(storedLesionResponse(now, 'nobody', null, bench.compute)).rejects.toThrow(/no lesion "nobody"/)
  }, 60_000)

  it('takes a stored marker’s values and the activity of all lesions, and compares schedules', async () => {
    const { store, bench, patientId } = phantom
    const points = [0, 14, 28, 42, 70].map((day) => ({
      date: new Date(Date.UTC(2026, 0, 11 + day)).toISOString().slice(0, 10),
      value: 40 * Math.exp(-0.01 * day),
      standardUncertainty: 2,
    }))
    const origin = { method: 'typed', requestHash: null, inputHashes: [], softwareVersion: '' }
    const content = { kind: 'marker' as const, marker: 'PSA', unit: 'ng/mL', points, origin, remarks: [] }
    store.transaction({ action: 'test' }, (write) => write.addMeasuredSeries({ patientId, kind: 'marker', content }))
    const now = await response()
    expect(now.markers[0]?.values).toHaveLength(5)
    const settings = markerSettingsSchema.parse({
      marker: 'PSA',
      growthPerS: { value: 1e-8 },
      directPerBqS: { value: 1e-16, isFitted: true },
      delayedPerBqS: { value: 0 },
      effectPerS: { value: 1e-6 },
    })
    const marker = await storedMarkerResponse(now, settings, bench.compute)
    expect(marker.kind).toBe('fit')
    expect(marker.cycleStartsS.map((start) => Math.round(start / DAY_S))).toEqual([0, 56])
    const lesion = now.lesions[0]?.identity ?? ''
    const clones = await storedClones(
      now,
      clonesSettingsSchema.parse({
        ...{ lesion, cells: 1e5, resistantShare: 0.001, mutation: 1e-6, doublingTimeS: 60 * DAY_S, cellLoss: 0.5 },
        ...{ alphaPerGy: 0.1, alphaBetaGy: 10, repairHalfTimeS: 5400, resistantAlphaShare: 0.2, source: '' },
        horizonS: 120 * DAY_S,
        schedules: [{ name: 'as given', cycles: [0, 56].map((day) => ({ day, activityBq: 7.4e9 })) }],
      }),
      bench.compute,
    )
    expect(clones.schedules[0]?.eradication).toBeGreaterThanOrEqual(0)
    expect(clones.schedules[0]?.cells.median[0]).toBe(100_000)
  }, 60_000)

  it('gives up a comparison that is cancelled, and answers the next question', async () => {
    const { store, bench, patientId } = phantom
    const tools = { store, bench, emit: () => undefined } as unknown as SessionTools
    const handlers = biologyResponseHandlers(tools)
    const identity = (await response()).lesions[0]?.identity ?? ''
    const settings = {
      ...{ lesion: identity, cells: 1e9, resistantShare: 0.001, mutation: 1e-6, doublingTimeS: 60 * DAY_S },
      ...{ cellLoss: 0.9, alphaPerGy: 0.05, alphaBetaGy: 10, repairHalfTimeS: 5400, resistantAlphaShare: 0.2 },
      ...{ horizonS: 3000 * DAY_S, source: '' },
      schedules: [1, 2, 3].map((many) => ({
        name: `${many} cycles`,
        cycles: Array.from({ length: many }, (_, k) => ({ day: 56 * k, activityBq: 7.4e9 })),
      })),
    }
    const asked = handlers['biologyResponse.clones']({ patientId, settings } as never)
    await handlers['biologyResponse.cancel']({} as never)
    await expect(asked).rejects.toBeInstanceOf(CancelledError)
    const tried = lesionResponseSettingsSchema.parse({
      parameters: { doublingTimeS: { value: 60 * DAY_S }, clearanceHalfTimeS: { value: 0 } },
    })
    const next = await handlers['biologyResponse.fit']({ patientId, identity, settings: tried } as never)
    expect(next.kind).toBe('prediction')
  }, 60_000)

  it('keeps drafts apart from what counts, each until it is taken away', () => {
    const { store, patientId } = phantom
    const counts = responseSettingsOf(store, patientId)
    const tried = { settings: responseSettingsSchema.parse({}), base: counts }
    keepBiologyDrafts(store, patientId, { response: tried }, '2026-01-01T00:00:00Z')
    keepBiologyDrafts(store, patientId, { effects: null }, '2026-01-02T00:00:00Z')
    expect(biologyDraftsOf(store, patientId)).toEqual({
      effects: null,
      response: { ...tried, savedAt: '2026-01-01T00:00:00Z' },
    })
    expect(responseSettingsOf(store, patientId)).toEqual(counts)
    keepBiologyDrafts(store, patientId, { response: null }, '2026-01-03T00:00:00Z')
    expect(biologyDraftsOf(store, patientId)).toEqual({ effects: null, response: null })
    expect(biologyDraftsOf(store, 'nobody')).toEqual({ effects: null, response: null })
  })

  it('grows by a local formula of the store on a worker, and tells of a version that was saved since', async () => {
    const { store, bench } = phantom
    const growth = (source: string) =>
      formulaDraftSchema.parse({
        ...{ kind: 'growth', name: 'mine', title: 'Mine', expression: 'r', source, testedMl: [0.01, 1e4] },
        parameters: [{ name: 'r', unit: '1/d', value: 0.01, source }],
      })
    saveFormula(store, growth('a paper'), '2026-11-22T18:00:00Z')
    const settings = lesionResponseSettingsSchema.parse({
      laws: ['local:mine@1'],
      parameters: { clearanceHalfTimeS: { value: 0 }, alphaPerGy: { value: 0 } },
    })
    const now = await response()
    const identity = now.lesions[0]?.identity ?? ''
    const found = await storedLesionResponse(now, identity, settings, bench.compute)
    const { timeS, volumeMl } = found.band
    const days = ((timeS.at(-1) ?? NaN) - (timeS[0] ?? NaN)) / DAY_S
    expect(Math.log((volumeMl.at(-1) ?? NaN) / (volumeMl[0] ?? NaN)) / days).toBeCloseTo(0.01, 6)
    saveFormula(store, growth('a later paper'), '2026-11-23T18:00:00Z')
    const later = await storedLesionResponse(await response(), identity, settings, bench.compute)
    expect(later.formulas).toMatchObject([{ version: 1, newerVersion: 2 }])
  })
})
