/** Analyses in the store: made once for what they are made from, looked up afterwards, stale when that has changed. */
import { InputError } from '../../../native-core/errors/index.ts'
import { analysisSchema } from '../../contracts/analysis.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import { analyse, ANALYSIS_VERSION, prepareAnalysis } from '../analysis/index.ts'
import type { AnalysisPorts, PreparedAnalysis } from '../analysis/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { ProgressSink } from '../ports/dicomSource.ts'
import type { ArtifactInput, ArtifactSpec, Store } from '../ports/store.ts'
import { storedMeasurements } from './keptMeasurements.ts'
import { patientRef, protocolOf } from './protocolOf.ts'

export interface Prepared {
  readonly prepared: PreparedAnalysis | null
  /** What stands in the way, for a person; null if nothing does. */
  readonly blockedBy: InputError | null
}

/** What an analysis of the patient would be made from now. */
export function prepareStored(
  store: Store,
  patient: StoredPatient,
  ports: Pick<AnalysisPorts, 'nuclides' | 'huDensity' | 'hashOf' | 'populations'>,
): Prepared {
  try {
    const protocol = protocolOf(store, patient.record.id)
    return { prepared: prepareAnalysis(requestFor(patient, ''), protocol, ports), blockedBy: null }
  } catch (error) {
    if (error instanceof InputError) return { prepared: null, blockedBy: error }
    throw error
  }
}

function requestFor(patient: StoredPatient, programVersion: string) {
  return { patient, importProblems: patient.problems, programVersion }
}

function specOf(store: Store, patient: StoredPatient, prepared: PreparedAnalysis): ArtifactSpec {
  const inputs: ArtifactInput[] = [store.read.inputOf('patient', patientRef(patient.record.id))]
  const add = (role: string, entity: 'image' | 'structure-set', key: string): void => {
    const id = patient.idOf.get(key)
    if (id !== undefined) inputs.push(store.read.inputOf(role, { entity, id }))
  }
  for (const cycle of prepared.course.cycles)
    for (const timePoint of cycle.timePoints) {
      add('emission', 'image', timePoint.emission.key)
      if (timePoint.ct) add('anatomy', 'image', timePoint.ct.key)
      if (timePoint.structureSet) add('structures', 'structure-set', timePoint.structureSet.key)
    }
  inputs.push(store.read.fixedInput('decay-data', 'nuclides', prepared.decay.version))
  return {
    kind: 'cycle-analysis',
    algorithmVersion: ANALYSIS_VERSION,
    parameters: { key: prepared.key },
    inputs,
  }
}

/** The newest analysis of the patient, and whether it is still what the images and the protocol give. */
export function latestAnalysis(
  store: Store,
  patient: StoredPatient,
  prepared: PreparedAnalysis | null,
): { readonly analysis: Analysis; readonly artifactKey: string; readonly stale: boolean } | null {
  const artifact = store.read.latestArtifact('cycle-analysis', patientRef(patient.record.id))
  if (!artifact) return null
  const current = prepared ? store.read.artifactKey(specOf(store, patient, prepared)) : null
  const stale = current !== artifact.key || store.read.staleness(artifact.key).stale
  return { analysis: analysisSchema.parse(artifact.payload), artifactKey: artifact.key, stale }
}

/** Computes and stores the analysis of a patient, or finds that it is there already. Returns the artifact's key. */
export async function runStoredAnalysis(
  store: Store,
  patient: StoredPatient,
  ports: AnalysisPorts,
  options: { readonly programVersion: string; readonly progress?: ProgressSink; readonly signal?: AbortSignal },
): Promise<string> {
  const protocol: Protocol = protocolOf(store, patient.record.id)
  const request = { ...requestFor(patient, options.programVersion) }
  const prepared = prepareAnalysis(request, protocol, ports)
  const spec = specOf(store, patient, prepared)
  const key = store.read.artifactKey(spec)
  if (
    store.read.artifact(key) &&
    store.read.latestArtifact('cycle-analysis', patientRef(patient.record.id))?.key === key
  )
    return key
  const kept = storedMeasurements(store, patient)
  const analysis = await analyse(
    {
      ...request,
      ...(options.progress ? { progress: options.progress } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    },
    protocol,
    { ...ports, kept },
  )
  store.transaction({ action: 'analysis.compute' }, (write) => {
    kept.put(write)
    write.putArtifact({ ...spec, subject: patientRef(patient.record.id), slot: '', payload: analysis, volumes: {} })
  })
  return key
}
