import { describe, expect, it } from 'vitest'
import { createApp, h, nextTick, ref } from 'vue'
import UiDate from './UiDate.vue'

describe('a field for a day', () => {
  const day = ref('')
  const place = document.createElement('div')
  const app = createApp(() =>
    h(UiDate, { label: 'Day', modelValue: day.value, 'onUpdate:modelValue': (to: string) => (day.value = to) }),
  )
  app.mount(place)
  const field = place.querySelector('input') as HTMLInputElement
  const type = async (text: string): Promise<void> => {
    field.value = text
    field.dispatchEvent(new Event('input'))
    await nextTick()
  }

  it('gives a day that exists, as ISO, and nothing before', async () => {
    await type('2024-02-2')
    expect(day.value).toBe('')
    await type('2024-02-29')
    expect(day.value).toBe('2024-02-29')
    await type('02/29/2024')
    expect(day.value).toBe('')
    expect(field.value).toBe('02/29/2024')
  })

  it('says what is wrong once it is left, not while it is typed', async () => {
    await type('2023-02-29')
    expect(place.textContent).not.toContain('exists')
    field.dispatchEvent(new Event('blur'))
    await nextTick()
    expect(place.textContent).toContain('A day that exists, as 2024-01-31.')
    expect(field.getAttribute('aria-invalid')).toBe('true')
  })

  it('follows a value from outside', async () => {
    day.value = '2026-01-12'
    await nextTick()
    expect(field.value).toBe('2026-01-12')
    day.value = ''
    await nextTick()
    expect(field.value).toBe('')
    app.unmount()
  })
})
