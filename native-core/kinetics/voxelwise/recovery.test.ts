/** What a voxelwise fit is for: honest uncertainties, less noise than without the structure, the structure's total. */
import { describe, expect, it } from 'vitest'
import { fitVoxels } from './index.ts'
import type { VoxelFitRequest, VoxelFitResult, VoxelModelId } from './index.ts'
import { drawVoxels, KIDNEY, LU177_RATE, structureTerms } from './testVoxels.ts'
import type { DrawnVoxels } from './testVoxels.ts'

const HOURS = [4, 24, 72, 168]
const N = 4000
/** As drawn: 10 % of the value and 1 % of the bright voxels' early value; the fit is told the former for all images. */
const FRACTION = 0.1
const cases = (['mono-exponential', 'uptake-washout', 'bi-exponential'] as const).map((model) => {
  const structure = { ...KIDNEY, model }
  return { model, structure, drawn: drawVoxels(structure, HOURS, N, { fraction: FRACTION, absolute: 0 }, 11) }
})

function run(model: VoxelModelId, drawn: DrawnVoxels, options: VoxelFitRequest['options']): VoxelFitResult {
  return fitVoxels({
    model,
    timesS: drawn.timesS,
    values: drawn.values,
    physicalRatePerS: LU177_RATE,
    labels: new Uint8Array(N).fill(1),
    structures: [{ name: 'Kidney', terms: structureTerms({ ...KIDNEY, model }) }],
    options: { negligibleShare: 0, noise: { fraction: FRACTION, absoluteShare: 1e-4, byCounts: false }, ...options },
  })
}

const zOf = ({ maps }: VoxelFitResult, drawn: DrawnVoxels) =>
  drawn.integral.map((truth, voxel) => ((maps.integral[voxel] as number) - truth) / (maps.integralSd[voxel] as number))
const rms = (list: readonly number[]): number => Math.sqrt(list.reduce((sum, x) => sum + x * x, 0) / list.length)
const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length

describe.each(cases)('$model voxels around their structure', ({ model, drawn, structure }) => {
  const stated = run(model, drawn, { regularisation: 'designed', spread: structure.spread })
  const estimated = run(model, drawn, { regularisation: 'estimated' })

  it('lie within one stated standard uncertainty as often as they should: 68 % ± 3 %, and within two 95.4 % ± 2 %', () => {
    for (const result of [stated, estimated]) {
      const z = zOf(result, drawn)
      expect(z.filter((one) => Math.abs(one) < 1).length / N).toBeGreaterThan(0.653)
      expect(z.filter((one) => Math.abs(one) < 1).length / N).toBeLessThan(0.713)
      expect(z.filter((one) => Math.abs(one) < 2).length / N).toBeGreaterThan(0.934)
      expect(z.filter((one) => Math.abs(one) < 2).length / N).toBeLessThan(0.974)
    }
  })

  it('sum to what the structure holds within 1 %', () => {
    const truth = mean(drawn.integral)
    for (const { maps } of [stated, estimated]) expect(mean([...maps.integral]) / truth).toBeCloseTo(1, 1.7)
  })

  it('have half-lives that are nearer to the truth with the structure than without, by 20 % at least where they are noisy', () => {
    const noisy = drawVoxels(structure, HOURS, N, { fraction: 0.3, absolute: 50 }, 12)
    const noise = { fraction: 0.3, absoluteShare: 0.005, byCounts: false }
    const errorWith = (regularisation: 'estimated' | 'designed' | 'none'): number => {
      const { maps } = run(model, noisy, { regularisation, noise, spread: structure.spread })
      return rms(
        noisy.terms.map(([slow], voxel) =>
          Math.log(((maps.halfLifeS[voxel] as number) * (slow?.effectiveRatePerS ?? NaN)) / Math.LN2),
        ),
      )
    }
    expect(errorWith('designed')).toBeLessThan(0.8 * errorWith('none'))
    expect(errorWith('estimated')).toBeLessThan(0.8 * errorWith('none'))
  })

  it('tell how much they differ and how noisy they are', () => {
    const prior = estimated.plan.priors[1]
    expect(prior?.spreadFrom).toBe('voxels')
    expect((prior?.spread.slowRate ?? NaN) / structure.spread.slowRate).toBeGreaterThan(0.7)
    expect((prior?.spread.slowRate ?? NaN) / structure.spread.slowRate).toBeLessThan(1.3)
    for (const scale of prior?.noiseScale ?? []) {
      expect(scale).toBeGreaterThan(0.75)
      expect(scale).toBeLessThan(1.25)
    }
  })
})
