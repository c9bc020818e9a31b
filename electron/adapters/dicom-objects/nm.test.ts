import { describe, expect, it } from 'vitest'
import { codes, ctSlice, dataSet, nmFile, read, voxelsOf } from './fixtures.ts'
import { TAG } from './tags.ts'
import { nmKind } from './nmFrames.ts'
import type { Elements } from './fixtures.ts'
import type { ScannedImage } from '../../services/ports/dicomSource.ts'
import type { Interpretation } from './interpret.ts'

function image(result: Interpretation, modality = 'NM'): ScannedImage {
  return result.folder.patients[0]!.images.find((one) => one.modality === modality)!
}

function detector(z: string, orientation = ['1', '0', '0', '0', '1', '0']): Elements {
  return {
    [TAG.detectorInformationSequence]: [{ [TAG.imagePosition]: ['0', '0', z], [TAG.imageOrientation]: orientation }],
  }
}

const noMapping = { [TAG.realWorldValueMappingSequence]: null }

describe('NM geometry', () => {
  it('stacks along the normal for a positive spacing and against it for a negative one, to one grid', async () => {
    const up = await read([nmFile()])
    const down = await read([nmFile({ ...detector('5'), [TAG.spacingBetweenSlices]: '-5' })])
    expect(image(up).grid).toEqual({
      dimensions: [3, 2, 4],
      spacingMm: [4, 4, 5],
      originMm: [0, 0, -10],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    })
    expect(image(down).grid).toEqual(image(up).grid)
    const [a, b] = [await voxelsOf(up, '1.2.3.6'), await voxelsOf(down, '1.2.3.6')]
    for (let k = 0; k < 4; k++) expect(b.slice(6 * k, 6 * k + 6)).toEqual(a.slice(6 * (3 - k), 6 * (4 - k)))
    expect([image(up).verdict, image(down).verdict]).toEqual(['accept', 'accept'])
  })

  it('takes slices in the order of Slice Vector, not of frames', async () => {
    const result = await read([nmFile({ [TAG.sliceVector]: [2, 1, 4, 3] })])
    const values = await voxelsOf(result, '1.2.3.6')
    expect([0, 6, 12, 18].map((i) => values[i])).toEqual([12, 0, 36, 24])
  })

  it('refuses a Slice Vector that skips or repeats slices or does not fit the frames', async () => {
    for (const vector of [
      [1, 2, 4, 5],
      [1, 2, 2, 3],
      [1, 2, 3],
    ])
      expect(codes(await read([nmFile({ [TAG.sliceVector]: vector })]), 'refused')).toEqual([
        'geometry.nm-slice-vector',
      ])
  })

  it('parts energy windows into volumes', async () => {
    const result = await read([nmFile({ [TAG.sliceVector]: [1, 2, 1, 2], [TAG.energyWindowVector]: [1, 1, 2, 2] })])
    const images = result.folder.patients[0]!.images
    expect(images.map(({ grid }) => grid.dimensions[2])).toEqual([2, 2])
    expect(new Set(images.map(({ key }) => key)).size).toBe(2)
  })

  it('asks nobody where a positive spacing lies well, warns alone where it does not, and lets the CT decide what is asked', async () => {
    const suspicious = { ...detector('10') } // 10 … 25 by the file, 10 … −5 the other way
    const alone = await read([nmFile(suspicious)])
    expect(codes(alone, 'warning')).toEqual(['geometry.nm-slice-direction'])
    expect(image(alone).grid.originMm[2]).toBe(10)

    const ctWhere = (low: number) => [0, 5, 10, 15].map((z, i) => ctSlice(i, low + z))
    const confirmed = await read([nmFile(suspicious), ...ctWhere(10)])
    expect(codes(confirmed, 'warning')).toEqual([])
    expect(image(confirmed).verdict).toBe('accept')

    const contradicted = await read([nmFile(suspicious), ...ctWhere(-5)])
    expect(codes(contradicted, 'question')).toEqual(['geometry.nm-slice-direction'])
    expect(image(contradicted).grid.originMm[2]).toBe(-5)
    expect((await voxelsOf(contradicted, '1.2.3.6'))[0]).toBe(36)
  })

  it('doubts a negative spacing by the same signs, and turns the slices where the CT shows it', async () => {
    // −10 … −25 by the file, −10 … 5 the other way.
    const suspicious = { ...detector('-10'), [TAG.spacingBetweenSlices]: '-5' }
    const alone = await read([nmFile(suspicious)])
    expect(codes(alone, 'warning')).toEqual(['geometry.nm-slice-direction'])
    expect(alone.folder.problems.find(({ code }) => code === 'geometry.nm-slice-direction')?.message).toContain(
      'negative',
    )
    expect(image(alone).grid.originMm[2]).toBe(-25)

    const ct = [-10, -5, 0, 5].map((z, i) => ctSlice(i, z))
    const turned = await read([nmFile(suspicious), ...ct])
    expect(codes(turned, 'question')).toEqual(['geometry.nm-slice-direction'])
    expect(image(turned).grid).toEqual(image(await read([nmFile()])).grid)
    expect((await voxelsOf(turned, '1.2.3.6'))[0]).toBe(0)
  })

  it('reads position and orientation from the root where the detector has none, and refuses where neither has', async () => {
    const root = {
      [TAG.detectorInformationSequence]: null,
      [TAG.imagePosition]: ['1', '2', '-3'],
      [TAG.imageOrientation]: ['1', '0', '0', '0', '1', '0'],
    }
    expect(image(await read([nmFile(root)])).grid.originMm).toEqual([1, 2, -3])
    expect(codes(await read([nmFile({ [TAG.detectorInformationSequence]: null })]), 'refused')).toEqual([
      'geometry.no-position',
    ])
  })

  it('takes transaxial slices by orientation codes only for supine and head first, with a warning', async () => {
    const noOrientation = { [TAG.detectorInformationSequence]: [{ [TAG.imagePosition]: ['0', '0', '-10'] }] }
    const codesOf = (position: string, entry: string): Elements => ({
      [TAG.patientOrientationCodeSequence]: [
        {
          [TAG.codeValue]: '102538003',
          [TAG.patientOrientationModifierCodeSequence]: [{ [TAG.codeValue]: position, [TAG.codeMeaning]: '' }],
        },
      ],
      [TAG.patientGantryRelationshipCodeSequence]: [{ [TAG.codeValue]: entry, [TAG.codeMeaning]: '' }],
    })
    expect(codes(await read([nmFile({ ...noOrientation, ...codesOf('40199007', '102540008') })]), 'warning')).toEqual([
      'geometry.orientation-from-codes',
    ])
    expect(codes(await read([nmFile({ ...noOrientation, ...codesOf('F-10340', 'F-10470') })]), 'warning')).toEqual([
      'geometry.orientation-from-codes',
    ])
    expect(codes(await read([nmFile({ ...noOrientation, ...codesOf('40199007', '102541007') })]), 'refused')).toEqual([
      'geometry.no-orientation',
    ])
    expect(codes(await read([nmFile(noOrientation)]), 'refused')).toEqual(['geometry.no-orientation'])
  })

  it('warns where only the slice thickness is there, refuses where nothing is', async () => {
    expect(codes(await read([nmFile({ [TAG.spacingBetweenSlices]: null })]), 'warning')).toEqual([
      'geometry.nm-spacing-from-thickness',
    ])
    expect(
      codes(await read([nmFile({ [TAG.spacingBetweenSlices]: null, [TAG.sliceThickness]: null })]), 'refused'),
    ).toEqual(['geometry.no-slice-spacing'])
  })

  it('keeps what is no reconstructed volume, with the reason', async () => {
    for (const [kind, reason] of [
      ['WHOLE BODY', /whole-body/],
      ['STATIC', /planar/],
      ['DYNAMIC', /dynamic/],
      ['TOMO', /projections/],
      ['RECON GATED TOMO', /gated/],
    ] as const) {
      const result = await read([
        nmFile({
          [TAG.imageType]: ['ORIGINAL', 'PRIMARY', kind, 'EMISSION'],
          [TAG.frameIncrementPointer]: ['00540010'],
        }),
      ])
      expect(result.folder.patients[0]!.images).toEqual([])
      expect(result.folder.patients[0]!.kept[0]!.reason).toMatch(reason)
    }
    expect(nmKind(dataSet({ [TAG.imageType]: ['DERIVED', 'SECONDARY'] })).kind).toBe('other')
    expect(codes(await read([nmFile({ [TAG.imageType]: ['DERIVED', 'SECONDARY'] })]), 'warning')).toEqual([
      'image.kind-from-frames',
    ])
  })
})

describe('NM values', () => {
  it('are Bq/mL by real-world value mapping in any UCUM spelling', async () => {
    for (const [unit, factor] of [
      ['Bq/ml', 1],
      ['kBq/ml', 1e3],
      ['MBq/mL', 1e6],
      ['Bq/l', 1e-3],
      ['uCi/cm3', 3.7e4],
      ['BQML', 1],
    ] as const) {
      const mapping = [
        {
          [TAG.realWorldSlope]: 2,
          [TAG.realWorldIntercept]: 0,
          [TAG.measurementUnitsCodeSequence]: [{ [TAG.codeValue]: unit }],
        },
      ]
      const result = await read([nmFile({ [TAG.realWorldValueMappingSequence]: mapping })])
      expect(image(result).quantity).toMatchObject({
        kind: 'activity-concentration',
        origin: 'real-world-value-mapping',
      })
      expect((await voxelsOf(result, '1.2.3.6'))[3]).toBeCloseTo(6 * factor, 3)
    }
  })

  it('are Bq/mL by rescale with a stated unit, and counts without one', async () => {
    const rescale = { ...noMapping, [TAG.rescaleSlope]: '7', [TAG.rescaleIntercept]: '0' }
    const units = await read([nmFile({ ...rescale, [TAG.units]: 'BQML' })])
    expect(image(units).quantity).toMatchObject({ kind: 'activity-concentration', origin: 'rescale-units' })
    expect((await voxelsOf(units, '1.2.3.6'))[3]).toBe(21)
    const byType = await read([nmFile({ ...rescale, [TAG.rescaleType]: 'BQML' })])
    expect(image(byType).quantity).toMatchObject({ origin: 'rescale-units' })

    const counts = await read([nmFile(rescale)])
    expect(image(counts).quantity).toEqual({ kind: 'counts', acquisitionDurationS: 600 })
    expect(codes(counts, 'question')).toEqual(['activity.needs-calibration'])
    expect((await voxelsOf(counts, '1.2.3.6'))[3]).toBe(21)
  })

  it('are warned of where the list of corrections lacks attenuation, and not where there is no list', async () => {
    const warned = async (corrections: readonly string[] | null) =>
      codes(await read([nmFile({ [TAG.correctedImage]: corrections })]), 'warning')
    expect(await warned(['DECY', 'SCAT'])).toEqual(['activity.not-attenuation-corrected'])
    expect(await warned(['ATTN'])).toEqual([])
    expect(await warned(null)).toEqual([])
  })

  it('are refused where the scale to activity falls, by mapping or by rescale', async () => {
    const unit = [{ [TAG.codeValue]: 'Bq/ml' }]
    const mapping = [
      { [TAG.realWorldSlope]: -2, [TAG.realWorldIntercept]: 0, [TAG.measurementUnitsCodeSequence]: unit },
    ]
    const mapped = await read([nmFile({ [TAG.realWorldValueMappingSequence]: mapping })])
    const rescale = { ...noMapping, [TAG.rescaleSlope]: '-7', [TAG.rescaleIntercept]: '0', [TAG.units]: 'BQML' }
    for (const result of [mapped, await read([nmFile(rescale)])]) {
      expect(codes(result, 'refused')).toEqual(['quantity.slope-not-positive'])
      expect(result.folder.patients.flatMap(({ images }) => images)).toEqual([])
    }
  })

  it('are counts where a unit is named without a slope: raw numbers are no activity', async () => {
    const result = await read([nmFile({ ...noMapping, [TAG.units]: 'BQML' })])
    expect(image(result).quantity.kind).toBe('counts')
    expect(image(result).verdict).toBe('ask')
  })

  it('say side by side where real-world value mapping and rescale contradict each other', async () => {
    const differing = await read([
      nmFile({ [TAG.rescaleSlope]: '3', [TAG.rescaleIntercept]: '0', [TAG.units]: 'BQML' }),
    ])
    expect(codes(differing, 'question')).toEqual(['activity.contradictory-scale'])
    expect(differing.folder.problems.find(({ code }) => code === 'activity.contradictory-scale')?.message).toMatch(
      /× 2 .*× 3/,
    )
    for (const slope of ['2', '1'])
      expect(
        codes(
          await read([
            nmFile({
              [TAG.rescaleSlope]: slope,
              [TAG.rescaleIntercept]: '0',
              [TAG.units]: slope === '2' ? 'BQML' : null,
            }),
          ]),
          'question',
        ),
      ).toEqual([])
  })

  it('are brought from the administration to the scan where the file says ADMIN, and are warned of where it says nothing', async () => {
    const admin = await read([nmFile({ [TAG.decayCorrection]: 'ADMIN' })])
    const factor = 2 ** -((24 * 3600 + 600) / 574_300.8)
    expect(image(admin).quantity).toMatchObject({ decayCorrectionInFile: 'ADMIN' })
    expect((await voxelsOf(admin, '1.2.3.6'))[3]).toBeCloseTo(6 * factor, 5)
    const unknown = await read([nmFile({ [TAG.decayCorrection]: null })])
    expect(image(unknown).quantity).toMatchObject({ decayCorrectionInFile: 'UNKNOWN', factorToAcquisitionStart: 1 })
    expect(codes(unknown, 'warning')).toEqual(['activity.decay-reference-unknown'])
    const none = await read([nmFile({ [TAG.decayCorrection]: null, [TAG.correctedImage]: ['ATTN'] })])
    expect(image(none).quantity).toMatchObject({ decayCorrectionInFile: 'NONE' })
    const x = (Math.LN2 / 574_300.8) * 600
    expect((await voxelsOf(none, '1.2.3.6'))[3]).toBeCloseTo((6 * x) / (1 - Math.exp(-x)), 5)
  })
})
