/** Biological effect against printed numbers. */
import { describe, expect, it } from 'vitest'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { runCalc } from '../../electron/services/calc/index.ts'

const resources = fileResources()

describe('published worked numbers', () => {
  it('resin Y-90 microspheres: 52 Gy to the liver (Strigari et al. 2010; recalled) is a BED of 93 Gy as Walrand et al. 2014 print it, within its rounding of 0.5 Gy', () => {
    const { bedGy } = runCalc(
      'bed',
      {
        curves: [{ doseGy: 52, effectiveHalfLifeH: 64.1 }],
        repairHalfTimeH: 2.5,
        alphaBetaGy: 2.5,
      },
      resources,
    ) as { bedGy: number }
    expect(Math.abs(bedGy - 93)).toBeLessThan(0.5)
  })
})
