/** For tests of the window in a document without layout: what a person sees and does, each field and button by its test id. */
import { expect, vi } from 'vitest'
import { nextTick, type App } from 'vue'
import { createFakeBridge, type FakeBridge, type FakeOptions } from './fakeBridge.ts'

/** The window's way out, until the next one. */
export function fakeWindow(options: FakeOptions): FakeBridge {
  const bridge = createFakeBridge({ tickMs: 1, ...options })
  Object.defineProperty(window, 'theratwin', { value: bridge, configurable: true })
  return bridge
}

/** Mounts it as the only thing in the document. */
export async function mountAlone(app: App): Promise<void> {
  const place = document.createElement('div')
  document.body.replaceChildren(place)
  app.mount(place)
  await nextTick()
}

const PATIENCE = { timeout: 5000 }

export const find = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)

export const seen = (id: string): Promise<HTMLElement> =>
  vi.waitFor(() => {
    const found = find(id)
    expect(found, id).not.toBeNull()
    return found as HTMLElement
  }, PATIENCE)

export const says = (text: string): Promise<void> =>
  vi.waitFor(() => expect(document.body.textContent).toContain(text), PATIENCE)

export async function press(id: string): Promise<void> {
  ;(await seen(id)).click()
  await nextTick()
}

export async function type(id: string, text: string): Promise<void> {
  const field = (await seen(id)) as HTMLInputElement
  field.value = text
  field.dispatchEvent(new Event('input'))
  await nextTick()
}

/** Submits the form that this is, or is in. */
export async function submit(id: string): Promise<void> {
  const form = (await seen(id)).closest('form')
  expect(form, id).not.toBeNull()
  form?.dispatchEvent(new Event('submit', { cancelable: true }))
  await nextTick()
}
