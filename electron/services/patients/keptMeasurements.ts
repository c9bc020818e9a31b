/** Measurements of time points in the store: found by what they were made from, kept with the analysis that made them. */
import { ANALYSIS_VERSION } from '../analysis/index.ts'
import type { KeptMeasurements, MeasuredFrom } from '../analysis/index.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { StructureMeasurement } from '../ports/compute.ts'
import type { ArtifactDraft, ArtifactSpec, Store, StoreWriter } from '../ports/store.ts'
import { patientRef } from './protocolOf.ts'

export interface StoredMeasurements extends KeptMeasurements {
  /** Puts what was measured since; inside the transaction that puts the analysis. */
  readonly put: (write: StoreWriter) => void
}

export function storedMeasurements(store: Store, patient: StoredPatient): StoredMeasurements {
  const drafts: ArtifactDraft[] = []
  return {
    find: (timePoint, material) => {
      const found = store.read.artifact(store.read.artifactKey(specOf(store, patient, timePoint, material)))
      // The spec holds the version that wrote it: the payload has the shape that this program writes.
      return found ? (found.payload as { readonly structures: readonly StructureMeasurement[] }).structures : null
    },
    keep: (timePoint, material, structures) => {
      drafts.push({
        ...specOf(store, patient, timePoint, material),
        subject: patientRef(patient.record.id),
        slot: timePoint.id,
        payload: { structures },
        volumes: {},
      })
    },
    put: (write) => drafts.forEach((draft) => write.putArtifact(draft)),
  }
}

function specOf(
  store: Store,
  patient: StoredPatient,
  { emission, ct, structureSet }: TimePointDraft,
  material: MeasuredFrom,
): ArtifactSpec {
  const input = (role: string, entity: 'image' | 'structure-set', key: string | undefined) => {
    const id = key === undefined ? undefined : patient.idOf.get(key)
    return id === undefined ? [] : [store.read.inputOf(role, { entity, id })]
  }
  return {
    kind: 'measurement',
    algorithmVersion: ANALYSIS_VERSION,
    parameters: material,
    inputs: [
      ...input('emission', 'image', emission.key),
      ...input('anatomy', 'image', ct?.key),
      ...input('structures', 'structure-set', material.outlines?.key ?? structureSet?.key),
    ],
  }
}
