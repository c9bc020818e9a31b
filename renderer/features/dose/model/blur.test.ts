import { describe, expect, it } from 'vitest'
import { fakeAnalysis } from '../../../dev/fakeData.ts'
import { protocolSchema, type Analysis } from '../../../../electron/contracts/index.ts'
import { blurNotice, structuresAsBlurred } from './blur.ts'

/** The fake analysis with one coefficient for all points. */
function withCoefficient(recoveryCoefficient: number, protocol: Record<string, unknown> = {}): Analysis {
  const analysis = fakeAnalysis()
  const cycles = analysis.cycles.map((cycle) => ({
    ...cycle,
    structures: cycle.structures.map((one) => ({
      ...one,
      points: one.points.map((point) => ({ ...point, used: true, recoveryCoefficient })),
    })),
  }))
  return { ...analysis, protocol: protocolSchema.parse(protocol), cycles }
}

describe('doses without a correction for resolution', () => {
  it('are said to be so, all or by name', () => {
    const names = withCoefficient(1).cycles[0]!.structures.map(({ name }) => name)
    expect(structuresAsBlurred(withCoefficient(1), 1)).toEqual(names)
    expect(blurNotice(withCoefficient(1), 1)).toMatch(/^Not corrected for the resolution of the images\. /)
    const entered = { recoveryCoefficients: [{ structure: names[0]!.toLowerCase(), coefficient: 1 }] }
    expect(structuresAsBlurred(withCoefficient(1, entered), 1)).toEqual(names.slice(1))
    expect(blurNotice(withCoefficient(1, entered), 1)).toContain(`images: ${names.slice(1).join(', ')}. `)
  })

  it('are none where a coefficient or the image itself was corrected, or the cycle is another', () => {
    expect(blurNotice(withCoefficient(0.8), 1)).toBe('')
    const sharpened = { partialVolume: { method: 'richardson-lucy', fwhmMm: [9, 9, 9] } }
    expect(blurNotice(withCoefficient(1, sharpened), 1)).toBe('')
    expect(blurNotice(withCoefficient(1), 7)).toBe('')
  })
})
