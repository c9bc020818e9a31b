/** Background under a region of a planar view: activity in front of and behind the source. */
import { InputError } from '../../errors/index.ts'
import { assertMeasured } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'

/**
 * How much of an adjacent region's counts (per area) lie under the source's region.
 *
 * - `full`: all of them, as if the source took no space. It subtracts too much from thick organs.
 * - `thickness`: the share 1 − t_j/t of the body that is not source (the correction F of MIRD Pamphlet 16, Siegel et al., J. Nucl. Med. 40
 *   (1999) 37S): activity at all depths counts alike.
 * - `attenuated`: for uniform activity and uniform attenuation in the body at the side of the source, the share that is seen from each side
 *   past a source which begins `depthMm` below the anterior surface: [1 − e^(−μd) + e^(−μ(d+t_j)) − e^(−μt)]/(1 − e^(−μt)) from the front,
 *   and with the depth from the back for the other view. The organ's volume is left out at its depth: the closed form of that idea, which
 *   Kojima et al. (Med. Phys. 20 (1993) 33) have and Buijs et al. (J. Nucl. Med. 39 (1998) 2167) compare with four other methods.
 */
export type BackgroundMethod =
  | { readonly kind: 'full' }
  | { readonly kind: 'thickness'; readonly sourceThicknessMm: Measured; readonly bodyThicknessMm: Measured }
  | {
      readonly kind: 'attenuated'
      readonly sourceThicknessMm: Measured
      readonly bodyThicknessMm: Measured
      /** From the anterior surface of the body to the front of the source. */
      readonly depthMm: Measured
      /** Linear attenuation coefficient, 1/mm. */
      readonly muPerMm: number
    }

/** Shares of the adjacent counts per area that lie under the source, for either view. */
export interface BackgroundShare {
  readonly anterior: Measured
  readonly posterior: Measured
}

/** @throws InputError `planar.background` for thicknesses and depths that do not fit into the body. */
export function backgroundShare(method: BackgroundMethod): BackgroundShare {
  if (method.kind === 'full') {
    const all = { value: 1, standardUncertainty: 0 }
    return { anterior: all, posterior: all }
  }
  const { sourceThicknessMm, bodyThicknessMm } = method
  assertMeasured(sourceThicknessMm, 'The thickness of the source in mm', 'planar.background', 'non-negative')
  assertMeasured(bodyThicknessMm, 'The thickness of the body in mm', 'planar.background', 'positive')
  if (sourceThicknessMm.value > bodyThicknessMm.value)
    throw misfit(`the source is ${sourceThicknessMm.value} mm thick, the body ${bodyThicknessMm.value} mm`)
  if (method.kind === 'thickness') {
    const share = propagated((t, body) => 1 - t / body, [sourceThicknessMm, bodyThicknessMm])
    return { anterior: share, posterior: share }
  }
  const { depthMm, muPerMm } = method
  assertMeasured(depthMm, 'The depth of the source in mm', 'planar.background', 'non-negative')
  if (!(muPerMm >= 0) || !Number.isFinite(muPerMm)) throw misfit(`the attenuation coefficient is ${muPerMm} per mm`)
  if (depthMm.value + sourceThicknessMm.value > bodyThicknessMm.value * (1 + 1e-9))
    throw misfit(
      `a source of ${sourceThicknessMm.value} mm that begins ${depthMm.value} mm deep ends behind a body of ${bodyThicknessMm.value} mm`,
    )
  const inputs = [sourceThicknessMm, bodyThicknessMm, depthMm]
  return {
    anterior: propagated((t, body, depth) => shareSeen(muPerMm, depth, t, body), inputs),
    posterior: propagated((t, body, depth) => shareSeen(muPerMm, body - depth - t, t, body), inputs),
  }
}

/**
 * Counts of a region without its background: N − r·s·N_b with r = area of the region over that of the background region.
 * u² = u²(N) + (r·s·u(N_b))² + (r·N_b·u(s))².
 *
 * @throws InputError `planar.background`, `planar.counts`.
 */
export function subtractBackground(input: {
  readonly counts: Measured
  readonly background: Measured
  /** Area of the region over area of the background region. */
  readonly areaRatio: number
  readonly share: Measured
}): Measured {
  const { counts, background, areaRatio, share } = input
  assertMeasured(counts, 'The count of the region', 'planar.counts', 'any')
  assertMeasured(background, 'The count of the background region', 'planar.counts', 'any')
  assertMeasured(share, 'The share of the background', 'planar.background', 'non-negative')
  if (!(areaRatio > 0) || !Number.isFinite(areaRatio)) throw misfit(`the ratio of the areas is ${areaRatio}`)
  const scale = areaRatio * share.value
  return {
    value: counts.value - scale * background.value,
    standardUncertainty: Math.hypot(
      counts.standardUncertainty,
      scale * background.standardUncertainty,
      areaRatio * background.value * share.standardUncertainty,
    ),
  }
}

/** ∫ e^(−μz) dz over [0, d] and [d + t, body] over that of [0, body]. */
function shareSeen(mu: number, depth: number, thickness: number, body: number): number {
  // (1 − e^(−μx))/μ without cancellation, x for μ = 0.
  const seen = (x: number): number => (mu === 0 ? x : -Math.expm1(-mu * x) / mu)
  return (seen(depth) + seen(body) - seen(depth + thickness)) / seen(body)
}

/** A function of independent measurements, with first-order uncertainty by central differences. */
function propagated(f: (...x: number[]) => number, inputs: readonly Measured[]): Measured {
  const x = inputs.map(({ value }) => value)
  const parts = inputs.map(({ standardUncertainty: u }, i) => {
    if (u === 0) return 0
    const step = u * 1e-3
    const moved = (by: number): number => f(...x.map((v, j) => (j === i ? v + by : v)))
    return ((moved(step) - moved(-step)) / (2 * step)) * u
  })
  return { value: f(...x), standardUncertainty: Math.hypot(...parts) }
}

const misfit = (why: string): InputError =>
  new InputError(
    'planar.background',
    `The background cannot be corrected: ${why}.`,
    'Measure thicknesses and depth on the CT, along the view.',
  )
