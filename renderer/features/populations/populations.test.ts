/** Populations from the list of patients and with a patient open, in a document without layout. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, nextTick, type App as VueApp } from 'vue'
import { fakePrior } from '../../dev/fakePopulations.ts'
import { fakeWindow, find, mountAlone, press, says, seen, submit, type } from '../../dev/onScreen.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { PopulationsDialog } from './index.ts'

let app: VueApp | null = null
let ends: (() => void) | null = null

async function mount({ withPatient = false, tickMs = 1 } = {}) {
  const bridge = fakeWindow({ tickMs, analysed: true })
  app = createApp(PopulationsDialog, { open: true })
  const pinia = createPinia()
  setActivePinia(pinia)
  app.use(pinia)
  const patients = usePatientStore()
  ends = useJobStore().listen()
  if (withPatient) await patients.open('demo')
  await mountAlone(app)
  return { bridge, patients }
}

beforeEach(() => localStorage.clear())
afterEach(() => {
  ends?.()
  app?.unmount()
  app = null
})

const rows = () => [...document.querySelectorAll<HTMLElement>('[data-testid="population-table"] tbody tr')]
async function choose(index: number): Promise<void> {
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(index))
  rows()[index]!.click()
  await nextTick()
}

describe('the list of populations', () => {
  it('shows versions, and of the chosen one parameters, selection and goodness in the units of the screen', async () => {
    await mount()
    await choose(0)
    const sheet = (await seen('population-sheet')).textContent
    expect(rows()[1]?.textContent).toContain('superseded')
    expect(sheet).toContain('Kidneys, version 2')
    // exp(ln 0.02) ± 0.1·0.02 of the administered activity; ln 2/70 h; one geometric standard deviation of e^0.3.
    expect(sheet).toContain('2.00 ± 0.20 %IA')
    expect(sheet).toContain('70.0')
    expect(sheet).toContain('×/÷ 1.35')
    // 0.012/√(0.09·0.04)
    expect(sheet).toContain('A1, lambdaBiol1: 0.2')
    expect(sheet).toContain('97 %')
    expect(sheet).toContain('the fit did not converge')
    expect(sheet).toContain('9 patients, 9 curves, 36 points')
    expect(sheet).toContain('Open a patient')
  })

  it('takes one out of use after it was asked twice', async () => {
    await mount()
    await choose(0)
    await press('retire-population')
    await press('confirm-retire-population')
    await vi.waitFor(() => expect(rows()).toHaveLength(1))
    expect(rows()[0]?.textContent).not.toContain('superseded')
  })

  it('refuses a file that is none, and imports a document as the next version', async () => {
    await mount()
    await choose(0)
    const give = (text: string): void => {
      const field = find('population-file') as HTMLInputElement
      const file = new File([text], 'population.json', { type: 'application/json' })
      Object.defineProperty(field, 'files', { value: [file], configurable: true })
      field.dispatchEvent(new Event('change'))
    }
    give('{"schema":"other"}')
    await says('population.json is no document of a population')
    const document = {
      schema: 'theratwin-population/1',
      name: 'Kidneys',
      version: 7,
      exportedAt: '2024-01-01T00:00:00Z',
    }
    give(JSON.stringify({ ...document, content: fakePrior }))
    await says('Imported as version 3')
    expect(rows()).toHaveLength(3)
    expect(rows()[0]?.textContent).toContain('imported')
  })
})

describe('a fit', () => {
  it('says what is missing at its field, shows the curves, leaves one out, and stores the next version', async () => {
    const { bridge } = await mount()
    await press('fit-population')
    await submit('population-form')
    await says('Give it a name')
    await type('population-name', 'Kidneys')
    await says('The next version of it')
    await type('population-agent', '177Lu-DOTATATE')
    await type('population-nuclide', 'Lu-177')
    await type('population-structure', '(')
    await says('no regular expression')
    await type('population-structure', 'kidney')
    await says('4 curves of 4 patients')
    const box = (await seen('gathered')).querySelector<HTMLInputElement>('tbody input:not(:disabled)')
    box!.checked = false
    box!.dispatchEvent(new Event('change'))
    await says('3 curves of 3 patients')
    await submit('population-form')
    await says('Fitted and stored.')
    await vi.waitFor(() => expect(rows()).toHaveLength(3))
    expect((await seen('population-sheet')).textContent).toContain('version 3')
    expect(bridge.asked.find(({ name }) => name === 'populations.fit')?.ask).toMatchObject({
      selection: { agent: '177Lu-DOTATATE', excluded: [{ patientId: 'patient-1', cycle: 1, structure: 'KIDNEY_L' }] },
      curves: ['mono-exponential', 'bi-exponential-washout'],
    })
  })

  it('is cancelled, and nothing is added', async () => {
    await mount({ tickMs: 150 })
    await press('fit-population')
    await type('population-name', 'Other')
    await type('population-agent', 'DOTATATE')
    await type('population-nuclide', 'Lu-177')
    await type('population-structure', 'kidney')
    await says('4 curves')
    await submit('population-form')
    await press('cancel-population-fit')
    await seen('start-population-fit')
    expect(document.body.textContent).not.toContain('Fitted and stored')
  })
})

describe('the use for a patient', () => {
  it('names it in the protocol for the structures that it is of, and takes it out again', async () => {
    const { patients } = await mount({ withPatient: true })
    await choose(0)
    await press('use-population')
    await says('In use for KIDNEY_L, KIDNEY_R')
    const population = 'population-Kidneys-2'
    expect(patients.view?.protocol.fewScans).toMatchObject({
      method: 'none',
      upToScans: 1,
      byStructure: { KIDNEY_L: { method: 'population-map', population }, KIDNEY_R: { population } },
    })
    expect(patients.changes.at(-1)?.what).toBe('Population Kidneys used for KIDNEY_L, KIDNEY_R')
    await press('stop-population')
    await vi.waitFor(() => expect(patients.view?.protocol.fewScans.byStructure).toEqual({}))
  })
})
