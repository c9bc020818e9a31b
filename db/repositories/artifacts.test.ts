import { describe, expect, it } from 'vitest'
import {
  decisionSlot,
  type ArtifactDraft,
  type ArtifactInput,
  type EntityRef,
  type Store,
} from '../../electron/services/ports/store.ts'
import { temporaryStore } from '../testing/index.ts'
import { cycleInput, filledStore, imageInput, type FilledPatient, type TestVolumes } from '../testing/records.ts'

interface Scene {
  readonly store: Store
  readonly ids: FilledPatient
  readonly volumes: TestVolumes
  readonly cycle: EntityRef
}

async function scene(): Promise<Scene> {
  const store = await temporaryStore()
  const filled = await filledStore(store)
  return { store, ...filled, cycle: { entity: 'cycle', id: filled.ids.cycleId } }
}

function draft(scene: Scene, more: Partial<ArtifactDraft> = {}): ArtifactDraft {
  return {
    kind: 'time-activity-curve',
    algorithmVersion: 'curve/1',
    parameters: { policy: 'lesions-out' },
    inputs: [
      scene.store.read.inputOf('administration', scene.cycle),
      scene.store.read.inputOf('emission', { entity: 'image', id: scene.ids.imageId }),
    ],
    subject: scene.cycle,
    slot: '',
    payload: { activityBq: [1.5, 0.1 + 0.2, 5e-324], none: null },
    volumes: {},
    ...more,
  }
}

function put(store: Store, ...drafts: ArtifactDraft[]): string[] {
  return store.transaction({ action: 'compute' }, (write) => drafts.map((one) => write.putArtifact(one).id))
}

/** An input that is the artifact itself. */
function from(key: string): ArtifactInput {
  return { role: 'curve', ref: { entity: 'artifact', id: key }, hash: key }
}

describe('artifacts', () => {
  it('are read back bit for bit, by key and as the latest', async () => {
    const here = await scene()
    const made = draft(here, { volumes: { map: here.volumes.voxels }, slot: 'liver' })
    const [key = ''] = put(here.store, made)
    expect(key).toBe(here.store.read.artifactKey(made))
    expect(here.store.read.artifact(key)).toEqual({ ...made, key, createdAt: expect.any(String) as string })
    expect(here.store.read.latestArtifact('time-activity-curve', here.cycle, 'liver')?.key).toBe(key)
    expect(here.store.read.latestArtifact('time-activity-curve', here.cycle)).toBeNull()
    expect(here.store.read.latestArtifact('fit', here.cycle, 'liver')).toBeNull()
    expect(here.store.read.artifact('0'.repeat(64))).toBeNull()
  })

  it('are stored once; the same again changes nothing and leaves no audit row', async () => {
    const here = await scene()
    put(here.store, draft(here))
    const rows = here.store.read.audit({ limit: 100 }).length
    const again = here.store.transaction({ action: 'compute' }, (write) => write.putArtifact(draft(here)))
    expect(again.change).toBe('unchanged')
    expect(here.store.read.audit({ limit: 100 })).toHaveLength(rows)
  })

  it('never change: another result under the same key is reported and dropped', async () => {
    const here = await scene()
    const [key = ''] = put(here.store, draft(here))
    const other = here.store.transaction({ action: 'compute' }, (write) =>
      write.putArtifact(draft(here, { payload: { activityBq: [2] } })),
    )
    expect(other).toEqual({ id: key, change: 'conflict' })
    expect(here.store.read.artifact(key)?.payload).toEqual(draft(here).payload)
  })

  it('refuse results that JSON cannot hold', async () => {
    const here = await scene()
    expect(() => put(here.store, draft(here, { payload: { doseGy: Number.NaN } }))).toThrow('NaN')
    expect(here.store.read.latestArtifact('time-activity-curve', here.cycle)).toBeNull()
  })

  it('go back to an earlier result when its parameters come back', async () => {
    const here = await scene()
    const other = draft(here, { parameters: { policy: 'lesions-in' } })
    const [first] = put(here.store, draft(here))
    const [second] = put(here.store, other)
    const latest = (): string | undefined => here.store.read.latestArtifact('time-activity-curve', here.cycle)?.key
    expect(latest()).toBe(second)
    const back = here.store.transaction({ action: 'compute' }, (write) => write.putArtifact(draft(here)))
    expect(back).toEqual({ id: first, change: 'changed' })
    expect(latest()).toBe(first)
  })

  it('list the latest of each slot with its own slot, also where two slots share one result', async () => {
    const here = await scene()
    put(here.store, draft(here, { slot: 'b' }), draft(here, { slot: 'a' }))
    expect(here.store.read.latestArtifacts('time-activity-curve', here.cycle).map((one) => one.slot)).toEqual([
      'a',
      'b',
    ])
  })
})

describe('staleness', () => {
  it('is none as long as nothing changes', async () => {
    const here = await scene()
    const [key = ''] = put(here.store, draft(here))
    expect(here.store.read.staleness(key)).toEqual({ stale: false, reasons: [] })
    expect(() => here.store.read.staleness('0'.repeat(64))).toThrow('no artifact')
  })

  it('names the record that changed, and is gone when the change is taken back', async () => {
    const here = await scene()
    const [key = ''] = put(here.store, draft(here))
    const setActivity = (netActivityBq: number): void => {
      here.store.transaction({ action: 'correct' }, (write) => {
        write.addCycle(cycleInput(here.ids.courseId, { netActivityBq }), { replace: true })
      })
    }
    setActivity(7e9)
    expect(here.store.read.staleness(key)).toEqual({
      stale: true,
      reasons: [{ role: 'administration', ref: here.cycle, cause: 'changed' }],
    })
    setActivity(7.4e9)
    expect(here.store.read.staleness(key).stale).toBe(false)
  })

  it('names a record that was retired', async () => {
    const here = await scene()
    const [key = ''] = put(here.store, draft(here))
    here.store.transaction({ action: 'retire' }, (write) => write.retire({ entity: 'image', id: here.ids.imageId }))
    expect(here.store.read.staleness(key).reasons).toEqual([
      { role: 'emission', ref: { entity: 'image', id: here.ids.imageId }, cause: 'removed' },
    ])
  })

  it('goes down the whole chain', async () => {
    const here = await scene()
    const [curve = ''] = put(here.store, draft(here))
    const [fit = ''] = put(here.store, draft(here, { kind: 'fit', inputs: [from(curve)] }))
    const [dose = ''] = put(here.store, draft(here, { kind: 'dose-result', inputs: [from(fit)] }))
    expect(here.store.read.staleness(dose).stale).toBe(false)
    here.store.transaction({ action: 'import' }, (write) => {
      write.addImage(imageInput(here.ids.seriesId, here.volumes, { voxelsVolumeId: here.volumes.otherVoxels }), {
        replace: true,
      })
    })
    expect(here.store.read.staleness(dose).reasons).toEqual([
      { role: 'curve', ref: { entity: 'artifact', id: fit }, cause: 'input-is-stale' },
    ])
  })

  it('comes with a newer result in place of an input', async () => {
    const here = await scene()
    const [curve = ''] = put(here.store, draft(here))
    const [fit = ''] = put(here.store, draft(here, { kind: 'fit', inputs: [from(curve)] }))
    put(here.store, draft(here, { parameters: { policy: 'lesions-in' } }))
    expect(here.store.read.staleness(fit).reasons[0]?.cause).toBe('superseded')
    put(here.store, draft(here))
    expect(here.store.read.staleness(fit).stale).toBe(false)
  })

  it('comes with an answer to a question, or a setting, that was open when it was computed', async () => {
    const here = await scene()
    const subject: EntityRef = { entity: 'image', id: here.ids.imageId }
    const decision: EntityRef = { entity: 'decision', id: decisionSlot(subject, 'activity/needs-calibration') }
    const setting: EntityRef = { entity: 'setting', id: 'protocol' }
    const { read } = here.store
    const [key = ''] = put(
      here.store,
      draft(here, { inputs: [read.inputOf('calibration', decision), read.inputOf('protocol', setting)] }),
    )
    expect(read.staleness(key).stale).toBe(false)
    here.store.transaction({ action: 'decide' }, (write) => {
      write.recordDecision({ subject, code: 'activity/needs-calibration', value: { factorCpsPerMBq: 9 }, reason: '' })
    })
    expect(read.staleness(key).reasons.map((one) => [one.role, one.cause])).toEqual([['calibration', 'changed']])
    here.store.transaction({ action: 'set' }, (write) => write.putSetting('protocol', 1))
    expect(read.staleness(key).reasons).toHaveLength(2)
    // Withdrawing the answer brings the earlier state back.
    here.store.transaction({ action: 'decide' }, (write) => {
      write.recordDecision({ subject, code: 'activity/needs-calibration', value: null, reason: '' })
    })
    expect(read.staleness(key).reasons.map((one) => one.role)).toEqual(['protocol'])
  })

  it('does not come from data sets, whose version is part of the key', async () => {
    const here = await scene()
    const { read } = here.store
    const one = draft(here, { inputs: [read.fixedInput('decay-data', 'nuclides', '1')] })
    const two = draft(here, { inputs: [read.fixedInput('decay-data', 'nuclides', '2')] })
    expect(read.artifactKey(one)).not.toBe(read.artifactKey(two))
    const [key = ''] = put(here.store, one)
    expect(read.staleness(key).stale).toBe(false)
  })

  it('cannot be hidden behind a record that does not exist', async () => {
    const here = await scene()
    expect(() => here.store.read.inputOf('emission', { entity: 'image', id: 'none' })).toThrow('no image')
    expect(here.store.read.currentHash({ entity: 'source-file', id: here.volumes.files[0] ?? '' })).toBe(
      here.volumes.files[0],
    )
    expect(here.store.read.currentHash({ entity: 'decision', id: 'nonsense' })).toBeNull()
  })
})
