/** A second cycle with one scan: each method gives a TIA, a dose and an uncertainty, and the result says how. */
import { afterAll, describe, expect, it } from 'vitest'
import { createWorkbench } from '../../backend/compose.ts'
import { analysisSchema } from '../../contracts/analysis.ts'
import type { Analysis, StructureResult } from '../../contracts/analysis.ts'
import { emissionImage, exampleInjection } from '../course/exampleImage.ts'
import type { MeasureTask, StructureMeasurement } from '../ports/compute.ts'
import type { ScannedPatient } from '../ports/dicomSource.ts'
import { reportDocument } from '../report/index.ts'
import { analyse } from './index.ts'

const LAMBDA_PER_H = 0.01
const DAYS = [9, 11, 13]
const HOUR = 3600

const bench = createWorkbench({ threads: 1 })
afterAll(() => bench.close())

/** Three scans in the first cycle, in the second those of the days. */
function patientWith(secondCycle: readonly number[]): ScannedPatient {
  const images = [DAYS, secondCycle].flatMap((days, index) =>
    days.map((day) =>
      emissionImage(`c${index + 1}d${day}`, `2024-0${index + 1}-${String(day).padStart(2, '0')}T09:00:00`, {
        radiopharmaceutical: {
          ...exampleInjection,
          administrationStart: { local: `2024-0${index + 1}-08T09:00:00`, utcOffsetMin: null },
        },
      }),
    ),
  )
  return {
    patient: {
      key: 'p',
      mrn: '1',
      issuer: '',
      name: 'P',
      dicomName: 'P',
      birthDate: null,
      sex: null,
      weightKg: null,
      heightM: null,
    },
    images,
    structureSets: images.map((emission) => ({
      ...emission,
      key: `set-${emission.key}`,
      seriesUid: `set-${emission.seriesUid}`,
      origin: 'RTSTRUCT' as const,
      label: 'S',
      referencedSeriesUid: emission.seriesUid,
      structures: ['KIDNEY', 'LESION_1'].map((name, index) => ({
        number: index + 1,
        name,
        type: 'ORGAN',
        colourRgb: null,
        shape: {} as ScannedPatient['structureSets'][number]['structures'][number]['shape'],
      })),
    })),
    registrations: [],
    kept: [],
  }
}

const measured = (name: string, hours: number): StructureMeasurement => ({
  name,
  kind: name === 'KIDNEY' ? 'organ' : 'lesion',
  volumeMl: 150,
  fractionInsideImage: 1,
  meanBqPerMl: 1e5 * Math.exp(-LAMBDA_PER_H * hours),
  sdBqPerMl: 0,
  edgeToMean: 0,
  densityGPerMl: 1.05,
  cutByFieldOfView: false,
  withoutLesions: [],
  problem: '',
})

const run = (fewScans: unknown, secondCycle: readonly number[] = [11], agent = '177Lu-DOTATATE'): Promise<Analysis> =>
  analyse(
    { patient: patientWith(secondCycle), importProblems: [], programVersion: 'test' },
    { agent, fewScans, activityRelativeUncertainty: 0.05 },
    {
      ...bench.data,
      loadVoxels: (emission) => Promise.resolve(new Float32Array([Number(emission.key.slice(3))])),
      measure: (task: MeasureTask) => {
        const hours = ((task.emission.values[0] ?? 0) - 8) * 24
        return Promise.resolve(['KIDNEY', 'LESION_1'].map((name) => measured(name, hours)))
      },
    },
  )

const second = (analysis: Analysis, name = 'KIDNEY'): StructureResult => {
  const found = analysis.cycles[1]?.structures.find((structure) => structure.name === name)
  if (!found) throw new Error(`no ${name} in the second cycle`)
  return found
}

const activity = 150 * 1e5
const truth = (activity / LAMBDA_PER_H) * HOUR

describe('a cycle with one scan', () => {
  it('has no TIA without a method, and says so', async () => {
    const analysis = await run({})
    expect(second(analysis).fit).toBeNull()
    expect(second(analysis).problem).not.toBe('')
    expect(analysis.methods.map(({ step }) => step)).not.toContain('TIA from few scans')
  })

  it('takes the shape of the earlier cycle: the same TIA, less certain, and says which cycle', async () => {
    const analysis = await run({ method: 'prior-cycles' })
    const { fit, doses, uncertainty } = second(analysis)
    expect((fit?.tiaBqS.value ?? 0) / truth).toBeCloseTo(1, 6)
    const first = analysis.cycles[0]?.structures[0]?.fit?.tiaBqS
    expect(fit?.tiaBqS.standardUncertainty).toBeGreaterThan(first?.standardUncertainty ?? Infinity)
    expect(fit?.fewScans?.population?.id).toBe('cycle 1')
    expect(fit?.selection).toContain('72.0 h')
    expect(
      (doses[0]?.doseGy.value ?? 0) / (analysis.cycles[0]?.structures[0]?.doses[0]?.doseGy.value ?? 1),
    ).toBeCloseTo(1, 6)
    expect(uncertainty?.tiaRelative).toBeCloseTo((fit?.tiaBqS.standardUncertainty ?? 0) / (fit?.tiaBqS.value ?? 1), 9)
    expect(analysis.methods.find(({ step }) => step === 'TIA from few scans')?.algorithm).toContain('earlier cycle')
    expect(analysisSchema.safeParse(analysis).error).toBeUndefined()
  })

  it('by a population: kidney and lesion have theirs, named in selection and warnings with its evidence', async () => {
    const analysis = await run({ method: 'population-half-life' })
    const kidney = second(analysis).fit
    const lesion = second(analysis, 'LESION_1').fit
    expect(kidney?.fewScans?.population?.id).toBe('dotatate-kidney')
    expect(lesion?.fewScans?.population?.id).toBe('dotatate-lesion')
    expect(kidney?.warnings.join()).toContain('unverified')
    expect(kidney?.fewScans?.expectedError?.rms).toBeGreaterThan(0.03)
    // 69.3 h is 1.8 geometric standard deviations above the population's 50 h.
    expect(Math.abs((kidney?.tiaBqS.value ?? 0) / truth - 1)).toBeLessThan(
      2.5 * ((kidney?.tiaBqS.standardUncertainty ?? 0) / truth),
    )
    // Of the first cycle, which has three scans, nothing changes.
    expect(analysis.cycles[0]?.structures[0]?.fit?.fewScans).toBeUndefined()
  })

  it('Hänscheid’s rule is 2t/ln 2 times the activity; a structure can have its own method', async () => {
    const analysis = await run({ method: 'hanscheid', byStructure: { kidney: { method: 'madsen' } } })
    const at72 = activity * Math.exp(-LAMBDA_PER_H * 72)
    expect((second(analysis, 'LESION_1').fit?.tiaBqS.value ?? 0) / ((at72 * 2 * 72 * HOUR) / Math.LN2)).toBeCloseTo(
      1,
      9,
    )
    expect((second(analysis).fit?.tiaBqS.value ?? 0) / ((at72 * 2 ** (72 / 50) * 50 * HOUR) / Math.LN2)).toBeCloseTo(
      1,
      9,
    )
  })

  it('two scans are taken by the method only where the protocol says so', async () => {
    const choice = { method: 'population-map', upToScans: 2 }
    const map = second(await run(choice, [9, 13])).fit
    expect(map?.fewScans?.method).toBe('population-map')
    expect((map?.tiaBqS.value ?? 0) / truth).toBeCloseTo(1, 1)
    expect(second(await run({ ...choice, upToScans: 1 }, [9, 13])).fit?.fewScans).toBeUndefined()
  })

  it('without a population for the agent it is refused with what to do; Hänscheid’s rule goes on and says it is unchecked', async () => {
    const refused = await run({ method: 'population-half-life' }, [11], '177Lu-XYZ')
    expect(refused.problems.find(({ code }) => code === 'kinetics.few-scans-population')?.hint).toContain('fewScans')
    const rule = second(await run({ method: 'hanscheid' }, [11], '177Lu-XYZ'))
    expect(rule.fit?.warnings.join()).toContain('not checked')
    await expect(run({ method: 'madsen', population: 'none-such' })).rejects.toThrow('no population "none-such"')
    await expect(run({ byStructure: { spleen: { method: 'madsen' } } })).rejects.toThrow('spleen')
  })

  it('the report names the method where it names the model', async () => {
    const text = JSON.stringify(
      reportDocument(await run({ method: 'prior-cycles' }), { printedAt: '2026-01-01T00:00:00Z', operator: '' }),
    )
    expect(text).toContain('Shape of an earlier cycle, scaled')
    expect(text).toContain('TIA from few scans')
  })
})
