/** Which factor brings each slice's values from the moment the file corrected them to, to the start of the acquisition. */
import type { Instant } from '../../contracts/domain.ts'
import { decayed, frameMeanToStart } from './decay.ts'
import { note, question, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { secondsBetween, showInstant, showSpan } from './times.ts'

export type DecayMode = 'START' | 'ADMIN' | 'NONE' | 'UNKNOWN'

export interface DecaySlice {
  readonly start: Instant
  readonly durationS: number | null
  /** Decay Factor (0054,1321): what the writer multiplied with; null if not in the file. */
  readonly decayFactor: number | null
}

export interface DecayInput {
  readonly mode: DecayMode
  readonly slices: readonly DecaySlice[]
  /** The earliest of the slices' starts: what values are brought to. */
  readonly acquisitionStart: Instant
  readonly halfLifeS: number | null
  readonly administrationStart: Instant | null
  /** Moment of correction that the file states outright (Decay Correction DateTime), if any. */
  readonly statedReference: Instant | null
  readonly seriesStart: Instant | null
}

export interface DecayOutput {
  readonly mode: DecayMode
  /** For each slice. */
  readonly factors: readonly number[]
  readonly findings: readonly Finding[]
}

/** Relative difference of decay factors that rounding and a correction within the frame explain. */
const FACTOR_TOLERANCE = 0.01
const SHORT_S = 1

/** Factors to acquisition start, with what had to be assumed or asked. */
export function toAcquisitionStart(input: DecayInput): DecayOutput {
  switch (input.mode) {
    case 'START':
      return fromStart(input)
    case 'ADMIN':
      return fromAdministration(input)
    case 'NONE':
      return fromFrameMean(input)
    case 'UNKNOWN':
      return { mode: 'UNKNOWN', factors: ones(input), findings: [] }
  }
}

function fromStart(input: DecayInput): DecayOutput {
  const { halfLifeS, acquisitionStart } = input
  const reference = input.statedReference ?? referenceByFactor(input) ?? acquisitionStart
  const late = secondsBetween(reference, acquisitionStart)
  const findings: Finding[] = []
  if (Math.abs(late) <= SHORT_S) {
    findings.push(...checkFactors(input, reference, 'warning'))
    return { mode: 'START', factors: ones(input), findings }
  }
  if (halfLifeS === null)
    return {
      mode: 'START',
      factors: ones(input),
      findings: [
        question(
          'activity.decay-reference',
          `Values are corrected for decay to ${showInstant(reference)}, ${showSpan(late)} from the start of these slices, and the half-life is not known.`,
          'Enter the radionuclide in the protocol (nuclide).',
        ),
      ],
    }
  const factor = decayed(halfLifeS, late)
  findings.push(
    note(
      'activity.decay-reference',
      `Values are corrected for decay to ${showInstant(reference)}; the slices begin at ${showInstant(acquisitionStart)}. They were multiplied by ${factor.toPrecision(6)}.`,
    ),
    ...checkFactors(input, reference, 'warning'),
  )
  return { mode: 'START', factors: input.slices.map(() => factor), findings }
}

/** The series start, where the decay factors of the slices fit it and not the first acquisition. */
function referenceByFactor(input: DecayInput): Instant | null {
  const { seriesStart, acquisitionStart, halfLifeS } = input
  if (!seriesStart || halfLifeS === null || secondsBetween(seriesStart, acquisitionStart) <= SHORT_S) return null
  if (input.slices.every((slice) => slice.decayFactor === null)) return null
  return worstMismatch(input, acquisitionStart) > FACTOR_TOLERANCE &&
    worstMismatch(input, seriesStart) <= FACTOR_TOLERANCE
    ? seriesStart
    : null
}

function fromAdministration(input: DecayInput): DecayOutput {
  const { halfLifeS, administrationStart, acquisitionStart } = input
  if (halfLifeS === null || administrationStart === null)
    return {
      mode: 'ADMIN',
      factors: ones(input),
      findings: [
        question(
          'activity.decay-admin-unknown',
          `Values are corrected for decay to the administration, but ${halfLifeS === null ? 'the half-life' : 'its time'} is not in the file: they cannot be brought to the time of the scan.`,
          'Import a reconstruction that is corrected to the start of the scan.',
        ),
      ],
    }
  const span = secondsBetween(administrationStart, acquisitionStart)
  const factor = decayed(halfLifeS, span)
  const done = `Values are corrected for decay to the administration (${showInstant(administrationStart)}); they were brought to the start of the scan (${showInstant(acquisitionStart)}, ${showSpan(span)} later) with the factor ${factor.toPrecision(6)}.`
  const findings: Finding[] = [note('activity.decay-admin', done)]
  if (input.slices.some((slice) => slice.decayFactor === null))
    findings.push(
      warning(
        'activity.decay-factor-missing',
        'Decay Correction is ADMIN, but the file has no Decay Factor (0054,1321) to confirm it: if the values are not really corrected to the administration, ' +
          `they are now ${((1 / factor - 1) * 100).toFixed(1)} % too low.`,
        'Check the activity of a known structure, or ask for a reconstruction corrected to the start of the scan.',
      ),
    )
  findings.push(...checkFactors(input, administrationStart, 'question'))
  return { mode: 'ADMIN', factors: input.slices.map(() => factor), findings }
}

function fromFrameMean(input: DecayInput): DecayOutput {
  const { halfLifeS, acquisitionStart } = input
  if (halfLifeS === null)
    return {
      mode: 'NONE',
      factors: ones(input),
      findings: [
        question(
          'activity.decay-none-unknown',
          'Values are not corrected for decay, and the half-life is not known: they cannot be brought to the start of the scan.',
          'Enter the radionuclide in the protocol (nuclide), or import a corrected reconstruction.',
        ),
      ],
    }
  const findings: Finding[] = []
  if (input.slices.some((slice) => slice.durationS === null)) {
    const perHour = frameMeanToStart(halfLifeS, 3600) - 1
    const make = perHour > FACTOR_TOLERANCE ? question : warning
    findings.push(
      make(
        'activity.frame-duration-missing',
        `Values are means over the frame, not corrected for decay, and the frame's duration is not in the file: at the start of the frame they are higher (by ${(perHour * 100).toFixed(2)} % for a frame of one hour).`,
        'Import a reconstruction with its frame duration, or one corrected for decay.',
      ),
    )
  }
  const odd = input.slices.find(
    (slice) => slice.decayFactor !== null && Math.abs(slice.decayFactor - 1) > FACTOR_TOLERANCE,
  )
  if (odd)
    findings.push(
      question(
        'activity.decay-factor-contradiction',
        `Decay Correction is NONE, but Decay Factor (0054,1321) is ${odd.decayFactor}: it is not certain whether the values are corrected.`,
        'Import a reconstruction whose elements agree.',
      ),
    )
  const factors = input.slices.map(
    (slice) =>
      frameMeanToStart(halfLifeS, slice.durationS ?? 0) *
      decayed(halfLifeS, -secondsBetween(acquisitionStart, slice.start)),
  )
  findings.push(
    note(
      'activity.decay-none',
      `Values are means over their frames, not corrected for decay; they were brought to the start of the scan (${showInstant(acquisitionStart)}) with ${rangeText(factors)}.`,
    ),
  )
  return { mode: 'NONE', factors, findings }
}

/** Compares Decay Factor (0054,1321) with what the times give, with and without the correction within the frame. */
function checkFactors(input: DecayInput, reference: Instant, severity: 'warning' | 'question'): Finding[] {
  const worst = worstMismatch(input, reference)
  if (worst <= FACTOR_TOLERANCE) return []
  const slice = input.slices.find((candidate) => mismatch(candidate, reference, input.halfLifeS) === worst)!
  const byTimes = expectedFactor(slice, reference, input.halfLifeS!)
  const make = severity === 'warning' ? warning : question
  return [
    make(
      'activity.decay-factor-contradiction',
      `Decay Factor (0054,1321) is ${slice.decayFactor}, but by the times and the half-life it is ${byTimes.toPrecision(6)}: they differ by ${(worst * 100).toFixed(1)} %.`,
      'Check the times of administration and scan, and the radionuclide.',
    ),
  ]
}

function worstMismatch(input: DecayInput, reference: Instant): number {
  return Math.max(0, ...input.slices.map((slice) => mismatch(slice, reference, input.halfLifeS)))
}

function mismatch(slice: DecaySlice, reference: Instant, halfLifeS: number | null): number {
  if (slice.decayFactor === null || halfLifeS === null || !(slice.decayFactor > 0)) return 0
  const instantaneous = slice.decayFactor / expectedFactor(slice, reference, halfLifeS)
  const withFrame = instantaneous / frameMeanToStart(halfLifeS, slice.durationS ?? 0)
  return Math.min(Math.abs(instantaneous - 1), Math.abs(withFrame - 1))
}

function expectedFactor(slice: DecaySlice, reference: Instant, halfLifeS: number): number {
  return decayed(halfLifeS, -secondsBetween(reference, slice.start))
}

function ones(input: DecayInput): number[] {
  return input.slices.map(() => 1)
}

function rangeText(factors: readonly number[]): string {
  const [low, high] = [Math.min(...factors), Math.max(...factors)]
  return high - low < 1e-9
    ? `the factor ${low.toPrecision(6)}`
    : `factors from ${low.toPrecision(6)} to ${high.toPrecision(6)}`
}
