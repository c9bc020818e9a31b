import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { fakeWindow } from '../../dev/onScreen.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore, useSelectionStore } from '../patients/index.ts'
import { useBedMapStore } from './bedStore.ts'
import { bedSumMaps } from './model/bedMap.ts'
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

  it('are added up over the cycles that have some, and shown as maps of their own', async () => {
    fakeWindow({ analysed: true })
    setActivePinia(createPinia())
    useJobStore().listen()
    await usePatientStore().open('demo')
    const [doses, beds] = [useVoxelDoseStore(), useBedMapStore()]
    await doses.loadEngines()
    await doses.run()
    await vi.waitFor(() => expect(beds.canRun).toBe(true))
    expect(beds.canAdd).toBe(false)
    expect(await beds.add()).toBe(false)
    await beds.run()
    await vi.waitFor(() => expect(beds.canAdd).toBe(true))
    expect(await beds.add()).toBe(true)
    const { sum } = beds
    if (!sum) throw new Error('there is no sum')
    expect(sum.referenceId).toBe(doses.summary?.doseId)
    expect(bedSumMaps(sum).map(({ id, label }) => [id, label])).toEqual([
      ['bed-sum', 'BED of cycles 1 and 2'],
      ['eqd2-sum', 'EQD2 of cycles 1 and 2'],
    ])
  })
})
