/** The shape that the voxels of each label are believed to have, and where it comes from. */
import { InputError } from '../../errors/index.ts'
import { freeParameters, heldShape } from './models.ts'
import type { HeldShape } from './models.ts'
import { shapeOfMeans, shapeOfTerms } from './prior.ts'
import type { CurveRequest, labelMeans, PriorShape } from './prior.ts'
import { DEFAULT_VOXELWISE } from './trapezoid.ts'
import type { VoxelFitRequest, VoxelPrior } from './types.ts'

type LabelShape = PriorShape & Pick<VoxelPrior, 'name' | 'meanFrom' | 'means'>
type LabelMeans = ReturnType<typeof labelMeans>

const WHOLE = { name: 'Whole image', meanFrom: 'whole-image' } as const

/**
 * Of curves: that of the structure where it is of the same model, else of the mean of its voxels; what does not go so is added to `remarks`.
 *
 * @throws InputError of `shapeOfMeans` for the whole image.
 */
export function curveShapes(request: CurveRequest, means: LabelMeans, remarks: string[]): LabelShape[] {
  const { model, physicalRatePerS, structures = [], fixed, circulationRatePerS } = request
  const held = heldShape(model, physicalRatePerS, fixed, circulationRatePerS)
  const whole = wholeShape(request, held, means[0]?.means ?? [])
  return [
    { ...WHOLE, ...whole },
    ...structures.map(({ name, terms }, at): LabelShape => {
      const own = terms ? shapeOfTerms(model, terms, held) : null
      if (own) return { name, meanFrom: 'structure-curve', ...own }
      if (terms && terms.length > 0)
        remarks.push(
          `The curve of "${name}" is not ${model}: its voxels are fitted around the ${model} curve of their mean, and their sum may differ from its time-integrated activity.`,
        )
      const { voxels: count, means: curve } = means[at + 1] ?? { voxels: 0, means: [] }
      if (count > 0)
        try {
          return { name, meanFrom: 'structure-voxels', ...shapeOfMeans(name, curve, request) }
        } catch (error) {
          if (!(error instanceof InputError)) throw error
          remarks.push(
            `"${name}" has no ${model} curve of its own: its voxels start from that of the whole image. ${error.message}`,
          )
        }
      return { name, meanFrom: 'whole-image', ...whole }
    }),
  ]
}

/** An image without activity has no curve: then physical decay has the word, and no voxel asks for it. */
function wholeShape(request: CurveRequest, held: HeldShape, means: readonly number[]): PriorShape {
  const { model, physicalRatePerS } = request
  if (means.some((mean) => mean > 0)) return shapeOfMeans('Whole image', means, request)
  const rates: number[] = []
  for (const rate of held.rates) rates.push(rate ?? (rates.at(-1) ?? 0) + physicalRatePerS)
  const [slow = physicalRatePerS, fast, third] = rates
  const parameters = freeParameters(model, held)
  return {
    slowRatePerS: slow,
    fastRatePerS: fast ?? null,
    ...(third === undefined ? {} : { thirdRatePerS: third }),
    startShare: parameters.includes('startShare') ? 0.5 : null,
    ...(parameters.includes('phaseShare') ? { phaseShare: 0.5 } : {}),
  }
}

/**
 * Of the trapezoidal rule: the mean of each image, and the rate of the tail: the slowest of the structure's curve, else that of the last two
 * means that are positive, not below physical decay.
 */
export function trapezoidShapes(
  { timesS, physicalRatePerS, structures = [] }: VoxelFitRequest,
  means: LabelMeans,
): LabelShape[] {
  const tailOf = (curve: readonly number[]): number => {
    const seen = curve.flatMap((value, i) => (value > 0 ? [{ value, time: timesS[i] as number }] : [])).slice(-2)
    const [from, to] = seen
    if (!from || !to) return physicalRatePerS
    const span = to.time - from.time
    const fall = Math.log(from.value / to.value) / span
    return Math.max(physicalRatePerS, Math.min(fall, Math.log(DEFAULT_VOXELWISE.steepestFall) / span))
  }
  const decay = timesS.map((timeS) => Math.exp(-physicalRatePerS * timeS))
  const shape = (curve: readonly number[], rate: number) => ({
    slowRatePerS: rate,
    fastRatePerS: null,
    startShare: null,
    // Of nothing only physical decay can be said.
    means: curve.some((value) => value > 0) ? curve.map((value) => Math.max(0, value)) : decay,
  })
  const all = means[0]?.means ?? []
  return [
    { ...WHOLE, ...shape(all, tailOf(all)) },
    ...structures.map(({ name, terms }, at): LabelShape => {
      const own = means[at + 1]
      const curve = own && own.voxels > 0 && own.means.some((value) => value > 0) ? own.means : null
      const slowest = terms?.length ? Math.min(...terms.map(({ effectiveRatePerS }) => effectiveRatePerS)) : null
      const rate = slowest === null ? tailOf(curve ?? all) : Math.max(physicalRatePerS, slowest)
      const meanFrom = slowest !== null ? 'structure-curve' : curve ? 'structure-voxels' : 'whole-image'
      return { name, meanFrom, ...shape(curve ?? all, rate) }
    }),
  ]
}
