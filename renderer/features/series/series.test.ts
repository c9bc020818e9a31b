/** The page of measured series with a patient open, in a document without layout. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h, nextTick, type App as VueApp } from 'vue'
import { fakeWindow, find, mountAlone, press, says, seen, submit, type } from '../../dev/onScreen.ts'
import { usePatientStore } from '../patients/index.ts'
import { SeriesPage } from './index.ts'

let app: VueApp | null = null

async function mount() {
  const bridge = fakeWindow({ analysed: true })
  const pinia = createPinia()
  setActivePinia(pinia)
  const patients = usePatientStore()
  await patients.open('demo')
  app = createApp(() => {
    const { analysis, protocol } = patients.view ?? {}
    const structure = analysis?.cycles[0]?.structures.find(({ name }) => name === 'SPLEEN')
    if (!analysis || !protocol || !structure) return null
    const props = { analysis, protocol, cycle: 1, structure, patientId: 'demo' }
    return h(SeriesPage, props, {
      chart: (drawn: { structure: { points: unknown[] } }) => `chart of ${drawn.structure.points.length}`,
    })
  })
  app.use(pinia)
  await mountAlone(app)
  return { bridge, patients }
}

beforeEach(() => localStorage.clear())
afterEach(() => {
  app?.unmount()
  app = null
})

async function choose(id: string, label: string): Promise<void> {
  const field = await seen(id)
  const select = (field.matches('select') ? field : field.querySelector('select')) as HTMLSelectElement
  select.selectedIndex = [...select.options].findIndex((option) => option.text.trim() === label)
  select.dispatchEvent(new Event('change'))
  await nextTick()
}
async function paste(id: string, text: string): Promise<void> {
  const event = new Event('paste', { cancelable: true })
  Object.defineProperty(event, 'clipboardData', { value: { getData: () => text } })
  ;(await seen(id)).dispatchEvent(event)
  await nextTick()
}
describe('measured series', () => {
  it('are pasted, corrected at the cell, shown with the present curve, kept, used, and taken out again', async () => {
    const { bridge, patients } = await mount()
    await says('No measured series')
    await says('Images alone make this curve.')
    await press('add-series')
    await paste('cell-0-time', 'h\tGBq\t%\n4\t0,8\t5\n24\t1,234\t5')
    await type('series-method', 'probe of ward 3')
    await submit('typed-series')
    await says('Is the comma of "1,234" decimal or of thousands?')
    expect(find('cell-1-value')?.getAttribute('aria-invalid')).toBe('true')
    await type('cell-1-value', '0.4')
    await submit('typed-series')
    // Four present points and two of the draft.
    await says('chart of 6')
    expect(find('not-outlined')).toBeNull()
    expect(bridge.asked.some(({ name }) => name === 'measuredSeries.add')).toBe(false)
    await choose('draft-use', 'instead of images')
    await press('draft-keep')
    await says('Stored, and used instead of images.')
    const entry = () => patients.view?.protocol.measuredSeries?.[0]
    expect(entry()).toMatchObject({ cycle: 1, structure: 'SPLEEN', use: 'instead-of-images' })
    expect(entry()?.series.content.curve.points[1]).toMatchObject({ activityBq: 4e8, standardUncertaintyBq: 2e7 })
    await choose('use-series-1', 'scaled to images')
    await vi.waitFor(() => expect(entry()?.use).toBe('scaled-to-images'))
    await patients.undo()
    await patients.undo()
    expect(patients.view?.protocol.measuredSeries).toBeUndefined()
    await press('retire-series')
    await press('retire-series')
    await says('No measured series')
  })

  it('of samples are a draft of the backend, whose structure may be one that no image outlines', async () => {
    const { bridge, patients } = await mount()
    await press('add-series')
    await press('series-add-samples')
    await paste('cell-0-time_h', 'time_h;anterior;anterior_u\n0,5;100;2\n24;60;2')
    await submit('samples-series')
    await says('it stands beside them')
    expect(bridge.asked.find(({ name }) => name === 'measuredSeries.fromRequest')?.ask).toMatchObject({
      table: 'probe',
      rows: [{ time_h: '0.5', anterior: '100' }, { time_h: '24' }],
      administeredBq: { value: 7.4e9 },
    })
    await press('draft-keep')
    await says('Stored. It counts once you choose how.')
    expect(patients.view?.protocol.measuredSeries).toBeUndefined()
    await says('Of other structures and cycles')
  })

  it('by a request file say at their fields what is missing, and what the backend refuses', async () => {
    await mount()
    await press('add-series')
    await press('series-add-request')
    await submit('request-series')
    await says('Choose the request.')
    const field = (await seen('series-request')) as HTMLInputElement
    const file = new File([JSON.stringify({ scans: [{}], regions: [{ name: 'SPLEEN' }] })], 'planar.json')
    Object.defineProperty(field, 'files', { value: [file], configurable: true })
    field.dispatchEvent(new Event('change'))
    await says('planar.json')
    const folder = [...document.querySelectorAll('button')].find(({ textContent }) => textContent?.includes('Choose …'))
    folder?.click()
    await says('/data/planar')
    await submit('request-series')
    await says('There are no planar images here. Type the points instead.')
  })
})
