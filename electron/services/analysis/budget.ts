/** The uncertainty budget of one structure of a cycle, from what the analysis knows. */
import { budgetWithCurve, improvements } from '../../../native-core/dosimetry/index.ts'
import type { PointUncertainty, UncertaintyChain, UncertainRecovery } from '../../../native-core/dosimetry/index.ts'
import type { FitRequest } from '../../../native-core/kinetics/index.ts'
import { ACTIVITY_METER, statedMassSource } from '../../contracts/measuredSeries.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { UncertaintyBudget } from '../../contracts/uncertainty.ts'
import type { MeasuredTimePoint, StructureCurve } from './curves.ts'
import type { StructureMass } from './mass.ts'
import type { StructureFit } from './structureFit.ts'
import { sameStructure } from './structures.ts'

export interface BudgetRequest {
  readonly name: string
  readonly cycleIndex: number
  readonly protocol: Protocol
  readonly measured: readonly MeasuredTimePoint[]
  readonly curve: StructureCurve
  /** What the energy stays in: the structure, of a hollow organ its content. */
  readonly mass: StructureMass
  /** Where the activity is counted: the structure, of a hollow organ its whole outline. */
  readonly counted: StructureMass
  /** With sigmas for each point, in the order of its times. */
  readonly request: FitRequest & { readonly sigmaBq: readonly number[] }
  /** Its curve is null where the TIA is from few scans. */
  readonly fit: Pick<StructureFit, 'tiaBqS' | 'tiaUncertaintyBqS' | 'curve'>
}

/**
 * Calibration, recovery curve, point spread function, CT density, decay data and the activity meter are one error wherever they occur; a structure's volume
 * and entered recovery are one error in all cycles (outlines follow the same habits: an upper bound) and none of another structure's; points and
 * curves are independent.
 *
 * @throws InputError as `uncertaintyBudget` of the core
 */
export function structureBudget(ask: BudgetRequest): UncertaintyBudget {
  const chain = chainOf(ask)
  const known = budgetWithCurve(chain)
  const { terms, loadings, validity, ...rest } = known.budget
  return {
    ...rest,
    terms: terms.map((term) => ({ ...term })),
    loadings: loadings.map((loading) => ({ ...loading })),
    validity: { ...validity, reasons: [...validity.reasons], curveReasons: [...validity.curveReasons] },
    improvements: improvements(chain, known).map((one) => ({ ...one })),
  }
}

function chainOf(ask: BudgetRequest): UncertaintyChain {
  const { name, cycleIndex, protocol, measured, curve, mass, request, fit } = ask
  const { sigmaBq, ...curveRequest } = request
  const { energyPerDecayRelative } = protocol.uncertainty
  const recovery = recoveryOf(ask)
  return {
    label: name,
    scope: `${name}, cycle ${cycleIndex}`,
    calibration: {
      relative: Math.max(0, ...measured.map(({ quantification }) => quantification.relativeUncertainty)),
      source: calibrationSource(measured, protocol),
    },
    ...seriesChain(ask),
    ...(recovery ? { recovery } : {}),
    volume: mass.stated
      ? NO_VOLUME
      : {
          volumeMl: mass.volumeMl,
          relative: mass.volumeStandardUncertaintyMl / mass.volumeMl,
          source: `volume of ${name}`,
          countsSlope: mass.edgeToMean,
          ...(ask.counted === mass
            ? { edge: mass.edge }
            : { countedRelative: ask.counted.volumeStandardUncertaintyMl / ask.counted.volumeMl }),
        },
    ...(mass.stated && mass.massKg.value > 0
      ? {
          sValue: {
            relative: mass.massKg.standardUncertainty / mass.massKg.value,
            source: statedMassSource(name, mass.stated.source),
          },
        }
      : {}),
    density: {
      relative: mass.densityRelativeUncertainty,
      source: mass.densityFrom === 'CT numbers' ? 'density by CT' : `density of ${name}`,
    },
    energyPerDecay: { relative: energyPerDecayRelative, source: 'energy per decay' },
    administered: { relative: protocol.administeredRelativeUncertainty, source: ACTIVITY_METER },
    curve: fit.curve
      ? {
          kind: 'fit',
          request: curveRequest,
          points: sigmaBq.map((sigma, i) =>
            pointOf(
              sigma / (request.activityBq[i] ?? Number.NaN),
              isOfImage(curve, i) ? curve.registrationRelative : 0,
            ),
          ),
          fit: fit.curve,
        }
      : { kind: 'tia', relative: fit.tiaUncertaintyBqS / fit.tiaBqS },
  }
}

/** Of a structure without an outline no volume is uncertain: its mass is, by what it is stated with. */
const NO_VOLUME = { volumeMl: 1, relative: 0, source: 'no volume' } as const

/** Whether the point at this place of the fit was counted on an image. */
function isOfImage({ points }: StructureCurve, place: number): boolean {
  return points.filter(({ used }) => used)[place]?.measuredSeries === undefined
}

/**
 * What the points of a series share, and which points share what images do: after a scaling all, else those of images. What is relative to the activity that
 * was given follows it; all else divides the readings, as calibrations do.
 */
function seriesChain({ curve, request }: BudgetRequest): Pick<UncertaintyChain, 'imagePoints' | 'common'> {
  const { series } = curve
  if (!series) return {}
  const places = request.timesS.map((_, place) => place)
  const isScaled = series.use === 'scaled-to-images'
  const points = places.filter((place) => !isOfImage(curve, place))
  return {
    ...(isScaled ? {} : { imagePoints: places.filter((place) => isOfImage(curve, place)) }),
    common: series.common.map(({ source, relativeStandardUncertainty: relative }) => ({
      relative,
      source,
      exponent: source === ACTIVITY_METER ? 1 : -1,
      ...(isScaled ? {} : { points }),
    })),
  }
}

/** The registration's part of a point is told apart where the protocol knows of one. */
function pointOf(relative: number, registrationRelative: number): PointUncertainty {
  const registration = Math.min(relative, registrationRelative)
  return { registration, other: Math.sqrt(Math.max(0, relative * relative - registration * registration)) }
}

/** Names the factor that images were calibrated with; images in Bq/mL have none. */
function calibrationSource(measured: readonly MeasuredTimePoint[], protocol: Protocol): string {
  const used = measured
    .filter(({ quantification }) => quantification.relativeUncertainty > 0)
    .map(({ timePoint }) => protocol.calibrationBySeries[timePoint.emission.seriesUid] ?? protocol.calibration)
  const names = used.map((one) =>
    one ? (one.stored?.calibrationId ?? `${one.sensitivityCpsPerMbq} cps/MBq of ${one.date}`) : 'of the files',
  )
  return `calibration ${[...new Set(names)].sort().join(' and ')}`
}

function recoveryOf({ name, protocol, curve, mass, counted }: BudgetRequest): UncertainRecovery | null {
  if (curve.recoveryRelativeUncertainty === 0) return null
  const factor = (source: string): UncertainRecovery => ({
    kind: 'factor',
    relative: curve.recoveryWithoutVolume,
    volumeSlope: curve.recoveryVolumeSlope,
    source,
  })
  const { method, background } = protocol.partialVolume
  if (protocol.recoveryCoefficients.some(({ structure }) => sameStructure(structure, name)) || method === 'none')
    return factor(`recovery of ${name}`)
  if (method !== 'recovery-curve') return factor('point spread function')
  const stored = protocol.recoveryCurve
  const source = `recovery curve ${stored?.calibrationId ?? ''}`
  if (!stored || background === 'surroundings' || counted !== mass) return factor(source)
  const { form, parameters, covariance, volumeRangeMl } = stored.content
  return mass.volumeMl > 0 ? { kind: 'curve', curve: { form, parameters, covariance, volumeRangeMl }, source } : null
}
