import { describe, expect, it } from 'vitest'
import { tumourBurden, type BurdenLesion } from './burden.ts'

const lesions: BurdenLesion[] = [
  { review: 'accepted', volumeMl: 10, mean: 4, volumeStandardUncertaintyMl: 3, totalStandardUncertainty: 6 },
  { review: 'accepted', volumeMl: 2, mean: 5, volumeStandardUncertaintyMl: 4, totalStandardUncertainty: 8 },
  { review: 'rejected', volumeMl: 99, mean: 9 },
  { review: 'to-review', volumeMl: 50, mean: 9 },
]

describe('tumour burden', () => {
  it('counts accepted lesions only', () => {
    expect(tumourBurden(lesions, 'independent')).toEqual({
      count: 2,
      toReview: 1,
      volumeMl: 12,
      total: 50,
      largestMl: 10,
      volumeStandardUncertaintyMl: 5,
      totalStandardUncertainty: 10,
    })
  })

  it('adds errors that go one way plainly, and has none where one is missing', () => {
    expect(tumourBurden(lesions, 'common')).toMatchObject({
      volumeStandardUncertaintyMl: 7,
      totalStandardUncertainty: 14,
    })
    const [first] = lesions
    const unknown = [first!, { review: 'accepted', volumeMl: 1, mean: 1 } as const]
    expect(tumourBurden(unknown, 'common')).toMatchObject({ volumeStandardUncertaintyMl: null, volumeMl: 11 })
    expect(tumourBurden([], 'common')).toMatchObject({ count: 0, volumeMl: 0, total: 0, largestMl: 0 })
  })

  it('refuses what is no number', () => {
    expect(() => tumourBurden([{ review: 'accepted', volumeMl: NaN, mean: 1 }], 'common')).toThrow(
      expect.objectContaining({ code: 'lesions.burden' }),
    )
  })
})
