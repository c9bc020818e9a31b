/** What the voxels of each label are believed to be, before any of them is fitted. */
import { CancelledError } from '../../errors/index.ts'
import { DEFAULT_VOXEL_FIT, DEFAULT_VOXEL_TRAPEZOID, SAMPLE_RANGE } from './defaults.ts'
import { checkVoxelFit } from './checkFit.ts'
import { canEstimate, estimateSpread } from './empirical.ts'
import { positivePercentile } from './percentile.ts'
import { VOXEL_MODELS } from './models.ts'
import { labelMeans } from './prior.ts'
import { curveShapes, trapezoidShapes } from './priorShapes.ts'
import { DEFAULT_CIRCULATION_RATE_PER_S } from '../parametric/library.ts'
import { checkAdministration, isBolus } from '../parametric/response.ts'
import type { Administration } from '../parametric/response.ts'
import { voxelProblem } from './problem.ts'
import type { VoxelFitOptions, VoxelFitPlan, VoxelFitRequest, VoxelNoise, VoxelPrior, VoxelSpread } from './types.ts'

const BRIGHT = 0.995

/**
 * The first half of a voxelwise fit: the shape of each label's curve (that of its structure where it is of the same model, else of the mean of
 * its voxels; of the whole image for label 0), the spread of its voxels around it and their noise.
 *
 * @throws InputError of the checks (`checkVoxelFit`), and `kinetics.*` where the whole image has no curve of the model; CancelledError where
 * `progress` answers false.
 */
export function prepareVoxelFit(request: VoxelFitRequest): VoxelFitPlan {
  const options: VoxelFitOptions = {
    ...DEFAULT_VOXEL_FIT,
    ...request.options,
    spread: { ...DEFAULT_VOXEL_FIT.spread, ...request.options?.spread },
  }
  checkVoxelFit(request, options)
  const { model, timesS, values, physicalRatePerS, fixed = {}, circulationRatePerS } = request
  const given = request.administration && checkAdministration('The voxelwise fit', request.administration)
  const administration = given && !isBolus(given) ? given : null
  const goOn = (): void => {
    if (request.progress?.(0) === false) throw new CancelledError('The voxelwise fit')
  }
  goOn()
  const voxels = values[0]?.length ?? 0
  const bright = values.map((map) => positivePercentile((voxel) => map[voxel] as number, voxels, BRIGHT))
  const base: VoxelFitPlan = {
    model,
    trapezoid: model === 'trapezoid' ? { ...DEFAULT_VOXEL_TRAPEZOID, ...request.trapezoid } : null,
    timesS,
    physicalRatePerS,
    administration,
    fixed,
    circulationRatePerS: circulationRatePerS ?? null,
    options,
    priors: [],
    noise: noiseOf(options.noise, bright),
    threshold: options.negligibleShare * positivePercentile((voxel) => seenMean(values, voxel), voxels, BRIGHT),
    remarks: [],
  }
  goOn()
  const remarks = statedRemarks(request, administration)
  const means = labelMeans(request)
  goOn()
  const shapes =
    model === 'trapezoid' ? trapezoidShapes(request, means) : curveShapes({ ...request, model }, means, remarks)
  const samples = sampled(request, base.threshold, shapes.length)
  goOn()
  const priors = shapes.map((shape, label): VoxelPrior => {
    const stated: VoxelPrior = {
      ...shape,
      spread: options.regularisation === 'none' ? UNBOUNDED : options.spread,
      spreadFrom: options.regularisation === 'none' ? 'none' : 'designed',
      noiseScale: timesS.map(() => 1),
      noiseFrom: 'designed',
      sampledVoxels: 0,
    }
    const sample = samples[label] ?? []
    if (model === 'trapezoid' || options.regularisation !== 'estimated' || sample.length < SAMPLE_RANGE[0])
      return stated
    const problem = voxelProblem({ ...base, model, priors: [stated] }, 0)
    if (canEstimate(timesS.length, problem.mean.length) === 'nothing') return stated
    const found = estimateSpread(problem, sample)
    if (found.voxels < SAMPLE_RANGE[0]) return stated
    const own = problem.shape.parameters.map((parameter, k) => [parameter, found.spread[k]] as const)
    return {
      ...stated,
      spread: { ...options.spread, ...Object.fromEntries(own) },
      spreadFrom: 'voxels',
      noiseScale: found.noiseScale,
      noiseFrom: 'voxels',
      sampledVoxels: found.voxels,
    }
  })
  return { ...base, priors, remarks }
}

/** An image darker than the brightest by more than this square is not taken to be noisier still. */
const MOST_GROWTH = 10

function noiseOf({ fraction, absoluteShare, byCounts }: VoxelNoise, bright: readonly number[]): VoxelFitPlan['noise'] {
  const brightest = Math.max(...bright)
  return bright.map((value) => {
    const growth = byCounts && value > 0 ? Math.min(MOST_GROWTH, Math.sqrt(brightest / value)) : 1
    return { fraction: growth * fraction, absolute: growth * absoluteShare * (value > 0 ? value : brightest) }
  })
}

const UNBOUNDED: VoxelSpread = {
  slowRate: Infinity,
  fastRate: Infinity,
  thirdRate: Infinity,
  startShare: Infinity,
  phaseShare: Infinity,
}

function seenMean(values: readonly Float32Array[], voxel: number): number {
  let sum = 0
  let seen = 0
  for (const map of values) {
    const value = map[voxel] as number
    if (Number.isNaN(value)) continue
    sum += value
    seen++
  }
  return seen > 0 ? sum / seen : 0
}

/** Voxels of each label that all images hold, above the threshold: evenly over the image, at most so many. */
function sampled({ values, labels }: VoxelFitRequest, threshold: number, count: number): Float64Array[][] {
  const n = values[0]?.length ?? 0
  const use = (found: (label: number, voxel: number) => void): void => {
    for (let voxel = 0; voxel < n; voxel++) {
      const mean = seenMean(values, voxel)
      if (mean > 0 && mean >= threshold && values.every((map) => !Number.isNaN(map[voxel])))
        found(labels ? (labels[voxel] as number) : 0, voxel)
    }
  }
  const eligible = new Array<number>(count).fill(0)
  use((label) => (eligible[label] = (eligible[label] as number) + 1))
  const stride = eligible.map((voxels) => Math.max(1, Math.ceil(voxels / SAMPLE_RANGE[1])))
  const samples: Float64Array[][] = eligible.map(() => [])
  const at = eligible.map(() => 0)
  use((label, voxel) => {
    if ((at[label] as number) % (stride[label] as number) === 0)
      (samples[label] as Float64Array[]).push(Float64Array.from(values, (map) => map[voxel] as number))
    at[label] = (at[label] as number) + 1
  })
  return samples
}

/** What was stated and not fitted, in sentences. */
function statedRemarks(
  { model, fixed = {}, circulationRatePerS }: VoxelFitRequest,
  administration: Administration | null,
): string[] {
  const held = Object.entries(fixed).map(([name, value]) => {
    const digits = Number(value.toPrecision(4))
    return name.startsWith('lambda')
      ? `${name} = ${digits} 1/s (biological half-life ${Number((Math.LN2 / value / 3600).toPrecision(4))} h)`
      : `${name} = ${digits}`
  })
  const isFed = model !== 'trapezoid' && VOXEL_MODELS[model].rates.includes('circulation')
  const halfLifeMin = Number((Math.LN2 / (circulationRatePerS ?? DEFAULT_CIRCULATION_RATE_PER_S) / 60).toPrecision(4))
  return [
    ...(administration
      ? [
          'Curves of voxels follow the stated administration; their terms are those after a bolus, with the same integral.',
        ]
      : []),
    ...(held.length > 0 ? [`Held in all voxels: ${held.join(', ')}.`] : []),
    ...(isFed
      ? [
          `What the circulation brings has a biological half-life of ${halfLifeMin} min in all voxels${circulationRatePerS === undefined ? ' (unverified)' : ''}.`,
        ]
      : []),
  ]
}
