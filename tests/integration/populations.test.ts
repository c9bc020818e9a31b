/** Populations: from stored analyses to a stored prior and back, over a real store on disk and a real worker. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { exportFiles } from '../../electron/backend/exportFiles.ts'
import { JobRunner } from '../../electron/backend/jobs.ts'
import { populationHandlers } from '../../electron/backend/populationHandlers.ts'
import { populationDocumentSchema, populationRequests } from '../../electron/contracts/populations.ts'
import type {
  GatheredCurve,
  PopulationDocument,
  PopulationUse,
  PopulationView,
} from '../../electron/contracts/populations.ts'
import { protocolSchema } from '../../electron/contracts/protocol.ts'
import type { JobEvent } from '../../electron/contracts/requests.ts'
import { saveProtocol } from '../../electron/services/patients/index.ts'
import { patientPrior, sitePopulation } from '../../electron/services/populations/index.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import { estimateIndividual } from '../../native-core/kinetics/population/index.ts'
import { estimateFewScans } from '../../native-core/kinetics/singleTimePoint/index.ts'
import { putSyntheticAnalyses, TRUE_HALF_LIFE_H, TRUE_SHARE } from './support/syntheticAnalyses.ts'

const H = 3600
const folder = mkdtempSync(join(tmpdir(), 'theratwin-populations-'))
let bench: Workbench
let store: Store
let jobs: JobRunner
let patientIds: string[]
const events: JobEvent[] = []
let handlers: ReturnType<typeof populationHandlers>

const ask = async <A>(name: keyof typeof handlers, what: unknown): Promise<A> => {
  const { ask: schema, answer } = populationRequests[name]
  return answer.parse(await (handlers[name] as (ask: unknown) => unknown)(schema.parse(what))) as A
}

const selection = { agent: 'psma', nuclide: '177Lu', structure: '^kidney' }
const fitAsk = { name: 'Kidneys', selection, curves: ['mono-exponential', 'uptake-washout'], starts: 1 }

/** The last event of the job. */
async function jobOf(what: unknown): Promise<JobEvent> {
  const { jobId } = await ask<{ jobId: string }>('populations.fit', what)
  while (!events.some((event) => event.jobId === jobId && event.state !== 'running'))
    await new Promise((resolve) => setTimeout(resolve, 20))
  return events.find((event) => event.jobId === jobId && event.state !== 'running') as JobEvent
}

beforeAll(async () => {
  bench = createWorkbench({ threads: 1 })
  const key = { kind: 'raw', key: new Uint8Array(32).fill(7) } as const
  store = await openStore(join(folder, 'store'), key, { actor: 'anna', programVersion: 'test' })
  patientIds = putSyntheticAnalyses(store, { patients: 10, seed: 4 })
  jobs = new JobRunner((event) => events.push(event))
  handlers = populationHandlers({ store, bench, jobs, emit: () => undefined })
})
afterAll(async () => {
  await jobs.stop()
  store.close()
  await bench.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('gathering', () => {
  it('finds the curves of the agent, nuclide and structure, and says which are left out and why', async () => {
    const curves = await ask<GatheredCurve[]>('populations.gather', selection)
    // Two cycles each; one patient with another agent, one with a single point in the first cycle.
    expect(new Set(curves.map((c) => c.patientId)).size).toBe(9)
    expect(curves.every((c) => c.structure === 'Kidney left')).toBe(true)
    const used = curves.filter((c) => c.leftOut === '')
    expect(used).toHaveLength(9)
    expect(used.filter((c) => c.cycle === 2).map((c) => c.patientId)).toEqual([patientIds[1]])
    expect(curves.find((c) => c.patientId === patientIds[1] && c.cycle === 1)?.leftOut).toMatch('1 point in use')
    expect(curves.filter((c) => c.leftOut.includes('earlier cycle'))).toHaveLength(8)
    const all = await ask<GatheredCurve[]>('populations.gather', {
      ...selection,
      cycles: 'all',
      excluded: [{ patientId: patientIds[2], cycle: 1, structure: 'Kidney left' }],
    })
    expect(all.filter((c) => c.leftOut === '')).toHaveLength(16)
    expect(all.filter((c) => c.leftOut === 'excluded by hand')).toHaveLength(1)
    await expect(ask('populations.gather', { ...selection, structure: '(' })).rejects.toMatchObject({
      code: 'population.pattern',
    })
  })
})

describe('fitting', () => {
  let first: PopulationView

  it('fits on a worker, selects a curve and stores the prior', async () => {
    const event = await jobOf(fitAsk)
    expect(event).toMatchObject({ state: 'done', kind: 'population', result: { kind: 'population', added: true } })
    const views = await ask<PopulationView[]>('populations.list', {})
    expect(views).toHaveLength(1)
    first = views[0] as PopulationView
    expect(first).toMatchObject({ name: 'Kidneys', version: 1, superseded: false, addedBy: 'anna' })
    const { content } = first
    expect(content).toMatchObject({
      nuclide: 'Lu-177',
      curve: { id: 'mono-exponential' },
      normalisation: 'administered',
      patientCount: 9,
      curveCount: 9,
      evidence: 'site',
      converged: true,
    })
    expect(content.candidates.map((c) => c.curveId)).toEqual(['mono-exponential', 'uptake-washout'])
    expect(content.candidates[0]?.weight).toBeGreaterThan(0.5)
    expect(content.from).toHaveLength(9)
    // No patient is named in what is stored of the fit.
    for (const id of patientIds) expect(JSON.stringify(content)).not.toContain(id)
    const [share, rate] = content.mu
    expect(Math.abs((share?.value ?? NaN) - Math.log(TRUE_SHARE))).toBeLessThan(3 * (share?.standardError ?? 0))
    const physical = Math.LN2 / content.curve.physicalHalfLifeS
    const trueRate = Math.LN2 / (TRUE_HALF_LIFE_H * H) - physical
    expect(Math.abs((rate?.value ?? NaN) - Math.log(trueRate))).toBeLessThan(3 * (rate?.standardError ?? 0))
  })

  it('is the prior of a new patient: one scan gives his TIA', () => {
    const { curve, prior, residual, sizeIndex } = patientPrior(first.content, { administeredBq: 7.4e9 })
    expect(sizeIndex).toBe(0)
    const rate = Math.LN2 / (TRUE_HALF_LIFE_H * H)
    const activity = 7.4e9 * TRUE_SHARE
    const estimate = estimateIndividual({
      label: 'new',
      curve,
      prior,
      residual,
      timesS: [72 * H],
      values: [activity * Math.exp(-rate * 72 * H)],
    })
    expect(Math.abs(estimate.tiaBqS / (activity / rate) - 1)).toBeLessThan(0.05)
  })

  it('is a population of estimates from few scans', () => {
    const rate = Math.LN2 / (TRUE_HALF_LIFE_H * H)
    const activity = 7.4e9 * TRUE_SHARE
    const measured = activity * Math.exp(-rate * 72 * H)
    const { tiaBqS, tiaUncertaintyBqS, populationId } = estimateFewScans({
      label: 'new',
      method: 'population-map',
      timesS: [72 * H],
      activityBq: [measured],
      sigmaBq: [0.05 * measured],
      physicalHalfLifeS: first.content.curve.physicalHalfLifeS,
      population: sitePopulation(first, { administeredBq: 7.4e9 }),
    })
    expect(populationId).toBe(first.populationId)
    expect(Math.abs(tiaBqS / (activity / rate) - 1)).toBeLessThan(0.05)
    expect(tiaUncertaintyBqS).toBeGreaterThan(0)
  })

  it('adds nothing for the same data, and the next version for others', async () => {
    const again = await jobOf(fitAsk)
    expect(again.result).toEqual({ kind: 'population', populationId: first.populationId, added: false })
    const next = await jobOf({ ...fitAsk, selection: { ...selection, cycles: 'all' } })
    expect(next.result).toMatchObject({ added: true })
    const views = await ask<PopulationView[]>('populations.list', {})
    expect(views.map((v) => [v.version, v.superseded])).toEqual([
      [2, false],
      [1, true],
    ])
    expect(views[0]?.content).toMatchObject({ patientCount: 9, curveCount: 17 })
    expect(views[0]?.content.warnings.map((w) => w.code)).toContain('population.repeats')
    expect(views[1]?.content).toEqual(first.content)
  })

  it('can be normalised to the mass, and then needs it of a new patient', async () => {
    const event = await jobOf({
      ...fitAsk,
      name: 'Kidneys per kg',
      curves: ['mono-exponential'],
      selection: { ...selection, normalisation: 'administered-per-kg' },
    })
    expect(event.state).toBe('done')
    const view = (await ask<PopulationView[]>('populations.list', {})).find((v) => v.name === 'Kidneys per kg')
    // All kidneys weigh 0.15 kg.
    expect(view?.content.mu[0]?.value).toBeCloseTo((first.content.mu[0]?.value ?? NaN) - Math.log(0.15), 3)
    expect(() => patientPrior((view as PopulationView).content, { administeredBq: 1e9 })).toThrow(
      expect.objectContaining({ code: 'population.mass' }),
    )
  })

  it('fails in words where there are no curves, too few, or a curve is unknown', async () => {
    const none = await jobOf({ ...fitAsk, selection: { ...selection, structure: 'thyroid' } })
    expect(none).toMatchObject({ state: 'failed', failure: { kind: 'input', code: 'population.none' } })
    const few = await jobOf({
      ...fitAsk,
      selection: {
        ...selection,
        excluded: patientIds
          .slice(2)
          .flatMap((patientId) => [1, 2].map((cycle) => ({ patientId, cycle, structure: 'Kidney left' }))),
      },
    })
    expect(few).toMatchObject({ state: 'failed', failure: { code: 'population.too-few' } })
    const unknown = await jobOf({ ...fitAsk, curves: ['no-such'] })
    expect(unknown).toMatchObject({ state: 'failed', failure: { code: 'kinetics.unknown-model' } })
    expect(await ask<PopulationView[]>('populations.list', {})).toHaveLength(3)
  })

  it('is cancelled, and nothing is stored', async () => {
    const { jobId } = await ask<{ jobId: string }>('populations.fit', { ...fitAsk, name: 'Cancelled', starts: 10 })
    jobs.cancel(jobId)
    while (!events.some((event) => event.jobId === jobId && event.state !== 'running'))
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(events.find((event) => event.jobId === jobId && event.state !== 'running')?.state).toBe('cancelled')
    expect((await ask<PopulationView[]>('populations.list', {})).map((v) => v.name)).not.toContain('Cancelled')
  })
})

describe('keeping', () => {
  it('goes out as a document and comes in as another version, marked imported', async () => {
    const [newest] = await ask<PopulationView[]>('populations.list', {})
    const document = await ask<PopulationDocument>('populations.export', { populationId: newest?.populationId })
    expect(document).toMatchObject({ schema: 'theratwin-population/1', name: 'Kidneys', version: 2 })
    expect(document.content.from).toEqual([])
    const { populationId } = await ask<{ populationId: string }>('populations.import', { document })
    const imported = (await ask<PopulationView[]>('populations.list', {})).find((v) => v.populationId === populationId)
    expect(imported).toMatchObject({ version: 3, content: { evidence: 'imported' } })
    expect(imported?.content.mu).toEqual(newest?.content.mu)
    const { content } = document
    const wrong = async (change: Partial<typeof content>, code: string): Promise<void> => {
      const other = { ...document, content: { ...content, ...change } }
      await expect(ask('populations.import', { document: other })).rejects.toMatchObject({ code })
    }
    await wrong(
      {
        omega: [
          [1, 2],
          [2, 1],
        ],
      },
      'population.prior',
    )
    await wrong({ curve: { ...content.curve, id: 'bi-exponential' } }, 'population.prior')
    await wrong({ parameters: [...content.parameters].reverse() }, 'population.prior')
    await wrong({ curve: { ...content.curve, id: 'none' } }, 'kinetics.unknown-model')
  })

  it('is written as a file that can be imported, and a folder that cannot be written to is named', async () => {
    const [newest] = await ask<PopulationView[]>('populations.list', {})
    const tools = { store, bench, jobs, emit: () => undefined }
    const what = { kind: 'population', populationId: newest?.populationId ?? '' } as const
    const refuse = () => {
      throw new Error('no patient is asked for')
    }
    const { savedTo } = await exportFiles(tools, refuse, what, folder)
    expect(savedTo).toEqual([join(folder, `theratwin-population-Kidneys-v${newest?.version}.json`)])
    const written = populationDocumentSchema.parse(JSON.parse(readFileSync(savedTo[0] ?? '', 'utf8')))
    expect(written.content.mu).toEqual(newest?.content.mu)
    await expect(exportFiles(tools, refuse, what, join(folder, 'none'))).rejects.toMatchObject({
      code: 'population.cannot-write',
    })
  })

  it('tells which protocols name it', async () => {
    const [newest] = await ask<PopulationView[]>('populations.list', {})
    const population = newest?.populationId ?? ''
    const patientId = patientIds[3] ?? ''
    expect(await ask<PopulationUse[]>('populations.uses', {})).toEqual([])
    const byStructure = {
      'Kidney left': { method: 'population-map', population },
      Liver: { method: 'none', population },
      Spleen: { method: 'hanscheid', population: null },
    }
    saveProtocol(store, patientId, protocolSchema.parse({ fewScans: { byStructure } }))
    expect(await ask<PopulationUse[]>('populations.uses', {})).toEqual([
      {
        populationId: population,
        patientId,
        patientName: 'Patient 3',
        structure: 'Kidney left',
        method: 'population-map',
      },
    ])
  })

  it('is taken out of use; the version before counts again, and the number is not used twice', async () => {
    const [newest] = await ask<PopulationView[]>('populations.list', {})
    expect(newest?.version).toBe(3)
    const left = await ask<PopulationView[]>('populations.retire', { populationId: newest?.populationId })
    expect(left.filter((v) => v.name === 'Kidneys').map((v) => [v.version, v.superseded])).toEqual([
      [2, false],
      [1, true],
    ])
    await expect(ask('populations.retire', { populationId: newest?.populationId })).rejects.toMatchObject({
      code: 'population.unknown',
    })
    const document = await ask<PopulationDocument>('populations.export', { populationId: left[0]?.populationId })
    const { populationId } = await ask<{ populationId: string }>('populations.import', { document })
    expect(
      (await ask<PopulationView[]>('populations.list', {})).find((v) => v.populationId === populationId)?.version,
    ).toBe(4)
  })

  it('leaves an audit row for each, and an unbroken chain', () => {
    const actions = store.read.audit({ limit: 1000 }).map(({ action }) => action)
    expect(actions.filter((a) => a === 'population.fit')).toHaveLength(3)
    expect(actions.filter((a) => a === 'population.import')).toHaveLength(2)
    expect(actions.filter((a) => a === 'population.retire')).toHaveLength(1)
    expect(store.read.verifyAudit()).toMatchObject({ ok: true })
  })
})
