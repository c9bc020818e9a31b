/** Measurements of time points that an earlier analysis made, so that another curve model does not read the images again. */
import type { Protocol } from '../../contracts/protocol.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import type { StructureMeasurement } from '../ports/compute.ts'
import { imageCorrection } from './recovery.ts'
import { structureRules } from './structures.ts'
import type { NamedStructure } from './structures.ts'

export interface KeptMeasurements {
  /** Those kept for the same material; null where there are none. */
  readonly find: (timePoint: TimePointDraft, material: MeasuredFrom) => readonly StructureMeasurement[] | null
  readonly keep: (
    timePoint: TimePointDraft,
    material: MeasuredFrom,
    measurements: readonly StructureMeasurement[],
  ) => void
}

/** All that the measurements of a time point depend on beside the version of the program: plain JSON, to be hashed. */
export interface MeasuredFrom {
  readonly emission: ObjectContent
  readonly ct: ObjectContent | null
  readonly factorToBqPerMl: number
  readonly outlines: ObjectContent | null
  readonly structures: readonly (readonly [name: string, kind: string])[]
  /** What brings the outlines here; null where they are this time point's own. */
  readonly carriedBy: unknown
  readonly rules: unknown
  readonly correction: unknown
  readonly huDensity: string
}

interface ObjectContent {
  readonly key: string
  readonly files: readonly string[]
}

/**
 * @param from whose outlines they are: the time point itself, or the reference one
 * @param factorToBqPerMl what the image's values are multiplied by
 */
export function measuredFrom(
  timePoint: TimePointDraft,
  from: TimePointDraft,
  structures: readonly NamedStructure[],
  factorToBqPerMl: number,
  protocol: Protocol,
  huDensityVersion: string,
): MeasuredFrom {
  const { emission, ct } = timePoint
  return {
    emission: contentOf(emission),
    ct: ct && contentOf(ct),
    factorToBqPerMl,
    outlines: from.structureSet && contentOf(from.structureSet),
    structures: structures.map(({ name, kind }) => [name, kind] as const),
    carriedBy:
      from === timePoint
        ? null
        : {
            here: [timePoint.registration.toReference, timePoint.registration.deformable ?? null],
            from: [from.registration.toReference, from.registration.deformable ?? null],
            drawnOn: [from.emission, from.ct].map((image) => image && contentOf(image)),
          },
    rules: structureRules(protocol),
    correction: imageCorrection(protocol),
    huDensity: huDensityVersion,
  }
}

function contentOf(object: Pick<ScannedImage, 'key' | 'files'>): ObjectContent {
  return { key: object.key, files: [...new Set(object.files.map((file) => file.sha256))].sort() }
}
