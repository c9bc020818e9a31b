/** Structures carried, found by a network, put into use and exported, over the fake bridge. */
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h, ref } from 'vue'
import { createFakeBridge, type FakeBridge } from '../../dev/fakeBridge.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore, useSelectionStore } from '../patients/index.ts'
import { useCarryStore } from './carryStore.ts'
import ExportDialog from './components/ExportDialog.vue'
import { useNetworkStore } from './networkStore.ts'
import { useDrawingStore } from './store.ts'

let bridge: FakeBridge
const asks = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask)

async function begin() {
  bridge = createFakeBridge({ tickMs: 1 })
  Object.defineProperty(window, 'theratwin', { value: bridge, configurable: true })
  const pinia = createPinia()
  setActivePinia(pinia)
  useJobStore().listen()
  await usePatientStore().open('demo')
  useSelectionStore().timePointId = 'tp1'
  return pinia
}
beforeEach(() => localStorage.clear())

describe('carrying structures', () => {
  it('begins from the reference with its set in use, and says by whose registration', async () => {
    await begin()
    const carry = useCarryStore()
    await carry.begin()
    expect(carry.form).toMatchObject({ sourceId: 'tp2', setId: 'set-1' })
    expect(carry.structures.length).toBeGreaterThan(0)
    expect(carry.route.words).toBe('By the linear registration accepted by anna on 2024-02-01.')
    expect(carry.sources.map(({ id }) => id)).toEqual(['tp2', 'tp3', 'tp4'])
  })

  it('tells who accepted the registration, carries what was chosen, and answers with the set', async () => {
    await begin()
    const carry = useCarryStore()
    await window.theratwin.request('registrations.judge', {
      patientId: 'demo',
      registrationId: 'registration-0',
      status: 'accepted',
    })
    await carry.begin()
    expect(carry.route).toMatchObject({ kind: 'linear', words: expect.stringContaining('accepted by anna') })
    carry.form = { ...carry.form, leftOut: [carry.structures[0]!.structureId], refines: true }
    const setId = await carry.carry()
    expect(setId).toMatch(/^set-/)
    const [asked] = asks('structures.propagate') as { structureIds: string[]; refine: object }[]
    expect(asked!.structureIds).toHaveLength(carry.structures.length - 1)
    expect(asked!.refine).toMatchObject({ image: 'ct', marginMm: 20 })
    expect(carry.result?.structures.map(({ name }) => name)).toEqual(['LIVER', 'KIDNEY_L'])
    expect(carry.running).toBe(false)
  })
})

describe('networks', () => {
  it('are none at first; one is added by its file, run, and removed', async () => {
    await begin()
    const networks = useNetworkStore()
    await networks.load()
    expect(networks.networks).toEqual([])
    await networks.add()
    expect(asks('networks.add')).toEqual([{ path: '/data/organs.onnx', origin: null }])
    expect(networks.chosenId).toBe('network-1')
    expect(await networks.run('ct')).toMatch(/^set-/)
    expect(networks.result?.structures.map(({ name }) => name)).toEqual(['LIVER', 'SPLEEN'])
    await networks.remove('network-1')
    expect(networks.chosenId).toBe('')
    expect(await networks.run('ct')).toBeNull()
  })

  it('whose files say nothing of their origin are asked about, and added with the answer', async () => {
    await begin()
    const networks = useNetworkStore()
    const whole = window.theratwin.request.bind(window.theratwin)
    const failure = {
      kind: 'input',
      code: 'network.no-description',
      message: 'Nothing says.',
      hint: 'Give it.',
    } as const
    const refusing = vi.fn(async (name: string, ask: never) =>
      name === 'networks.add' && (ask as { origin: unknown }).origin === null
        ? { ok: false, error: failure }
        : whole(name as never, ask),
    )
    Object.defineProperty(window, 'theratwin', { value: { ...bridge, request: refusing }, configurable: true })
    await expect(networks.add()).rejects.toThrow('Nothing says.')
    expect(networks.nameless).toBe('/data/organs.onnx')
    const form = { name: 'Organs', version: '1', source: 'site', licence: 'own' }
    await networks.addWith(form)
    expect(networks.nameless).toBeNull()
    expect(asks('networks.add').at(-1)).toMatchObject({ path: '/data/organs.onnx', origin: form })
  })
})

describe('the export', () => {
  it('asks for the open set in the forms that are checked, and tells where the files are', async () => {
    const pinia = await begin()
    const drawing = useDrawingStore()
    drawing.sets = [{ setId: 'set-1', label: 'Organs', origin: 'RTSTRUCT', structures: 9, toReview: 0, inUse: true }]
    drawing.setId = 'set-1'
    const place = document.createElement('div')
    document.body.replaceChildren(place)
    const open = ref(false)
    const shown = createApp(() =>
      h(ExportDialog, { open: open.value, 'onUpdate:open': (value: boolean) => (open.value = value) }),
    )
    shown.use(pinia)
    shown.mount(place)
    open.value = true
    await vi.waitFor(() => expect(document.querySelector('[data-testid="export-run"]')).not.toBeNull())
    await vi.waitFor(() =>
      expect(document.querySelector<HTMLButtonElement>('[data-testid="export-run"]')!.disabled).toBe(false),
    )
    document.querySelector('#export-form')!.dispatchEvent(new Event('submit', { cancelable: true }))
    await vi.waitFor(() => expect(document.body.textContent).toContain('/home/user/Documents/Phantom-structures.dcm'))
    expect(asks('files.export')).toEqual([
      {
        kind: 'structures',
        patientId: 'demo',
        timePointId: 'tp1',
        setId: 'set-1',
        image: 'ct',
        forms: ['seg-fractional', 'rtstruct'],
      },
    ])
    shown.unmount()
  })
})
