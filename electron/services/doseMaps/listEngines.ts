import type { VoxelDoseEngine } from '../../../native-core/dosimetry/engines/types.ts'
import type { VoxelEngine } from '../../contracts/doseMaps.ts'

/** The engines as the window shows them. */
export function listEngines(engines: readonly VoxelDoseEngine[]): VoxelEngine[] {
  return engines.map(
    ({ id, name, version, description, radiations, givesUncertainty, parameters, sources }): VoxelEngine => ({
      id,
      name,
      version,
      description,
      radiations: [...radiations],
      givesUncertainty,
      parameters: parameters.map((one) => ({
        ...one,
        ...(one.kind === 'choice' ? { choices: one.choices.map((choice) => ({ ...choice })) } : {}),
      })) as VoxelEngine['parameters'],
      sources: sources.map(({ citation, evidence }) => ({ citation, evidence })),
    }),
  )
}
