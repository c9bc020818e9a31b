/** What the voxel values of a volume are, slice by slice: shared by the modalities. */
import type { ImageQuantity } from '../../contracts/domain.ts'
import { question, refused, shortList } from './problems.ts'
import type { Finding } from './problems.ts'
import type { Rescale } from './rescale.ts'
import type { Slice } from './slices.ts'

/** value = stored · slope + intercept. */
export interface Scaling {
  readonly slope: number
  readonly intercept: number
}

export type QuantityReading =
  | {
      readonly kind: 'read'
      readonly quantity: ImageQuantity
      readonly scalings: readonly Scaling[]
      readonly findings: readonly Finding[]
    }
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] }

export const IDENTITY: Scaling = { slope: 1, intercept: 0 }

/** Both coefficients of a scaling times a factor. */
export function times(scaling: Scaling, factor: number): Scaling {
  return { slope: scaling.slope * factor, intercept: scaling.intercept * factor }
}

/**
 * The rescale of every slice, or a refusal naming the slices that lack it: a slice without its slope in a quantitative series has no
 * known values, and neither has a volume with such a slice.
 */
export function requireRescale(slices: readonly Slice[]): readonly Rescale[] | Finding {
  const bad = slices.filter((slice) => slice.rescale.kind !== 'given')
  if (bad.length === 0)
    return slices.map((slice) => (slice.rescale.kind === 'given' ? slice.rescale.rescale : { ...IDENTITY, type: '' }))
  const reasons = bad.map((slice) =>
    slice.rescale.kind === 'bad' ? slice.rescale.why : 'Rescale Slope (0028,1053) is missing',
  )
  const paths = [...new Set(bad.map((slice) => slice.file.read.displayPath))]
  return refused(
    'quantity.slope-missing',
    `${bad.length} of ${slices.length} slices cannot be brought to physical values: ${shortList(reasons, 2)} (${shortList(paths, 3)}).`,
    'Export the series again from the scanner. A slope is not taken over from neighbouring slices.',
    paths,
  )
}

/**
 * A refusal of a scale to activity that falls or is no number, which no scanner writes: every value would be negative, and a fit of such
 * points can only fail later with a stranger message. Null where all slopes rise.
 */
export function fallingScale(scalings: readonly Scaling[]): Finding | null {
  const bad = scalings.find(
    ({ slope, intercept }) => !(slope > 0 && Number.isFinite(slope) && Number.isFinite(intercept)),
  )
  if (!bad) return null
  return refused(
    'quantity.slope-not-positive',
    `The values cannot be activity: their scale is stored × ${bad.slope}${bad.intercept === 0 ? '' : ` + ${bad.intercept}`} Bq/mL, and a slope to activity is positive.`,
    'Export the series again from the scanner.',
  )
}

/** CT numbers: HU where the file says so or says nothing else (PS3.3 C.8.2.1: HU for original CT other than localizers). */
export function ctQuantity(slices: readonly Slice[]): QuantityReading {
  const rescales = requireRescale(slices)
  if ('severity' in rescales) return { kind: 'refused', findings: [rescales] }
  const types = new Set(rescales.map(({ type }) => type.toUpperCase()))
  const scalings = rescales.map(({ slope, intercept }) => ({ slope, intercept }))
  if ([...types].every((type) => type === 'HU' || type === ''))
    return { kind: 'read', quantity: { kind: 'HU' }, scalings, findings: [] }
  const unit = [...types].filter((type) => type !== '').join('/')
  return {
    kind: 'read',
    quantity: { kind: 'arbitrary', unit },
    scalings,
    findings: [
      question(
        'quantity.ct-not-hu',
        `The CT does not state Hounsfield units: Rescale Type (0028,1054) is "${unit}"${unit === 'US' ? ' (unspecified)' : ''}.`,
        'Import the reconstruction in HU. This one can be looked at, but gives no density.',
      ),
    ],
  }
}

/** MR signal has no unit; slices without rescale hold their stored values. */
export function mrQuantity(slices: readonly Slice[]): QuantityReading {
  const bad = slices.find((slice) => slice.rescale.kind === 'bad')
  if (bad?.rescale.kind === 'bad')
    return {
      kind: 'refused',
      findings: [
        refused('quantity.rescale', `A slice cannot be rescaled: ${bad.rescale.why}.`, 'Export the series again.'),
      ],
    }
  const scalings = slices.map((slice) => (slice.rescale.kind === 'given' ? slice.rescale.rescale : IDENTITY))
  return { kind: 'read', quantity: { kind: 'arbitrary', unit: '' }, scalings, findings: [] }
}
