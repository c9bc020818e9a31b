import { describe, expect, it } from 'vitest'
import { CancelledError } from '../../errors/index.ts'
import { RandomStream } from '../../statistics/index.ts'
import { voxelsWithoutBlood, withoutBlood } from './bloodCorrection.ts'
import { frameInput, modelCurve } from './compartments.ts'
import { convolve, frameCurve } from './convolution.ts'
import { loganPlot, loganReferencePlot, patlakPlot, plasmaOnFrames, referenceOnFrames } from './graphical.ts'
import { multilinearAnalysis, multilinearReference, multilinearReference2 } from './multilinear.ts'
import { ga68Frames, testInput } from './testCurves.ts'
import { exponentialCurve } from './timeCurve.ts'
import { voxelSrtm, voxelSrtm2 } from './voxelBasis.ts'
import { voxelLogan, voxelMultilinear, voxelPatlak } from './voxelLinear.ts'
import { meanCurve, parametricMaps } from './voxels.ts'
import type { ParametricMaps, VoxelFrames } from './voxels.ts'
import type { FrameCurve } from './types.ts'

const value = (results: readonly { readonly name: string; readonly value: number }[], name: string) =>
  results.find((one) => one.name === name)?.value ?? NaN
const map = (found: ParametricMaps, name: string) => found.maps.find((one) => one.name === name)!.values

/** Voxels with the curves given, as images that decayed: each frame is divided by a factor. */
function scanOf(curves: readonly (readonly number[])[], mask: Uint8Array | null = null): VoxelFrames {
  const factors = ga68Frames.frames.map((_, i) => 1 + i / 10)
  const frames = ga68Frames.frames.map((_, f) => Float32Array.from(curves, (curve) => curve[f]! / factors[f]!))
  return { schedule: ga68Frames, frames, factors, mask }
}
const asCurve = (values: readonly number[]): FrameCurve => ({
  label: 'x',
  schedule: ga68Frames,
  concentrationBqPerMl: [...Float32Array.from(values)],
})

const random = new RandomStream(7)
const framed = frameInput(testInput, ga68Frames, 0)
const tissues = Array.from({ length: 6 }, (_, i) =>
  modelCurve(framed, { k1: 0.001 * (i + 1), k2: 0.002, k3: 0.0005, k4: 0.0003 }, 0.02).value.map(
    (v) => v * (1 + 0.02 * random.normal()),
  ),
)
const uniform = { kind: 'uniform' } as const

it('blood taken off voxels is blood taken off their curves', () => {
  const blood = testInput.wholeBlood
  const scan = voxelsWithoutBlood(scanOf(tissues), blood, 0.04)
  const found = map(voxelLogan(scan, plasmaOnFrames(testInput.plasma, ga68Frames), { kind: 'plasma' }, 600), 'V_T')
  tissues.forEach((tissue, v) => {
    const curve = withoutBlood(asCurve(tissue), blood, 0.04)
    const plot = loganPlot(curve, testInput.plasma, { kind: 'given', tStarS: 600 })
    expect(found[v]! / value(plot.results, 'V_T')).toBeCloseTo(1, 4)
  })
  const mean = tissues[0]!.map((_, f) => tissues.reduce((sum, tissue) => sum + tissue[f]! / tissues.length, 0))
  const expected = withoutBlood(asCurve(mean), blood, 0.04).concentrationBqPerMl
  const most = Math.max(...expected)
  meanCurve(scan).concentrationBqPerMl.forEach((c, f) => expect((c - expected[f]!) / most).toBeCloseTo(0, 5))
})

describe('parametric images are the fits of the structures, voxel by voxel', () => {
  const scan = scanOf(tissues)
  const plasma = plasmaOnFrames(testInput.plasma, ga68Frames)
  const from = { kind: 'given', tStarS: 600 } as const

  it('Logan, Patlak and MA1 with plasma', () => {
    const [vt, ki, ma1] = [
      map(voxelLogan(scan, plasma, { kind: 'plasma' }, 600), 'V_T'),
      map(voxelPatlak(scan, plasma, 'plasma', 600), 'K_i'),
      map(voxelMultilinear(scan, plasma, { kind: 'ma1' }, { weighting: uniform, tStarS: 600 }), 'V_T'),
    ]
    tissues.forEach((tissue, v) => {
      const curve = asCurve(tissue)
      expect(vt[v]! / value(loganPlot(curve, testInput.plasma, from).results, 'V_T')).toBeCloseTo(1, 4)
      expect(ki[v]! / value(patlakPlot(curve, testInput.plasma, from).results, 'K_i')).toBeCloseTo(1, 4)
      const whole = multilinearAnalysis(curve, testInput.plasma, { weighting: uniform, tStarS: 600 })
      expect(ma1[v]! / value(whole.results, 'V_T')).toBeCloseTo(1, 4)
    })
  })

  it('Logan, MRTM1 and MRTM2 with a reference', () => {
    const reference = asCurve(modelCurve(framed, { k1: 0.002, k2: 0.003, k3: 0, k4: 0 }, 0).value)
    const against = referenceOnFrames(reference)
    const options = { weighting: uniform, tStarS: 0 }
    const [dvr, one, two] = [
      map(voxelLogan(scan, against, { kind: 'reference', k2ReferencePerS: 0.003 }, 600), 'DVR'),
      map(voxelMultilinear(scan, against, { kind: 'mrtm1' }, options), 'BP_ND'),
      map(voxelMultilinear(scan, against, { kind: 'mrtm2', k2ReferencePerS: 0.003 }, options), 'R1'),
    ]
    tissues.forEach((tissue, v) => {
      const curve = asCurve(tissue)
      expect(dvr[v]! / value(loganReferencePlot(curve, reference, 0.003, from).results, 'DVR')).toBeCloseTo(1, 4)
      expect(one[v]! / value(multilinearReference(curve, reference, options).results, 'BP_ND')).toBeCloseTo(1, 3)
      expect(two[v]! / value(multilinearReference2(curve, reference, 0.003, options).results, 'R1')).toBeCloseTo(1, 4)
    })
  })

  it('SRTM and SRTM2 by basis functions find exact curves within 0.2 %', () => {
    const formula = exponentialCurve(
      [
        { ratePerS: 0.0002, coefficients: [9000] },
        { ratePerS: 0.02, coefficients: [-9000] },
      ],
      0,
      'reference',
    )
    const reference = frameCurve(formula, ga68Frames)
    const truths = [0.2, 1, 2.3, 4, 7].map((bp, i) => ({ bp, r1: 0.7 + 0.1 * i, k2: (0.7 + 0.1 * i) * 0.0025 }))
    const curves = truths.map(({ bp, r1, k2 }) => {
      const k2a = k2 / (1 + bp)
      const { average } = convolve(reference, k2a)
      return [...reference.average].map((own, i) => r1 * own + (k2 - r1 * k2a) * average[i]!)
    })
    const images = scanOf(curves)
    const [srtm, srtm2] = [voxelSrtm(images, reference), voxelSrtm2(images, reference, 0.0025)]
    truths.forEach(({ bp, r1, k2 }, v) => {
      expect(Math.abs(map(srtm, 'BP_ND')[v]! / bp - 1)).toBeLessThan(2e-3)
      expect(Math.abs(map(srtm, 'R1')[v]! / r1 - 1)).toBeLessThan(2e-3)
      expect(Math.abs(map(srtm, 'k2')[v]! / k2 - 1)).toBeLessThan(2e-3)
      expect(Math.abs(map(srtm2, 'BP_ND')[v]! / bp - 1)).toBeLessThan(2e-3)
    })
  })

  it('outside the mask and without an answer a voxel is NaN, and they are counted; cancelling ends it', () => {
    const zero = ga68Frames.frames.map(() => 0)
    const found = voxelLogan(
      scanOf([tissues[0]!, zero, tissues[1]!], Uint8Array.of(1, 1, 0)),
      plasma,
      { kind: 'plasma' },
      600,
    )
    expect(found).toMatchObject({ voxels: 2, unanswered: 1 })
    expect([...map(found, 'V_T')].map(Number.isNaN)).toEqual([false, true, true])
    expect(found.remarks[0]).toMatch(/1 of 2 voxels/)
    expect(() => parametricMaps({ ...scan, progress: () => false }, [], () => true)).toThrow(CancelledError)
    expect(() => parametricMaps({ ...scan, mask: new Uint8Array(2) }, [], () => true)).toThrow(/a mask of 2/)
  })
})
