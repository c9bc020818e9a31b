/** From blood to what tissue takes up: plasma over whole blood, unchanged agent over all activity in plasma. */
import { InputError } from '../../errors/index.ts'
import { midFrameTimeS } from '../../imaging/pet/index.ts'
import { fitBolus } from './bolusFit.ts'
import { curveOfFrames, sampledCurve, undoDispersion } from './timeCurve.ts'
import type { FrameInterpolation, Samples, SamplingOptions } from './timeCurve.ts'
import type { ArterialInput, FrameCurve, TimeCurve } from './types.ts'

/** A share or ratio over time. */
export type OverTime =
  | { readonly kind: 'constant'; readonly value: number }
  /** Straight lines between the rows, constant before the first and after the last. */
  | { readonly kind: 'table'; readonly timesS: readonly number[]; readonly values: readonly number[] }

/**
 * Unchanged agent over all activity in plasma: also as a Hill function, f(t) = 1 − (1 − f∞)·tⁿ/(tⁿ + t½ⁿ), with half-time instead of the constant
 * of kinfitr's `metab_hill_model` (1 − (1 − a)·tᵇ/(10ᶜ + tᵇ)).
 */
export type ParentFraction =
  | OverTime
  | {
      readonly kind: 'hill'
      /** f∞: what stays unchanged at last. */
      readonly finalFraction: number
      /** t½: when half of what will be metabolised is. */
      readonly halfTimeS: number
      readonly exponent: number
    }

export interface BloodDescription {
  /** Concentration in plasma over that in whole blood. */
  readonly plasmaToBlood: OverTime
  readonly parentFraction: ParentFraction
}

/** Whole blood taken as plasma without metabolites. Nothing is known to say so of an agent: it is stated wherever it is used. */
export const BLOOD_AS_PLASMA: BloodDescription = {
  plasmaToBlood: { kind: 'constant', value: 1 },
  parentFraction: { kind: 'constant', value: 1 },
}

/**
 * The share or ratio at a time, s after the administration.
 *
 * @throws InputError `dynamic.fraction` for values below zero, tables that are none, Hill functions outside their range.
 */
export function overTime(given: ParentFraction, what: string, timeS: number): number {
  const refuse = (hint: string): never => {
    throw new InputError('dynamic.fraction', `${what} is no share over time (${given.kind}).`, hint)
  }
  if (given.kind === 'constant')
    return given.value >= 0 && Number.isFinite(given.value) ? given.value : refuse('Give a number of zero or more.')
  if (given.kind === 'hill') {
    const { finalFraction, halfTimeS, exponent } = given
    if (!(finalFraction >= 0 && finalFraction <= 1 && halfTimeS > 0 && exponent > 0))
      refuse('Give a final fraction from 0 to 1, and a half-time and an exponent above 0.')
    if (!(timeS > 0)) return 1
    return 1 - (1 - finalFraction) / (1 + (halfTimeS / timeS) ** exponent)
  }
  const { timesS, values } = given
  const isAscending = timesS.every((t, i) => Number.isFinite(t) && (i === 0 || t > (timesS[i - 1] ?? NaN)))
  if (
    timesS.length === 0 ||
    timesS.length !== values.length ||
    !isAscending ||
    !values.every((v) => v >= 0 && Number.isFinite(v))
  )
    refuse('Give rows of ascending times with values of zero or more.')
  const after = timesS.findIndex((t) => t > timeS)
  if (after === 0) return values[0] ?? NaN
  if (after < 0) return values[values.length - 1] ?? NaN
  const [t0, t1] = [timesS[after - 1] ?? NaN, timesS[after] ?? NaN]
  const [v0, v1] = [values[after - 1] ?? NaN, values[after] ?? NaN]
  return v0 + ((v1 - v0) * (timeS - t0)) / (t1 - t0)
}

export interface SampledInputOptions {
  /** Between the samples, or the fitted bolus model instead of them. */
  readonly form: SamplingOptions['interpolation'] | 'bolus-model'
  readonly afterLast: SamplingOptions['afterLast']
  /** Time constant of the sampling line, s; 0: none. */
  readonly dispersionS: number
}

/**
 * Input from samples of whole blood, and of plasma where these were counted; plasma without samples of its own is blood times the ratio.
 *
 * @throws InputError `dynamic.samples`, `dynamic.fraction`, `dynamic.tail`, `dynamic.bolus`, `dynamic.dispersion`.
 */
export function inputFromSamples(
  wholeBlood: Samples,
  plasma: Samples | null,
  description: BloodDescription,
  options: Partial<SampledInputOptions> = {},
): ArterialInput {
  const { form = 'linear', afterLast = 'refuse', dispersionS = 0 } = options
  const source = plasma ?? wholeBlood
  const parent = source.timesS.map((t, i) => {
    const ratio = plasma ? 1 : overTime(description.plasmaToBlood, 'The plasma-to-blood ratio', t)
    return (
      (source.concentrationBqPerMl[i] ?? NaN) * ratio * overTime(description.parentFraction, 'The parent fraction', t)
    )
  })
  const made = (samples: Samples, label: string): TimeCurve => {
    const curve =
      form === 'bolus-model'
        ? fitBolus(
            samples.timesS.map((startS) => ({ startS, durationS: 0 })),
            samples.concentrationBqPerMl,
          ).curve
        : sampledCurve(samples, label, { interpolation: form, afterLast })
    return undoDispersion(curve, dispersionS)
  }
  const curve = made({ timesS: source.timesS, concentrationBqPerMl: parent }, 'plasma')
  return {
    plasma: { ...curve, remarks: [...curve.remarks, ...descriptionRemarks(description, plasma === null)] },
    wholeBlood: made(wholeBlood, 'whole blood'),
  }
}

/**
 * Input from a structure in the blood pool: frame means times the ratio and parent fraction at mid-frame. Means of a vessel as thick as the
 * resolution are lowered by partial volume and raised by what surrounds it: correct them before.
 *
 * @throws InputError `dynamic.samples`, `dynamic.fraction`, `dynamic.bolus`.
 */
export function imageDerivedInput(
  bloodPool: FrameCurve,
  description: BloodDescription,
  form: FrameInterpolation | 'bolus-model' = 'mean-preserving',
): ArterialInput {
  const concentrationBqPerMl = bloodPool.schedule.frames.map((frame, i) => {
    const t = midFrameTimeS(frame)
    return (
      (bloodPool.concentrationBqPerMl[i] ?? NaN) *
      overTime(description.plasmaToBlood, 'The plasma-to-blood ratio', t) *
      overTime(description.parentFraction, 'The parent fraction', t)
    )
  })
  const made = (curve: FrameCurve): TimeCurve =>
    form === 'bolus-model'
      ? fitBolus(curve.schedule.frames, curve.concentrationBqPerMl).curve
      : curveOfFrames(curve, form)
  const plasma = made({ ...bloodPool, concentrationBqPerMl })
  return {
    plasma: { ...plasma, remarks: [...plasma.remarks, ...descriptionRemarks(description, true)] },
    wholeBlood: made(bloodPool),
  }
}

function descriptionRemarks({ plasmaToBlood, parentFraction }: BloodDescription, usesRatio: boolean): string[] {
  const isOne = (given: ParentFraction): boolean => given.kind === 'constant' && given.value === 1
  return [
    ...(usesRatio && isOne(plasmaToBlood) ? ['The concentration in plasma is taken as that in whole blood.'] : []),
    ...(isOne(parentFraction) ? ['All activity in plasma is taken as unchanged agent: no metabolites.'] : []),
  ]
}
