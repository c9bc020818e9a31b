/** What the voxels of each label are believed to be, before any of them is fitted. */
import { CancelledError, InputError } from '../../errors/index.ts'
import { SAMPLE_RANGE, DEFAULT_VOXEL_FIT } from './defaults.ts'
import { checkVoxelFit } from './checkFit.ts'
import { canEstimate, estimateSpread } from './empirical.ts'
import { positivePercentile } from './percentile.ts'
import { labelMeans, shapeOfMeans, shapeOfTerms, SMALLEST_START_SHARE } from './prior.ts'
import type { PriorShape } from './prior.ts'
import { checkAdministration, inTimeUnit, isBolus } from '../parametric/response.ts'
import { VOXEL_MODELS } from './shape.ts'
import type { VoxelFitOptions, VoxelFitPlan, VoxelFitRequest, VoxelNoise, VoxelPrior, VoxelSpread } from './types.ts'
import type { VoxelProblem } from './voxel.ts'

/** Beyond this a phase has fallen by e¹² at the first image: the images say nothing about it. As in the fit of structures. */
const MOST_FALL = 12
/** λ2 − λ1 over one last time. As in the fit of structures. */
const SMALLEST_DIFFERENCE = 1e-3
const BRIGHT = 0.995

/**
 * The first half of a voxelwise fit: the shape of each label's curve (that of its structure where it is of the same model, else of the mean of
 * its voxels; of the whole image for label 0), the spread of its voxels around it and their noise.
 *
 * @throws InputError of the checks (`checkVoxelFit`), and `kinetics.*` where the whole image has no curve of the model; CancelledError where
 * `progress` answers false.
 */
export function prepareVoxelFit(request: VoxelFitRequest): VoxelFitPlan {
  const options: VoxelFitOptions = { ...DEFAULT_VOXEL_FIT, ...request.options }
  checkVoxelFit(request, options)
  const { model, timesS, values, physicalRatePerS, structures = [] } = request
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
    timesS,
    physicalRatePerS,
    administration,
    options,
    priors: [],
    noise: noiseOf(options.noise, bright),
    threshold: options.negligibleShare * positivePercentile((voxel) => seenMean(values, voxel), voxels, BRIGHT),
    remarks: [],
  }
  goOn()
  const remarks: string[] = administration
    ? [
        'Curves of voxels follow the stated administration; their terms are those after a bolus, with the same integral.',
      ]
    : []
  const means = labelMeans(request)
  goOn()
  const whole = wholeShape(request, means[0]?.means ?? [])
  const shapes: (PriorShape & Pick<VoxelPrior, 'name' | 'meanFrom'>)[] = [
    { name: 'Whole image', meanFrom: 'whole-image', ...whole },
    ...structures.map(({ name, terms }, at) => {
      const own = terms ? shapeOfTerms(model, terms) : null
      if (own) return { name, meanFrom: 'structure-curve' as const, ...own }
      if (terms && terms.length > 0)
        remarks.push(
          `The curve of "${name}" is not ${model}: its voxels are fitted around the ${model} curve of their mean, and their sum may differ from its time-integrated activity.`,
        )
      const { voxels: count, means: curve } = means[at + 1] ?? { voxels: 0, means: [] }
      if (count > 0)
        try {
          const shape = shapeOfMeans(name, curve, request)
          return { name, meanFrom: 'structure-voxels' as const, ...shape }
        } catch (error) {
          if (!(error instanceof InputError)) throw error
          remarks.push(
            `"${name}" has no ${model} curve of its own: its voxels start from that of the whole image. ${error.message}`,
          )
        }
      return { name, meanFrom: 'whole-image' as const, ...whole }
    }),
  ]
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
    if (options.regularisation !== 'estimated' || sample.length < SAMPLE_RANGE[0]) return stated
    const problem = voxelProblem({ ...base, priors: [stated] }, 0)
    if (canEstimate(timesS.length, problem.parameters) === 'nothing') return stated
    const found = estimateSpread(problem, sample)
    if (found.voxels < SAMPLE_RANGE[0]) return stated
    const [
      slowRate = options.spread.slowRate,
      fastRate = options.spread.fastRate,
      startShare = options.spread.startShare,
    ] = found.spread
    return {
      ...stated,
      spread: { slowRate, fastRate, startShare },
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

const UNBOUNDED: VoxelSpread = { slowRate: Infinity, fastRate: Infinity, startShare: Infinity }

/** An image without activity has no curve: then physical decay has the word, and no voxel asks for it. */
function wholeShape(request: VoxelFitRequest, means: readonly number[]): PriorShape {
  const { model, physicalRatePerS } = request
  if (means.some((mean) => mean > 0)) return shapeOfMeans('Whole image', means, request)
  return {
    slowRatePerS: physicalRatePerS,
    fastRatePerS: VOXEL_MODELS[model].phases === 2 ? 2 * physicalRatePerS : null,
    startShare: VOXEL_MODELS[model].shapeParameters === 3 ? 0.5 : null,
  }
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

/** The problem of a label's voxels, in time over the last time. */
export function voxelProblem(plan: VoxelFitPlan, label: number): VoxelProblem {
  const prior = plan.priors[label]
  if (!prior) throw new Error(`label ${label} has no prior`)
  const { shapeParameters: parameters } = VOXEL_MODELS[plan.model]
  const last = plan.timesS[plan.timesS.length - 1] as number
  const physical = plan.physicalRatePerS * last
  const largest = Math.log(Math.max((MOST_FALL * last) / (plan.timesS[0] as number), 2 * physical))
  const logit = (share: number): number => Math.log(share / (1 - share))
  const lower = [Math.log(physical), Math.log(SMALLEST_DIFFERENCE), logit(SMALLEST_START_SHARE)]
  const upper = [largest, largest, -logit(SMALLEST_START_SHARE)]
  const difference = ((prior.fastRatePerS ?? 0) - prior.slowRatePerS) * last
  const mean = [
    Math.log(prior.slowRatePerS * last),
    Math.log(Math.max(SMALLEST_DIFFERENCE, difference)),
    logit(prior.startShare ?? 0.5),
  ]
  const first = (list: readonly number[]): Float64Array => Float64Array.from(list.slice(0, parameters))
  const { slowRate, fastRate, startShare } = prior.spread
  return {
    parameters,
    times: Float64Array.from(plan.timesS, (time) => time / last),
    administration: plan.administration && inTimeUnit(plan.administration, last),
    mean: first(mean.map((value, k) => Math.min(upper[k] as number, Math.max(lower[k] as number, value)))),
    spread: first([slowRate, fastRate, startShare]),
    lower: first(lower),
    upper: first(upper),
    noiseFraction: Float64Array.from(
      plan.noise,
      ({ fraction }, image) => fraction * (prior.noiseScale[image] as number),
    ),
    noiseAbsolute: Float64Array.from(
      plan.noise,
      ({ absolute }, image) => absolute * (prior.noiseScale[image] as number),
    ),
  }
}
