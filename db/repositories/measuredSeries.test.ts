import { describe, expect, it } from 'vitest'
import { activitySeriesSchema, markerSeriesSchema } from '../../electron/contracts/measuredSeries.ts'
import type { MeasuredSeriesInput, Store } from '../../electron/services/ports/store.ts'
import { temporaryStore } from '../testing/index.ts'
import { identity } from '../testing/records.ts'

const activity = activitySeriesSchema.parse({
  kind: 'activity',
  cycle: 1,
  structure: 'KIDNEY_L',
  region: 'organ',
  source: 'planar',
  nuclide: 'Lu-177',
  curve: {
    quantity: 'activity',
    points: [{ hoursAfterInjection: 4, activityBq: 8e7, standardUncertaintyBq: 2e6 }],
  },
  origin: { method: 'conjugate views' },
})
const marker = markerSeriesSchema.parse({
  kind: 'marker',
  marker: 'PSA',
  unit: 'ng/mL',
  points: [{ date: '2026-01-02', value: 31 }],
  origin: { method: 'laboratory' },
})

const withPatient = async (): Promise<{ store: Store; patientId: string; add: (input: unknown) => string }> => {
  const store = await temporaryStore()
  const { id: patientId } = store.transaction({ action: 'p' }, (write) => write.upsertPatient(identity))
  const add = (input: unknown): string =>
    store.transaction({ action: 'a', actor: 'physicist' }, (write) =>
      write.addMeasuredSeries({ patientId, ...(input as object) } as MeasuredSeriesInput),
    ).id
  return { store, patientId, add }
}

describe('measured series', () => {
  it('come back as they were put; the same again is the same one, another stands beside it', async () => {
    const { store, patientId, add } = await withPatient()
    const id = add({ kind: 'activity', content: activity })
    expect(add({ kind: 'activity', content: activity })).toBe(id)
    const other = add({ kind: 'activity', content: { ...activity, remarks: ['read again'] } })
    const psa = add({ kind: 'marker', content: marker })
    expect(store.read.measuredSeriesOfPatient(patientId).map(({ id: one }) => one)).toEqual([id, other, psa])
    expect(store.read.measuredSeries(id)).toMatchObject({ patientId, content: activity, addedBy: 'physicist' })
    store.transaction({ action: 'a' }, (write) => write.retire({ entity: 'measured-series', id }))
    expect(store.read.measuredSeries(id)).toBeNull()
    expect(store.read.measuredSeriesOfPatient(patientId)).toHaveLength(2)
    expect(store.read.measuredSeriesOfPatient('another patient')).toEqual([])
  })

  it('are checked by their kind', async () => {
    const { add } = await withPatient()
    const invalid = expect.objectContaining({ code: 'store.invalid-value' }) as Error
    expect(() => add({ kind: 'marker', content: activity })).toThrow(invalid)
    expect(() => add({ kind: 'activity', content: { ...activity, doseGy: 3 } })).toThrow(invalid)
    expect(() => add({ kind: 'mood', content: marker })).toThrow(invalid)
  })
})
