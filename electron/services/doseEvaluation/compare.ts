/** Comparison of two doses: difference, gamma index, statistics in structures. */
import { doseDifference, gammaIndex } from '../../../native-core/dosimetry/evaluation/index.ts'
import { evaluateStructures } from './structures.ts'
import type {
  DifferenceStatistics,
  DoseImage,
  GammaIndex,
  GammaOptions,
} from '../../../native-core/dosimetry/evaluation/index.ts'
import type { EvaluationRequest, NamedStructure, StructureResult } from './structures.ts'

export interface NamedDose extends DoseImage {
  /** What it is called: the file or series. */
  readonly label: string
}

export interface DoseComparison {
  readonly schema: 'theratwin-dose-comparison/1'
  readonly reference: string
  readonly evaluated: string
  /** Evaluated − reference on the grid of the reference, over all its voxels and over those above the cut-off of gamma. */
  readonly difference: { readonly all: DifferenceStatistics; readonly aboveCutOff: DifferenceStatistics }
  readonly gamma: Omit<GammaIndex, 'gamma'> & {
    readonly dosePercent: number
    readonly distanceMm: number
    readonly kind: 'global' | 'local'
    readonly cutOffPercent: number
  }
  readonly structures: readonly {
    readonly name: string
    readonly reference: StructureResult
    readonly evaluated: StructureResult
    /** Mean dose, evaluated over reference − 1; null where there is none. */
    readonly relativeMeanDifference: number | null
  }[]
}

/** Tolerances as they are used, defaults filled in. */
type Criteria = Required<Pick<GammaOptions, 'dosePercent' | 'distanceMm' | 'isLocal' | 'cutOffPercent'>>

/** @throws InputError and CancelledError of `gammaIndex` and `doseDifference`. */
export function compareDoses(
  reference: NamedDose,
  evaluated: NamedDose,
  structures: readonly NamedStructure[],
  criteria: Criteria,
  options: { readonly request?: EvaluationRequest; readonly isCancelled?: () => boolean } = {},
): { comparison: DoseComparison; gamma: Float32Array; differenceGy: Float64Array } {
  const { isCancelled, request } = options
  const { gamma, ...summary } = gammaIndex(reference, evaluated, {
    ...criteria,
    ...(isCancelled === undefined ? {} : { isCancelled }),
  })
  const { differenceGy, statistics: all } = doseDifference(reference, evaluated)
  const cutOffGy = (criteria.cutOffPercent / 100) * summary.normalisationGy
  const aboveCutOff = doseDifference(reference, evaluated, { cutOffGy }).statistics
  const [before, after] = [reference, evaluated].map((dose) => evaluateStructures(dose, structures, request))
  const { isLocal, ...tolerances } = criteria
  return {
    comparison: {
      schema: 'theratwin-dose-comparison/1',
      reference: reference.label,
      evaluated: evaluated.label,
      difference: { all, aboveCutOff },
      gamma: { ...tolerances, kind: isLocal ? 'local' : 'global', ...summary },
      structures: structures.map(({ name }, n) => {
        const [a, b] = [before![n]!, after![n]!]
        return { name, reference: a, evaluated: b, relativeMeanDifference: relativeMean(a, b) }
      }),
    },
    gamma,
    differenceGy,
  }
}

function relativeMean(reference: StructureResult, evaluated: StructureResult): number | null {
  if ('problem' in reference || 'problem' in evaluated || !(reference.statistics.meanGy > 0)) return null
  return evaluated.statistics.meanGy / reference.statistics.meanGy - 1
}
