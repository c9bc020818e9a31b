/** The page of local formulas over the fake bridge, in a document without layout: written, tested while typed, kept, retired. */
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h, nextTick, type App as VueApp } from 'vue'
import { createFakeBridge, type FakeBridge } from '../../dev/fakeBridge.ts'
import { usePatientStore, useSelectionStore } from '../patients/index.ts'
import BiologyStep from './components/BiologyStep.vue'
import FormulaPage from './components/FormulaPage.vue'
import OutcomePage from './components/OutcomePage.vue'
import { useFormulaStore } from './formulaStore.ts'
import { useBiologyStore } from './store.ts'

let bridge: FakeBridge
let app: VueApp | null = null
const pinia = () => {
  const one = createPinia()
  setActivePinia(one)
  return one
}

function mount(one: ReturnType<typeof createPinia>, what: () => ReturnType<typeof h>): void {
  const place = document.createElement('div')
  document.body.replaceChildren(place)
  app = createApp(() => h(TooltipProvider, what))
  app.use(one)
  app.mount(place)
}

beforeEach(() => {
  localStorage.clear()
  bridge = createFakeBridge({ tickMs: 1, analysed: true })
  Object.defineProperty(window, 'theratwin', { value: bridge, configurable: true })
})
afterEach(() => {
  app?.unmount()
  app = null
})

const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)!
const labelled = (label: string) => document.querySelector<HTMLInputElement>(`[aria-label="${label}"]`)!
const seen = (id: string) =>
  vi.waitFor(() => {
    expect(find(id), id).not.toBeNull()
    return find(id)
  })
const type = (input: HTMLElement, text: string): void => {
  const field = input as HTMLInputElement
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
const asks = (name: string) => bridge.asked.filter((one) => one.name === name)

async function writeProbit(): Promise<void> {
  const start = find('formula-page').querySelector('select')!
  start.selectedIndex = 1
  start.dispatchEvent(new Event('change', { bubbles: true }))
  await nextTick()
  find('formula-write').click()
  await seen('formula-form')
  type(labelled('Value of TD50'), '28')
  type(labelled('Value of m'), '0,1')
  type(find('formula-to'), '100')
}

describe('the page of local formulas', () => {
  it('draws a formula while it is typed, keeps it with what it rests on, offers its next version, and retires it', async () => {
    mount(pinia(), () => h(FormulaPage))
    await vi.waitFor(() => expect(document.body.textContent).toContain('No local formula yet'))
    await writeProbit()
    expect((await seen('formula-remarks')).textContent).toContain('No example shows')
    find('formula-save').click()
    await seen('formula-form-error')
    expect(asks('biologyFormulas.save')).toEqual([])
    type(find('formula-name'), 'kidney-own')
    type(find('formula-title'), 'Kidney of this site')
    type(find('formula-source'), 'site data')
    type(labelled('Source of TD50'), 'site data')
    type(labelled('Source of m'), 'site data')
    await nextTick()
    find('formula-save').click()
    const sheet = await seen('formula-sheet')
    expect(sheet.textContent).toContain('Kidney of this site, version 1')
    expect(sheet.textContent).toContain('local formula')
    expect(sheet.textContent).toContain('none stated')
    expect(asks('biology.sets')).toHaveLength(1)

    find('formula-next').click()
    await seen('formula-form')
    expect((find('formula-name') as HTMLInputElement).disabled).toBe(true)
    expect(find('formula-form').textContent).toContain('Becomes version 2')
    type(labelled('Value of m'), '0.2')
    await nextTick()
    find('formula-save').click()
    await seen('formula-local:kidney-own@2')
    expect(find('formula-local:kidney-own@1')).not.toBeNull()

    find('formula-retire').click()
    await nextTick()
    find('formula-confirm-retire').click()
    await vi.waitFor(() => expect(find('formula-local:kidney-own@2').textContent).toContain('retired'))
    expect(find('formula-local:kidney-own@1').textContent).not.toContain('retired')
  })

  it('shows what the test refuses at its line, and where in the expression', async () => {
    mount(pinia(), () => h(FormulaPage))
    await seen('formula-write')
    await writeProbit()
    await seen('formula-remarks')
    type(labelled('Name of parameter 2'), 'mm')
    await seen('formula-parameter-error-1')
    expect(find('formula-parameter-error-1').textContent).toContain('The parameter mm is not in')
    expect(find('formula-chart-figure')).toBeNull()
    labelled('Remove parameter mm').click()
    expect((await seen('formula-place')).querySelector('mark')!.textContent).toBe('m')
    find('add-formula-parameter').click()
    await nextTick()
    type(labelled('Name of parameter 2'), 'm')
    await nextTick()
    type(labelled('Value of m'), '0.1')
    type(labelled('Unit of m'), '1')
    type(labelled('Dose of example 1'), '28')
    type(labelled('Probability of example 1'), '0.05')
    type(labelled('Tolerance of example 1'), '0.01')
    expect((await seen('formula-example-error-0')).textContent).toContain('the formula gives 0.500000')
    type(labelled('Probability of example 1'), '0.5')
    await seen('formula-chart-figure')
    expect(find('formula-example-error-0')).toBeNull()
  })

  it('is a page of the step, and what is written there outlasts a look at the doses', async () => {
    const one = pinia()
    await usePatientStore().open('demo')
    mount(one, () => h(BiologyStep))
    await seen('effect-table')
    find('biology-view-formulas').click()
    await seen('formula-write')
    await writeProbit()
    find('biology-view-effect').click()
    await seen('effect-table')
    find('biology-view-formulas').click()
    await seen('formula-form')
    expect(labelled('Value of TD50').value).toBe('28')
  })
})

describe('an outcome by a local formula', () => {
  it('is marked as local, drawn from its test, and says what its band is over', async () => {
    const one = pinia()
    await usePatientStore().open('demo')
    useSelectionStore().structure = 'KIDNEY_L'
    const formulas = useFormulaStore()
    await formulas.save({
      ...{ kind: 'ntcp', name: 'own', title: 'Own', source: 'site', endpoint: '', population: '', validity: '' },
      expression: '0.5*(1 + erf((D - TD50)/(m*TD50*sqrt(2))))',
      parameters: [
        { name: 'TD50', title: '', unit: 'Gy', value: 28, source: 'site' },
        { name: 'm', title: '', unit: '1', value: 0.1, source: 'site' },
      ],
      dose: { quantity: 'BED', of: { kind: 'mean' } },
      ...{ testedGy: [0, 100], mayFall: false, examples: [] },
    })
    const biology = useBiologyStore()
    await biology.load()
    const kidney = biology.shown!.structures.find(({ name }) => name === 'KIDNEY_L')!
    const complication = { ...kidney.complication!, set: 'local:own@1', model: 'ntcp-formula' }
    mount(one, () => h(OutcomePage, { effect: { ...kidney, complication }, kept: null }))
    await seen('outcome-chart-NTCP')
    expect(find('outcome-NTCP').textContent).toContain('local formula')
    expect(find('outcome-NTCP').textContent).toContain('ends where the formula was not tested')
    expect(find('band-NTCP').textContent).toContain('dose uncertainty only')
  })
})
