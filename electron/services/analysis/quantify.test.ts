import { describe, expect, it } from 'vitest'
import { protocolSchema } from '../../contracts/protocol.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import { quantification } from './quantify.ts'

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

const deadTime = {
  calibrationId: null,
  content: {
    kind: 'dead-time',
    name: 'detector 1',
    conditions: {},
    date: '2026-01-05',
    losses: { model: 'non-paralysable', tauS: 2e-6, relativeUncertainty: 0.1 },
    at: 'open window',
  },
  observedCpsBySeries: { '1.2': 50_000 },
} as const

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

  it('multiplies counts for those that the detector lost, and adds its uncertainty to that of the factor', () => {
    const plain = quantification(counts, protocolSchema.parse({ calibration }), LAMBDA)
    const found = quantification(counts, protocolSchema.parse({ calibration, deadTime }), LAMBDA)
    // m/(1 − mτ) over m: 1/(1 − 0.1).
    expect(found.factorToBqPerMl / plain.factorToBqPerMl).toBeCloseTo(1 / 0.9, 12)
    // u(n)/n = mτ/(1 − mτ) · u(τ)/τ = 0.1/0.9 · 0.1.
    expect(found.relativeUncertainty).toBeCloseTo(Math.hypot(0.04, 0.01 / 0.9), 12)
    expect(found.words).toContain('× 1.1111 for dead time')
    const other = protocolSchema.parse({ calibration, deadTime: { ...deadTime, observedCpsBySeries: {} } })
    expect(quantification(counts, other, LAMBDA)).toMatchObject({ factorToBqPerMl: plain.factorToBqPerMl })
    expect(quantification(counts, other, LAMBDA).words).toContain('not corrected for dead time')
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
    expect(() => quantification(image, protocolSchema.parse({ deadTime }), LAMBDA)).toThrow(/holds Bq\/mL/)
  })
})
