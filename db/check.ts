/** Reads every volume that the database refers to. */
import type { ManagedVolumeStore } from '../electron/services/ports/volumeStore.ts'
import type { StoreCheck } from '../electron/services/ports/store.ts'
import type { ReadContext } from './context.ts'

/** One record that refers to a volume, in words for the user. */
const usedBy = `
  SELECT 'original file ' || display_path FROM source_files WHERE sha256 = @id
  UNION ALL SELECT 'voxels of ' || images.modality || ' "' || series.description || '"'
    FROM images JOIN series ON series.id = series_id WHERE voxels_sha256 = @id
  UNION ALL SELECT 'structure "' || name || '"' FROM structures WHERE geometry_sha256 = @id
  UNION ALL SELECT 'displacements of registration "' || key || '"' FROM registrations WHERE displacement_sha256 = @id
  UNION ALL SELECT artifact_volumes.name || ' of a ' || kind
    FROM artifact_volumes JOIN artifacts ON artifacts.key = artifact_key WHERE sha256 = @id
  UNION ALL SELECT 'earlier content'
  LIMIT 1`

export async function badVolumes(
  context: ReadContext,
  volumes: ManagedVolumeStore,
): Promise<{ checked: number; bad: StoreCheck['badVolumes'] }> {
  const ids = context.statement<[], string>('SELECT sha256 FROM volumes ORDER BY sha256').pluck().all()
  const bad: StoreCheck['badVolumes'][number][] = []
  for (const id of ids) {
    const what = await volumes.examine(id)
    if (what === null) continue
    const user = context.statement<[{ id: string }], string>(usedBy).pluck().get({ id }) ?? ''
    bad.push({ id, usedBy: user, what })
  }
  return { checked: ids.length, bad }
}
