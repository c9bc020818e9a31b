import { describe, expect, it } from 'vitest'
import { protocolSchema } from '../../contracts/protocol.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import { meanDecayDuring, quantification } from './quantify.ts'

const LAMBDA = Math.LN2 / 574_300
const counts = {
  modality: 'NM',
  seriesUid: '1.2',
  seriesDescription: 'SPECT',
  grid: { dimensions: [4, 4, 4], spacingMm: [5, 5, 4], originMm: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
  quantity: { kind: 'counts', acquisitionDurationS: 1200 },
  acquisitionDurationS: 1200,
} as unknown as ScannedImage
const calibration = { sensitivityCpsPerMbq: 9.2, relativeUncertainty: 0.04, date: '2026-01-05' }

describe('quantification', () => {
  it('turns counts into Bq/mL at acquisition start with the factor of the user', () => {
    const { factorToBqPerMl, relativeUncertainty } = quantification(
      counts,
      protocolSchema.parse({ calibration }),
      LAMBDA,
    )
    // 5·5·4 mm³ = 0.1 mL; 1 MBq gives 9.2 cps · 1200 s = 11040 counts of its mean activity over the scan.
    const meanOverStart = (1 - Math.exp(-LAMBDA * 1200)) / (LAMBDA * 1200)
    expect(factorToBqPerMl * 0.1 * 11040).toBeCloseTo(1e6 / meanOverStart, 3)
    expect(relativeUncertainty).toBe(0.04)
  })

  it('prefers the factor of the series to the common one', () => {
    const both = protocolSchema.parse({
      calibration,
      calibrationBySeries: { '1.2': { ...calibration, sensitivityCpsPerMbq: 18.4 } },
    })
    const one = quantification(counts, protocolSchema.parse({ calibration }), LAMBDA).factorToBqPerMl
    expect(quantification(counts, both, LAMBDA).factorToBqPerMl).toBeCloseTo(one / 2, 12)
  })

  it('refuses counts without a factor, and counts without a duration', () => {
    expect(() => quantification(counts, protocolSchema.parse({}), LAMBDA)).toThrow(/counts without a unit/)
    const timeless = {
      ...counts,
      quantity: { kind: 'counts', acquisitionDurationS: null },
      acquisitionDurationS: null,
    } as ScannedImage
    expect(() => quantification(timeless, protocolSchema.parse({ calibration }), LAMBDA)).toThrow(/how long/)
  })

  it('takes Bq/mL as it is', () => {
    const image = {
      ...counts,
      quantity: {
        kind: 'activity-concentration',
        unit: 'Bq/mL',
        origin: 'pt-units',
        decayCorrectionInFile: 'ADMIN',
        factorToAcquisitionStart: 0.9,
      },
    } as ScannedImage
    const found = quantification(image, protocolSchema.parse({}), LAMBDA)
    expect(found.factorToBqPerMl).toBe(1)
    expect(found.words).toContain('ADMIN')
  })
})

describe('meanDecayDuring', () => {
  it('is 1 for a short scan and ln-exact for one half-life', () => {
    expect(meanDecayDuring(0, LAMBDA)).toBe(1)
    expect(meanDecayDuring(Math.LN2 / LAMBDA, LAMBDA)).toBeCloseTo(0.5 / Math.LN2, 12)
  })
})
