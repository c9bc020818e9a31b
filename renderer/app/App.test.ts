/** The window from the door to a patient, in a document without layout or graphics: what is offered, named and asked. */
import { createPinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp, type App as VueApp } from 'vue'
import type { FakeBridge, FakeOptions } from '../dev/fakeBridge.ts'
import { fakeProblems } from '../dev/fakeProblems.ts'
import { fakeWindow, find, mountAlone, seen, type } from '../dev/onScreen.ts'
import App from './App.vue'

let app: VueApp | null = null

async function open(options: FakeOptions): Promise<FakeBridge> {
  const bridge = fakeWindow(options)
  localStorage.clear()
  app = createApp(App)
  app.use(createPinia())
  await mountAlone(app)
  return bridge
}
afterEach(() => {
  app?.unmount()
  app = null
})

describe('the window', () => {
  it('makes a passphrase for a new store, typed twice, then offers a beginning', async () => {
    const bridge = await open({ store: 'new', empty: true })
    await type('passphrase', 'several words')
    await type('passphrase-repeat', 'several word')
    const submit = () =>
      find('unlock')!
        .closest('form')!
        .dispatchEvent(new Event('submit', { cancelable: true }))
    submit()
    await vi.waitFor(() => expect(document.body.textContent).toContain('The two are not the same'))
    expect(bridge.asked.map((one) => one.name)).not.toContain('store.unlock')
    await type('passphrase-repeat', 'several words')
    submit()
    await seen('load-demonstration')
    expect(document.body.textContent).toContain('No patients yet')
  })

  it('leads from the demonstration to the patient with the steps that work', async () => {
    await open({ empty: true })
    ;(await seen('load-demonstration')).click()
    ;(await seen('open-imported')).click()
    await seen('step-images')
    const steps = [...document.querySelectorAll('[data-testid^="step-"]')].map((one) => one.getAttribute('data-testid'))
    expect(steps).toEqual([
      'step-images',
      'step-structures',
      'step-kinetics',
      'step-dose',
      'step-biology',
      'step-report',
    ])
    expect(find('step-dose')!.dataset['state']).toBe('ready')
    expect(find('step-images')!.getAttribute('aria-current')).toBe('step')
    find('step-dose')!.click()
    ;(await seen('run-analysis')).click()
    await seen('dose-table')
    expect(find('step-dose')!.dataset['state']).toBe('done')
    expect(find('dose-table')!.textContent).toContain('± ')
  })

  it('leads from a blocked analysis to the form that answers it', async () => {
    const bridge = await open({ problems: fakeProblems.slice(0, 2) })
    ;(
      await vi.waitFor(() => {
        const row = document.querySelector<HTMLElement>('[data-testid="patient-table"] tbody tr')
        expect(row).not.toBeNull()
        return row!
      })
    ).click()
    ;(await seen('step-dose')).click()
    const run = (await seen('run-analysis')) as HTMLButtonElement
    expect(run.disabled).toBe(true)
    find('answer-questions')!.click()
    ;(await seen('accept-problem')).click()
    await vi.waitFor(() => {
      const saved = bridge.asked.find((one) => one.name === 'protocol.save')?.ask as {
        protocol: { acceptedProblems: string[] }
      }
      expect(saved.protocol.acceptedProblems).toEqual(['administration.activity-contradiction@'])
    })
  })
})
