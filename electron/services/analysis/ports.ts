/** What the analysis asks of the outside: voxels, a place to compute, and the data sets. */
import type { HuDensityTable } from '../../../native-core/imaging/index.ts'
import type { NuclideTable } from '../../../native-core/physics/index.ts'
import type { RegistrationUse } from '../../contracts/analysis.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { ProgressSink, ScannedImage, ScannedPatient } from '../ports/dicomSource.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { Compute, MeasureTask, StructureMeasurement } from '../ports/compute.ts'
import type { FixedToMoving } from '../registration/index.ts'
import type { KnownPopulation } from '../singleTimePoint/index.ts'
import type { KeptMeasurements } from './keptMeasurements.ts'

/** A deformable registration, or a chain with one, as a time point names it. */
export type DeformableUse = NonNullable<RegistrationUse['deformable']>

/** Accepted deformable registrations; needed where a patient has any (`ScannedPatient.acceptedDeformations`). */
export interface DeformablePorts {
  /**
   * From the patient coordinates of `target` to those of `source`: what carries the source's outlines and voxels to the target.
   *
   * @throws InputError where it is not there, not accepted or not invertible; CancelledError.
   */
  readonly mapTo: (
    use: DeformableUse,
    source: TimePointDraft,
    target: TimePointDraft,
    signal?: AbortSignal,
  ) => Promise<FixedToMoving>
  readonly warp: Compute['warp']
}

export interface AnalysisPorts {
  readonly deformable?: DeformablePorts
  /** Values in the unit of the image's quantity, x fastest, on shared memory. */
  readonly loadVoxels: (image: ScannedImage, signal?: AbortSignal) => Promise<Float32Array>
  /** Runs `measureStructures` off the calling thread. */
  readonly measure: (
    task: MeasureTask,
    options: { readonly progress?: (fraction: number) => void; readonly signal?: AbortSignal },
  ) => Promise<readonly StructureMeasurement[]>
  /** SHA-256 of a value's canonical JSON: equal inputs, equal key. */
  readonly hashOf: (value: unknown) => string
  readonly nuclides: NuclideTable
  readonly huDensity: HuDensityTable
  /** Populations for structures with too few scans for a curve; left out: none. */
  readonly populations?: readonly KnownPopulation[]
  /** Left out: every time point is measured anew. */
  readonly kept?: KeptMeasurements
}

export interface AnalysisRequest {
  readonly patient: ScannedPatient
  readonly importProblems: readonly ImportProblem[]
  readonly programVersion: string
  readonly progress?: ProgressSink
  readonly signal?: AbortSignal
}
