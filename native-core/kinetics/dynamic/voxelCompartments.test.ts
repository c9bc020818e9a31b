import { describe, expect, it } from 'vitest'
import { CancelledError } from '../../errors/index.ts'
import { RandomStream } from '../../statistics/index.ts'
import { fitCompartments } from './compartmentFit.ts'
import { frameInput, modelCurve } from './compartments.ts'
import type { CompartmentModelId, RateConstants } from './compartments.ts'
import { convolve } from './convolution.ts'
import { tabulate } from './convolutionTable.ts'
import { ga68Frames, testInput } from './testCurves.ts'
import { fitCompartmentRange, prepareCompartments, voxelCompartments } from './voxelCompartments.ts'
import { meanCurve } from './voxels.ts'
import type { ParametricMaps, VoxelFrames } from './voxels.ts'

const framed = frameInput(testInput, ga68Frames, 0)
const MODELS = ['1tcm', '2tcm-irreversible', '2tcm'] as const

interface Truth extends RateConstants {
  readonly bloodFraction: number
}

/** K1 and k2 from 0.02 to 0.8 /min, k3 from 0.01 to 0.2, k4 from 0.01 to 0.1, blood from 2 to 12 %. */
function truths(model: CompartmentModelId, count: number): Truth[] {
  const random = new RandomStream(11)
  const perS = (low: number, high: number): number => (low * (high / low) ** random.uniform()) / 60
  return Array.from({ length: count }, () => ({
    k1: perS(0.02, 0.8),
    k2: perS(0.03, 0.8),
    k3: model === '1tcm' ? 0 : perS(0.01, 0.2),
    k4: model === '2tcm' ? perS(0.01, 0.1) : 0,
    bloodFraction: 0.02 + 0.1 * random.uniform(),
  }))
}

function scanOf(curves: readonly (readonly number[])[], mask: Uint8Array | null = null): VoxelFrames {
  const frames = ga68Frames.frames.map((_, f) => Float32Array.from(curves, (curve) => curve[f] ?? 0))
  return { schedule: ga68Frames, frames, factors: frames.map(() => 1), mask }
}
const exactCurves = (list: readonly Truth[]) =>
  list.map((truth) => modelCurve(framed, truth, truth.bloodFraction).value)
const noisyCurves = (list: readonly Truth[], share: number) => {
  const random = new RandomStream(12)
  return exactCurves(list).map((curve) => {
    const sd = (share * curve.reduce((sum, v) => sum + v, 0)) / curve.length
    return curve.map((v) => v + sd * random.normal())
  })
}
const map = ({ maps }: ParametricMaps, name: string): Float32Array =>
  maps.find((one) => one.name === name)?.values ?? new Float32Array(0)

describe('compartment models voxel by voxel', () => {
  it.each(MODELS)('%s: exact curves give their rate constants and macro parameters', (model) => {
    const list = truths(model, 60)
    const found = voxelCompartments(scanOf(exactCurves(list)), testInput, model, { regularisation: 'none' })
    expect(found).toMatchObject({ voxels: 60, unanswered: 0 })
    list.forEach(({ k1, k2, k3, k4, bloodFraction }, v) => {
      const off = (name: string, expected: number): number => Math.abs((map(found, name)[v] ?? NaN) / expected - 1)
      expect(off('K1', k1)).toBeLessThan(1e-6)
      expect(off('k2', k2)).toBeLessThan(1e-4)
      expect(off('V_b', bloodFraction)).toBeLessThan(1e-4)
      if (model === '1tcm') return expect(off('V_T', k1 / k2)).toBeLessThan(1e-4)
      expect(off('k3', k3)).toBeLessThan(1e-4)
      if (model === '2tcm-irreversible') return expect(off('K_i', (k1 * k3) / (k2 + k3))).toBeLessThan(1e-4)
      expect(off('k4', k4)).toBeLessThan(1e-4)
      expect(off('V_T', (k1 / k2) * (1 + k3 / k4))).toBeLessThan(1e-4)
    })
  })

  it.each(MODELS)('%s: a noisy voxel has what the fit of a structure with its curve has', (model) => {
    let compared = 0
    for (const curve of noisyCurves(truths(model, 6), 0.02)) {
      const scan = scanOf([curve])
      const found = voxelCompartments(scan, testInput, model)
      const whole = fitCompartments(meanCurve(scan), testInput, model)
      const rates = whole.parameters.filter(({ name }) => name.startsWith('K') || name.startsWith('k'))
      expect(found.unanswered).toBe(rates.some(({ atBound }) => atBound) ? 1 : 0)
      if (found.unanswered > 0) continue
      compared++
      for (const { name, value } of rates) expect((map(found, name)[0] ?? NaN) / value).toBeCloseTo(1, 3)
    }
    expect(compared).toBeGreaterThan(3)
  })

  it('a given blood fraction is held, and a delay is that of the input', () => {
    const late = frameInput(testInput, ga68Frames, 6)
    const list = truths('1tcm', 3)
    const curves = list.map((truth) => modelCurve(late, truth, 0.05).value)
    const options = { bloodFraction: { kind: 'fixed', value: 0.05 }, delayS: 6 } as const
    const found = voxelCompartments(scanOf(curves), testInput, '1tcm', options)
    expect(found.maps.map(({ name }) => name)).toEqual(['K1', 'k2', 'V_T'])
    list.forEach(({ k1, k2 }, v) => expect((map(found, 'V_T')[v] ?? NaN) / (k1 / k2)).toBeCloseTo(1, 5))
  })

  it('ranges of voxels give the bits of the whole; voxels without activity are counted; cancelling ends it', () => {
    const curves = [...exactCurves(truths('2tcm-irreversible', 5)), ga68Frames.frames.map(() => 0)]
    const scan = scanOf(curves, Uint8Array.of(1, 1, 0, 1, 1, 1))
    const whole = voxelCompartments(scan, testInput, '2tcm-irreversible')
    expect(whole).toMatchObject({ voxels: 5, unanswered: 1 })
    expect(whole.remarks[0]).toMatch(/1 of 5 voxels/)
    const plan = prepareCompartments(scan, testInput, '2tcm-irreversible')
    const values = plan.maps.map(() => new Float32Array(6).fill(NaN))
    fitCompartmentRange(plan, scan, values, [4, 6])
    fitCompartmentRange(plan, scan, values, [0, 4])
    expect(values).toEqual(whole.maps.map((one) => one.values))
    const cancelled = { ...scan, progress: () => false }
    expect(() => voxelCompartments(cancelled, testInput, '1tcm')).toThrow(CancelledError)
    const few = { ...scan, schedule: { ...ga68Frames, frames: ga68Frames.frames.slice(0, 4) } }
    expect(() =>
      voxelCompartments({ ...few, frames: scan.frames.slice(0, 4), factors: [1, 1, 1, 1] }, testInput, '2tcm'),
    ).toThrow(/4 frames for 5 parameters/)
  })
})

it('a tabulated convolution and its derivative are the exact ones to 1e-6 from no rate to the highest', () => {
  const weights = ga68Frames.frames.map((_, i) => 1 + i / 10)
  const { at } = tabulate(framed.plasma, 1, weights)
  const [average, derivative] = [new Float64Array(weights.length), new Float64Array(weights.length)]
  for (const theta of [0, 1e-7, 3e-5, 7.7e-4, 0.0123, 0.2, 1]) {
    at(theta, average, derivative)
    const exact = convolve(framed.plasma, theta)
    const [most, steepest] = [exact.average, exact.derivative].map((list) => Math.max(...list.map(Math.abs)))
    exact.average.forEach((v, i) =>
      expect(Math.abs((average[i] ?? 0) / (weights[i] ?? 1) - v)).toBeLessThan(1e-6 * (most ?? 0)),
    )
    exact.derivative.forEach((v, i) =>
      expect(Math.abs((derivative[i] ?? 0) / (weights[i] ?? 1) - v)).toBeLessThan(2e-4 * (steepest ?? 0)),
    )
  }
})
