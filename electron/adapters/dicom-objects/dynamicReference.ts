/** The one moment to which all frames of a dynamic PET series are corrected for decay. */
import type { Instant } from '../../contracts/domain.ts'
import { num, str } from '../dicom-files/index.ts'
import { decayed, frameMeanToStart } from './decay.ts'
import { question } from './problems.ts'
import type { Finding } from './problems.ts'
import { TAG } from './tags.ts'
import { earliest, secondsBetween, seriesStart } from './times.ts'
import type { Slice } from './slices.ts'

export interface DynamicReference {
  /** Null: each frame is corrected to its own start, or START is not what the files say. */
  readonly reference: Instant | null
  readonly findings: readonly Finding[]
}

/** Relative difference of decay factors that rounding explains. */
const TOLERANCE = 0.01

/**
 * Decay Correction START of a dynamic series can mean the start of the series or of each frame. Judged frame by frame, short frames near the
 * start fit both; judged together, the decay factors (0054,1321) of all frames fit one. Where they fit none, or are missing, it is asked.
 */
export function dynamicReference(slices: readonly Slice[], halfLifeS: number | null): DynamicReference {
  const isStart = slices.every(({ file }) => str(file.header, TAG.decayCorrection)?.toUpperCase() === 'START')
  const first = slices[0]
  if (!isStart || first === undefined || halfLifeS === null) return { reference: null, findings: [] }
  const timed = slices.flatMap((slice) => {
    const start = slice.acquisition?.start
    const factor = num(slice.file.header, TAG.decayFactor)
    return start && factor !== null && factor > 0 ? [{ start, factor, durationS: slice.durationS ?? 0 }] : []
  })
  const common = [earliest(slices.map(({ acquisition }) => acquisition?.start ?? null)), seriesStart(first.file.header)]
  const worst = (reference: Instant | null): number =>
    Math.max(
      ...timed.map(({ start, factor, durationS }) => {
        const expected = reference === null ? 1 : decayed(halfLifeS, -secondsBetween(reference, start))
        const ratio = factor / expected
        return Math.min(Math.abs(ratio - 1), Math.abs(ratio / frameMeanToStart(halfLifeS, durationS) - 1))
      }),
    )
  const candidates = [null, ...common.filter((instant) => instant !== null)]
  const best = candidates
    .map((reference) => ({ reference, mismatch: timed.length < slices.length ? Infinity : worst(reference) }))
    .reduce((a, b) => (b.mismatch < a.mismatch ? b : a))
  if (best.mismatch <= TOLERANCE) return { reference: best.reference, findings: [] }
  return {
    reference: null,
    findings: [
      question(
        'activity.dynamic-reference',
        timed.length < slices.length
          ? 'The frames are corrected for decay to a start, but Decay Factor (0054,1321) is missing in some: whether that is the start of the series or of each frame is not certain.'
          : `The decay factors (0054,1321) of the frames fit neither the start of the series nor that of each frame (${(best.mismatch * 100).toFixed(1)} % off).`,
        'Find out from the reconstruction protocol, and give the frames as NIfTI with their decay correction.',
      ),
    ],
  }
}
