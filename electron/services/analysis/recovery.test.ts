import { describe, expect, it } from 'vitest'
import { protocolSchema } from '../../contracts/protocol.ts'
import type { ProtocolInput } from '../../contracts/protocol.ts'
import type { StructureMeasurement } from '../ports/compute.ts'
import { imageCorrection, pointRecovery } from './recovery.ts'

const measurement: StructureMeasurement = {
  name: 'LESION',
  kind: 'lesion',
  volumeMl: 8,
  fractionInsideImage: 1,
  meanBqPerMl: 600,
  sdBqPerMl: 0,
  edgeToMean: 0.5,
  densityGPerMl: 1,
  cutByFieldOfView: false,
  withoutLesions: [],
  problem: '',
}
/** R = v/(v + β) with β = 4 mL ± 0.4 mL. */
const recoveryCurve = {
  calibrationId: null,
  content: {
    kind: 'recovery-curve' as const,
    name: 'spheres',
    conditions: {},
    date: '2026-01-05',
    form: 'hyperbolic' as const,
    parameters: [4],
    covariance: [[0.16]],
    volumeRangeMl: [0.5, 26.5] as [number, number],
    spheres: [{ volumeMl: 26.5, coefficient: 0.87, standardUncertainty: 0.02 }],
    reducedChiSquare: null,
  },
}
const byCurve = { partialVolume: { method: 'recovery-curve' }, recoveryCurve } satisfies ProtocolInput
const of = (protocol: ProtocolInput, change: Partial<StructureMeasurement> = {}, relative = 0) =>
  pointRecovery({ ...measurement, ...change }, 1, 8, relative, { index: 1 }, protocolSchema.parse(protocol))

describe('pointRecovery', () => {
  it('is 1 by default', () => {
    expect(of({})).toMatchObject({ coefficient: 1, relativeUncertainty: 0, slope: 0, remarks: [], problem: '' })
  })

  it('by curve: coefficient, uncertainty of curve and volume, and the slope that the dose takes', () => {
    const found = of(byCurve, {}, 0.1)
    // R = 8/12; ∂R/∂β = −v/(v+β)² and dR/dv = β/(v+β)².
    expect(found.coefficient).toBeCloseTo(2 / 3, 12)
    expect(found.withoutVolume).toBeCloseTo(((8 / 144) * 0.4) / (2 / 3), 12)
    expect(found.slope).toBeCloseTo(((4 / 144) * 8) / (2 / 3), 12)
    expect(found.relativeUncertainty).toBeCloseTo(Math.hypot(found.withoutVolume, found.slope * 0.1), 12)
  })

  it('by curve with surroundings: takes what spills in off the mean', () => {
    const protocol = {
      ...byCurve,
      partialVolume: {
        ...byCurve.partialVolume,
        background: 'surroundings' as const,
        fwhmMm: [9, 9, 9] as [number, number, number],
      },
    }
    const surroundings = { meanBqPerMl: 300, standardUncertaintyBqPerMl: 0 }
    // (600 − 300·(1 − 2/3)) / (2/3) = 750.
    expect(of(protocol, { surroundings }).coefficient).toBeCloseTo(600 / 750, 12)
    expect(of(protocol, { surroundings: null }).problem).toMatch(/no place/)
    expect(of(protocol, { surroundings: { ...surroundings, meanBqPerMl: 5000 } }).problem).toMatch(/spill into it/)
  })

  it('takes what the image gave, but an entered coefficient before it', () => {
    const gtm = { partialVolume: { method: 'gtm' as const, fwhmMm: [9, 9, 9] as [number, number, number] } }
    const correction = { coefficient: 0.6, relativeUncertainty: 0.07, remarks: [] }
    expect(of(gtm, { correction })).toMatchObject({ coefficient: 0.6, relativeUncertainty: 0.07, slope: 0 })
    const entered = { ...gtm, recoveryCoefficients: [{ structure: 'lesion', coefficient: 0.9 }] }
    expect(of(entered, { correction })).toMatchObject({ coefficient: 0.9, relativeUncertainty: 0.05 })
  })

  it('says where the volume lies outside what the curve was measured with', () => {
    const small = pointRecovery(measurement, 1, 0.2, 0, { index: 1 }, protocolSchema.parse(byCurve))
    expect(small.remarks.join()).toMatch(/^"LESION": /)
  })
})

describe('imageCorrection', () => {
  it('asks for what the method needs', () => {
    expect(imageCorrection(protocolSchema.parse({}))).toBeNull()
    expect(imageCorrection(protocolSchema.parse(byCurve))).toBeNull()
    const refused = (partialVolume: ProtocolInput['partialVolume']) => () =>
      imageCorrection(protocolSchema.parse({ partialVolume }))
    expect(refused({ method: 'recovery-curve' })).toThrow(expect.objectContaining({ code: 'partial-volume.no-curve' }))
    expect(refused({ method: 'gtm' })).toThrow(expect.objectContaining({ code: 'partial-volume.no-psf' }))
    expect(refused({ method: 'richardson-lucy' })).toThrow(expect.objectContaining({ code: 'partial-volume.no-psf' }))
  })
})
