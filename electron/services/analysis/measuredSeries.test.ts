/** Measured series through the whole analysis, on a patient whose images show exact exponentials. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorkbench } from '../../backend/compose.ts'
import type { Workbench } from '../../backend/compose.ts'
import { analysisSchema } from '../../contracts/analysis.ts'
import type { Analysis, StructureResult } from '../../contracts/analysis.ts'
import type { MeasuredSeriesEntry } from '../../contracts/measuredSeries.ts'
import type { ProtocolInput } from '../../contracts/protocol.ts'
import { emissionImage, exampleInjection } from '../course/exampleImage.ts'
import { reportDocument } from '../report/index.ts'
import type { MeasureTask, StructureMeasurement } from '../ports/compute.ts'
import type { ScannedImage, ScannedPatient } from '../ports/dicomSource.ts'
import { analyse } from './index.ts'

type EntryInput = NonNullable<ProtocolInput['measuredSeries']>[number]
type Content = EntryInput['series']['content']

const LAMBDA_PER_H = 0.02
const KIDNEY_BQ = 1e8
const VOLUME_ML = 150
const TIA = (KIDNEY_BQ * 3600) / LAMBDA_PER_H
const activityAt = (hours: number): number => KIDNEY_BQ * Math.exp(-LAMBDA_PER_H * hours)

const administrationStart = { local: '2024-01-08T09:00:00', utcOffsetMin: null }
const images: readonly ScannedImage[] = [9, 11, 13].map((day) =>
  emissionImage(`d${day}`, `2024-01-${String(day).padStart(2, '0')}T09:00:00`, {
    radiopharmaceutical: { ...exampleInjection, administrationStart },
  }),
)
const identity = {
  key: 'p',
  mrn: '1',
  issuer: '',
  name: 'P',
  dicomName: 'P',
  birthDate: null,
  sex: null,
  weightKg: null,
  heightM: null,
}
const shape = {} as ScannedPatient['structureSets'][number]['structures'][number]['shape']
const patient: ScannedPatient = {
  patient: identity,
  images,
  structureSets: images.map((emission) => ({
    ...emission,
    key: `set-${emission.key}`,
    seriesUid: `set-${emission.seriesUid}`,
    origin: 'RTSTRUCT' as const,
    label: 'S',
    referencedSeriesUid: emission.seriesUid,
    structures: [{ number: 1, name: 'KIDNEY', type: 'ORGAN', colourRgb: null, shape }],
  })),
  registrations: [],
  kept: [],
}

let bench: Workbench
beforeAll(() => {
  bench = createWorkbench({ threads: 1 })
})
afterAll(() => bench.close())

async function analysed(protocol: ProtocolInput, who: ScannedPatient = patient): Promise<Analysis> {
  const measure = (task: MeasureTask): Promise<readonly StructureMeasurement[]> => {
    const hours = ((task.emission.values[0] ?? 0) - 8) * 24
    return Promise.resolve([
      {
        name: 'KIDNEY',
        kind: 'organ',
        volumeMl: VOLUME_ML,
        fractionInsideImage: 1,
        meanBqPerMl: activityAt(hours) / VOLUME_ML,
        sdBqPerMl: 0,
        edgeToMean: 0.5,
        densityGPerMl: 1.05,
        cutByFieldOfView: false,
        withoutLesions: [],
        problem: '',
      },
    ])
  }
  const analysis = await analyse({ patient: who, importProblems: [], programVersion: 'test' }, withRecovery(protocol), {
    ...bench.data,
    loadVoxels: (image) => Promise.resolve(new Float32Array([Number(image.key.slice(1))])),
    measure,
  })
  return analysisSchema.parse(JSON.parse(JSON.stringify(analysis)))
}

const withRecovery = (protocol: ProtocolInput): ProtocolInput => ({
  timeActivityModel: 'mono-exponential',
  recoveryCoefficients: [{ structure: 'KIDNEY', coefficient: 1, relativeUncertainty: 0.07 }],
  ...protocol,
})

const content = (hours: readonly number[], more: Partial<Content> = {}): Content => ({
  kind: 'activity',
  cycle: 1,
  structure: 'KIDNEY',
  region: 'organ',
  source: 'planar',
  nuclide: 'Lu-177',
  curve: {
    quantity: 'activity',
    points: hours.map((h) => ({
      hoursAfterInjection: h,
      activityBq: activityAt(h),
      standardUncertaintyBq: 0.04 * activityAt(h),
    })),
  },
  common: [{ source: 'camera 2', relativeStandardUncertainty: 0.08 }],
  origin: { method: 'conjugate views' },
  ...more,
})
/** The same shape in another unit. */
const relative = (hours: readonly number[], unit: number): Content =>
  content(hours, {
    curve: {
      quantity: 'relative',
      points: hours.map((h) => ({
        hoursAfterInjection: h,
        relativeValue: activityAt(h) * unit,
        standardUncertainty: 0.04 * activityAt(h) * unit,
      })),
    },
  })
const entry = (use: MeasuredSeriesEntry['use'], what: Content, more: Partial<EntryInput> = {}): EntryInput => ({
  cycle: 1,
  structure: 'KIDNEY',
  series: { content: what },
  use,
  ...more,
})
const structure = (analysis: Analysis, name = 'KIDNEY'): StructureResult => {
  const found = analysis.cycles[0]?.structures.find((one) => one.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found
}
const termOf = ({ uncertainty }: StructureResult, id: string): number =>
  uncertainty?.terms.find((term) => term.id === id)?.tiaRelative ?? 0
const tia = (result: StructureResult): number => result.fit?.tiaBqS.value ?? NaN
const dose = (result: StructureResult): number => result.doses[0]?.doseGy.value ?? NaN
const words = (analysis: Analysis): string =>
  JSON.stringify(reportDocument(analysis, { printedAt: '2026-11-27T12:00:00Z', operator: '' }).blocks)

describe('a measured series instead of images', () => {
  it('gives the TIA of its curve, with its own common uncertainty and the mass of the outline', async () => {
    const plain = structure(await analysed({}))
    const analysis = await analysed({ measuredSeries: [entry('instead-of-images', content([2, 20, 70, 140]))] })
    const found = structure(analysis)
    expect(tia(found) / TIA).toBeCloseTo(1, 9)
    expect(found.massKg).toEqual(plain.massKg)
    expect(dose(found) / dose(plain)).toBeCloseTo(tia(found) / tia(plain), 9)
    expect(termOf(found, 'calibration')).toBeCloseTo(0.08, 12)
    expect(termOf(plain, 'recovery')).toBeCloseTo(0.07, 12)
    expect(termOf(found, 'recovery')).toBe(0)
    expect(found.points.map(({ used, measuredSeries }) => [used, measuredSeries ?? 'image'])).toEqual([
      [true, 'planar'],
      [true, 'planar'],
      [false, 'image'],
      [true, 'planar'],
      [false, 'image'],
      [false, 'image'],
      [true, 'planar'],
    ])
    expect(found.measuredSeries).toMatchObject({
      use: 'instead-of-images',
      seriesPoints: 4,
      imagePoints: 0,
      isOutlined: true,
    })
    const told = words(analysis)
    expect(told).toContain('camera 2 8')
    expect(told).toContain('instead of images; 4 of the series in the fit')
    expect(told).toContain('Measured series of KIDNEY, cycle 1 (planar) instead of images.')
    expect(analysis.methods.map(({ step }) => step)).toContain('Series instead of images')
    expect(analysis.assumptions.join()).toMatch(
      /"KIDNEY", cycle 1: its curve is that of a measured series \(planar: conjugate views\)/,
    )
  })

  it('leaves out the points that a person names, and takes them in again', async () => {
    const bad = content([2, 20, 70, 140])
    if (bad.curve.quantity !== 'activity') throw new Error('an activity')
    const points = bad.curve.points.map((point, i) =>
      i === 1 ? { ...point, activityBq: 3 * point.activityBq } : point,
    )
    const wrong = { ...bad, curve: { ...bad.curve, points } }
    const out = [{ hoursAfterInjection: 20, reason: 'contaminated' }]
    const mended = structure(
      await analysed({ measuredSeries: [entry('instead-of-images', wrong, { pointsLeftOut: out })] }),
    )
    const asMeasured = structure(await analysed({ measuredSeries: [entry('instead-of-images', wrong)] }))
    expect(tia(mended) / TIA).toBeCloseTo(1, 9)
    expect(Math.abs(tia(asMeasured) / TIA - 1)).toBeGreaterThan(0.02)
    expect(mended.points.find(({ timeS }) => timeS === 20 * 3600)).toMatchObject({
      used: false,
      note: 'Left out by a person: contaminated',
    })
  })

  it('of one point has its TIA by the method for few scans', async () => {
    const one = { measuredSeries: [entry('instead-of-images', content([96]))] }
    const found = structure(await analysed({ ...one, fewScans: { method: 'hanscheid' } }))
    // Hänscheid et al. 2018: 2·A(T)·T/ln 2.
    expect(tia(found)).toBeCloseTo((2 * activityAt(96) * 96 * 3600) / Math.LN2, -3)
    expect(termOf(found, 'calibration')).toBeCloseTo(0.08, 12)
    expect(structure(await analysed(one)).problem).toMatch(/KIDNEY/)
  })
})

describe('a measured series scaled to images', () => {
  it('gives what the images give where its shape is the true one, from one image and in any unit', async () => {
    const plain = structure(await analysed({}))
    const others = patient.images.filter(({ key }) => key !== 'd9').map(({ seriesUid }) => seriesUid)
    const pointsLeftOut = others.map((seriesUid) => ({ structure: 'KIDNEY', seriesUid }))
    const protocol: ProtocolInput = {
      pointsLeftOut,
      measuredSeries: [entry('scaled-to-images', relative([4, 24, 72, 120], 3e-7))],
    }
    const analysis = await analysed(protocol)
    const found = structure(analysis)
    expect(tia(found) / tia(plain)).toBeCloseTo(1, 9)
    expect(dose(found) / dose(plain)).toBeCloseTo(1, 9)
    expect(found.measuredSeries?.scale?.bqPerUnit).toBeCloseTo(1 / 3e-7, 3)
    expect(found.measuredSeries?.scale?.pairs).toHaveLength(1)
    // The scale is of one image (3 %) and one point (4 %); recovery stays that of images.
    expect(termOf(found, 'calibration')).toBeCloseTo(Math.hypot(0.03, 0.04), 9)
    expect(termOf(found, 'recovery')).toBeCloseTo(0.07, 9)
    expect(found.points.find(({ timeS }) => timeS === 24 * 3600 && timeS)?.note).toBe(
      'Gives the measured series its scale.',
    )
    expect(words(analysis)).toContain('that of 24.0 h to the point of 24.0 h')
  })

  it('is refused where no image lies near, with the times and what to do; the cure cures', async () => {
    const far = await analysed({ measuredSeries: [entry('scaled-to-images', relative([4, 30, 90], 1))] })
    expect(structure(far)).toMatchObject({ fit: null, doses: [] })
    expect(structure(far).problem).toMatch(/no image \(24 h, 72 h, 120 h\) lies within 2 h .*larger tolerance/)
    const near = await analysed({
      measuredSeries: [entry('scaled-to-images', relative([4, 30, 90], 1), { toleranceH: 6 })],
    })
    const brought = activityAt(24) * 2 ** (-6 / (near.course.halfLifeS / 3600))
    expect(structure(near).measuredSeries?.scale?.bqPerUnit).toBeCloseTo(brought / activityAt(30), 6)
  })
})

describe('a measured series together with images', () => {
  it('is one fit of both, each with the common uncertainty of its own source', async () => {
    const found = structure(await analysed({ measuredSeries: [entry('together-with-images', content([2, 8, 48]))] }))
    expect(tia(found) / TIA).toBeCloseTo(1, 9)
    expect(found.points.every(({ used }) => used)).toBe(true)
    expect(found.measuredSeries).toMatchObject({ seriesPoints: 3, imagePoints: 3 })
    const recovery = termOf(found, 'recovery') / 0.07
    const series = termOf(found, 'calibration') / 0.08
    expect(recovery).toBeGreaterThan(0.1)
    expect(series).toBeGreaterThan(0.1)
    // What the TIA does not take from the one it takes from the other.
    expect(recovery + series).toBeCloseTo(1, 6)
  })

  it('is refused at the time of an image', async () => {
    const found = structure(await analysed({ measuredSeries: [entry('together-with-images', content([2, 24]))] }))
    expect(found.problem).toMatch(/a point of an image and one of its series at 24.00 h/)
  })
})

describe('a structure without an outline', () => {
  const GIVEN = exampleInjection.administeredActivityBq ?? NaN
  const points = [0.5, 24, 72].map((h) => {
    const activityBq = GIVEN * Math.exp(-0.03 * h)
    return { hoursAfterInjection: h, activityBq, standardUncertaintyBq: 0.02 * activityBq }
  })
  const body = (more: Partial<Content> = {}): EntryInput => ({
    cycle: 1,
    structure: 'whole body',
    series: {
      content: content([], {
        structure: 'whole body',
        region: 'whole-body',
        source: 'probe',
        curve: { quantity: 'activity', points },
        common: [{ source: 'activity meter', relativeStandardUncertainty: 0.03 }],
        ...more,
      }),
    },
    use: 'instead-of-images',
  })

  it('has the TIA of its curve in closed form, and no dose without a mass', async () => {
    const analysis = await analysed({ measuredSeries: [body()] })
    const found = structure(analysis, 'whole body')
    expect(tia(found)).toBeCloseTo((GIVEN * 3600) / 0.03, -4)
    expect(found).toMatchObject({ kind: 'other', doses: [], volumeMl: 0 })
    expect(found.problem).toMatch(/neither an outline nor a stated mass/)
    expect(analysis.cumulativeDose.map((one) => one.structure)).toEqual(['KIDNEY'])
    expect(structure(analysis)).toEqual(structure(await analysed({})))
    expect(words(analysis)).toContain('whole body: no image outlines it.')
  })

  it('has its self-dose with a stated mass, certain as that and not by the activity that was given', async () => {
    const mass = { massKg: 70, standardUncertaintyKg: 3.5, source: 'weighed', evidence: 'verified' as const }
    const analysis = await analysed({ measuredSeries: [body({ mass })] })
    const found = structure(analysis, 'whole body')
    const kidney = structure(analysis)
    // Local deposition: TIA times the same energy over the mass.
    expect(dose(found) / dose(kidney)).toBeCloseTo((tia(found) / 70) * (kidney.massKg.value / tia(kidney)), 9)
    expect(found.doses[0]?.note).toMatch(/self-dose of the stated mass/)
    expect(found.massKg).toEqual({ value: 70, standardUncertainty: 3.5 })
    const doseRelative = found.uncertainty?.doseRelative ?? NaN
    const perActivity = found.uncertainty?.dosePerActivityRelative ?? NaN
    expect(Math.hypot(perActivity, 0.03)).toBeCloseTo(doseRelative, 9)
    expect(found.uncertainty?.terms.find(({ id }) => id === 's-value')?.doseRelative).toBeCloseTo(0.05, 12)
    expect(found.uncertainty?.terms.some(({ id }) => id === 'volume')).toBe(false)
  })

  it('whose activity was made with its mass has a dose that the mass is no uncertainty of', async () => {
    const mass = { massKg: 1.1, standardUncertaintyKg: 0.11, source: 'scaled', evidence: 'unverified' as const }
    const common = [{ source: 'stated mass of whole body (scaled)', relativeStandardUncertainty: 0.1 }]
    const { uncertainty } = structure(await analysed({ measuredSeries: [body({ mass, common })] }), 'whole body')
    const points = uncertainty?.terms.find(({ id }) => id === 'points')?.doseRelative ?? NaN
    expect(uncertainty?.doseRelative).toBeCloseTo(points, 9)
    expect(uncertainty?.tiaRelative).toBeCloseTo(Math.hypot(points, 0.1), 9)
  })

  it('is there also where nothing is outlined at all, and an organ is warned of', async () => {
    const bare = { ...patient, structureSets: [] }
    await expect(analysed({}, bare)).rejects.toThrow('No time point has outlines')
    const kidney = entry('instead-of-images', content([2, 20, 70]))
    const analysis = await analysed({ recoveryCoefficients: [], measuredSeries: [body(), kidney] }, bare)
    expect(analysis.cycles[0]?.structures.map(({ name }) => name)).toEqual(['whole body', 'KIDNEY'])
    expect(tia(structure(analysis)) / TIA).toBeCloseTo(1, 9)
    expect(analysis.problems.filter(({ code }) => code === 'series.not-outlined').map(({ item }) => item)).toEqual([
      'KIDNEY',
    ])
  })

  it('cannot be scaled to images', async () => {
    const one = { ...body(), use: 'scaled-to-images' as const }
    expect(structure(await analysed({ measuredSeries: [one] }), 'whole body').problem).toMatch(
      /no usable point of an image/,
    )
  })
})

describe('the key and the protocol', () => {
  it('covers the content of the series, and is unchanged without any', async () => {
    const plain = await analysed({})
    expect(Object.keys(plain.protocol)).not.toContain('measuredSeries')
    const one = await analysed({ measuredSeries: [entry('instead-of-images', content([2, 20, 70]))] })
    const other = await analysed({ measuredSeries: [entry('instead-of-images', content([2, 20, 71]))] })
    const again = await analysed({ measuredSeries: [entry('instead-of-images', content([2, 20, 70]))] })
    expect(new Set([plain.key, one.key, other.key]).size).toBe(3)
    expect(again.key).toBe(one.key)
  })

  const use = 'instead-of-images'
  it.each<readonly [string, readonly EntryInput[]]>([
    ['protocol.unknown-cycle', [{ ...entry(use, content([2], { cycle: 3 })), cycle: 3 }]],
    ['protocol.ambiguous', [entry(use, content([2])), { ...entry(use, content([2])), structure: 'kidney' }]],
    ['protocol.series-other', [entry(use, content([2], { structure: 'LIVER' }))]],
    ['protocol.series-other', [entry(use, content([2], { cycle: 2 }))]],
    ['protocol.series-nuclide', [entry(use, content([2], { nuclide: 'Y-90' }))]],
    ['protocol.series-relative', [entry(use, relative([2, 20], 1))]],
    ['protocol.point-left-out', [entry(use, content([2]), { pointsLeftOut: [{ hoursAfterInjection: 3 }] })]],
    ['series.time', [entry(use, content([20, 2]))]],
    ['series.time', [entry(use, content([-1, 2]))]],
    ['series.points', [entry(use, content([]))]],
  ])('is refused with %s', async (code, measuredSeries) => {
    await expect(analysed({ measuredSeries: [...measuredSeries] })).rejects.toMatchObject({ code })
  })
})
