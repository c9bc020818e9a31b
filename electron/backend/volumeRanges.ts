import type { VolumeRange } from '../services/patients/index.ts'
import type { Store } from '../services/ports/store.ts'

/** Smallest and largest voxel of stored volumes, found once in the life of the process. */
export class VolumeRanges {
  readonly #store: Store
  readonly #known = new Map<string, Promise<VolumeRange>>()

  constructor(store: Store) {
    this.#store = store
  }

  of(volumeId: string): Promise<VolumeRange> {
    const known = this.#known.get(volumeId) ?? this.#find(volumeId)
    this.#known.set(volumeId, known)
    known.catch(() => this.#known.delete(volumeId))
    return known
  }

  async #find(volumeId: string): Promise<VolumeRange> {
    let minimum = Infinity
    let maximum = -Infinity
    for (const voxel of await this.#store.voxels.get(volumeId)) {
      if (voxel < minimum) minimum = voxel
      if (voxel > maximum) maximum = voxel
    }
    return minimum <= maximum ? { minimum, maximum } : { minimum: 0, maximum: 0 }
  }
}
