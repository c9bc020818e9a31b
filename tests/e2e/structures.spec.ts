/** A person draws a lesion: threshold, brush, undo, save as a new set, measure with it. */
import { expect, test } from '@playwright/test'
import { PASSPHRASE, startApplication } from './support/application.ts'
import { lookingAt } from './support/look.ts'
import { choosePassphrase, endWithCase, importCase, openImported, startWithCase } from './support/simulatedCase.ts'
import type { RunningWithCase } from './support/simulatedCase.ts'

let running: RunningWithCase

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  running = await startWithCase({ seed: 17 })
})

test.afterAll(() => endWithCase(running))

const picture = lookingAt('structures')
const look = (name: string): Promise<void> => picture(running, name)

/** The volume that the list states for a structure, mL; 0 for an empty one. */
async function volumeMl(name: string): Promise<number> {
  const text = await running.page.getByTestId(`structure-${name}`).innerText()
  return Number(/([\d.]+)\s*mL/.exec(text.replaceAll('\u2009', '').replaceAll('\u00a0', ''))?.[1] ?? 0)
}

test('a lesion is found by a threshold, mended by hand, undone and done again', async () => {
  const { page } = running
  await choosePassphrase(running)
  await importCase(running)
  await openImported(running)
  await page.getByTestId('step-structures').click()
  await expect(page.getByTestId('structure-list').getByRole('listitem').first()).toBeVisible({ timeout: 60_000 })

  await page.getByTestId('add-structure').click()
  await page.getByTestId('structure-name').fill('DRAWN')
  await page.getByTestId('structure-done').click()
  await expect(page.getByTestId('structure-DRAWN')).toContainText('empty')

  await page.keyboard.press('t')
  await page.getByTestId('drawing-axial').click()
  await expect(page.getByTestId('drawing-apply')).toBeEnabled()
  await look('preview')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('drawing-undo')).toHaveAttribute('title', /Undo: Threshold, DRAWN/)
  const found = await volumeMl('DRAWN')
  expect(found).toBeGreaterThan(0)

  await page.keyboard.press('b')
  const box = (await page.getByTestId('drawing-axial').boundingBox())!
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.35, { steps: 12 })
  await page.mouse.up()
  await expect(page.getByTestId('drawing-undo')).toHaveAttribute('title', /Undo: Brush, DRAWN/)
  const drawn = await volumeMl('DRAWN')
  expect(drawn).toBeGreaterThan(found)

  await page.keyboard.press('Control+z')
  await expect.poll(() => volumeMl('DRAWN')).toBe(found)
  await page.keyboard.press('Control+Shift+z')
  await expect.poll(() => volumeMl('DRAWN')).toBe(drawn)
})

test('what was drawn is stored as a new set, which the time point is measured with', async () => {
  const { page } = running
  const drawn = await volumeMl('DRAWN')
  await page.getByTestId('save-structures').click()
  await page.getByTestId('set-label').fill('By hand')
  await page.getByTestId('save-set').click()
  await expect(page.getByLabel('Set', { exact: true }).locator('option:checked')).toHaveText('By hand (in use)')
  await look('saved')
  // The stored set, opened by another step.
  await page.getByTestId('step-images').click()
  const strip = page.getByRole('region', { name: 'Structures' })
  await expect(strip.getByText('DRAWN')).toBeVisible()
  const stated = Number(/DRAWN\s+([\d.]+)/.exec(await strip.innerText())?.[1])
  expect(Math.abs(stated / drawn - 1)).toBeLessThan(0.01)
  expect(running.complaints).toEqual([])
})

test('quitting keeps a drawing that was not saved, as a set that counts nowhere', async () => {
  const { page } = running
  await page.getByTestId('step-structures').click()
  await page.getByTestId('add-structure').click()
  await page.getByTestId('structure-name').fill('UNSAVED')
  await page.getByTestId('structure-done').click()
  await page.keyboard.press('t')
  await page.getByTestId('drawing-axial').click()
  await expect(page.getByTestId('drawing-apply')).toBeEnabled()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('drawing-undo')).toHaveAttribute('title', /Undo: Threshold, UNSAVED/)
  const drawn = await volumeMl('UNSAVED')

  const gone = running.app.waitForEvent('close')
  await running.app.evaluate(({ app }) => app.quit())
  await gone
  running = { ...running, ...(await startApplication(running.folder)) }
  await running.page.getByTestId('passphrase').fill(PASSPHRASE)
  await running.page.getByTestId('unlock').click()
  await running.page.getByTestId('patient-table').getByRole('rowheader').first().click()
  await running.page.getByTestId('step-structures').click()
  const sets = running.page.getByLabel('Set', { exact: true })
  await expect(sets.locator('option:checked')).toHaveText('By hand (in use)')
  const kept = sets.locator('option', { hasText: 'Kept at closing' })
  await expect(kept).toHaveCount(1)
  await sets.selectOption(await kept.getAttribute('value'))
  await expect.poll(() => volumeMl('UNSAVED')).toBeCloseTo(drawn, 1)
})
