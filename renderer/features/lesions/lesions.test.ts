/** Lesions from the first search to confirmed identities, over the fake bridge, in a document without layout. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TooltipProvider } from 'reka-ui'
import { createApp, h, nextTick, type App as VueApp, type Component } from 'vue'
import { createFakeBridge, type FakeBridge, type FakeOptions } from '../../dev/fakeBridge.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore, useSelectionStore } from '../patients/index.ts'
import FollowUpView from './components/FollowUpView.vue'
import SearchView from './components/SearchView.vue'
import { useFollowUpStore } from './followStore.ts'
import { useLesionStore } from './store.ts'
import { useTold } from '../structures/index.ts'

let bridge: FakeBridge
let app: VueApp | null = null

// Slices are drawn in a worker, which there is none of here.
vi.mock('./components/LesionSlices.vue', () => ({ default: { render: () => null } }))

async function begin(options: FakeOptions = {}) {
  bridge = createFakeBridge({ tickMs: 1, ...options })
  Object.defineProperty(window, 'theratwin', { value: bridge, configurable: true })
  const pinia = createPinia()
  setActivePinia(pinia)
  useJobStore().listen()
  await usePatientStore().open('demo')
  const lesions = useLesionStore()
  await nextTick()
  await lesions.load()
  return { pinia, lesions }
}

function mount(component: Component, props: Record<string, unknown>, pinia: ReturnType<typeof createPinia>): void {
  const place = document.createElement('div')
  document.body.replaceChildren(place)
  app = createApp(() => h(TooltipProvider, () => h(component, props)))
  app.use(pinia)
  app.mount(place)
}

beforeEach(() => localStorage.clear())
afterEach(() => {
  app?.unmount()
  app = null
})

const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)!
const rowsShown = () => [...document.querySelectorAll<HTMLElement>('[data-testid="candidate-table"] tbody tr')]
const press = (on: HTMLElement, key: string) => on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
const asks = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask)

describe('the search for lesions', () => {
  it('shows what was found, decides, renames and stores the accepted ones beside a set', async () => {
    const { lesions } = await begin()
    lesions.form = { ...lesions.form, valueKbqPerMl: '100' }
    await lesions.search()
    expect(lesions.found?.setId).toMatch(/^candidates/)
    expect(lesions.masks).toHaveLength(lesions.rows.length)
    const [first, second] = lesions.rows
    expect(lesions.chosenId).toBe(first!.structureId)
    lesions.judge(first!.structureId, 'accepted')
    lesions.judge(second!.structureId, 'accepted')
    lesions.judge(second!.structureId, 'accepted')
    lesions.rename(first!.structureId, '  Hilum ')
    lesions.rename(first!.structureId, '   ')
    expect(lesions.rows[1]!.verdict).toBe('open')
    expect(lesions.burden).toMatchObject({ count: 1, volumeMl: first!.volumeMl })
    await lesions.accept('With lesions', 'set-1', true)
    expect(asks('lesions.accept')).toEqual([
      expect.objectContaining({
        accepted: [{ structureId: first!.structureId, name: 'Hilum', identity: null }],
        withSetId: 'set-1',
        use: true,
      }),
    ])
    expect(lesions.message).toContain('1 lesion saved as "With lesions"')
    expect(lesions.setInUse?.label).toBe('With lesions')
  })

  it('asks nothing while the form is not complete', async () => {
    const { lesions } = await begin()
    await lesions.search()
    expect(asks('lesions.find')).toEqual([])
  })

  it('that finds nothing says what to lower, and keeps nothing of an earlier one', async () => {
    const { lesions } = await begin()
    lesions.form = { ...lesions.form, valueKbqPerMl: '100' }
    await lesions.search()
    lesions.form = { ...lesions.form, valueKbqPerMl: '1000000' }
    await lesions.search()
    expect(lesions.found).toBeNull()
    expect(lesions.message).toContain('Lower the threshold')
  })

  it('stays when the patient is asked for again, with what is told of it', async () => {
    const { lesions } = await begin()
    lesions.form = { ...lesions.form, valueKbqPerMl: '100' }
    await lesions.search()
    lesions.judge(lesions.rows[0]!.structureId, 'accepted')
    await lesions.accept('With lesions', null, true)
    await usePatientStore().open('demo')
    await nextTick()
    expect(lesions.found).not.toBeNull()
    expect(lesions.message).toContain('saved as "With lesions"')
  })

  it('is forgotten with the time point; what was decided comes back with the set', async () => {
    const { lesions } = await begin()
    lesions.form = { ...lesions.form, valueKbqPerMl: '100' }
    await lesions.search()
    const { setId } = lesions.found!
    const id = lesions.rows[0]!.structureId
    lesions.judge(id, 'rejected')
    useSelectionStore().timePointId = 'tp3'
    await nextTick()
    expect(lesions.found).toBeNull()
    useSelectionStore().timePointId = 'tp1'
    await nextTick()
    await lesions.load()
    await lesions.open(setId)
    expect(lesions.rows.find(({ structureId }) => structureId === id)!.verdict).toBe('rejected')
  })

  it('keeps what was accepted and not saved when the window closes, as a set that counts nowhere', async () => {
    const { lesions } = await begin()
    lesions.form = { ...lesions.form, valueKbqPerMl: '100' }
    await lesions.search()
    const [first, second] = lesions.rows
    lesions.judge(second!.structureId, 'rejected')
    expect(lesions.hasUnsaved).toBe(false)
    lesions.judge(first!.structureId, 'accepted')
    expect(lesions.hasUnsaved).toBe(true)
    await lesions.keepUnsaved()
    expect(asks('lesions.accept')).toEqual([
      expect.objectContaining({
        timePointId: 'tp1',
        setId: lesions.found!.setId,
        accepted: [{ structureId: first!.structureId, name: first!.name, identity: null }],
        withSetId: null,
        label: expect.stringContaining('kept at closing'),
        use: false,
      }),
    ])
    expect(lesions.hasUnsaved).toBe(false)
  })

  it('refuses a set that no search made, in words', async () => {
    const { lesions } = await begin()
    const { failure, told } = useTold()
    expect(await told(() => lesions.open('set-1'))).toBe(false)
    expect(failure.value).toBe('This set was not made by a search for lesions. Choose another set, or search.')
  })

  it('that is cancelled leaves things as they were', async () => {
    const { lesions } = await begin({ tickMs: 300 })
    const jobs = useJobStore()
    lesions.form = { ...lesions.form, valueKbqPerMl: '100' }
    const searching = lesions.search()
    await vi.waitFor(() => expect(jobs.running).toHaveLength(1))
    await jobs.cancel(jobs.running[0]!.jobId)
    await searching.catch(() => undefined)
    expect(lesions.searching).toBe(false)
    expect(lesions.found).toBeNull()
  })
})

describe('the list of candidates', () => {
  it('is judged by keys: arrows, A, R, and F2 for the name', async () => {
    const { pinia, lesions } = await begin()
    lesions.form = { ...lesions.form, valueKbqPerMl: '100' }
    await lesions.search()
    const { told } = useTold()
    mount(SearchView, { failure: '', told }, pinia)
    const [first, second] = rowsShown()
    first!.focus()
    press(first!, 'a')
    press(first!, 'ArrowDown')
    expect(document.activeElement).toBe(second)
    press(second!, 'r')
    await nextTick()
    // By total activity, the largest first.
    const sorted = [...lesions.rows].sort((a, b) => b.totalBq - a.totalBq)
    expect(sorted.map(({ verdict }) => verdict).slice(0, 2)).toEqual(['accepted', 'rejected'])
    expect(lesions.chosenId).toBe(sorted[1]!.structureId)
    expect(second!.textContent).toContain('rejected')
    press(second!, 'F2')
    await nextTick()
    const field = second!.querySelector('input')!
    // A letter that is typed into the name decides nothing.
    press(field, 'a')
    expect(lesions.rows.find((one) => one.structureId === sorted[1]!.structureId)!.verdict).toBe('rejected')
    field.value = 'Renamed'
    press(field, 'Enter')
    await nextTick()
    expect(second!.textContent).toContain('Renamed')
    expect(find('burden').textContent).toContain('1 accepted')
  })

  it('names the flags in words', async () => {
    const { pinia, lesions } = await begin()
    lesions.form = { ...lesions.form, valueKbqPerMl: '100' }
    await lesions.search()
    mount(SearchView, { failure: '', told: useTold().told }, pinia)
    const kidney = rowsShown().find((row) => row.textContent.includes('KIDNEY_L'))!
    expect(kidney.textContent).toContain('physiologic?')
    expect(kidney.textContent).toContain('97 % of it lie in KIDNEY_L')
  })
})

describe('lesions over time', () => {
  it('are proposed, answered by a person, confirmed, and then all settled', async () => {
    const { pinia } = await begin()
    const follow = useFollowUpStore()
    expect(follow.wanted).toEqual(['tp1', 'tp2', 'tp3', 'tp4'])
    mount(FollowUpView, {}, pinia)
    expect(document.body.textContent).toContain('Lesions have not been followed yet')
    await follow.follow()
    await nextTick()
    expect(find('follow-up-table').textContent).toContain('disappeared')
    expect(find('follow-up-table').textContent).toContain('24.3 ± 3.1 Gy')
    expect(find('undecided-lesions').textContent).toContain('It lies 14 mm from')
    follow.answers = { 'open-one': 'L9' }
    await follow.confirm()
    await nextTick()
    const [asked] = asks('lesions.identify') as { sets: { identities: { identity: string }[] }[]; use: boolean }[]
    expect(asked!.use).toBe(true)
    expect(asked!.sets.at(-1)!.identities.map(({ identity }) => identity)).toContain('L9')
    expect(document.body.textContent).toContain('A person has confirmed every identity.')
    expect(follow.answers).toEqual({})
  })

  it('are renamed in place: a proposal in the table, a confirmed one in new sets; never as another one is called', async () => {
    const { pinia } = await begin()
    const follow = useFollowUpStore()
    mount(FollowUpView, {}, pinia)
    await follow.follow()
    await nextTick()
    async function rename(from: string, to: string, key = 'Enter'): Promise<void> {
      const button = [...document.querySelectorAll<HTMLElement>('.identity')].find((one) =>
        one.textContent.includes(from),
      )!
      press(button, 'F2')
      await nextTick()
      const field = find('rename-lesion') as HTMLInputElement
      field.value = to
      press(field, key)
      await nextTick()
    }
    const identities = () => follow.followUp!.lesions.map(({ identity }) => identity)
    const [one, two] = identities()
    await rename(one!, 'Dropped', 'Escape')
    await rename(one!, two!)
    await vi.waitFor(() => expect(find('follow-failure').textContent).toContain(`called "${two!}" already`))
    expect(identities()[0]).toBe(one)
    await rename(one!, ' Hilum ')
    await vi.waitFor(() => expect(identities()[0]).toBe('Hilum'))
    await follow.confirm()
    const asked = asks('lesions.identify').at(-1) as { sets: { identities: { identity: string }[] }[] }
    expect(asked.sets[0]!.identities[0]!.identity).toBe('Hilum')
    await nextTick()
    const confirmed = identities()[0]!
    await rename(confirmed, 'Hepatic hilum')
    await vi.waitFor(() => expect(identities()[0]).toBe('Hepatic hilum'))
    expect(asks('lesions.rename').at(-1)).toEqual({
      patientId: 'demo',
      identity: confirmed,
      newIdentity: 'Hepatic hilum',
      use: true,
    })
    expect(follow.message).toContain('in new sets that are in use')
    expect(follow.chosen).toBe('Hepatic hilum')
  })

  it('are out of date once another set is in use', async () => {
    await begin()
    const patients = usePatientStore()
    const follow = useFollowUpStore()
    await follow.follow()
    expect(follow.isOld).toBe(false)
    patients.view = {
      ...patients.view!,
      protocol: { ...patients.view!.protocol, structureSetBySeries: { series: 'other' } },
    }
    expect(follow.isOld).toBe(true)
  })
})
