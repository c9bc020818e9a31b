/** Comparisons of two voxel doses in the store. */
import { InputError } from '../../../native-core/errors/index.ts'
import { doseComparisonSchema } from '../../contracts/doseMaps.ts'
import type { DoseComparison, DoseComparisonAsk } from '../../contracts/doseMaps.ts'
import type { StoredPatient } from '../import/index.ts'
import type { ProgressSink } from '../ports/dicomSource.ts'
import type { ArtifactSpec, Store } from '../ports/store.ts'
import { bytesOf, doseExtent } from './doseExtent.ts'
import type { DoseExtent } from './doseExtent.ts'
import { patientRef } from './protocolOf.ts'
import { voxelDoseResult } from './voxelDoses.ts'
import type { VoxelDosePorts } from './voxelDoses.ts'

/** Raised with every change that may change a number. */
export const DOSE_COMPARISON_VERSION = 'dose-comparison/1'

/**
 * Compares two doses of a patient, or finds that it was done. Returns the id of the comparison.
 *
 * @throws InputError `dose.unknown`, `dose.compare-quantities` for a dose and a dose rate, `dose.compare-same`, those of the comparison;
 * CancelledError.
 */
export async function compareStoredDoses(
  store: Store,
  patient: StoredPatient,
  ask: DoseComparisonAsk,
  ports: VoxelDosePorts,
  { progress, signal }: { readonly progress: ProgressSink; readonly signal?: AbortSignal },
): Promise<string> {
  if (ask.evaluatedId === ask.referenceId)
    throw new InputError('dose.compare-same', 'A dose was to be compared with itself.', 'Choose another result.')
  const evaluated = voxelDoseResult(store, patient, ask.evaluatedId, ports)
  const reference = voxelDoseResult(store, patient, ask.referenceId, ports)
  if (evaluated.summary.quantity !== reference.summary.quantity)
    throw new InputError(
      'dose.compare-quantities',
      'A dose and a dose rate cannot be compared.',
      'Choose two results of the same quantity.',
    )
  const { patientId: _, ...parameters } = ask
  const spec: ArtifactSpec = {
    kind: 'dose-comparison',
    algorithmVersion: DOSE_COMPARISON_VERSION,
    parameters,
    inputs: [
      store.read.inputOf('evaluated', { entity: 'artifact', id: ask.evaluatedId }),
      store.read.inputOf('reference', { entity: 'artifact', id: ask.referenceId }),
    ],
  }
  const key = store.read.artifactKey(spec)
  if (store.read.artifact(key)) return key
  progress(0, 'Comparing doses')
  const found = await ports.compute.compareDoses(
    {
      reference: { grid: reference.dose.grid, doseGy: await store.voxels.get(reference.dose.id) },
      evaluated: { grid: evaluated.dose.grid, doseGy: await store.voxels.get(evaluated.dose.id) },
      dosePercent: ask.dosePercent,
      distanceMm: ask.distanceMm,
      isLocal: ask.normalisation === 'local',
      thresholdPercent: ask.thresholdPercent,
    },
    { progress: (fraction) => progress(fraction, 'Comparing doses'), ...(signal ? { signal } : {}) },
  )
  const { differenceGy, gamma, ...numbers } = found
  const { grid } = reference.dose
  const payload: Stored = {
    ...parameters,
    ...numbers,
    difference: doseExtent(differenceGy, grid),
    gamma: doseExtent(gamma, grid),
  }
  const volumes = {
    difference: (await store.volumes.put(bytesOf(differenceGy))).id,
    gamma: (await store.volumes.put(bytesOf(gamma))).id,
  }
  store.transaction({ action: 'dose.compare' }, (write) =>
    write.putArtifact({ ...spec, subject: patientRef(patient.record.id), slot: key, payload, volumes }),
  )
  return key
}

interface Stored extends Omit<DoseComparison, 'comparisonId' | 'difference' | 'gamma'> {
  readonly difference: DoseExtent
  readonly gamma: DoseExtent
}

/** @throws InputError `dose.comparison-unknown`. */
export function doseComparison(store: Store, patientId: string, comparisonId: string): DoseComparison {
  const artifact = store.read.artifact(comparisonId)
  const [difference, gamma] = [artifact?.volumes['difference'], artifact?.volumes['gamma']]
  if (artifact?.kind !== 'dose-comparison' || artifact.subject.id !== patientId || !difference || !gamma)
    throw new InputError('dose.comparison-unknown', 'There is no such comparison.', 'Compare the doses again.')
  const stored = artifact.payload as Stored
  return doseComparisonSchema.parse({
    ...stored,
    comparisonId,
    difference: { id: difference, ...stored.difference },
    gamma: { id: gamma, ...stored.gamma },
  })
}
