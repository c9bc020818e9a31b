/** The curve that is fitted in each voxel: what can be chosen, where a choice begins, and what is wrong with one beside its field. */
import {
  voxelFitOptionsSchema,
  type ActivityMapOptions,
  type CycleAnalysis,
  type Protocol,
  type VoxelFitOptionsAsk,
} from '../../../../electron/contracts/index.ts'
import { HOUR_S } from '../../../units.ts'
import {
  freeParameters,
  heldShape,
  isVoxelModel,
  VOXEL_MODELS,
} from '../../../../native-core/kinetics/voxelwise/index.ts'

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
    value: 'trapezoid',
    label: 'Trapezoids with uncertainty',
    hint: 'The same with stated ends, the tail around that of the structure, and the uncertainty of each voxel.',
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
  {
    value: 'bi-exponential-washout',
    label: 'Two washout phases',
    hint: 'Falls in two phases from the injection on.',
  },
  {
    value: 'circulation-washout',
    label: 'Circulation and washout',
    hint: 'Rises at once with what the circulation brings (its rate is held), then falls.',
  },
  {
    value: 'hardiansyah-2021-f2d',
    label: 'Uptake that stays (Hardiansyah 2021 f2d)',
    hint: 'Rises, and only decays physically then.',
  },
  {
    value: 'hardiansyah-2021-shares',
    label: 'A share washes out (Hardiansyah 2021)',
    hint: 'The rest only decays physically.',
  },
  {
    value: 'hardiansyah-2023-f4d',
    label: 'Two phases fed by the circulation (Hardiansyah 2023 f4d)',
    hint: 'Uptake in two phases and one washout; the rate of the circulation is held.',
  },
  {
    value: 'uptake-two-phase-washout',
    label: 'Uptake and two washout phases',
    hint: 'Rises from zero, falls in two phases; needs early images.',
  },
  {
    value: 'tri-exponential',
    label: 'Tri-exponential',
    hint: 'Three phases, of which two wash out; needs six images or more.',
  },
]

/** Functions that differ from another in how their size is written have its curve: in a voxel the size is free anyway. */
const SAME_CURVE: Partial<Record<VoxelModel, VoxelModel>> = {
  'mono-exponential-area': 'mono-exponential',
  'uptake-washout-area': 'uptake-washout',
  'bi-exponential-area': 'bi-exponential-washout',
  'hardiansyah-2021-f3a': 'hardiansyah-2021-shares',
}

export const RULES: readonly Choice<VoxelFitOptionsAsk['trapezoid']['rule']>[] = [
  { value: 'linear-log', label: 'Straight up, logarithmic down', hint: 'Exact for a single exponential.' },
  { value: 'linear', label: 'Straight', hint: 'Too much where activity falls fast between images.' },
]

export const HEADS: readonly Choice<VoxelFitOptionsAsk['trapezoid']['beforeFirst']>[] = [
  { value: 'physical-decay-back', label: 'Physical decay', hint: 'Nothing moves before the first image.' },
  { value: 'linear-from-zero', label: 'Straight rise from zero', hint: 'Nothing is there at the injection.' },
  { value: 'constant', label: 'As in the first image', hint: 'From the injection on.' },
]

export const TAILS: readonly Choice<VoxelFitOptionsAsk['trapezoid']['afterLast']>[] = [
  {
    value: 'structure',
    label: 'Last two images, around the structure',
    hint: 'The rate of the voxel and that of its structure, each by how well it is known.',
  },
  { value: 'last-two', label: 'Last two images alone', hint: 'Noisy: one bad value makes the tail.' },
  { value: 'physical-decay', label: 'Physical decay', hint: 'Nothing leaves any more: an upper bound.' },
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

/** The choice with the curve of a model; null where voxels have none. */
const choiceOf = (model: string): VoxelModel | null =>
  isVoxelModel(model) ? (SAME_CURVE[model] ?? model) : model === 'trapezoid' ? model : null

/** Where the choice of a model begins, and why: the protocol's, else what most structures of the cycle have. */
export function suggestedModel(
  protocol: Protocol | null,
  cycle: CycleAnalysis | null,
): { readonly model: VoxelModel; readonly because: string } {
  const chosen = choiceOf(protocol?.timeActivityModel ?? 'auto')
  if (chosen) return { model: chosen, because: 'the model of the protocol' }
  const counts = new Map<VoxelModel, number>()
  for (const { fit } of cycle?.structures ?? []) {
    const model = fit && choiceOf(fit.model)
    if (model) counts.set(model, (counts.get(model) ?? 0) + 1)
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1])
  return most
    ? { model: most[0], because: 'the model of most structures of this cycle' }
    : { model: 'mono-exponential', because: 'the simplest model' }
}

/** Complete options with everything at its default. */
export const fitWith = (model: VoxelModel): VoxelFitOptionsAsk => voxelFitOptionsSchema.parse({ model })

export type SpreadField = keyof VoxelFitOptionsAsk['spread']
export type FitField = 'regularisation' | SpreadField | 'fraction' | 'absoluteShare'

/** Which spreads a model has: voxels of a mono-exponential differ in one rate only. */
export const spreadsOf = (model: VoxelModel, fixed: VoxelFitOptionsAsk['fixed'] = {}): readonly SpreadField[] =>
  // The tail of trapezoids has a rate too. Which parameters are free does not depend on the rates themselves.
  model === 'trapezoid' ? ['slowRate'] : freeParameters(model, heldShape(model, 1, fixed))

/** A parameter that can be held in all voxels: a biological half-life in h, or a share. */
export interface HeldField {
  readonly name: string
  readonly label: string
  readonly isRate: boolean
}

export const heldFields = (model: VoxelModel): readonly HeldField[] =>
  Object.entries(model === 'trapezoid' ? {} : VOXEL_MODELS[model].names).map(([name, what]) => ({
    name,
    isRate: 'phase' in what,
    label: 'phase' in what ? `Biological half-life of phase ${name.slice(-1)} (h)` : `Share ${name}`,
  }))

/** What is held as it is typed; NaN: nothing. */
export const heldValue = ({ name, isRate }: HeldField, { [name]: held }: VoxelFitOptionsAsk['fixed']): number =>
  held === undefined ? Number.NaN : Number((isRate ? Math.LN2 / held / HOUR_S : held).toPrecision(6))

/** The same with what was typed; nothing, or no positive number, holds it no longer. */
export function withHeld({ name, isRate }: HeldField, fixed: VoxelFitOptionsAsk['fixed'], typed: number) {
  const others = Object.fromEntries(Object.entries(fixed).filter(([other]) => other !== name))
  return typed > 0 ? { ...others, [name]: isRate ? Math.LN2 / (typed * HOUR_S) : typed } : others
}

/**
 * What is wrong, by field.
 *
 * @param images of the cycle that lie on the reference
 */
export function fitProblems(fit: VoxelFitOptionsAsk, images: number): Partial<Record<FitField, string>> {
  const free = spreadsOf(fit.model, fit.fixed)
  const needed = free.length + 1
  const wrong: Partial<Record<FitField, string>> = {}
  if (fit.regularisation === 'none' && images < needed && fit.model !== 'trapezoid')
    wrong.regularisation = `${images} ${images === 1 ? 'image cannot' : 'images cannot'} determine the ${needed} parameters of this curve in a voxel: regularise, or take a simpler one.`
  const { spread, noise } = fit
  if (fit.regularisation !== 'none')
    for (const field of free)
      if (!(spread[field] >= 0 && spread[field] <= 10))
        wrong[field] = field.endsWith('Share') ? 'From 0 to 10.' : 'A factor of 1 or more.'
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
