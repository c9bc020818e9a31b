/** Another curve model, or a point left out, does not measure the images again; another outline or calibration does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analysisSchema, protocolSchema } from '../../electron/contracts/index.ts'
import type { Analysis, ProtocolInput } from '../../electron/contracts/index.ts'
import { runStoredAnalysis, saveProtocol } from '../../electron/services/patients/index.ts'
import { storedPhantom } from './support/storedPhantom.ts'
import type { StoredPhantom } from './support/storedPhantom.ts'

let phantom: StoredPhantom

beforeAll(async () => {
  phantom = await storedPhantom({ seed: 31, sizes: 'tiny' })
}, 60_000)
afterAll(() => phantom.close())

async function analyse(
  protocol: ProtocolInput,
): Promise<{ analysis: Analysis; key: string; measured: number; loaded: number }> {
  const { bench, store, patientId } = phantom
  saveProtocol(store, patientId, protocolSchema.parse(protocol))
  const { patient } = await phantom.now()
  let measured = 0
  let loaded = 0
  const ports = {
    ...bench.data,
    loadVoxels: (image: { readonly key: string }) => {
      loaded++
      return store.voxels.get(patient.voxelsOf.get(image.key) ?? '')
    },
    measure: (...work: Parameters<typeof bench.compute.measure>) => {
      measured++
      return bench.compute.measure(...work)
    },
  }
  const key = await runStoredAnalysis(store, patient, ports, { programVersion: 'test' })
  return { analysis: analysisSchema.parse(store.read.artifact(key)?.payload), key, measured, loaded }
}

const liver = ({ cycles }: Analysis) => cycles[0]?.structures.find(({ name }) => name === 'LIVER')

describe('measurements are kept', () => {
  it('a change of the fit alone reads no image, and gives what measuring again would give', async () => {
    const first = await analyse({})
    const timePoints = first.analysis.cycles[0]?.timePoints ?? []
    expect(first.measured).toBe(timePoints.length)

    const mono: ProtocolInput = { timeActivityModelByStructure: { LIVER: 'mono-exponential' } }
    const again = await analyse(mono)
    expect([again.measured, again.loaded]).toEqual([0, 0])
    expect(liver(again.analysis)?.fit?.model).toBe('mono-exponential')
    expect(liver(again.analysis)?.points).toEqual(liver(first.analysis)?.points)
    expect(liver(again.analysis)?.massKg).toEqual(liver(first.analysis)?.massKg)

    // Back: the analysis that was there before counts again, to the bit.
    const back = await analyse({})
    expect([back.measured, back.key]).toEqual([0, first.key])
    expect(back.analysis).toEqual(first.analysis)
  }, 60_000)

  it('a point that a person left out is kept with its reason and not fitted', async () => {
    const before = await analyse({})
    const seriesUid = before.analysis.cycles[0]?.timePoints.at(-1)?.emission.seriesUid ?? ''
    const left = await analyse({ pointsLeftOut: [{ structure: 'liver', seriesUid, reason: 'patient moved' }] })
    expect(left.measured).toBe(0)
    const points = liver(left.analysis)?.points ?? []
    expect(points.map(({ used }) => used)).toEqual(points.map((_, index) => index < points.length - 1))
    expect(points.at(-1)).toMatchObject({ note: 'Left out by a person: patient moved' })
    expect(points.at(-1)?.activityBq).toBe(liver(before.analysis)?.points.at(-1)?.activityBq)
    // The curve is drawn to all points, fitted or not.
    expect(liver(left.analysis)?.fit?.curve.timeS.at(-1)).toBeGreaterThan(points.at(-1)?.timeS ?? 0)
    expect(liver(left.analysis)?.fit?.tiaBqS.value).not.toBe(liver(before.analysis)?.fit?.tiaBqS.value)
    const others = (analysis: Analysis) =>
      analysis.cycles[0]?.structures.filter(({ name }) => name !== 'LIVER').map(({ name, fit }) => [name, fit?.tiaBqS])
    expect(others(left.analysis)).toEqual(others(before.analysis))
  }, 60_000)

  it('what changes a measurement measures again', async () => {
    const scans = (await analyse({})).analysis.cycles[0]?.timePoints.length
    expect((await analyse({ lesionsInOrgans: 'include' })).measured).toBe(scans)
  }, 60_000)
})
