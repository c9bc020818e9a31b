import { computed, ref } from 'vue'
import type { MaskRef, VolumeRef } from '../../../electron/contracts/index.ts'
import { resourceUrl } from '../../bridge/index.ts'
import type { sliceClient } from '../../viewer/index.ts'

type Client = Pick<ReturnType<typeof sliceClient>, 'ask'>

const plainGrid = (grid: VolumeRef['grid']) => JSON.parse(JSON.stringify(grid)) as VolumeRef['grid']

/** Gets voxels into the slice worker and tells how far that is. Each volume is asked for once at a time. */
export function useVoxels(client: Client) {
  const underWay = new Map<string, Promise<void>>()
  const fractions = ref<Record<string, number>>({})
  const failures = ref<Record<string, string>>({})
  /** Grows with each arrival, so that views draw again. */
  const arrivals = ref(0)
  const loadingFraction = computed(() => {
    const all = Object.values(fractions.value)
    return all.length === 0 ? null : all.reduce((sum, one) => sum + one, 0) / all.length
  })
  const loadingFailure = computed(() => Object.values(failures.value)[0] ?? '')

  function once(id: string, description: string, load: () => Promise<unknown>): Promise<void> {
    const known = underWay.get(id)
    if (known) return known
    const work = load()
      .then(() => {
        delete failures.value[id]
        arrivals.value++
      })
      .catch((error: unknown) => {
        failures.value[id] = `${description}: ${error instanceof Error ? error.message : String(error)}`
      })
      .finally(() => {
        underWay.delete(id)
        delete fractions.value[id]
      })
    underWay.set(id, work)
    return work
  }

  function loadVolume(volume: Pick<VolumeRef, 'id' | 'grid' | 'description' | 'modality'>): Promise<void> {
    return once(volume.id, volume.description || volume.modality, () => {
      fractions.value[volume.id] = 0
      return client.ask(
        'loadVolume',
        { id: volume.id, url: resourceUrl('volume', volume.id), grid: plainGrid(volume.grid) },
        (fraction) => (fractions.value[volume.id] = fraction),
      )
    })
  }

  function loadMask(mask: Pick<MaskRef, 'id' | 'name' | 'grid' | 'boxStart' | 'boxSize'>): Promise<void> {
    return once(mask.id, mask.name, () =>
      client.ask('loadMask', {
        id: mask.id,
        url: resourceUrl('mask', mask.id),
        grid: plainGrid(mask.grid),
        boxStart: [...mask.boxStart],
        boxSize: [...mask.boxSize],
      }),
    )
  }

  const forgetFailures = () => (failures.value = {})

  return { loadVolume, loadMask, forgetFailures, state: { arrivals, loadingFraction, loadingFailure } }
}
