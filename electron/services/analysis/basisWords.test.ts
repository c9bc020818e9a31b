import { describe, expect, it } from 'vitest'
import { exampleAnalysis } from '../../../tests/phantoms/index.ts'
import { protocolSchema } from '../../contracts/protocol.ts'
import { basisWords, uncorrectedForBlur } from './basisWords.ts'

const { cycles } = exampleAnalysis()
const [cycle] = cycles
const names = cycle!.structures.map(({ name }) => name)

describe('what an analysis rests on', () => {
  it('says that no structure was corrected for the resolution, and the uncertainties of the protocol', () => {
    const words = basisWords(cycles, protocolSchema.parse({ activityRelativeUncertainty: 0.05 }))
    expect(words[0]).toMatch(/^No recovery correction of any structure: .*does not cover that\.$/)
    expect(words[1]).toBe(
      'Standard uncertainties that the protocol states: 5 % of each activity measured in an image, 3 % of the administered activity.',
    )
  })

  it('names only what was not corrected: an entered coefficient is a correction, 1 included', () => {
    const [first = '', ...others] = names
    const protocol = protocolSchema.parse({ recoveryCoefficients: [{ structure: first, coefficient: 1 }] })
    expect(uncorrectedForBlur(cycle!, protocol)).toEqual(others)
    expect(basisWords(cycles, protocol)[0]).toContain(`No recovery correction of ${others.join(', ')}: `)
  })

  it('counts a coefficient that a curve gave, and an image that was sharpened', () => {
    const corrected = {
      ...cycle!,
      structures: cycle!.structures.map((one) => ({
        ...one,
        points: one.points.map((point) => ({ ...point, recoveryCoefficient: 0.7 })),
      })),
    }
    expect(uncorrectedForBlur(corrected, protocolSchema.parse({}))).toEqual([])
    const sharpened = protocolSchema.parse({ partialVolume: { method: 'richardson-lucy', fwhmMm: [9, 9, 9] } })
    expect(uncorrectedForBlur(cycle!, sharpened)).toEqual([])
  })

  it('is silent where no activity comes from an image', () => {
    const series = { source: 'probe', detail: '' }
    const measured = {
      ...cycle!,
      structures: cycle!.structures.map((one) => ({
        ...one,
        points: one.points.map((point) => ({ ...point, measuredSeries: series as never })),
      })),
    }
    expect(basisWords([measured], protocolSchema.parse({}))).toEqual([])
  })
})
