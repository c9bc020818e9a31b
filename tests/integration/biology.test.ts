/** Biological effect from a stored analysis: settings are decisions of a person, kept and never overwritten. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { biologySettingsSchema, protocolSchema, requests } from '../../electron/contracts/index.ts'
import type { BiologyResult } from '../../electron/contracts/index.ts'
import {
  biologySettingsOf,
  createReport,
  reportBlob,
  runStoredAnalysis,
  runVoxelDose,
  saveBiologySettings,
  saveProtocol,
  storedEffects,
  voxelDoseResult,
} from '../../electron/services/patients/index.ts'
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import { storedPhantom } from './support/storedPhantom.ts'
import type { StoredPhantom } from './support/storedPhantom.ts'

let phantom: StoredPhantom
const sets = () => phantom.bench.resources.biologySets().flatMap(parseBiologySets)
const portsOf = ({ bench }: StoredPhantom) => ({ ...bench.data, engines: bench.doseEngines })

beforeAll(async () => {
  phantom = await storedPhantom({ seed: 31, sizes: 'tiny' }, { acceptsRegistrations: true })
}, 60_000)
afterAll(() => phantom.close())

describe('biological effect of a stored patient', () => {
  it('is nothing before there is an analysis, then follows it, and says when the analysis is no longer current', async () => {
    const { store, bench, patientId } = phantom
    const { patient } = await phantom.now()
    expect(storedEffects(store, patient, portsOf(phantom), sets(), null)).toBeNull()
    const ports = { ...bench.data, measure: bench.compute.measure, loadVoxels: voxelsOf(patient.voxelsOf) }
    await runStoredAnalysis(store, patient, ports, { programVersion: 'test' })
    const first = storedEffects(store, patient, portsOf(phantom), sets(), null)
    expect(first?.stale).toBe(false)
    const kidney = first?.result.structures.find(({ name }) => /kidney/i.test(name))
    expect(kidney?.problem).toBe('')
    expect(kidney?.totalBedGy.value).toBeGreaterThan(kidney?.doseGy.value ?? Infinity)
    expect(kidney?.limits.length).toBeGreaterThan(0)
    saveProtocol(store, patientId, protocolSchema.parse({ timeActivityModel: 'mono-exponential' }))
    expect(storedEffects(store, (await phantom.now()).patient, portsOf(phantom), sets(), null)?.stale).toBe(true)
  }, 60_000)

  it('tries settings without keeping them, keeps those that are saved with the earlier ones, refuses sets that are none', async () => {
    const { store, patientId } = phantom
    const { patient } = await phantom.now()
    const name =
      storedEffects(store, patient, portsOf(phantom), sets(), null)?.result.structures.find((one) =>
        /kidney/i.test(one.name),
      )?.name ?? ''
    const tried = biologySettingsSchema.parse({ byStructure: { [name]: { alphaBetaGy: 5, reason: 'try' } } })
    const bedOf = (settings: typeof tried | null): number =>
      storedEffects(store, patient, portsOf(phantom), sets(), settings)?.result.structures.find(
        (one) => one.name === name,
      )?.totalBedGy.value ?? 0
    const before = bedOf(null)
    expect(bedOf(tried)).toBeLessThan(before)
    expect(bedOf(null)).toBe(before)
    saveBiologySettings(store, patientId, tried, sets())
    expect(bedOf(null)).toBe(bedOf(tried))
    expect(biologySettingsOf(store, patientId)).toEqual(tried)
    const wrong = biologySettingsSchema.parse({ byStructure: { [name]: { sensitivity: 'none-such' } } })
    expect(() => saveBiologySettings(store, patientId, wrong, sets())).toThrow(/none-such/)
    expect(biologySettingsOf(store, patientId)).toEqual(tried)
    saveBiologySettings(store, patientId, biologySettingsSchema.parse({}), sets())
    expect(store.read.decisionHistory({ entity: 'patient', id: patientId }, 'biology')).toHaveLength(2)
  }, 60_000)

  it('takes how uneven the doses are from the voxel dose of the cycle, and the report says which', async () => {
    const { store, bench, patientId } = phantom
    const { patient } = await phantom.now()
    const ports = {
      ...portsOf(phantom),
      compute: bench.compute,
      measure: bench.compute.measure,
      runEngine: bench.runEngine,
      dataVersion: bench.doseDataVersion(),
      loadVoxels: voxelsOf(patient.voxelsOf),
    }
    await runStoredAnalysis(store, patient, ports, { programVersion: 'test' })
    const even = storedEffects(store, patient, ports, sets(), null)?.result
    expect(even?.structures.filter(({ bvh }) => bvh)).toEqual([])
    const ask = requests['dose.compute'].ask.parse({
      patientId,
      cycle: 1,
      engineId: 'local-energy',
      timePointId: null,
    })
    const doseId = await runVoxelDose(store, patient, ask, ports, { progress: () => undefined })
    const map = voxelDoseResult(store, patient, doseId, ports)
    const found = storedEffects(store, patient, ports, sets(), null)?.result
    const kidney = found?.structures.find(({ name }) => /kidney/i.test(name))
    const flat = even?.structures.find(({ name }) => name === kidney?.name)
    const { bedGy = [], volumeFraction = [], source } = kidney?.bvh ?? {}
    expect(source).toContain(doseId.slice(0, 12))
    expect([volumeFraction[0], volumeFraction.at(-1)]).toEqual([1, 0])
    // Mean BED of an uneven dose: D + (1 + CV²)·Q/(α/β), CV from the stored histogram; the histogram is drawn straight between bins.
    const { doseGy: edges = [], differentialPerGy = [] } =
      map.structures.find(({ name }) => name === kidney?.name)?.histogram ?? {}
    const moment = (power: number): number =>
      edges.slice(1).reduce((sum, to, bin) => {
        const from = edges[bin] ?? 0
        return sum + (differentialPerGy[bin] ?? 0) * (to - from) * ((from + to) / 2) ** power
      }, 0)
    const pair = (flat?.bedGy.value ?? 0) - (flat?.doseGy.value ?? 0)
    const mean = bedGy
      .slice(1)
      .reduce(
        (sum, to, k) => sum + ((to - (bedGy[k] ?? 0)) * ((volumeFraction[k] ?? 0) + (volumeFraction[k + 1] ?? 0))) / 2,
        0,
      )
    expect(moment(2) / moment(1) ** 2).toBeGreaterThan(1.001)
    expect(mean).toBeCloseTo((flat?.doseGy.value ?? 0) + (moment(2) / moment(1) ** 2) * pair, 2)
    // The mean dose stays that of the analysis, and limits are stated for it.
    expect(kidney?.limits).toEqual(flat?.limits)
    expect(kidney?.totalBedGy).toEqual(flat?.totalBedGy)
    const context = { printedAt: '2026-02-01T10:00:00.000Z', operator: 'Test' }
    const report = await createReport(store, patient, bench.reportWriter, context, ports, sets())
    const bytes = await store.volumes.get(reportBlob(store, `${report}.json`).volumeId)
    const json = JSON.parse(Buffer.from(bytes).toString()) as { biology: BiologyResult }
    expect(json.biology).toEqual(found)
    expect(json.biology.assumptions.join('\n')).toContain(doseId.slice(0, 12))
  }, 60_000)
})

function voxelsOf(keys: ReadonlyMap<string, string>) {
  return (image: { readonly key: string }) => phantom.store.voxels.get(keys.get(image.key) ?? '')
}
