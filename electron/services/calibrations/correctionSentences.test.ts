import { describe, expect, it } from 'vitest'
import { protocolSchema } from '../../contracts/protocol.ts'
import { correctionSentences } from './correctionSentences.ts'

const base = { name: 'Camera A', date: '2026-01-06', conditions: {} }

describe('what a protocol says of corrections', () => {
  it('is that there are none by default', () => {
    expect(correctionSentences(protocolSchema.parse({}))).toEqual({
      recoveryCurve: '',
      partialVolume: 'Partial-volume correction: none.',
      deadTime: '',
    })
  })

  it('names the stored objects with their numbers, units and uncertainties', () => {
    const { recoveryCurve, partialVolume, deadTime } = correctionSentences(
      protocolSchema.parse({
        recoveryCurve: {
          calibrationId: 'c1',
          content: {
            kind: 'recovery-curve',
            ...base,
            form: 'gear',
            parameters: [2.2083, 0.68315],
            covariance: [
              [0.0293, 0],
              [0, 0.0015],
            ],
            volumeRangeMl: [0.52, 26.5],
            spheres: [{ volumeMl: 1, coefficient: 0.4, standardUncertainty: 0.02 }],
            reducedChiSquare: 0.9,
          },
        },
        partialVolume: { method: 'gtm', fwhmMm: [9, 9, 11], fwhmRelativeUncertainty: 0.05 },
        deadTime: {
          calibrationId: null,
          content: {
            kind: 'dead-time',
            ...base,
            losses: { model: 'paralysable', tauS: 2.5e-6, relativeUncertainty: 0.1 },
            at: 'open window',
          },
          observedCpsBySeries: { '1.2': [40000, 50000] },
        },
      }),
    )
    expect(recoveryCurve).toContain('β = 2.208 ± 0.17 mL, γ = 0.6832 ± 0.039, measured from 0.520 to 26.5 mL')
    expect(partialVolume).toBe(
      'Partial-volume correction: geometric transfer matrix, with a point spread function of 9 × 9 × 11 mm FWHM ± 5 %.',
    )
    expect(deadTime).toContain(
      'paralysable, τ = 2.500 µs ± 10 % (open window); series 1.2 at 40000 to 50000 cps in 2 frames',
    )
  })
})
