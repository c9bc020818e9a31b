import { describe, expect, it } from 'vitest'
import { activitySeriesSchema } from '../../contracts/measuredSeries.ts'
import { protocolSchema } from '../../contracts/protocol.ts'
import { withSeriesUse } from './storedSeries.ts'

const content = activitySeriesSchema.parse({
  kind: 'activity',
  cycle: 1,
  structure: 'SPLEEN',
  region: 'organ',
  source: 'typed',
  nuclide: 'Lu-177',
  curve: {
    quantity: 'activity',
    points: [4, 24, 96].map((hours) => ({
      hoursAfterInjection: hours,
      activityBq: 1e8 * 2 ** (-hours / 60),
      standardUncertaintyBq: 3e6,
    })),
  },
  origin: { method: 'typed' },
})

describe('withSeriesUse', () => {
  it('keeps the points that were left out, and the tolerance, where the same series is used in another way', () => {
    const first = withSeriesUse(protocolSchema.parse({}), { seriesId: 'a', content }, 'instead-of-images', 5)
    const pointsLeftOut = [{ hoursAfterInjection: 4, reason: 'patient moved' }]
    const judged = { ...first, measuredSeries: first.measuredSeries?.map((one) => ({ ...one, pointsLeftOut })) }
    const scaled = withSeriesUse(judged, { seriesId: 'a', content }, 'scaled-to-images')
    expect(scaled.measuredSeries).toEqual([
      expect.objectContaining({ use: 'scaled-to-images', toleranceH: 5, pointsLeftOut }),
    ])
    expect(
      withSeriesUse(judged, { seriesId: 'a', content }, 'scaled-to-images', 1).measuredSeries?.[0]?.toleranceH,
    ).toBe(1)
    const other = withSeriesUse(judged, { seriesId: 'b', content }, 'instead-of-images')
    expect(other.measuredSeries).toEqual([expect.objectContaining({ toleranceH: 2, pointsLeftOut: [] })])
  })

  it('does not hand on in which folder planar images lie', () => {
    const planar = {
      request: { scans: [{ images: 'somebody/day-1' }] },
      folder: '/media/somebody',
      ctPath: null,
      region: 'SPLEEN',
    }
    const drawn = { ...content, origin: { ...content.origin, planar } }
    const { measuredSeries } = withSeriesUse(
      protocolSchema.parse({}),
      { seriesId: 'a', content: drawn },
      'instead-of-images',
    )
    expect(measuredSeries).toHaveLength(1)
    expect(JSON.stringify(measuredSeries)).not.toContain('somebody')
  })
})
