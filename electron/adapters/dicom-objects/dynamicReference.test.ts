import { describe, expect, it } from 'vitest'
import { codes, HALF_LIVES, pixelsOf, ptSlice } from './fixtures.ts'
import type { Elements } from './fixtures.ts'
import { interpret } from './interpret.ts'
import { TAG } from './tags.ts'

const T = HALF_LIVES['Lu-177']!
/** Hours after the series' start. Lu-177 loses 0.9 % in 2 h, within the tolerance of a single volume, and 5 % in 12 h. */
const STARTS_H = [0, 2, 12]

function dynamic(factorOf: (hours: number) => number | null) {
  return STARTS_H.flatMap((hours, frame) =>
    [0, 1].map((slice) => {
      const factor = factorOf(hours)
      const more: Elements = {
        [TAG.sopInstanceUid]: `1.2.3.5.${frame}.${slice}`,
        [TAG.seriesType]: ['DYNAMIC', 'IMAGE'],
        '00540101': '3',
        [TAG.acquisitionTime]: `${String(9 + hours).padStart(2, '0')}1500`,
        [TAG.frameReferenceTimeMs]: String(hours * 3.6e6),
        [TAG.decayFactor]: factor === null ? null : String(factor),
        [TAG.rescaleSlope]: '1',
      }
      const file = ptSlice(slice, more)
      return { ...file, displayPath: `f${frame}s${slice}` }
    }),
  )
}

const read = (files: ReturnType<typeof dynamic>, dynamicFrames: boolean) =>
  interpret(files, { knownHalfLifeS: (name) => HALF_LIVES[name] ?? null, loadPixels: pixelsOf, dynamicFrames })

async function factors(factorOf: (hours: number) => number | null): Promise<(number | null)[]> {
  const { folder } = await read(dynamic(factorOf), true)
  return folder.patients[0]!.images.map(({ quantity }) =>
    quantity.kind === 'activity-concentration' ? quantity.factorToAcquisitionStart : null,
  )
}

describe('frames of a dynamic PET', () => {
  it('are kept unchanged by the import', async () => {
    const { folder } = await read(
      dynamic((h) => 2 ** ((h * 3600) / T)),
      false,
    )
    expect(folder.patients[0]?.images).toEqual([])
    expect(folder.patients[0]?.kept[0]?.reason).toMatch(/dynamic PET with 3 time frames/)
  })

  it('corrected to the start of the series are brought to their own, all by the same rule, also where the factor is within a per cent', async () => {
    const found = await factors((h) => 2 ** ((h * 3600) / T))
    expect(found).toHaveLength(3)
    STARTS_H.forEach((hours, i) => expect(found[i]).toBeCloseTo(2 ** ((-hours * 3600) / T), 6))
  })

  it('corrected to their own starts stay as they are', async () => {
    expect(await factors(() => 1)).toEqual([1, 1, 1])
  })

  it('are asked about where factors are missing or fit neither', async () => {
    for (const factorOf of [(h: number) => (h === 2 ? null : 1), (h: number) => 1 + h]) {
      const result = await read(dynamic(factorOf), true)
      expect(codes(result, 'question')).toContain('activity.dynamic-reference')
    }
  })
})
