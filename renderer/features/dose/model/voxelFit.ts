/** The curve that is fitted in each voxel: what can be chosen, where a choice begins, and what is wrong with one beside its field. */
import {
  voxelFitOptionsSchema,
  type ActivityMapOptions,
  type CycleAnalysis,
  type Protocol,
  type VoxelFitOptionsAsk,
} from '../../../../electron/contracts/index.ts'
import { VOXEL_MODELS } from '../../../../native-core/kinetics/voxelwise/index.ts'

export type VoxelModel = VoxelFitOptionsAsk['model']

/** Of each choice its name and, in a line, what it means. */
export interface Choice<T extends string> {
  readonly value: T
  readonly label: string
  readonly hint: string
}

export const CURVES: readonly Choice<'trapezoids' | VoxelModel>[] = [
  {
    value: 'trapezoids',
    label: 'Trapezoids and a tail',
    hint: 'No curve: the images are joined, and the last two give the tail.',
  },
  {
    value: 'mono-exponential',
    label: 'Mono-exponential',
    hint: 'Falls from the injection on.',
  },
  {
    value: 'uptake-washout',
    label: 'Uptake–washout',
    hint: 'Rises from zero, then falls.',
  },
  {
    value: 'bi-exponential',
    label: 'Bi-exponential',
    hint: 'Two phases, each with a size of its own; few images tell them apart only by the structure.',
  },
]

export const REGULARISATIONS: readonly Choice<VoxelFitOptionsAsk['regularisation']>[] = [
  {
    value: 'estimated',
    label: 'By the structure, spread from its voxels',
    hint: 'Around the curve of its structure; how far voxels differ and how noisy they are is estimated from them (empirical Bayes).',
  },
  {
    value: 'designed',
    label: 'By the structure, spread as stated',
    hint: 'Around the curve of its structure, with the spread and noise below.',
  },
  { value: 'none', label: 'None', hint: 'Weighted least squares in each voxel alone: noisy, and needs more images.' },
]

export const ORDERS: readonly Choice<VoxelFitOptionsAsk['order']>[] = [
  {
    value: 'activity-first',
    label: 'Activity, then dose',
    hint: 'The activity is integrated in each voxel, and the engine runs once.',
  },
  {
    value: 'dose-rate-first',
    label: 'Dose rate, then time',
    hint: 'The engine runs on each image, and the dose rates are fitted: slower, also gives the uncertainty of the dose in each voxel.',
  },
]

export const hintOf = <T extends string>(choices: readonly Choice<T>[], value: T): string =>
  choices.find((one) => one.value === value)?.hint ?? ''
export const labelOf = <T extends string>(choices: readonly Choice<T>[], value: T): string =>
  choices.find((one) => one.value === value)?.label ?? value

/** A share as the per cent that are typed. */
export const percentOf = (share: number): number => Number((100 * share).toPrecision(6))
/** The text of a number field: '' for what is no number. */
export const typedText = (value: number): string => (Number.isFinite(value) ? String(value) : '')
/** The number of a field's text; NaN where there is none, which is told at the field. */
export const typedNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

const isVoxelModel = (model: string): model is VoxelModel => model in VOXEL_MODELS

/** Where the choice of a model begins, and why: the protocol's, else what most structures of the cycle have. */
export function suggestedModel(
  protocol: Protocol | null,
  cycle: CycleAnalysis | null,
): { readonly model: VoxelModel; readonly because: string } {
  const fixed = protocol?.timeActivityModel ?? 'auto'
  if (isVoxelModel(fixed)) return { model: fixed, because: 'the model of the protocol' }
  const counts = new Map<VoxelModel, number>()
  for (const { fit } of cycle?.structures ?? [])
    if (fit && isVoxelModel(fit.model)) counts.set(fit.model, (counts.get(fit.model) ?? 0) + 1)
  const [most] = [...counts].sort((a, b) => b[1] - a[1])
  return most
    ? { model: most[0], because: 'the model of most structures of this cycle' }
    : { model: 'mono-exponential', because: 'the simplest model' }
}

/** Complete options with everything at its default. */
export const fitWith = (model: VoxelModel): VoxelFitOptionsAsk => voxelFitOptionsSchema.parse({ model })

export type FitField = 'regularisation' | 'slowRate' | 'fastRate' | 'startShare' | 'fraction' | 'absoluteShare'

/** Which spreads a model has: voxels of a mono-exponential differ in one rate only. */
export function spreadsOf(model: VoxelModel): readonly Extract<FitField, 'slowRate' | 'fastRate' | 'startShare'>[] {
  if (model === 'mono-exponential') return ['slowRate']
  return model === 'uptake-washout' ? ['slowRate', 'fastRate'] : ['slowRate', 'fastRate', 'startShare']
}

/**
 * What is wrong, by field.
 *
 * @param images of the cycle that lie on the reference
 */
export function fitProblems(fit: VoxelFitOptionsAsk, images: number): Partial<Record<FitField, string>> {
  const needed = VOXEL_MODELS[fit.model].shapeParameters + 1
  const wrong: Partial<Record<FitField, string>> = {}
  if (fit.regularisation === 'none' && images < needed)
    wrong.regularisation = `${images} ${images === 1 ? 'image cannot' : 'images cannot'} determine the ${needed} parameters of this curve in a voxel: regularise, or take a simpler one.`
  const { spread, noise } = fit
  if (fit.regularisation !== 'none')
    for (const field of spreadsOf(fit.model))
      if (!(spread[field] >= 0 && spread[field] <= 10))
        wrong[field] = field === 'startShare' ? 'From 0 to 10.' : 'A factor of 1 or more.'
  if (!(noise.fraction >= 0 && noise.fraction <= 2)) wrong.fraction = 'From 0 to 200 %.'
  if (!(noise.absoluteShare > 0 && noise.absoluteShare <= 1)) wrong.absoluteShare = 'Above 0, up to 100 %.'
  return wrong
}

export const negligibleProblem = ({ negligibleShare }: ActivityMapOptions): string =>
  negligibleShare >= 0 && negligibleShare <= 0.5 ? '' : 'From 0 to 50 %.'

/** Whether a dose cannot be computed with these options. */
export const hasProblem = (options: ActivityMapOptions, images: number): boolean =>
  negligibleProblem(options) !== '' ||
  (options.fit !== undefined && Object.keys(fitProblems(options.fit, images)).length > 0)
