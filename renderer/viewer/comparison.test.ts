import { describe, expect, it } from 'vitest'
import type { Deformation, ImageGrid } from '../../native-core/imaging/types.ts'
import { identity } from './affine.ts'
import { checkerInto, differenceOf, mixInto, needed, type ComparisonMode } from './comparison.ts'
import { fieldLines } from './fieldLines.ts'
import type { SlicePlane } from './planes.ts'
import { SliceEngine, type SliceAsk } from './sliceEngine.ts'
import { comparedText, huText } from './useReading.ts'

const picture = (value: number, pixels: number) =>
  new Uint8ClampedArray(pixels * 4).map((_, at) => (at % 4 === 3 ? 255 : value))
const plane = (originMm: SlicePlane['originMm'], width: number, height: number, step = 1): SlicePlane => ({
  originMm,
  stepRightMm: [step, 0, 0],
  stepDownMm: [0, 0, -step],
  width,
  height,
})
/** One channel (0 red, 2 blue) row by row. */
const channelOf = (rgba: Uint8ClampedArray, width: number, channel = 0): number[][] => {
  const rows: number[][] = []
  for (let at = 0; at < rgba.length; at += 4) {
    if ((at / 4) % width === 0) rows.push([])
    rows.at(-1)!.push(rgba[at + channel]!)
  }
  return rows
}

describe('two pictures in one', () => {
  it('mix by their share', () => {
    const mixed = picture(100, 2)
    mixInto(mixed, picture(200, 2), 0.25)
    expect([...mixed]).toEqual([125, 125, 125, 255, 125, 125, 125, 255])
  })

  it('stand in squares of patient space, whatever part of it is seen and however closely', () => {
    const checkered = (originMm: SlicePlane['originMm'], step: number, pixels: number) => {
      const first = picture(0, pixels ** 2)
      checkerInto(first, picture(255, pixels ** 2), plane(originMm, pixels, pixels, step), 2)
      return channelOf(first, pixels)
    }
    expect(checkered([0, 5, 0], 1, 4)).toEqual([
      [0, 0, 255, 255],
      [0, 0, 255, 255],
      [255, 255, 0, 0],
      [255, 255, 0, 0],
    ])
    // One square further to the right the colours are swapped; the same place has the same colour.
    expect(checkered([2, 5, 0], 1, 4)[0]).toEqual([255, 255, 0, 0])
    expect(checkered([0, 5, 0], 0.5, 8)[0]).toEqual([0, 0, 0, 0, 255, 255, 255, 255])
    // A square left of the origin is not one of twice the width.
    expect(checkered([-2, 5, 0], 1, 4)[0]).toEqual([255, 255, 0, 0])
  })

  it('differ where both have a value', () => {
    expect([...differenceOf(Float32Array.of(1, NaN, 5), Float32Array.of(3, 1, NaN))]).toEqual([2, NaN, NaN])
    expect(() => differenceOf(new Float32Array(1), new Float32Array(2))).toThrow(RangeError)
  })

  it('are both made only where both are seen', () => {
    expect(needed({ kind: 'blend', share: 0 })).toEqual({ first: true, second: false })
    expect(needed({ kind: 'blend', share: 1 })).toEqual({ first: false, second: true })
    expect(needed({ kind: 'checkerboard', cellMm: 20 })).toEqual({ first: true, second: true })
  })

  it('tell both values, and the difference where that is seen', () => {
    const say = (mode: ComparisonMode, values: readonly [number | null, number | null]) =>
      comparedText({ names: ['fixed', 'moving'], mode }, 'ct', values, huText)
    expect(say({ kind: 'blend', share: 0.5 }, [40, -12])).toBe('fixed 40 HU, moving −12 HU')
    expect(say({ kind: 'blend', share: 0.5 }, [40, null])).toBe('fixed 40 HU, moving –')
    expect(say({ kind: 'difference', of: 'ct', reach: 100 }, [40, 25])).toBe(
      'difference −15 HU (fixed 40 HU, moving 25 HU)',
    )
    expect(say({ kind: 'difference', of: 'ct', reach: 100 }, [null, null])).toBe('')
  })
})

const grid: ImageGrid = {
  dimensions: [4, 4, 4],
  spacingMm: [1, 1, 1],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}

describe('slices of two images', () => {
  const file = (value: (x: number) => number) =>
    new Uint8Array(Float32Array.from({ length: 64 }, (_, n) => value(n % 4)).buffer)
  const files: Record<string, Uint8Array<ArrayBuffer>> = {
    a: file((x) => 20 * x),
    b: file((x) => 20 * x),
    field: new Uint8Array(new Float32Array(3 * 64).buffer),
  }
  const ask = (mode: ComparisonMode, shiftMm = 0): SliceAsk => ({
    plane: { originMm: [0, 0, 1], stepRightMm: [1, 0, 0], stepDownMm: [0, 1, 0], width: 4, height: 4 },
    ct: { id: 'a', toWorld: identity },
    emission: null,
    ctWindow: { low: 0, high: 255 },
    emissionWindow: { low: 0, high: 1 },
    map: 'grey',
    blend: 0.5,
    masks: [],
    levels: null,
    second: {
      ct: { id: 'b', toWorld: [1, 0, 0, shiftMm, 0, 1, 0, 0, 0, 0, 1, 0] },
      emission: null,
      emissionWindow: { low: 0, high: 1 },
      mode,
    },
  })
  const engine = async (): Promise<SliceEngine> => {
    const made = new SliceEngine(async (url) => new Response(files[url]))
    for (const id of ['a', 'b']) await made.loadVolume({ id, url: id, grid }, () => {})
    return made
  }

  it('follow the matrix of the second one', async () => {
    const made = await engine()
    const row = (mode: ComparisonMode) => channelOf(made.slice(ask(mode, 1)).rgba, 4)[1]
    expect(row({ kind: 'blend', share: 0 })).toEqual([0, 20, 40, 60])
    // Moved by one voxel to the right; outside it there is nothing.
    expect(row({ kind: 'blend', share: 1 })).toEqual([0, 0, 20, 40])
    expect(row({ kind: 'blend', share: 0.5 })).toEqual([0, 10, 30, 50])
    expect(row({ kind: 'checkerboard', cellMm: 1 })).toEqual([0, 20, 20, 60])
  })

  it('show no difference in one colour, and none at all outside', async () => {
    const made = await engine()
    const same = channelOf(made.slice(ask({ kind: 'difference', of: 'ct', reach: 40 })).rgba, 4, 2)[1]!
    expect(new Set(same).size).toBe(1)
    const [outside, ...inside] = channelOf(
      made.slice(ask({ kind: 'difference', of: 'ct', reach: 40 }, 1)).rgba,
      4,
      2,
    )[1]!
    expect(outside).toBe(0)
    expect(new Set(inside).size).toBe(1)
    expect(inside[0]).not.toBe(same[0])
  })

  it('name a second image that is not loaded, and a deformation', async () => {
    const made = await engine()
    const wanted = ask({ kind: 'blend', share: 0.5 })
    const second = { ...wanted.second!, ct: { id: 'c', toWorld: identity } }
    expect(made.slice({ ...wanted, second, field: { id: 'field', stepMm: 2 } }).missing).toEqual(['c', 'field'])
    await made.loadField({ id: 'field', url: 'field', grid }, () => {})
    const answer = made.slice({ ...wanted, field: { id: 'field', stepMm: 2 } })
    expect(answer.missing).toEqual([])
    expect(answer.fieldLines.length).toBeGreaterThan(3)
  })
})

describe('grid lines of a deformation', () => {
  const shifted = (mm: number): Deformation => ({
    grid: { ...grid, dimensions: [40, 40, 40], originMm: [-20, -20, -20] },
    displacementMm: new Float32Array(3 * 40 ** 3).map((_, n) => (n % 3 === 0 ? mm : 0)),
    fixedToMoving: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  })
  const seen = plane([-3, 0, 7], 16, 12, 0.5)
  /** Columns of the lines that run down the slice in its first row. */
  const columns = (mm: number) =>
    fieldLines(shifted(mm), seen, 2)
      .filter(({ points }) => Math.abs(points.at(-1)! - points[1]!) > 5)
      .map(({ points }) => points[0]!)

  it('lie on whole steps of patient space where nothing is moved', () => {
    // The slice begins at x = −3 mm, its pixels are 0.5 mm: lines at −4, −2, 0, 2, 4 mm.
    columns(0).forEach((column, n) => expect(column).toBeCloseTo(-2 + 4 * n, 4))
    expect(columns(0).length).toBeGreaterThanOrEqual(5)
  })

  it('are drawn where the deformation is, and not beyond it', () => {
    expect(fieldLines(shifted(0), plane([-3, 30, 7], 16, 12, 0.5), 2)).toEqual([])
    const atEdge = fieldLines(shifted(0), plane([15, 0, 7], 40, 12, 0.5), 2)
    const last = Math.max(...atEdge.flatMap(({ points }) => [...points].filter((_, at) => at % 2 === 0)))
    // The grid ends at x = 19.5 mm, 9 pixels from the first.
    expect(last).toBeCloseTo(9, 4)
  })

  it('are moved by the displacement', () => {
    columns(1.5).forEach((column, n) => expect(column).toBeCloseTo(-2 + 4 * n + 3, 4))
  })
})
