/** One item that cannot be used stops alone: a time point, a cycle. */
import { describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import type { MeasureTask, StructureMeasurement } from '../ports/compute.ts'
import type { ScannedImage, ScannedPatient } from '../ports/dicomSource.ts'
import { emissionImage, exampleInjection } from '../course/exampleImage.ts'
import { createWorkbench } from '../../backend/compose.ts'
import { analyse } from './index.ts'

const LAMBDA_PER_H = 0.01

function image(key: string, cycle: number, local: string): ScannedImage {
  const administrationStart = { local: `2024-0${cycle}-08T09:00:00`, utcOffsetMin: null }
  return emissionImage(key, local, { radiopharmaceutical: { ...exampleInjection, administrationStart } })
}

const images = [1, 2].flatMap((cycle) =>
  [9, 11, 13].map((day) => image(`c${cycle}d${day}`, cycle, `2024-0${cycle}-${String(day).padStart(2, '0')}T09:00:00`)),
)

const patient: ScannedPatient = {
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
    structures: [
      {
        number: 1,
        name: 'KIDNEY',
        type: 'ORGAN',
        colourRgb: null,
        shape: {} as ScannedPatient['structureSets'][number]['structures'][number]['shape'],
      },
    ],
  })),
  registrations: [],
  kept: [],
}

/** Analyses with the images of these keys unreadable. */
async function analyseWithout(
  broken: readonly string[],
  change: (hours: number) => Partial<StructureMeasurement> = () => ({}),
) {
  const bench = createWorkbench()
  let hours = 24
  try {
    return await analyse(
      { patient, importProblems: [], programVersion: 'test' },
      {},
      {
        ...bench.data,
        loadVoxels: (emission) =>
          broken.includes(emission.key)
            ? Promise.reject(new InputError('pixels.short', 'The pixel data end early.', 'Export the series again.'))
            : Promise.resolve(new Float32Array([Number(emission.key.slice(3))])),
        measure: (task: MeasureTask): Promise<readonly StructureMeasurement[]> => {
          hours = ((task.emission.values[0] ?? 0) - 8) * 24
          return Promise.resolve([
            {
              name: 'KIDNEY',
              kind: 'organ',
              volumeMl: 150,
              fractionInsideImage: 1,
              meanBqPerMl: 1e6 * Math.exp(-LAMBDA_PER_H * hours),
              sdBqPerMl: 0,
              edgeToMean: 0,
              densityGPerMl: 1.05,
              cutByFieldOfView: false,
              withoutLesions: [],
              problem: '',
              ...change(hours),
            },
          ])
        },
      },
    )
  } finally {
    await bench.close()
  }
}

describe('analyse', () => {
  it('leaves out a time point whose image cannot be read, and says so', async () => {
    const { cycles, problems } = await analyseWithout(['c1d13'])
    expect(cycles.map((cycle) => cycle.structures[0]?.points.length)).toEqual([2, 3])
    expect(cycles.map((cycle) => cycle.structures[0]?.doses.length)).toEqual([1, 1])
    const refused = problems.filter(({ severity }) => severity === 'refused')
    expect(refused.map(({ code, item }) => [code, item])).toEqual([['pixels.short', 'Cycle 1, 120.0 h p.i.']])
  })

  it('goes on with the other cycle where the reference of one cannot be read', async () => {
    const { cycles, problems } = await analyseWithout(['c2d9'])
    expect(cycles.map(({ index }) => index)).toEqual([1])
    const refused = problems.filter(({ severity }) => severity === 'refused').map(({ code }) => code)
    expect(refused).toEqual(['pixels.short', 'course.no-reference'])
  })

  it('takes the mass from another time point where the reference has no usable outline', async () => {
    const bad = { volumeMl: 0, fractionInsideImage: 0, meanBqPerMl: 0, problem: '"KIDNEY" has no volume.' }
    const { cycles, assumptions } = await analyseWithout([], (hours) => (hours === 24 ? bad : { volumeMl: 140 }))
    expect(cycles[0]?.structures[0]?.massKg.value).toBeCloseTo(0.147, 9)
    expect(cycles[0]?.structures[0]?.points.map((point) => point.used)).toEqual([false, true, true])
    expect(assumptions.join()).toMatch(/"KIDNEY" has no usable outline at the reference time point/)
  })

  it('warns of more activity than was given', async () => {
    const warned = async (factor: number) => {
      const { problems } = await analyseWithout([], (hours) => ({
        meanBqPerMl: factor * Math.exp(-LAMBDA_PER_H * hours),
      }))
      return problems.some(({ code }) => code === 'activity.more-than-administered')
    }
    expect(await warned(1e6)).toBe(false)
    expect(await warned(1e8)).toBe(true)
  })

  it('refuses where nothing is left', async () => {
    await expect(analyseWithout(images.map(({ key }) => key))).rejects.toThrow('The pixel data end early.')
  })
})
