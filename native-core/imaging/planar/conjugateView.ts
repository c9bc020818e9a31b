/** Activity of a source from two opposite views. */
import { assertMeasured, relativeUncertainty } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'

/** What the standard uncertainty of a conjugate-view activity is made of, each as a part of the activity. */
export interface ConjugateViewBudget {
  readonly anterior: number
  readonly posterior: number
  readonly transmission: number
  readonly sourceAttenuation: number
  readonly sensitivity: number
}

export interface ConjugateViewActivity {
  readonly activityBq: Measured
  /** √(I_A·I_P), counts/s. */
  readonly geometricMeanCps: Measured
  /** f of the source's own attenuation. */
  readonly sourceFactor: Measured
  readonly relativeBudget: ConjugateViewBudget
}

/**
 * f = (μ_j·t_j/2)/sinh(μ_j·t_j/2): attenuation inside a source of thickness t_j, by which the geometric mean is too large (MIRD Pamphlet 16,
 * Siegel et al., J. Nucl. Med. 40 (1999) 37S, conjugate-view equation). 1 for a thin source.
 *
 * @param sourceAttenuation μ_j·t_j, without unit
 * @throws InputError `planar.source`.
 */
export function sourceSelfAttenuation(sourceAttenuation: Measured): Measured {
  assertMeasured(sourceAttenuation, "The source's attenuation μ·t", 'planar.source', 'non-negative')
  const x = sourceAttenuation.value / 2
  // Below this the closed form cancels; the series is right to 1e-16 there.
  if (x < 1e-4) return { value: 1 - (x * x) / 6, standardUncertainty: (x / 6) * sourceAttenuation.standardUncertainty }
  const sinh = Math.sinh(x)
  const slope = (1 - x / Math.tanh(x)) / sinh
  return { value: x / sinh, standardUncertainty: (Math.abs(slope) / 2) * sourceAttenuation.standardUncertainty }
}

/**
 * A = √(I_A·I_P/e^(−μt)) · f/C (MIRD Pamphlet 16, Siegel et al., J. Nucl. Med. 40 (1999) 37S; Thomas, Maxon, Kereiakes, Med. Phys. 3 (1976)
 * 253). For a source at any depth of a uniformly attenuating body the depth cancels. u²(A)/A² = ¼[u²(I_A)/I_A² + u²(I_P)/I_P² + u²(T)/T²] +
 * u²(f)/f² + u²(C)/C², the inputs taken as independent.
 *
 * @param input.anteriorCps net count rates of the source in both views, counts/s
 * @param input.transmission e^(−μt) of the whole body there
 * @param input.sourceAttenuation μ_j·t_j of the source along the view
 * @param input.sensitivityCpsPerBq counts/s of a source in air for each Bq
 * @throws InputError `planar.counts` where a net count rate is not positive, `planar.transmission`, `planar.source`, `planar.sensitivity`.
 */
export function conjugateViewActivity(input: {
  readonly anteriorCps: Measured
  readonly posteriorCps: Measured
  readonly transmission: Measured
  readonly sourceAttenuation: Measured
  readonly sensitivityCpsPerBq: Measured
}): ConjugateViewActivity {
  const { anteriorCps, posteriorCps, transmission, sourceAttenuation, sensitivityCpsPerBq } = input
  assertMeasured(transmission, 'The transmission of the body', 'planar.transmission', 'positive')
  assertMeasured(sensitivityCpsPerBq, 'The sensitivity in counts/s per Bq', 'planar.sensitivity', 'positive')
  const geometricMeanCps = geometricMean(anteriorCps, posteriorCps)
  const sourceFactor = sourceSelfAttenuation(sourceAttenuation)
  const value =
    (geometricMeanCps.value * sourceFactor.value) / Math.sqrt(transmission.value) / sensitivityCpsPerBq.value
  const relativeBudget = {
    anterior: relativeUncertainty(anteriorCps) / 2,
    posterior: relativeUncertainty(posteriorCps) / 2,
    transmission: relativeUncertainty(transmission) / 2,
    sourceAttenuation: relativeUncertainty(sourceFactor),
    sensitivity: relativeUncertainty(sensitivityCpsPerBq),
  }
  return {
    activityBq: { value, standardUncertainty: value * Math.hypot(...Object.values(relativeBudget)) },
    geometricMeanCps,
    sourceFactor,
    relativeBudget,
  }
}

/** √(a·p) of two positive measurements; u/G = ½·√(u_a²/a² + u_p²/p²). @throws InputError `planar.counts`. */
export function geometricMean(anterior: Measured, posterior: Measured): Measured {
  assertMeasured(anterior, 'The net count of the anterior view', 'planar.counts', 'positive')
  assertMeasured(posterior, 'The net count of the posterior view', 'planar.counts', 'positive')
  const value = Math.sqrt(anterior.value * posterior.value)
  return {
    value,
    standardUncertainty: (value / 2) * Math.hypot(relativeUncertainty(anterior), relativeUncertainty(posterior)),
  }
}
