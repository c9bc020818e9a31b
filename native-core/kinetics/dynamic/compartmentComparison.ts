/** Compartment models compared on one curve. */
import { InputError } from '../../errors/index.ts'
import { fitCompartments } from './compartmentFit.ts'
import type { CompartmentFit, CompartmentOptions } from './compartmentFit.ts'
import { COMPARTMENT_MODELS } from './compartments.ts'
import type { CompartmentModelId } from './compartments.ts'
import type { ArterialInput, FrameCurve } from './types.ts'

export interface CompartmentComparison {
  /** In the order of `COMPARTMENT_MODELS`; only models that the number of frames allows. */
  readonly fits: readonly (CompartmentFit & { readonly akaikeWeight: number })[]
  /** The one of the smallest AICc. */
  readonly best: CompartmentModelId
  readonly remarks: readonly string[]
}

/**
 * All compartment models on one curve, weighed by AICc (Burnham & Anderson 2002, §2.6).
 *
 * @throws InputError as `fitCompartments`, where not even the simplest can be fitted.
 */
export function compareCompartments(
  curve: FrameCurve,
  input: ArterialInput,
  options: Partial<CompartmentOptions> = {},
): CompartmentComparison {
  const fits: CompartmentFit[] = []
  const remarks: string[] = []
  for (const { id, title } of COMPARTMENT_MODELS) {
    try {
      const fit = fitCompartments(curve, input, id, options)
      if (fit.aicc !== null) fits.push(fit)
      else remarks.push(`${title}: too few frames for AICc; left out of the comparison.`)
    } catch (error) {
      if (fits.length === 0 || !(error instanceof InputError)) throw error
      remarks.push(`${title}: ${error.message}`)
    }
  }
  const smallest = Math.min(...fits.map(({ aicc }) => aicc ?? Infinity))
  const raw = fits.map(({ aicc }) => Math.exp(-((aicc ?? Infinity) - smallest) / 2))
  const total = raw.reduce((s, w) => s + w, 0)
  const best = fits[raw.indexOf(1)]
  if (!best)
    throw new InputError(
      'dynamic.few-frames',
      `${curve.label} has ${curve.concentrationBqPerMl.length} frames: too few to compare models.`,
      'Choose one model, or give shorter frames.',
    )
  return { fits: fits.map((fit, i) => ({ ...fit, akaikeWeight: (raw[i] ?? 0) / total })), best: best.model, remarks }
}
