/** Two-tissue models in noisy voxels, against the rates that the voxels were simulated with. */
import { describe, expect, it } from 'vitest'
import { frameInput, modelCurve } from '../../native-core/kinetics/dynamic/compartments.ts'
import { ga68Frames, testInput } from '../../native-core/kinetics/dynamic/testCurves.ts'
import { voxelCompartments } from '../../native-core/kinetics/dynamic/voxelCompartments.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'

const VOXELS = 150
const framed = frameInput(testInput, ga68Frames, 0)
const random = new RandomStream(21)
const perS = (low: number, high: number): number => (low * (high / low) ** random.uniform()) / 60

/** K1 and k2 from 0.02 to 0.8 /min, k3 from 0.01 to 0.2, k4 from 0.01 to 0.1, blood from 2 to 12 %; noise 10 % of the mean of each curve. */
const simulated = (['2tcm', '2tcm-irreversible'] as const).map((model) => {
  const truths = Array.from({ length: VOXELS }, () => ({
    k1: perS(0.02, 0.8),
    k2: perS(0.03, 0.8),
    k3: perS(0.01, 0.2),
    k4: model === '2tcm' ? perS(0.01, 0.1) : 0,
    bloodFraction: 0.02 + 0.1 * random.uniform(),
  }))
  const curves = truths.map((truth) => {
    const { value } = modelCurve(framed, truth, truth.bloodFraction)
    const sd = (0.1 * value.reduce((sum, v) => sum + v, 0)) / value.length
    return value.map((v) => v + sd * random.normal())
  })
  const frames = ga68Frames.frames.map((_, f) => Float32Array.from(curves, (curve) => curve[f] ?? 0))
  const scan = { schedule: ga68Frames, frames, factors: frames.map(() => 1), mask: null }
  const name = model === '2tcm' ? 'V_T' : 'K_i'
  const truth = truths.map(({ k1, k2, k3, k4 }) =>
    model === '2tcm' ? (k1 / k2) * (1 + k3 / k4) : (k1 * k3) / (k2 + k3),
  )
  const found = (regularisation: 'none' | 'estimated') => {
    const result = voxelCompartments(scan, testInput, model, { regularisation })
    const values = result.maps.find((map) => map.name === name)?.values ?? new Float32Array(0)
    const errors = truth.map((value, voxel) => (values[voxel] ?? NaN) / value - 1).filter(Number.isFinite)
    return {
      unanswered: result.unanswered / VOXELS,
      bias: errors.reduce((sum, error) => sum + error, 0) / errors.length,
      rms: Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length),
      title: result.maps[0]?.title ?? '',
    }
  }
  return { model, name, alone: found('none'), around: found('estimated') }
})

describe.each(simulated)('$model in voxels with 10 % noise', ({ model, name, alone, around }) => {
  it(`answers all voxels, with ${name} biased less than 8 % and an rms error below 25 % (simulated truth)`, () => {
    expect(around.unanswered).toBe(0)
    expect(Math.abs(around.bias)).toBeLessThan(0.08)
    expect(around.rms).toBeLessThan(0.25)
    expect(around.title).toMatch(/around those of all voxels/)
  })

  it('is nearer to the truth than each voxel alone, which leaves voxels out where there are four rates', () => {
    expect(around.rms).toBeLessThan(alone.rms)
    if (model === '2tcm') expect(alone.unanswered).toBeGreaterThan(0.1)
    expect(alone.title).not.toMatch(/around/)
  })
})
