/** The chain as a function of independent standard normal numbers, one for each source: what is drawn, and what moments are taken of. */
import { evaluateRecovery } from '../../imaging/quantification/index.ts'
import type { CurveSensitivity } from './curveSensitivity.ts'
import { recoveryFactor, recoveryForm, recoveryVolumeSlope } from './recovery.ts'
import { tiaShare } from './tiaShare.ts'
import type { UncertaintyChain } from './types.ts'

export interface ChainModel {
  /** So many independent sources. */
  readonly sources: number
  /**
   * Places of the sources that enter otherwise than by powers: those of a recovery curve with its volume, and factors that only some points share. In the
   * logarithm of the outputs all others are linear.
   */
  readonly curved: readonly number[]
  /** TIA, dose and dose per administered activity over their estimates; null where the curve has no answer. */
  readonly evaluate: (z: readonly number[]) => readonly [tia: number, dose: number, dosePerActivity: number] | null
}

/** A factor drawn from its source; what no other factor shares needs no name. */
export type Drawn = (
  factor: { readonly relative: number; readonly source?: string } | undefined,
) => (z: readonly number[]) => number

/** What the TIA does by its points and its own source; null where it cannot be fitted. */
export type TiaModel = (z: readonly number[]) => number | null

/** Factor of mean 1 with relative standard uncertainty u. */
function logNormal(u: number, z: number): number {
  const s = Math.sqrt(Math.log1p(u * u))
  return Math.exp(s * z - (s * s) / 2)
}

/** What a factor on some of the points does to the TIA, which follows these with that share. */
const partly = (share: number, factor: number): number => (share === 1 ? factor : 1 + share * (factor - 1))

const isPower = (share: number): boolean => share === 0 || share === 1

/**
 * D = TIA·S as `uncertaintyBudget` describes it, without linearising: factors are log-normal with mean 1 and the stated relative standard uncertainty
 * (they cannot be negative), the volume enters counts, recovery and mass by one number, a recovery curve is evaluated at the moved volume with moved
 * parameters (log-normal with their mean and spread, the logarithms with their correlation).
 */
export function chainModel(
  chain: UncertaintyChain,
  curve: CurveSensitivity | null,
  tiaModel: (drawn: Drawn) => TiaModel,
): ChainModel {
  const places = new Map<string, number>()
  const curved = new Set<number>()
  let sources = 0
  // One source is one error, also where it enters twice: an activity relative to the one given, and that activity.
  const placeOf = (source: string | undefined): number => {
    const at = (source === undefined ? undefined : places.get(source)) ?? sources++
    if (source !== undefined) places.set(source, at)
    return at
  }
  const drawnWith =
    (share: number): Drawn =>
    (factor) => {
      if (!factor || factor.relative === 0) return () => 1
      const at = placeOf(factor.source)
      if (!isPower(share)) curved.add(at)
      return (z) => logNormal(factor.relative, z[at] ?? 0)
    }
  const drawn = drawnWith(1)
  const images = tiaShare(chain.imagePoints, chain.curve, curve)
  const calibration = drawnWith(images)(chain.calibration)
  const common = (chain.common ?? []).map((one) => {
    const share = tiaShare(one.points, chain.curve, curve)
    const factor = drawnWith(share)(one)
    return (z: readonly number[]): number => partly(share, factor(z) ** (one.exponent ?? -1))
  })
  const volumeAt = placeOf(chain.volume.source)
  const { relative, countedRelative = relative } = chain.volume
  if (countedRelative > 0 && images !== 0 && (images !== 1 || chain.recovery?.kind === 'curve')) curved.add(volumeAt)
  const density = drawn(chain.density)
  const sValue = drawn(chain.sValue)
  const energy = drawn(chain.energyPerDecay)
  const administered = drawn(chain.administered)
  const recovery = recoveryOf(chain, drawnWith(images), (source) => {
    const at = placeOf(source)
    if (images !== 0) curved.add(at)
    return at
  })
  const tia = tiaModel(drawn)
  const massExponent = chain.massExponent ?? 1
  const countsSlope = chain.volume.countsSlope ?? 0
  return {
    sources,
    curved: [...curved],
    evaluate: (z) => {
      const fitted = tia(z)
      if (fitted === null) return null
      const counted = logNormal(countedRelative, z[volumeAt] ?? 0)
      const volume = logNormal(relative, z[volumeAt] ?? 0)
      const onImages = partly(images, counted ** countsSlope / (calibration(z) * recovery(z, counted)))
      const integrated = common.reduce((product, factor) => product * factor(z), fitted * onImages)
      const dose = (integrated * sValue(z) * energy(z)) / (density(z) * volume) ** massExponent
      return [integrated, dose, dose / administered(z)]
    },
  }
}

/** R(V·v)/R(V), v the relative change of the volume. */
function recoveryOf(
  chain: UncertaintyChain,
  drawn: Drawn,
  placeOf: (source: string) => number,
): (z: readonly number[], v: number) => number {
  const { recovery, volume } = chain
  if (!recovery) return () => 1
  if (recovery.kind === 'factor') {
    const factor = drawn(recovery)
    const slope = recoveryVolumeSlope(chain)
    return (z, v) => factor(z) * v ** slope
  }
  const { form, parameters } = recovery.curve
  const lower = recoveryFactor(recovery)
  const ofForm = drawn(recoveryForm(recovery, volume.volumeMl))
  const at = parameters.map((_, j) => placeOf(`${recovery.source}#${j + 1}`))
  const best = evaluateRecovery(form, parameters, volume.volumeMl).coefficient
  return (z, v) => {
    const moved = parameters.map((p, i) => {
      const spread = Math.hypot(...(lower[i] ?? []))
      const change = at.reduce((sum, source, j) => sum + (lower[i]?.[j] ?? 0) * (z[source] ?? 0), 0)
      return spread > 0 ? p * logNormal(spread, change / spread) : p
    })
    return (ofForm(z) * evaluateRecovery(form, moved, volume.volumeMl * v).coefficient) / best
  }
}
