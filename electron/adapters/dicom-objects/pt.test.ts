import { describe, expect, it } from 'vitest'
import { codes, ptSlice, read, voxelsOf } from './fixtures.ts'
import type { Elements } from './fixtures.ts'
import { TAG } from './tags.ts'
import type { ScannedImage } from '../../services/ports/dicomSource.ts'
import type { Interpretation } from './interpret.ts'

const KEY = '1.2.3.5'
const LU177_S = 574_300.8
const F18_S = 6586.2
/** From the injection (09:05) to the scan (09:15 the day after). */
const ELAPSED_S = 24 * 3600 + 600

const fluorine: Elements = {
  [TAG.radiopharmaceutical]: 'FDG',
  [TAG.radionuclideHalfLife]: '6586.2',
  [TAG.radionuclideTotalDose]: '370000000',
  [TAG.radiopharmaceuticalStartDateTime]: '20240109081500',
  [TAG.radionuclideCodeSequence]: [
    { [TAG.codeValue]: 'C-111A1', [TAG.codingScheme]: 'SRT', [TAG.codeMeaning]: '^18^Fluorine' },
  ],
}

function series(
  more: Elements = {},
  injected: Elements = {},
  each: (i: number) => Elements = () => ({}),
): ReturnType<typeof ptSlice>[] {
  return [0, 1, 2].map((i) => ptSlice(i, { ...more, ...each(i) }, injected))
}

function image(result: Interpretation): ScannedImage {
  return result.folder.patients[0]!.images[0]!
}

/** Third voxel of each slice over what slope and stored value alone give. */
async function factors(result: Interpretation): Promise<number[]> {
  const values = await voxelsOf(result, KEY)
  return [0, 1, 2].map((k) => values[6 * k + 2]! / (3 * (k + 1)))
}

describe('PET values', () => {
  it('are BQML with the slope of each slice', async () => {
    const result = await read(series())
    expect(image(result).verdict).toBe('accept')
    expect(image(result).quantity).toEqual({
      kind: 'activity-concentration',
      unit: 'Bq/mL',
      origin: 'pt-units',
      decayCorrectionInFile: 'START',
      factorToAcquisitionStart: 1,
    })
    expect(await factors(result)).toEqual([1, 1, 1])
    expect(image(result)).toMatchObject({
      acquisitionStart: { local: '2024-01-09T09:15:00' },
      acquisitionDurationS: 600,
    })
  })

  it('are warned of where they are not corrected for attenuation', async () => {
    const result = await read(series({ [TAG.correctedImage]: ['DECY'] }))
    expect(codes(result, 'warning')).toEqual(['activity.not-attenuation-corrected'])
  })

  it('are refused where a slope falls', async () => {
    const result = await read(series({}, {}, (i) => (i === 1 ? { [TAG.rescaleSlope]: '-2' } : {})))
    expect(codes(result, 'refused')).toEqual(['quantity.slope-not-positive'])
  })

  it('ADMIN: decayed from the administration to the scan; a Decay Factor that agrees is silent, one that does not is asked about', async () => {
    const factor = 2 ** -(ELAPSED_S / LU177_S)
    const agreeing = await read(series({ [TAG.decayCorrection]: 'ADMIN', [TAG.decayFactor]: String(1 / factor) }))
    expect(image(agreeing).verdict).toBe('accept')
    for (const found of await factors(agreeing)) expect(found).toBeCloseTo(factor, 6)
    const missing = await read(series({ [TAG.decayCorrection]: 'ADMIN' }))
    expect(codes(missing, 'warning')).toEqual(['activity.decay-factor-missing'])
    const differing = await read(series({ [TAG.decayCorrection]: 'ADMIN', [TAG.decayFactor]: '1.02' }))
    expect(codes(differing, 'question')).toEqual(['activity.decay-factor-contradiction'])
  })

  it('ADMIN without the time of administration or the half-life is a question, never a guess', async () => {
    const result = await read(
      series({ [TAG.decayCorrection]: 'ADMIN' }, { [TAG.radiopharmaceuticalStartDateTime]: null }),
    )
    expect(codes(result, 'question')).toContain('activity.decay-admin-unknown')
    expect(await factors(result)).toEqual([1, 1, 1])
  })

  it('NONE: frame means brought to the start of the scan, each bed by its own time', async () => {
    const bedStart = ['091500', '091500', '092500']
    const result = await read(
      series({ [TAG.decayCorrection]: 'NONE', [TAG.correctedImage]: ['ATTN'] }, fluorine, (i) => ({
        [TAG.acquisitionTime]: bedStart[i]!,
      })),
    )
    const x = (Math.LN2 / F18_S) * 600
    const mean = x / (1 - Math.exp(-x))
    const [a, b, c] = await factors(result)
    expect(a).toBeCloseTo(mean, 6)
    expect(b).toBeCloseTo(mean, 6)
    expect(c).toBeCloseTo(mean * Math.exp(x), 6)
    expect(image(result).acquisitionDurationS).toBe(1200)
    const noDuration = await read(
      series(
        { [TAG.decayCorrection]: 'NONE', [TAG.correctedImage]: ['ATTN'], [TAG.actualFrameDurationMs]: null },
        fluorine,
      ),
    )
    expect(codes(noDuration, 'question')).toEqual(['activity.frame-duration-missing'])
  })

  it('START of several beds: all values stand at the first bed; decay factors confirm it', async () => {
    const lambda = Math.LN2 / F18_S
    const starts = ['091500', '091500', '092500']
    const bed = (i: number): Elements => ({
      [TAG.acquisitionTime]: starts[i]!,
      [TAG.decayFactor]: String(
        Math.exp(lambda * (i === 2 ? 600 : 0)) * ((lambda * 600) / (1 - Math.exp(-lambda * 600))),
      ),
    })
    const result = await read(series({}, fluorine, bed))
    expect(image(result).verdict).toBe('accept')
    expect(await factors(result)).toEqual([1, 1, 1])
    expect(image(result).acquisitionStart?.local).toBe('2024-01-09T09:15:00')
  })

  it("START before the first slice: by Decay Correction DateTime, by GE's scan time, or by decay factors that say so", async () => {
    const late = 2 ** -(1800 / F18_S)
    const stated = await read(series({ [TAG.decayCorrectionDateTime]: '20240109084500' }, fluorine))
    for (const found of await factors(stated)) expect(found).toBeCloseTo(late, 6)
    const ge = await read(series({ '00090010': 'GEMS_PETD_01', '0009100d': '20240109084500' }, fluorine))
    for (const found of await factors(ge)) expect(found).toBeCloseTo(late, 6)
    const byFactor = await read(series({ [TAG.seriesTime]: '084500', [TAG.decayFactor]: String(1 / late) }, fluorine))
    for (const found of await factors(byFactor)) expect(found).toBeCloseTo(late, 6)
    // A series time of its own says nothing: it may be that of a later processing.
    expect(await factors(await read(series({ [TAG.seriesTime]: '084500' }, fluorine)))).toEqual([1, 1, 1])
  })

  it('without Decay Correction is a question', async () => {
    expect(codes(await read(series({ [TAG.decayCorrection]: null })), 'question')).toEqual([
      'activity.decay-correction-unknown',
    ])
  })

  it('refuses slices that differ in unit, correction or slope', async () => {
    const one =
      (tag: string, value: string | null): ((i: number) => Elements) =>
      (i) =>
        i === 1 ? { [tag]: value } : {}
    expect(codes(await read(series({}, {}, one(TAG.units, 'CNTS'))), 'refused')).toEqual(['quantity.units-differ'])
    expect(codes(await read(series({}, {}, one(TAG.decayCorrection, 'NONE'))), 'refused')).toEqual([
      'activity.decay-correction-differs',
    ])
    expect(codes(await read(series({}, {}, one(TAG.rescaleSlope, null))), 'refused')).toEqual([
      'quantity.slope-missing',
    ])
    expect(codes(await read(series({}, {}, one(TAG.rescaleSlope, '0'))), 'refused')).toEqual(['quantity.slope-missing'])
  })

  it('in counts need a calibration, unless Philips gives its factor', async () => {
    const counts = await read(series({ [TAG.units]: 'CNTS' }))
    expect(image(counts).quantity).toEqual({ kind: 'counts', acquisitionDurationS: 600 })
    expect(codes(counts, 'question')).toEqual(['activity.needs-calibration'])
    const philips = await read(
      series({ [TAG.units]: 'CNTS', '70530010': 'Philips PET Private Group', '70531009': '2.5' }),
    )
    expect(await factors(philips)).toEqual([2.5, 2.5, 2.5])
    expect(image(philips).quantity.kind).toBe('activity-concentration')
    const anonymised = await read(series({ [TAG.units]: 'CNTS', '70531009': '2.5' }))
    expect(image(anonymised).quantity.kind).toBe('counts')
  })

  it('in SUV or without a unit are looked at, not computed with', async () => {
    const suv = await read(series({ [TAG.units]: 'GML' }))
    expect(image(suv).quantity).toEqual({ kind: 'arbitrary', unit: 'GML' })
    expect(codes(suv, 'question')).toEqual(['activity.unit-not-concentration'])
    expect(codes(await read(series({ [TAG.units]: null })), 'question')).toEqual(['activity.unit-not-concentration'])
  })

  it('keeps dynamic, gated, projected and transmission PET aside', async () => {
    for (const more of [
      { [TAG.seriesType]: ['DYNAMIC', 'IMAGE'], '00540101': 30 },
      { [TAG.seriesType]: ['GATED', 'IMAGE'] },
      { [TAG.seriesType]: ['WHOLE BODY', 'REPROJECTION'] },
      { [TAG.countsSource]: 'TRANSMISSION' },
    ]) {
      const result = await read(series(more))
      expect(result.folder.patients[0]!.images).toEqual([])
      expect(result.folder.patients[0]!.kept).toHaveLength(1)
    }
  })

  it('asks where acquisition times are spread over a day (a scan across midnight under one date)', async () => {
    const result = await read(
      series({}, { [TAG.radiopharmaceuticalStartDateTime]: '20240108090500' }, (i) => ({
        [TAG.acquisitionTime]: ['235500', '235800', '000100'][i]!,
      })),
    )
    expect(codes(result, 'question')).toContain('time.spread')
  })

  it('asks where slices tell of different injections', async () => {
    const files = [0, 1, 2].map((i) => ptSlice(i, {}, i === 2 ? { [TAG.radionuclideTotalDose]: '7000000000' } : {}))
    expect(codes(await read(files), 'question')).toEqual(['administration.differs-within-series'])
  })
})
