/** Biology over the fake bridge, in a document without layout: what is tried, what is kept, and what is shown of it. */
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h, nextTick, type App as VueApp } from 'vue'
import { createFakeBridge, type FakeBridge, type FakeOptions } from '../../dev/fakeBridge.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore, useSelectionStore } from '../patients/index.ts'
import BiologyStep from './components/BiologyStep.vue'
import { NO_SETTINGS, withOwn } from './model/edits.ts'
import { useBiologyStore } from './store.ts'

let bridge: FakeBridge
let app: VueApp | null = null

async function begin(options: FakeOptions = {}) {
  bridge = createFakeBridge({ tickMs: 1, analysed: true, ...options })
  Object.defineProperty(window, 'theratwin', { value: bridge, configurable: true })
  const pinia = createPinia()
  setActivePinia(pinia)
  useJobStore().listen()
  const patients = usePatientStore()
  patients.listen((error) => {
    throw error
  })
  await patients.open('demo')
  return { pinia, patients, biology: useBiologyStore() }
}

async function mount(pinia: ReturnType<typeof createPinia>, went: string[] = []) {
  const place = document.createElement('div')
  document.body.replaceChildren(place)
  app = createApp(() => h(TooltipProvider, () => h(BiologyStep, { onGo: (id: string) => went.push(id) })))
  app.use(pinia)
  app.mount(place)
  await nextTick()
}

beforeEach(() => localStorage.clear())
afterEach(() => {
  app?.unmount()
  app = null
})

const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)!
const seen = (id: string) =>
  vi.waitFor(() => {
    expect(find(id), id).not.toBeNull()
    return find(id)
  })
const asks = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask)
const kidneyBed = () =>
  useBiologyStore().shown?.structures.find(({ name }) => name === 'KIDNEY_L')?.totalBedGy.value ?? NaN
const alphaBeta = (value: number) => withOwn(useBiologyStore().draft, 'KIDNEY_L', { alphaBetaGy: value })

describe('the store of biology', () => {
  it('tries settings without storing them, takes them back and forth, and returns to what is kept', async () => {
    const { biology } = await begin()
    await biology.load()
    const kept = kidneyBed()
    expect(biology.isTried).toBe(false)
    await biology.change('α/β of KIDNEY_L', alphaBeta(10))
    expect(biology.isTried).toBe(true)
    expect(biology.isCurrent).toBe(true)
    expect(kidneyBed()).toBeLessThan(kept)
    expect(biology.tryParts).toEqual(['KIDNEY_L'])
    await biology.undo()
    expect(kidneyBed()).toBe(kept)
    expect(biology.isTried).toBe(false)
    await biology.redo()
    expect(kidneyBed()).toBeLessThan(kept)
    await biology.backToKept()
    expect(biology.isTried).toBe(false)
    await biology.undo()
    expect(biology.isTried).toBe(true)
    expect(asks('biology.save')).toEqual([])
  })

  it('keeps what is tried, and then it is what counts', async () => {
    const { biology } = await begin()
    await biology.load()
    await biology.change('α/β of KIDNEY_L', alphaBeta(10))
    const tried = kidneyBed()
    await biology.keep()
    expect(asks('biology.save')).toEqual([
      { patientId: 'demo', settings: { ...NO_SETTINGS, byStructure: { KIDNEY_L: { alphaBetaGy: 10, reason: '' } } } },
    ])
    expect(biology.isTried).toBe(false)
    expect(kidneyBed()).toBe(tried)
  })

  it('takes a slide as one change, asks one at a time, and ends with the newest', async () => {
    const { biology } = await begin()
    await biology.load()
    const before = asks('biology.effects').length
    const slides = [3, 4, 5, 6, 7, 8, 9].map((value) =>
      biology.change(`α/β: ${value}`, alphaBeta(value), 'alphaBetaGy KIDNEY_L'),
    )
    await Promise.all(slides)
    expect(biology.shown?.settings.byStructure['KIDNEY_L']?.alphaBetaGy).toBe(9)
    expect(biology.isCurrent).toBe(true)
    expect(asks('biology.effects').length - before).toBeLessThan(7)
    expect(biology.changes).toHaveLength(1)
    await biology.undo()
    expect(biology.isTried).toBe(false)
  })

  it('says why settings cannot be tried and shows what is kept meanwhile', async () => {
    const { biology } = await begin()
    await biology.load()
    const kept = kidneyBed()
    await biology.change('Sensitivity', withOwn(biology.draft, 'KIDNEY_L', { sensitivity: 'none-such' }))
    expect(biology.triedFailure?.message).toContain('none-such')
    expect(biology.isCurrent).toBe(false)
    expect(kidneyBed()).toBe(kept)
    await biology.change('α/β', alphaBeta(-1))
    expect(biology.triedFailure?.code).toBe('biology.settings')
    await biology.backToKept()
    expect(biology.triedFailure).toBeNull()
  })

  it('keeps what is tried when the analysis changes, and while another patient is open', async () => {
    const { biology, patients } = await begin()
    await biology.load()
    await biology.change('α/β of KIDNEY_L', alphaBeta(10))
    await biology.load()
    expect(biology.isTried).toBe(true)
    patients.close()
    expect(biology.shown).toBeNull()
    expect(biology.changes).toEqual([])
    await patients.open('demo')
    await biology.load()
    expect(biology.isTried).toBe(true)
    expect(biology.draft.byStructure['KIDNEY_L']?.alphaBetaGy).toBe(10)
    expect(biology.changes).toHaveLength(1)
  })
})

describe('the step Biology', () => {
  it('leads to the analysis where there is none', async () => {
    const { pinia } = await begin({ analysed: false })
    const went: string[] = []
    await mount(pinia, went)
    expect(document.body.textContent).toContain('Run the analysis first')
    find('biology-to-kinetics').click()
    expect(went).toEqual(['kinetics'])
  })

  it('shows every structure with its share of the tightest limit, marks what is unverified, and says what is missing', async () => {
    const { pinia } = await begin({ stale: true })
    await mount(pinia)
    const rows = [...(await seen('effect-table')).querySelectorAll('tbody tr')]
    const kidney = rows.find((row) => row.textContent.includes('KIDNEY_L'))!
    expect(kidney.textContent).toMatch(/of \d[\d.]* Gy/)
    expect(kidney.textContent).toContain('NTCP')
    expect(kidney.textContent).toContain('unverified')
    const liver = rows.find((row) => row.textContent.includes('LIVER'))!
    expect(liver.textContent).toContain('No α/β and repair half-time are known')
    expect(document.body.textContent).toContain('Out of date')
  })

  it('answers a slider at once, marks it as tried, and goes back by a button and by a key', async () => {
    const { pinia } = await begin()
    await mount(pinia)
    const bar = await seen('what-if')
    const slider = bar.querySelector<HTMLInputElement>('input[type="range"]')!
    const before = find('effect-headline').textContent
    slider.value = '90'
    slider.dispatchEvent(new Event('input', { bubbles: true }))
    await vi.waitFor(() => expect(find('effect-headline').textContent).not.toBe(before))
    expect(find('tried-bar').textContent).toContain('tried, not kept')
    expect(bar.textContent).toContain('kept: 2.6 Gy')
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true }))
    await vi.waitFor(() => expect(find('tried-bar').textContent).toContain('as kept'))
    expect(find('effect-headline').textContent).toBe(before)
  })

  it('gives a structure its parameters, limits, a model and external beam, and keeps them with a reason', async () => {
    const { pinia, biology } = await begin()
    await mount(pinia)
    await seen('effect-table')
    useSelectionStore().structure = 'TUMOUR_1'
    find('biology-parameters').click()
    await nextTick()
    const type = async (input: HTMLInputElement, text: string) => {
      input.value = text
      input.dispatchEvent(new Event('change', { bubbles: true }))
      await vi.waitFor(() => expect(biology.asking).toBe(false))
      await nextTick()
    }
    const field = () => find('parameter-alphaBetaGy').querySelector('input')!
    await type(field(), '0')
    expect(find('parameter-alphaBetaGy').textContent).toContain('Give a number from')
    await type(field(), '8,5')
    expect(biology.draft.byStructure['TUMOUR_1']?.alphaBetaGy).toBe(8.5)
    expect(find('parameter-table').textContent).toContain('given')
    const [, model] = [...find('parameter-page').querySelectorAll('select')]
    model!.selectedIndex = [...model!.options].findIndex((one) => one.textContent?.includes('rostate'))
    model!.dispatchEvent(new Event('change', { bubbles: true }))
    await vi.waitFor(() => expect(find('parameter-clonogens')).not.toBeNull())
    await type(find('biology-reason') as HTMLInputElement, 'biopsy')
    find('biology-beam').click()
    await nextTick()
    await type(find('beam-fractions').querySelector('input')!, '5')
    await type(find('beam-dose').querySelector('input')!, '4')
    find('beam-page')
      .querySelector('form')!
      .dispatchEvent(new Event('submit', { cancelable: true }))
    await vi.waitFor(() => expect(find('beam-page').textContent).toContain('5 × 4.00 Gy'))
    await vi.waitFor(() => expect(biology.isCurrent).toBe(true))
    await nextTick()
    find('biology-keep').click()
    await vi.waitFor(() => expect(biology.isTried).toBe(false))
    expect(asks('biology.save')).toEqual([
      expect.objectContaining({
        settings: {
          byStructure: { TUMOUR_1: expect.objectContaining({ alphaBetaGy: 8.5, reason: 'biopsy' }) },
          externalBeam: [{ structure: 'TUMOUR_1', fractions: 5, dosePerFractionGy: 4, note: '' }],
          crossDose: 'none',
          furtherCycles: [],
        },
      }),
    ])
  })

  it('shows limits with a further cycle, probabilities, and what to do for a histogram', async () => {
    const { pinia } = await begin()
    await mount(pinia)
    await seen('effect-table')
    useSelectionStore().structure = 'KIDNEY_L'
    await nextTick()
    find('biology-limits').click()
    await nextTick()
    expect(find('limit-table').querySelectorAll('tbody tr')).toHaveLength(2)
    expect(find('further-adds')).toBeNull()
    const slider = find('further-cycle').querySelector('input')!
    slider.value = '1'
    slider.dispatchEvent(new Event('input', { bubbles: true }))
    expect((await seen('further-adds')).textContent).toMatch(/not delivered\s+adds/)
    expect(find('limit-table').textContent).toContain('With further cycles')
    expect(find('tried-bar').textContent).toContain('further cycles')
    slider.value = '0'
    slider.dispatchEvent(new Event('input', { bubbles: true }))
    await vi.waitFor(() => expect(find('further-adds')).toBeNull())
    expect(find('tried-bar').dataset['tried']).toBe('false')
    find('biology-outcome').click()
    await nextTick()
    expect(find('outcome-NTCP').textContent).toContain('Kidney, whole organ')
    find('biology-bvh').click()
    await nextTick()
    expect(find('no-bvh').textContent).toContain('Compute voxel doses in Dose')
  })

  it('divides an organ into parts, unfolds them in the table, and counts photons of other organs where asked', async () => {
    const { pinia, biology } = await begin()
    await mount(pinia)
    await seen('effect-table')
    useSelectionStore().structure = 'KIDNEY_L'
    await nextTick()
    find('biology-parts').click()
    await nextTick()
    expect(find('parts-table')).toBeNull()
    const select = find('parts-page').querySelector('select')!
    select.value = 'kidney-cortex'
    select.dispatchEvent(new Event('change', { bubbles: true }))
    expect((await seen('parts-table')).textContent).toContain('Medulla')
    document.querySelector<HTMLElement>('[aria-label="Parts of KIDNEY_L"]')!.click()
    await nextTick()
    expect(find('effect-table').textContent).toContain('part of KIDNEY_L')
    const medulla = find('parts-table').querySelectorAll('input')[1]!
    medulla.value = '40'
    medulla.dispatchEvent(new Event('change', { bubbles: true }))
    await vi.waitFor(() =>
      expect(biology.draft.byStructure['KIDNEY_L']?.parts).toEqual({
        model: 'kidney-cortex',
        activityShares: { Pelvis: 0, Medulla: 0.4, Cortex: 0.6 },
      }),
    )
    const before = kidneyBed()
    find('cross-dose').querySelector('input')!.click()
    expect((await seen('contribution-table')).textContent).toContain('Own photons')
    expect(kidneyBed()).toBeGreaterThan(before)
    expect(find('effect-headline').textContent).toContain('by photons of its own and others')
  })
})
