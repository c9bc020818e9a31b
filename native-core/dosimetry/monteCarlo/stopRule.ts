/** When a Monte Carlo run has enough: after N decays, at an uncertainty, or at a time. */
import { InputError } from '../../errors/index.ts'

export interface StopRule {
  /** At most this many decays. */
  readonly decays: number
  /** Relative standard deviation of the mean dose of structure `of`, or null. */
  readonly uncertainty: { readonly relative: number; readonly of: number; readonly name: string } | null
  /** Seconds of the caller's clock, or null. */
  readonly seconds: number | null
}

/** Below this many decays a standard deviation is itself too uncertain to stop by it. */
const LEAST_DECAYS = 65_536
const FIRST_BATCH = 16_384
const LARGEST_BATCH = 262_144

/**
 * @param structures Names that there are
 * @throws InputError `dose.structure-unknown`, `dose.clock` where a time is given to a caller without a clock.
 */
export function stopRule(
  wanted: {
    readonly decays: number
    readonly uncertaintyPercent: number
    readonly uncertaintyStructure: string
    readonly seconds: number
  },
  structures: readonly string[],
  hasClock: boolean,
): StopRule {
  const { decays, uncertaintyPercent, uncertaintyStructure: name, seconds } = wanted
  const byUncertainty = uncertaintyPercent > 0
  const of = structures.indexOf(name)
  if (byUncertainty && of < 0)
    throw new InputError(
      'dose.structure-unknown',
      name === ''
        ? 'To stop at an uncertainty, a structure must be named.'
        : `There is no structure "${name}" to stop by.`,
      structures.length === 0 ? 'Give structures with the images.' : `There are: ${structures.join(', ')}.`,
    )
  if (seconds > 0 && !hasClock)
    throw new InputError('dose.clock', 'A time to stop at was given, but there is no clock here.', 'Give decays.')
  return {
    decays,
    uncertainty: byUncertainty ? { relative: uncertaintyPercent / 100, of, name } : null,
    seconds: seconds > 0 ? seconds : null,
  }
}

/** Size of the next batch: the same whatever the machine, so that a run that stops at an uncertainty has the same bits everywhere. */
export function nextBatch(rule: StopRule, done: number): number {
  return Math.min(rule.decays - done, Math.min(LARGEST_BATCH, Math.max(FIRST_BATCH, done)))
}

/** Why to stop now, or null to go on. */
export function stopReason(
  rule: StopRule,
  now: { readonly decays: number; readonly relativeSd: number; readonly elapsedS: number },
): 'decays' | 'uncertainty' | 'time' | null {
  if (now.decays >= rule.decays) return 'decays'
  if (rule.uncertainty && now.decays >= LEAST_DECAYS && now.relativeSd <= rule.uncertainty.relative)
    return 'uncertainty'
  if (rule.seconds !== null && now.elapsedS >= rule.seconds) return 'time'
  return null
}

/** Share of the way, 0 to 1: by whichever end is nearest. Uncertainty falls with the root of the decays. */
export function shareDone(
  rule: StopRule,
  now: { readonly decays: number; readonly relativeSd: number; readonly elapsedS: number },
): number {
  const shares = [now.decays / rule.decays]
  if (rule.uncertainty && now.relativeSd > 0) shares.push((rule.uncertainty.relative / now.relativeSd) ** 2)
  if (rule.seconds !== null) shares.push(now.elapsedS / rule.seconds)
  return Math.min(1, Math.max(...shares))
}
