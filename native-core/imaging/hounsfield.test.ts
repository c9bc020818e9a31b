import { describe, expect, it } from 'vitest'
import { InputError } from '../errors/index.ts'
import table from '../../resources/materials/hu-density.json' with { type: 'json' }
import { densityFromHu, densityInMask, parseHuDensityTable } from './index.ts'
import type { FractionalMask, ImageGrid } from './types.ts'

const relation = parseHuDensityTable(table)

describe('CT number to density', () => {
  it('gives the published values of Schneider et al. 2000', () => {
    const at = (hu: number): number => densityFromHu(hu, relation)
    expect(at(-1000)).toBeCloseTo(0.00121, 6)
    expect(at(0)).toBeCloseTo(1.018, 6)
    expect(at(18)).toBeCloseTo(1.03, 6)
    expect(at(60)).toBeCloseTo(1.07314, 5)
    expect(at(1000)).toBeCloseTo(1.609, 6)
  })

  it('clamps to its ends', () => {
    expect(densityFromHu(-3024, relation)).toBe(densityFromHu(-1000, relation))
    expect(densityFromHu(30_000, relation)).toBe(densityFromHu(3000, relation))
    expect(densityFromHu(3000, relation)).toBeCloseTo(2.793, 6)
  })

  it('never falls but for the step of the publication at 100 HU', () => {
    for (let hu = -1000; hu < 3000; hu++) {
      const step = densityFromHu(hu + 1, relation) - densityFromHu(hu, relation)
      if (hu === 100) expect(step).toBeCloseTo(-0.043, 2)
      else expect(step).toBeGreaterThan(-0.0012)
    }
  })

  it('names its source', () => {
    expect(relation.source).toMatch(/Schneider/)
    expect(relation.evidence).toBe('transcribed')
  })

  it('refuses tables with gaps, descending or negative stretches', () => {
    const change = (edit: (copy: typeof table) => void): (() => unknown) => {
      const copy = structuredClone(table)
      edit(copy)
      return () => parseHuDensityTable(copy)
    }
    expect(change((t) => (t.segments[1]!.fromHu = -90))).toThrow(InputError)
    expect(change((t) => (t.segments[0]!.toHu = -1000))).toThrow(InputError)
    expect(change((t) => (t.segments[0]!.interceptGPerMl = 0.5))).toThrow(InputError)
    expect(change((t) => (t.segments = []))).toThrow(InputError)
    expect(change((t) => (t.schema = 'other'))).toThrow(InputError)
    for (const json of [null, 3, 'x', [], {}]) expect(() => parseHuDensityTable(json)).toThrow(InputError)
  })
})

describe('density of a structure', () => {
  const grid: ImageGrid = {
    dimensions: [4, 1, 1],
    spacingMm: [10, 10, 10],
    originMm: [0, 0, 0],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  const mask: FractionalMask = {
    grid,
    box: { start: [0, 0, 0], size: [4, 1, 1] },
    fractions: Float32Array.of(1, 0.5, 0, 0.5),
    volumeOutsideMl: 0,
  }

  it('is weighted by volume, and tells what was clamped', () => {
    const found = densityInMask(mask, Float32Array.of(0, 1000, 500, 9000), relation)
    expect(found.meanGPerMl).toBeCloseTo((1.018 + 0.5 * 1.609 + 0.5 * 2.793) / 2, 6)
    expect(found.massInsideG).toBeCloseTo(1.018 + 0.5 * 1.609 + 0.5 * 2.793, 6)
    expect(found.clampedFraction).toBeCloseTo(0.25, 6)
  })

  it('refuses CT numbers that are not numbers', () => {
    expect(() => densityInMask(mask, Float32Array.of(0, NaN, 0, 0), relation)).toThrow(InputError)
  })
})
