/** The uncertainty budget of one structure's TIA and dose by the law of propagation (JCGM 100:2008, 5.1 and 5.2). */
import { evaluateRecovery } from '../../imaging/quantification/index.ts'
import { sumsBySource } from './between.ts'
import { assertChain } from './check.ts'
import { curveSensitivity } from './curveSensitivity.ts'
import type { CurveSensitivity } from './curveSensitivity.ts'
import { recoveryFactor, recoveryForm, recoveryVolumeSlope } from './recovery.ts'
import { tiaShare } from './tiaShare.ts'
import type {
  SourceLoading,
  UncertaintyBudget,
  UncertaintyChain,
  UncertaintyTerm,
  UncertaintyTermId,
  UncertainRecovery,
  UncertainVolume,
} from './types.ts'
import { chainValidity } from './validity.ts'

export const UNCERTAINTY_VERSION = '1.2.2'

const TERMS: Readonly<Record<UncertaintyTermId, { readonly name: string; readonly kind: UncertaintyTerm['kind'] }>> = {
  calibration: { name: 'calibration factor', kind: 'systematic' },
  recovery: { name: 'recovery coefficient', kind: 'systematic' },
  volume: { name: 'volume', kind: 'systematic' },
  density: { name: 'density', kind: 'systematic' },
  's-value': { name: 'S value', kind: 'systematic' },
  'energy-per-decay': { name: 'energy per decay', kind: 'systematic' },
  counts: { name: 'counting noise', kind: 'random' },
  registration: { name: 'registration', kind: 'random' },
  points: { name: 'activity of the single scans', kind: 'random' },
  curve: { name: 'time–activity curve', kind: 'random' },
  administered: { name: 'administered activity', kind: 'systematic' },
}

export const termName = (id: UncertaintyTermId): string => TERMS[id].name

/** A budget with what its curve says, for those that go on with it. */
export interface BudgetWithCurve {
  readonly budget: UncertaintyBudget
  /** null where the TIA came from elsewhere. */
  readonly curve: CurveSensitivity | null
}

/**
 * D = TIA·S with TIA ∝ C(V)/(Q·R(V)) and S ∝ (ρV)^−k. By independent sources s, u²(ln D) = Σ (∂ ln D/∂s)²·u²(s): correlations are in the sources, as the
 * volume of one outline enters counts, recovery and mass together (exponent d ln C/d ln V − d ln R/d ln V − k) and the parameters of a recovery curve
 * are turned into independent ones by the Cholesky factor of their covariance. Points enter through the fitted TIA (`curveSensitivity`); what only some of
 * them share enters by the share of the TIA that follows these (`tiaShare`).
 *
 * @throws InputError `uncertainty.*` naming structure and term, and those of `fitTimeActivity`.
 */
export const uncertaintyBudget = (chain: UncertaintyChain): UncertaintyBudget => budgetWithCurve(chain).budget

/** As `uncertaintyBudget`, with the sensitivities of the curve. */
export function budgetWithCurve(chain: UncertaintyChain): BudgetWithCurve {
  assertChain(chain)
  const curve = chain.curve.kind === 'fit' ? curveSensitivity(chain.label, chain.curve) : null
  const slope = recoveryVolumeSlope(chain)
  const massExponent = chain.massExponent ?? 1
  const images = tiaShare(chain.imagePoints, chain.curve, curve)
  const tiaExponent = images * ((chain.volume.countsSlope ?? 0) - slope)
  const volumeExponent = { tia: tiaExponent, dose: tiaExponent - massExponent }
  const { calibration, density, sValue, energyPerDecay, administered, volume } = chain
  const loadings: SourceLoading[] = [
    ...factor('calibration', calibration, -images, -images),
    ...(chain.common ?? []).flatMap((common) => {
      const exponent = (common.exponent ?? -1) * tiaShare(common.points, chain.curve, curve)
      return factor('calibration', common, exponent, exponent)
    }),
    ...recoveryLoadings(chain.recovery, volume.volumeMl, images),
    ...volumeLoadings(volume, tiaExponent, massExponent),
    ...factor('density', density, 0, -massExponent),
    ...factor('s-value', sValue, 0, 1),
    ...factor('energy-per-decay', energyPerDecay, 0, 1),
    ...curveLoadings(chain, curve),
    ...(administered && administered.relative > 0
      ? [
          {
            source: administered.source,
            term: 'administered' as const,
            tia: 0,
            dose: 0,
            dosePerActivity: -administered.relative,
          },
        ]
      : []),
  ]
  const validity = chainValidity(chain, loadings, curve)
  const curveWords = curve?.beyondWords ?? (chain.curve.kind === 'tia' ? 'as given' : '')
  return { budget: budgetOf({ label: chain.label, loadings, volumeExponent, validity, curveWords }), curve }
}

/** Sums and shares of loadings. */
export function budgetOf(
  given: Pick<UncertaintyBudget, 'label' | 'loadings' | 'volumeExponent' | 'validity' | 'curveWords'>,
): UncertaintyBudget {
  const { loadings } = given
  const root = (which: 'tia' | 'dose' | 'dosePerActivity', of: readonly SourceLoading[] = loadings): number =>
    Math.hypot(...sumsBySource(of, which).values())
  const doseRelative = root('dose')
  const ofKind = (kind: UncertaintyTerm['kind']): number =>
    root(
      'dose',
      loadings.filter(({ term }) => TERMS[term].kind === kind),
    )
  const ids = [...new Set(loadings.map(({ term }) => term))].filter((id) => id !== 'administered')
  const terms = ids
    .map((id): UncertaintyTerm => {
      const own = loadings.filter(({ term }) => term === id)
      const relative = root('dose', own)
      return {
        id,
        ...TERMS[id],
        tiaRelative: root('tia', own),
        doseRelative: relative,
        doseShare: doseRelative > 0 ? (relative / doseRelative) ** 2 : 0,
      }
    })
    .sort((a, b) => b.doseShare - a.doseShare)
  return {
    algorithm: { name: 'theratwin.uncertainty-budget', version: UNCERTAINTY_VERSION },
    ...given,
    tiaRelative: root('tia'),
    doseRelative,
    dosePerActivityRelative: root('dosePerActivity'),
    systematicRelative: ofKind('systematic'),
    randomRelative: ofKind('random'),
    terms,
    dominant: doseRelative > 0 ? (terms[0]?.id ?? null) : null,
  }
}

/** @param images share of the TIA that follows the points of images */
function recoveryLoadings(recovery: UncertainRecovery | undefined, volumeMl: number, images: number): SourceLoading[] {
  if (!recovery || images === 0) return []
  if (recovery.kind === 'factor') return factor('recovery', recovery, -images, -images)
  const { form, parameters } = recovery.curve
  const { coefficient, gradient } = evaluateRecovery(form, parameters, volumeMl)
  const lower = recoveryFactor(recovery)
  const ofForm = factor('recovery', recoveryForm(recovery, volumeMl), -images, -images)
  const ofParameters = parameters.flatMap((_, j) => {
    const change = parameters.reduce(
      (sum, p, i) => sum + ((gradient[i] ?? 0) * p * (lower[i]?.[j] ?? 0)) / coefficient,
      0,
    )
    return factor(
      'recovery',
      { relative: 1, source: `${recovery.source}#${j + 1}` },
      -images * change,
      -images * change,
    )
  })
  return [...ofParameters, ...ofForm]
}

function curveLoadings({ scope, curve }: UncertaintyChain, sensitivity: CurveSensitivity | null): SourceLoading[] {
  const same = (term: UncertaintyTermId, source: string, relative: number): SourceLoading[] =>
    factor(term, { relative: 1, source }, relative, relative)
  if (curve.kind === 'tia') return same('curve', `${scope}/curve`, curve.relative)
  if (!sensitivity) return []
  const parts = [
    ['counts', 'counts'],
    ['registration', 'registration'],
    ['other', 'points'],
  ] as const
  return [
    ...sensitivity.points.flatMap(({ slope }, i) =>
      parts.flatMap(([part, term]) =>
        same(term, `${scope}/point ${i + 1}/${part}`, slope * (curve.points[i]?.[part] ?? 0)),
      ),
    ),
    ...same('curve', `${scope}/curve`, sensitivity.beyondPoints),
  ]
}

/** One error of the outline in counts, recovery and mass. */
function volumeLoadings(volume: UncertainVolume, tiaExponent: number, massExponent: number): SourceLoading[] {
  const tia = tiaExponent * (volume.countedRelative ?? volume.relative)
  const dose = tia - massExponent * volume.relative
  return tia === 0 && dose === 0 ? [] : [{ source: volume.source, term: 'volume', tia, dose, dosePerActivity: dose }]
}

function factor(
  term: UncertaintyTermId,
  uncertain: { readonly relative: number; readonly source: string } | undefined,
  tiaExponent: number,
  doseExponent: number,
): SourceLoading[] {
  if (!uncertain || uncertain.relative === 0 || (tiaExponent === 0 && doseExponent === 0)) return []
  const dose = doseExponent * uncertain.relative
  return [{ source: uncertain.source, term, tia: tiaExponent * uncertain.relative, dose, dosePerActivity: dose }]
}
