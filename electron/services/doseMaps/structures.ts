/** The structures that a voxel dose is judged by, with what their own curves say of them. */
import type { Mat4 } from '../../../native-core/imaging/index.ts'
import type { ExponentialTerm } from '../../../native-core/kinetics/index.ts'
import type { StructureResult } from '../../contracts/analysis.ts'
import { quantification } from '../analysis/quantify.ts'
import { namedStructures } from '../analysis/index.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { ActivityMapTask } from '../ports/compute.ts'
import type { DoseMapRequest } from './doseMap.ts'

export interface Outlines {
  readonly structures: readonly (ActivityMapTask['structures'][number] & {
    /** Of the structure's mean dose or dose rate, without the engine; null where its curve gives none. */
    readonly relativeUncertainty: number | null
  })[]
  readonly shapeToReference: Mat4 | null
  readonly sliceThicknessMm: number
}

type Request = Pick<DoseMapRequest, 'prepared' | 'cycle' | 'analysis' | 'timePoint'>

/** Outlines of the reference time point, else of the first that a registration brings to it; each name once. */
export function structuresOf(request: Request): Outlines {
  const { cycle, prepared, analysis } = request
  const source = [cycle.reference, ...cycle.timePoints].find(
    (candidate) =>
      (candidate === cycle.reference || candidate.registration.toReference !== null) &&
      namedStructures(candidate.structureSet?.structures ?? [], prepared.protocol).length > 0,
  )
  const seen = new Set<string>()
  const named = namedStructures(source?.structureSet?.structures ?? [], prepared.protocol).filter(
    ({ name }) => !seen.has(name) && seen.add(name),
  )
  return {
    structures: named.map(({ name, kind, structure }) => {
      const result = analysis.structures.find((one) => one.name === name)
      return { name, kind, shape: structure.shape, ...(result ? expected(result, request) : NOTHING) }
    }),
    shapeToReference: source && source !== cycle.reference ? source.registration.toReference : null,
    sliceThicknessMm: ((source ?? cycle.reference).ct ?? (source ?? cycle.reference).emission).grid.spacingMm[2],
  }
}

interface Expected {
  readonly expectedPerMl: number | null
  readonly relativeUncertainty: number | null
  /** Slowest phase first. */
  readonly terms: readonly ExponentialTerm[] | null
}
const NOTHING: Expected = { expectedPerMl: null, relativeUncertainty: null, terms: null }

function expected(result: StructureResult, { timePoint, ...request }: Request): Expected {
  if (timePoint) return atTimePoint(result, timePoint, request)
  const dose = result.doses[0]?.doseGy
  // The activity of a hollow organ is that of its whole outline.
  const outlineMl = result.hollow?.outlineMl ?? result.volumeMl
  return {
    expectedPerMl: result.fit && outlineMl > 0 ? result.fit.tiaBqS.value / outlineMl : null,
    relativeUncertainty: dose && dose.value > 0 ? dose.standardUncertainty / dose.value : null,
    terms: termsOf(result),
  }
}

/** To this part the terms have the TIA where they are the curve after a bolus. */
const SAME_TIA = 1e-6

/**
 * The terms of the curve after a bolus, from which the voxels' shape follows for any administration; null where the curve has a head or a tail of its
 * own, or is of another shape: then the voxels' own mean has the word.
 */
function termsOf({ fit }: StructureResult): ExponentialTerm[] | null {
  if (!fit) return null
  const integral = fit.terms.reduce((sum, { coefficientBq, ratePerS }) => sum + coefficientBq / ratePerS, 0)
  if (!(Math.abs(integral / fit.tiaBqS.value - 1) < SAME_TIA)) return null
  return fit.terms.map(({ coefficientBq, ratePerS }) => ({ amplitudeBq: coefficientBq, effectiveRatePerS: ratePerS }))
}

/** Of one image: its own uncertainty, calibration, recovery and mass, which do not depend on each other. */
function atTimePoint(
  result: StructureResult,
  timePoint: TimePointDraft,
  { prepared }: Omit<Request, 'timePoint'>,
): Expected {
  const point = result.points.find((one) => one.timePointId === timePoint.id && one.used)
  if (!point) return NOTHING
  const { protocol, decay } = prepared
  const calibration = quantification(timePoint.emission, protocol, decay.decayConstantPerS).relativeUncertainty
  const recovery = result.recoveryRelativeUncertainty ?? 0
  return {
    expectedPerMl: point.concentrationBqPerMl,
    terms: termsOf(result),
    relativeUncertainty: Math.hypot(
      point.activityStandardUncertaintyBq / point.activityBq,
      calibration,
      recovery,
      result.massKg.value > 0 ? result.massKg.standardUncertainty / result.massKg.value : 0,
    ),
  }
}
