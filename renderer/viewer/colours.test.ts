import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { colourMap, okLightness } from './colourMaps.ts'
import { composite, emissionOpacity } from './composite.ts'

describe('colour maps', () => {
  it.each(['ember', 'lagoon'] as const)('%s begins black, and its OKLab lightness rises evenly', (name) => {
    const table = colourMap(name)
    const lightness = Array.from({ length: 256 }, (_, i) =>
      okLightness(table[i * 3]!, table[i * 3 + 1]!, table[i * 3 + 2]!),
    )
    expect([...table.slice(0, 3)]).toEqual([0, 0, 0])
    expect(lightness[255]).toBeGreaterThan(0.94)
    // Equal steps of activity are equal steps of lightness: within the rounding to bytes, which is coarse near black.
    for (let i = 24; i < 256; i++)
      expect(Math.abs(lightness[i]! - (lightness[255]! * i) / 255), `at ${i}`).toBeLessThan(0.012)
    for (let i = 32; i < 256; i += 8) expect(lightness[i]!).toBeGreaterThan(lightness[i - 8]!)
  })

  it('the map of differences is darkest in the middle and rises to both sides alike', () => {
    const table = colourMap('difference')
    const lightness = (i: number): number => okLightness(table[i * 3]!, table[i * 3 + 1]!, table[i * 3 + 2]!)
    for (let i = 0; i < 120; i += 8) {
      expect(lightness(i)).toBeGreaterThan(lightness(i + 8))
      expect(lightness(255 - i)).toBeCloseTo(lightness(i), 1)
    }
  })

  it('greys are what they say', () => {
    expect([...colourMap('grey').slice(-3)]).toEqual([255, 255, 255])
    expect([...colourMap('grey-inverted').slice(0, 3)]).toEqual([255, 255, 255])
    expect([...colourMap('grey-inverted').slice(-3)]).toEqual([0, 0, 0])
  })
})

describe('composite', () => {
  const ctWindow = { low: 0, high: 100 }
  const emissionWindow = { low: 0, high: 10 }
  const grey = colourMap('grey')
  const one = (ct: number | null, emission: number | null, blend: number): number[] => {
    const out = new Uint8ClampedArray(4)
    composite(
      ct === null ? null : new Float32Array([ct]),
      ctWindow,
      emission === null ? null : new Float32Array([emission]),
      emissionWindow,
      grey,
      blend,
      out,
    )
    return [...out]
  }

  it('shows CT alone at blend 0 and emission alone at blend 1', () => {
    expect(one(50, 10, 0)).toEqual([128, 128, 128, 255])
    expect(one(50, 10, 1)).toEqual([255, 255, 255, 255])
    expect(one(50, 0, 1)).toEqual([0, 0, 0, 255])
  })

  it('mixes in proportion where there is uptake and leaves CT alone where there is none', () => {
    expect(one(0, 10, 0.5)).toEqual([128, 128, 128, 255])
    expect(one(100, 0, 0.5)).toEqual([255, 255, 255, 255])
  })

  it('clips at the ends of the windows', () => {
    expect(one(-500, null, 0.5)).toEqual([0, 0, 0, 255])
    expect(one(5000, null, 0.5)).toEqual([255, 255, 255, 255])
    expect(one(null, 500, 0.5)).toEqual([255, 255, 255, 255])
  })

  it('leaves CT alone where a difference is none, and covers it alike on both sides', () => {
    const at = (value: number): number[] => {
      const out = new Uint8ClampedArray(4)
      const difference = { low: -10, high: 10 }
      composite(new Float32Array([100]), ctWindow, new Float32Array([value]), difference, grey, 0.5, out, true)
      return [...out]
    }
    expect(at(0)[0]).toBeGreaterThan(250)
    expect(at(-10)).toEqual([128, 128, 128, 255])
    expect(at(10)).toEqual([255, 255, 255, 255])
  })

  it('shows the other image where one has no voxels, and black where neither has', () => {
    expect(one(100, NaN, 0.5)).toEqual([255, 255, 255, 255])
    expect(one(NaN, 10, 0.5)).toEqual([255, 255, 255, 255])
    expect(one(NaN, 10, 0)).toEqual([0, 0, 0, 255])
    expect(one(NaN, NaN, 0.5)).toEqual([0, 0, 0, 255])
  })

  it('never covers less at more uptake or at a higher blend', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(share, share, share, (blend, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        expect(emissionOpacity(blend, high)).toBeGreaterThanOrEqual(emissionOpacity(blend, low) - 1e-12)
        expect(emissionOpacity(high, blend)).toBeGreaterThanOrEqual(emissionOpacity(low, blend) - 1e-12)
        expect(emissionOpacity(high, blend)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
