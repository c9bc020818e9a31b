/** The calibrations from the list of patients and from the settings of one, in a document without layout. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, nextTick, type App as VueApp, type Component } from 'vue'
import type { StoredCalibration } from '../../../electron/contracts/index.ts'
import type { FakeOptions } from '../../dev/fakeBridge.ts'
import { fakeWindow, find, mountAlone, says, seen, submit, type } from '../../dev/onScreen.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'
import CalibrationsDialog from './components/CalibrationsDialog.vue'
import { SettingsDialog } from '../settings/index.ts'

let app: VueApp | null = null

async function mount(component: Component, props: Record<string, unknown>, options: FakeOptions = {}) {
  const bridge = fakeWindow(options)
  app = createApp(component, props)
  const pinia = createPinia()
  setActivePinia(pinia)
  app.use(pinia)
  useJobStore().listen()
  const patients = usePatientStore()
  if (options.analysed !== undefined) await patients.open('demo')
  await mountAlone(app)
  return { bridge, patients }
}

beforeEach(() => localStorage.clear())
afterEach(() => {
  app?.unmount()
  app = null
})

async function choose(id: string, text: string): Promise<void> {
  const select = (await seen(id)) as HTMLSelectElement
  await vi.waitFor(() => expect(select.textContent).toContain(text))
  select.value = [...select.options].find((option) => option.textContent.includes(text))!.value
  select.dispatchEvent(new Event('change'))
  await nextTick()
}
describe('the dialog', () => {
  it('says what to do where there is nothing', async () => {
    await mount(CalibrationsDialog, { open: true }, { calibrations: false })
    await says('No calibrations yet')
    ;(await seen('phantom-calibration')).click()
    await seen('phantom-form')
  })

  it('shows everything of the chosen one: conditions, budget with its largest term, remarks', async () => {
    await mount(CalibrationsDialog, { open: true })
    const table = await seen('calibration-table')
    expect(table.querySelectorAll('tbody tr')).toHaveLength(5)
    const row = [...table.querySelectorAll<HTMLElement>('tbody tr')].find((one) =>
      one.textContent.includes('Cylinder 2024'),
    )!
    row.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))
    const sheet = await seen('calibration-sheet')
    // 0.02² of 0.02² + 0.01² + 0.01² + 0.004² + 0.0001²: 65 %.
    expect(sheet.textContent).toContain('Dominated by activity: 65 % of the variance.')
    for (const text of ['187.2–228.8 keV', '128 × 128 × 90', 'The parts of the region differ', 'stirred for 10 min'])
      expect(sheet.textContent).toContain(text)
  })

  it('filters by kind', async () => {
    await mount(CalibrationsDialog, { open: true })
    const table = await seen('calibration-table')
    const select = document.querySelector<HTMLSelectElement>('.bar select')!
    select.selectedIndex = [...select.options].findIndex((one) => one.textContent.includes('Dead time'))
    select.dispatchEvent(new Event('change'))
    await vi.waitFor(() => expect(table.querySelectorAll('tbody tr')).toHaveLength(1))
    expect(table.textContent).toContain('τ = 0.55 ± 0.06 µs')
  })

  it('stores what is entered once it is whole, and tells what is missing before', async () => {
    const { bridge } = await mount(CalibrationsDialog, { open: true })
    ;(await seen('enter-calibration')).click()
    await type('entry-sensitivity', '9,1')
    await submit('entry-sensitivity')
    await says('3 fields need another entry')
    expect(bridge.asked.some(({ name }) => name === 'calibrations.add')).toBe(false)
    await type('entry-uncertainty', '3')
    await type('calibration-name', 'By hand')
    await type('calibration-date', '2024-02-02')
    await submit('entry-sensitivity')
    await vi.waitFor(() => expect(find('calibration-table')?.textContent).toContain('9.10 ± 0.27 cps/MBq'))
    expect(bridge.asked.find(({ name }) => name === 'calibrations.add')?.ask).toMatchObject({
      content: { sensitivityCpsPerMbq: 9.1, relativeUncertainty: 0.03, source: 'entered' },
    })
    await says('entered by hand')
  })

  it('asks once before one is taken out of use', async () => {
    const { bridge } = await mount(CalibrationsDialog, { open: true })
    ;(await seen('calibration-table')).querySelector<HTMLElement>('tbody tr')!.click()
    ;(await seen('retire-calibration')).click()
    await says('Patients whose protocol holds a copy of it keep it')
    expect(bridge.asked.some(({ name }) => name === 'calibrations.retire')).toBe(false)
    ;(await seen('confirm-retire')).click()
    await vi.waitFor(() => expect(find('calibration-table')?.querySelectorAll('tbody tr')).toHaveLength(4))
    expect(find('calibration-sheet')).toBeNull()
  })

  it('looks at the drafts of a phantom and stores only those that are wanted', async () => {
    const { bridge } = await mount(CalibrationsDialog, { open: true })
    ;(await seen('phantom-calibration')).click()
    ;(await seen('phantom-folder')).click()
    await says('/data/phantom')
    const rows = [...(await seen('phantom-images')).querySelectorAll<HTMLElement>('tbody tr')]
    expect(rows.map((row) => row.textContent.includes('in Bq/mL already'))).toEqual([false, true])
    await submit('phantom-activity')
    await says('fields need another entry')
    await says('Choose the image of the phantom.')
    rows[0]!.click()
    await nextTick()
    // What the image says fills the fields.
    expect((find('calibration-date') as HTMLInputElement).value).toBe('2025-01-05')
    expect((find('calibration-nuclide') as HTMLInputElement).value).toBe('Lu-177')
    expect(document.body.textContent).not.toContain('Choose the image of the phantom.')
    for (const [id, text] of [
      ['phantom-activity', '520'],
      ['phantom-activity-uncertainty', '2'],
      ['phantom-assay', '1.5'],
      ['phantom-volume', '6900'],
      ['phantom-volume-uncertainty', '1'],
      ['phantom-radius', '80'],
      ['phantom-length', '120'],
      ['calibration-name', 'Cylinder 2025'],
    ] as const)
      await type(id, text)
    await submit('phantom-activity')
    await says('Nothing is stored yet')
    const box =
      (await seen('draft-recovery-curve')).querySelector('input') ?? (find('draft-recovery-curve') as HTMLElement)
    box.click()
    await nextTick()
    expect(find('store-drafts')?.textContent).toContain('1 of 2')
    find('store-drafts')!.click()
    await vi.waitFor(() => expect(find('calibration-table')?.textContent).toContain('Cylinder 2025'))
    const stored = bridge.asked.filter(({ name }) => name === 'calibrations.add')
    expect(stored.map(({ ask }) => (ask as { content: StoredCalibration }).content.kind)).toEqual(['camera-factor'])
  })
})

describe('the settings of a patient', () => {
  async function openPane(options: FakeOptions = {}) {
    const mounted = await mount(SettingsDialog, { open: true, status: null }, { analysed: true, ...options })
    const tab = [...document.querySelectorAll<HTMLElement>('[role="tab"]')].find((one) =>
      one.textContent.includes('Quantification'),
    )!
    tab.dispatchEvent(new MouseEvent('mousedown', { button: 0, bubbles: true }))
    tab.focus()
    await seen('quantification')
    return mounted
  }

  it('take a factor, show it with its day, and take it off again', async () => {
    const { patients } = await openPane()
    await choose('choose-camera-factor', 'Cylinder 2024')
    find('use-camera-factor')!.click()
    const used = await seen('used-calibration')
    expect(used.textContent).toContain('9.42 ± 0.23 cps/MBq')
    expect(used.textContent).toContain('measured 2024-01-05')
    await says('Results made before are out of date')
    expect(patients.view!.analysisState).toBe('stale')
    find('take-off')!.click()
    await vi.waitFor(() => expect(find('used-calibration')).toBeNull())
    expect(patients.view!.protocol.calibration).toBeUndefined()
  })

  it('tell a factor of another nuclide as the service does', async () => {
    const { patients } = await openPane()
    await choose('choose-camera-factor', 'Point source 2023')
    find('use-camera-factor')!.click()
    await says('was measured with I-131, the images are of Lu-177')
    expect(patients.view!.protocol.calibration).toBeUndefined()
  })

  it('mark one in use that is of another nuclide than the patient’s', async () => {
    const { patients } = await openPane()
    await choose('choose-camera-factor', 'Cylinder 2024')
    find('use-camera-factor')!.click()
    await seen('used-calibration')
    expect(find('used-calibration')!.textContent).not.toContain('Take it off, and')
    await patients.changeProtocol('Radionuclide', { ...patients.view!.protocol, nuclide: 'I-131' })
    await says('Measured with Lu-177; the images are of I-131')
  })

  it('save a method only with what it needs', async () => {
    const { patients } = await openPane()
    ;(await seen('method-richardson-lucy')).click()
    await says('This needs the point spread function')
    expect((find('save-method') as HTMLButtonElement).disabled).toBe(true)
    await choose('choose-psf', 'NEMA')
    find('use-psf')!.click()
    await vi.waitFor(() => expect((find('save-method') as HTMLButtonElement).disabled).toBe(false))
    // What was chosen but not saved is still chosen.
    expect((find('method-richardson-lucy') as HTMLInputElement).checked).toBe(true)
    await type('method-iterations', '30')
    find('save-method')!.click()
    await vi.waitFor(() =>
      expect(patients.view!.protocol.partialVolume).toMatchObject({
        method: 'richardson-lucy',
        iterations: 30,
        fwhmMm: [12.4, 12.6, 11.9],
        psf: { content: { name: 'NEMA spheres 2024' } },
      }),
    )
  })

  it('ask for the rates that a dead time needs', async () => {
    const { patients } = await openPane()
    await choose('choose-dead-time', 'Two sources')
    find('use-dead-time')!.click()
    await says('one detector, open window, in air')
    const uid = patients.view!.analysis!.cycles[0]!.timePoints[0]!.emission.seriesUid
    const rates = find('save-rates')!.parentElement!.querySelector<HTMLInputElement>('.grid input')!
    rates.value = '12000 11500'
    rates.dispatchEvent(new Event('input'))
    await nextTick()
    find('save-rates')!.click()
    await vi.waitFor(() =>
      expect(patients.view!.protocol.deadTime?.observedCpsBySeries).toEqual({ [uid]: [12000, 11500] }),
    )
  })
})
