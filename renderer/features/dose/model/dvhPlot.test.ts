import { describe, expect, it } from 'vitest'
import { dvhColumns, type DvhCurve } from './dvhPlot.ts'

const curve = (structure: string, doses: number[], share: number[]): DvhCurve => ({
  structure,
  doses,
  share,
  lower: null,
  upper: null,
})

describe('DVH columns', () => {
  it('put every curve on one axis: whole volume below its least dose, none above its greatest', () => {
    const [doses = [], , , kidney = [], , , tumour = []] = dvhColumns(
      [curve('KIDNEY', [1, 3], [1, 0]), curve('TUMOUR', [8, 10], [1, 0])],
      'cumulative',
      10,
    )
    expect(doses).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(kidney).toEqual([100, 100, 50, 0, 0, 0, 0, 0, 0, 0, 0])
    expect(tumour.slice(7)).toEqual([100, 100, 50, 0])
  })

  it('take the curve itself where there is no band, and none of it for nothing', () => {
    const one = curve('X', [0, 2], [1, 0])
    const [, upper, lower, middle] = dvhColumns([one], 'cumulative', 4)
    expect(upper).toEqual(middle)
    expect(lower).toEqual(middle)
    expect(dvhColumns([], 'cumulative', 2)).toEqual([[0, 0, 0]])
  })
})
