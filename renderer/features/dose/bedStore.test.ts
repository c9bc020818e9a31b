import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { fakeWindow } from '../../dev/onScreen.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore, useSelectionStore } from '../patients/index.ts'
import { useBedMapStore } from './bedStore.ts'
import { useVoxelDoseStore } from './store.ts'

describe('BED maps of a voxel dose', () => {
  it('are there when the run says so, also where the patient is read anew meanwhile', async () => {
    const bridge = fakeWindow({ analysed: true })
    setActivePinia(createPinia())
    useJobStore().listen()
    await usePatientStore().open('demo')
    expect(useSelectionStore().cycle?.index).toBe(1)
    const [doses, beds] = [useVoxelDoseStore(), useBedMapStore()]
    await doses.loadEngines()
    await doses.run()
    await vi.waitFor(() => expect(doses.result).not.toBeNull())
    await vi.waitFor(() => expect(beds.canRun).toBe(true))
    const plain = bridge.request
    let reads = 0
    Object.assign(bridge, {
      request: async (name: string, ask: never) => {
        const answer = await plain(name as never, ask)
        // The run's own reading is overtaken by another one, which is slower.
        if (name === 'bedMap.result' && ++reads === 1) void beds.load()
        else if (name === 'bedMap.result') await new Promise((resolve) => setTimeout(resolve, 30))
        return answer
      },
    })
    expect(await beds.run()).toBe(true)
    expect(beds.result?.doseId).toBe(doses.summary?.doseId)
  })
})
