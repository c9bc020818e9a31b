/** Biology over the fake bridge: computing is cancelled, and what was tried outlasts the window as a draft. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Failure } from '../../../electron/contracts/index.ts'
import { createFakeBridge, type FakeBridge } from '../../dev/fakeBridge.ts'
import { usePatientStore } from '../patients/index.ts'
import { useBiologyDraftStore } from './draftStore.ts'
import { useFormulaStore } from './formulaStore.ts'
import { withOwn } from './model/edits.ts'
import { emptyForm } from './model/formulaForm.ts'
import { useResponseStore } from './responseStore.ts'
import { useBiologyStore } from './store.ts'

let bridge: FakeBridge

/** The window is opened: stores are empty, what the other side keeps is there. */
async function openWindow() {
  Object.defineProperty(window, 'theratwin', { value: bridge, configurable: true })
  setActivePinia(createPinia())
  await usePatientStore().open('demo')
  return {
    ...{ biology: useBiologyStore(), response: useResponseStore(), formulas: useFormulaStore() },
    drafts: useBiologyDraftStore(),
  }
}
beforeEach(() => (bridge = createFakeBridge({ tickMs: 1, analysed: true })))
afterEach(() => vi.restoreAllMocks())

describe('a response that is being computed', () => {
  it('is cancelled, says so without a failure, and is computed again when asked for', async () => {
    const { response } = await openWindow()
    await response.load()
    const cancelled: Failure = { kind: 'cancelled', code: 'cancelled', message: 'Cancelled.', hint: '' }
    let end = (_: unknown): void => undefined
    const waits = new Promise((resolve) => (end = resolve))
    const { request } = bridge
    const held = vi.spyOn(bridge, 'request').mockImplementation(((name: never, what: never) => {
      if (name === 'biologyResponse.fit') return waits
      if (name === 'biologyResponse.cancel') end({ ok: false, error: cancelled })
      return request(name, what)
    }) as typeof request)
    const running = response.change('Horizon', { horizonS: 86_400 })
    await vi.waitFor(() => expect(held).toHaveBeenCalledWith('biologyResponse.fit', expect.anything()))
    await response.cancel()
    await running
    expect([response.isCancelled, response.asking, response.result, response.failure]).toEqual([
      true,
      false,
      null,
      null,
    ])
    held.mockRestore()
    await response.compute()
    expect(response.isCancelled).toBe(false)
    expect(response.result?.settings.horizonS).toBe(86_400)
  })
})

describe('what was tried when the window closed', () => {
  it('is offered in the next one, counts nowhere until then, and is taken up as one change', async () => {
    const first = await openWindow()
    await first.biology.load()
    await first.response.load()
    expect(first.drafts.hasUnsaved()).toBe(false)
    await first.biology.change('α/β', withOwn(first.biology.draft, 'KIDNEY_L', { alphaBetaGy: 7 }))
    await first.response.change('Horizon', { horizonS: 86_400 })
    expect(first.drafts.hasUnsaved()).toBe(true)
    await first.drafts.keepUnsaved()

    const { biology, response, drafts } = await openWindow()
    await biology.load()
    await response.load()
    await drafts.look()
    expect([biology.isTried, response.isTried]).toEqual([false, false])
    expect(drafts.offers).toMatchObject({ effects: { isOld: false }, response: { isOld: false } })
    await drafts.takeUp('effects')
    expect(biology.draft.byStructure['KIDNEY_L']?.alphaBetaGy).toBe(7)
    expect(drafts.offers.effects).toBeNull()
    await biology.undo()
    expect(biology.isTried).toBe(false)
    await drafts.throwAway('response')
    expect(drafts.offers.response).toBeNull()
    expect(bridge.asked.filter(({ name }) => /^biology(Response)?\.save$/.test(name))).toEqual([])

    // Taken up and taken back: the next close takes it away.
    expect(drafts.hasUnsaved()).toBe(true)
    await drafts.keepUnsaved()
    const third = await openWindow()
    await third.biology.load()
    await third.drafts.look()
    expect(third.drafts.offers).toEqual({ effects: null, response: null })
  })

  it('says where what is kept has changed since', async () => {
    const first = await openWindow()
    await first.biology.load()
    await first.biology.change('α/β', withOwn(first.biology.draft, 'KIDNEY_L', { alphaBetaGy: 7 }))
    await first.drafts.keepUnsaved()
    await first.biology.change('α/β', withOwn(first.biology.draft, 'KIDNEY_L', { alphaBetaGy: 5 }))
    await first.biology.keep()
    const { biology, drafts } = await openWindow()
    await biology.load()
    await drafts.look()
    expect(drafts.offers.effects).toMatchObject({ isOld: true })
  })

  it('brings a half-written formula back, until it is left or kept', async () => {
    const first = await openWindow()
    await first.formulas.load()
    first.formulas.write({ ...emptyForm('tcp'), title: 'Half of it' })
    await first.drafts.keepUnsaved()
    const { formulas } = await openWindow()
    await formulas.load()
    expect(formulas.form?.title).toBe('Half of it')
    expect(formulas.resumedAt).not.toBeNull()
    formulas.leaveForm()
    const third = await openWindow()
    await third.formulas.load()
    expect(third.formulas.form).toBeNull()
  })
})

describe('what is tried for another patient', () => {
  it('comes back with the patient, and is written at closing meanwhile', async () => {
    const { response, drafts } = await openWindow()
    const patients = usePatientStore()
    await response.load()
    await response.change('Horizon', { horizonS: 86_400 })
    patients.close()
    expect(response.isTried).toBe(false)
    expect(drafts.hasUnsaved()).toBe(true)
    await patients.open('demo')
    await response.load()
    expect(response.isTried).toBe(true)
  })
})
