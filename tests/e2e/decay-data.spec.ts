/** A person looks a nuclide up: from the list of patients, before any patient is there. */
import { expect, test } from '@playwright/test'
import { PASSPHRASE, removeFolder, startApplication } from './support/application.ts'
import type { RunningApplication } from './support/application.ts'
import { lookingAt, resizeWindow } from './support/look.ts'

let running: RunningApplication
const picture = lookingAt('decay-data')
const look = (name: string): Promise<void> => picture(running, name)

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  running = await startApplication()
  const { page } = running
  await page.getByTestId('passphrase').waitFor()
  const fields = page.locator('input[type="password"]')
  for (let at = 0; at < (await fields.count()); at++) await fields.nth(at).fill(PASSPHRASE)
  await page.getByTestId('unlock').click()
  await page.getByTestId('open-nuclides').waitFor({ timeout: 60_000 })
})

test.afterAll(async () => {
  await running.close()
  removeFolder(running.folder)
})

test('a nuclide opens with its chain, its lines and its spectrum', async () => {
  const { page } = running
  await page.getByTestId('open-nuclides').click()
  const sheet = page.getByTestId('nuclide-sheet')
  await expect(sheet).toContainText('6.647 d')
  await expect(page.getByTestId('emission-chart').locator('canvas')).toHaveCount(2)
  await look('lu-177')
})

test('a chain shows every daughter, found by the name that a physician types', async () => {
  const { page } = running
  await page.getByRole('searchbox').fill('225ac')
  await page.getByTestId('nuclide-list').getByRole('button').click()
  const diagram = page.getByTestId('chain-diagram')
  for (const daughter of ['Fr-221', 'At-217', 'Bi-213', 'Po-213', 'Tl-209', 'Pb-209'])
    await expect(diagram).toContainText(daughter)
  await look('ac-225')
  await page.getByRole('tab', { name: 'Strongest lines' }).click()
  await expect(page.getByTestId('nuclide-sheet').getByRole('table')).toContainText('Po-213')
  await look('ac-225-table')
  await page.getByTestId('with-daughters').uncheck()
  await expect(page.getByTestId('nuclide-sheet').getByRole('table')).not.toContainText('Po-213')
})

test('it fits a small window and the light theme', async () => {
  const { page } = running
  await page.keyboard.press('Escape')
  await page.getByTestId('theme-toggle').click()
  await resizeWindow(running, 1100, 700)
  await page.getByTestId('open-nuclides').click()
  await expect(page.getByTestId('nuclide-sheet')).toBeVisible()
  await look('light-small')
  expect(running.complaints).toEqual([])
})
