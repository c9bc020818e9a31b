/** A serum marker (PSA) over the course of a therapy. */
import { InputError } from '../../errors/index.ts'
import { integrate } from './dormandPrince.ts'
import { checkTimes } from './times.ts'

/**
 * PSA′ = (k_G − k_direct·C_T − k_delayed·C_e)·PSA, C_e′ = k_e0·(C_T − C_e), C_T the activity in tumours. Parameters from Siebinga et al., EJNMMI Phys 11 (2024),
 * table 3; the form of the equations follows from the units of the parameters and was not read in the paper (designed).
 */
export interface MarkerModel {
  readonly growthPerS: number
  /** Per Bq and second. */
  readonly directPerBqS: number
  readonly delayedPerBqS: number
  readonly effectPerS: number
}

export interface MarkerState {
  readonly timeS: number
  readonly marker: number
}

/**
 * Marker at `timesS` (ascending; the first one carries `baseline`) for tumour activity in Bq as a function of time that jumps only at `breaksS`
 * (administrations). The delayed effect is zero at the first time.
 *
 * @throws InputError `biology.marker`
 */
export function markerResponse(
  model: MarkerModel,
  baseline: number,
  tumourActivityBq: (timeS: number) => number,
  breaksS: readonly number[],
  timesS: readonly number[],
): MarkerState[] {
  const values = [model.growthPerS, model.directPerBqS, model.delayedPerBqS, model.effectPerS]
  if (!(baseline > 0) || values.some((value) => !(value >= 0) || !Number.isFinite(value)))
    throw new InputError(
      'biology.marker',
      `The marker starts at ${baseline} with rates ${values.join(', ')}.`,
      'The baseline is positive, no rate is negative.',
    )
  checkTimes(timesS, 'the marker', 'biology.marker')
  const startS = timesS[0] as number
  const cuts = [...new Set([...breaksS.filter((time) => time > startS), ...timesS.slice(1)])].sort((a, b) => a - b)
  const y = Float64Array.of(Math.log(baseline), 0)
  const states: MarkerState[] = [{ timeS: startS, marker: baseline }]
  let nowS = startS
  for (const cutS of cuts) {
    integrate(
      (t, state, slope) => {
        // Just inside the span, so that a jump at its end does not count yet.
        const activity = tumourActivityBq(Math.min(t, cutS - 1e-9 * (cutS - startS)))
        slope[0] = model.growthPerS - model.directPerBqS * activity - model.delayedPerBqS * (state[1] as number)
        slope[1] = model.effectPerS * (activity - (state[1] as number))
      },
      nowS,
      cutS,
      y,
      { relative: 1e-11, absolute: [1e-12, 1e-3] },
      Math.min(3600, cutS - nowS),
    )
    nowS = cutS
    if (timesS.includes(cutS)) states.push({ timeS: cutS, marker: Math.exp(y[0] as number) })
  }
  return states
}
