/** A person keeps the calibrations of the cameras, and a patient whose images hold counts gets a factor from them. */
import { expect, test } from '@playwright/test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { chooseInDialog } from './support/application.ts'
import { lookingAt, resizeWindow } from './support/look.ts'
import {
  acceptAndOpenImported,
  choosePassphrase,
  endWithCase,
  importCase,
  startWithCase,
} from './support/simulatedCase.ts'
import type { RunningWithCase } from './support/simulatedCase.ts'

let running: RunningWithCase
const picture = lookingAt('calibrations')
const look = (name: string): Promise<void> => picture(running, name)

/** The factor that the simulated camera has. */
const FACTOR = '9.4'

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  running = await startWithCase({ seed: 14, quantification: 'counts', calibrationCpsPerMbq: Number(FACTOR) })
  await choosePassphrase(running)
  await resizeWindow(running, 1280, 800)
})

test.afterAll(() => endWithCase(running))

async function describeIt(name: string, date: string, nuclide = 'Lu-177'): Promise<void> {
  const { page } = running
  await page.getByTestId('calibration-name').fill(name)
  await page.getByTestId('calibration-date').fill(date)
  await page.getByTestId('calibration-nuclide').fill(nuclide)
  await page.getByLabel('Camera', { exact: true }).fill('Camera A')
  await page.getByLabel('Collimator').fill('MEHRS')
}

test('an empty store says what to do, and a factor is entered by hand', async () => {
  const { page } = running
  await page.getByTestId('open-calibrations').click({ timeout: 60_000 })
  await expect(page.getByRole('dialog')).toContainText('No calibrations yet')
  await look('empty')
  await page.getByTestId('enter-calibration').click()
  await page.getByTestId('entry-sensitivity').fill(FACTOR)
  await page.getByTestId('store-entry').click()
  // Nothing is assumed: without an uncertainty, a name and a day it is not stored.
  await expect(page.getByTestId('calibration-entry')).toContainText('3 fields need another entry')
  await look('entry-refused')
  await page.getByTestId('entry-uncertainty').fill('2.5')
  await describeIt('Cylinder 2024', '2024-01-05')
  await page.getByTestId('store-entry').click()
  await expect(page.getByTestId('calibration-table')).toContainText('9.40 ± 0.24 cps/MBq')
  await expect(page.getByTestId('calibration-sheet')).toContainText('entered by hand')
  // Stored is stored: another one cannot have its name and day.
  await page.getByTestId('enter-calibration').click()
  await page.getByTestId('entry-sensitivity').fill('10')
  await page.getByTestId('entry-uncertainty').fill('2.5')
  await describeIt('Cylinder 2024', '2024-01-05')
  await page.getByTestId('store-entry').click()
  await expect(page.getByRole('alert')).toContainText('Choose another name')
  await describeIt('Iodine', '2024-01-05', 'I-131')
  await page.getByTestId('store-entry').click()
  await expect(page.getByTestId('calibration-table').getByRole('row')).toHaveCount(3)
})

test('spheres become a recovery curve with its chart, and the other kinds are kept beside it', async () => {
  const { page } = running
  await page.getByTestId('enter-calibration').click()
  await page.getByLabel('What', { exact: true }).selectOption({ label: 'Recovery curve' })
  const spheres = [0.52, 1.15, 2.57, 5.57, 11.49, 26.52].map((v) => `${v}\t${(v / (v + 4)).toFixed(4)}\t0.02`)
  await page.getByTestId('entry-spheres').fill(spheres.join('\n'))
  await describeIt('NEMA spheres', '2024-01-06')
  await page.getByTestId('store-entry').click()
  await expect(page.getByTestId('recovery-chart').locator('canvas')).toBeVisible()
  await expect(page.getByTestId('calibration-sheet')).toContainText('β = 4.')
  await look('curve')
  await page.getByTestId('enter-calibration').click()
  await page.getByLabel('What', { exact: true }).selectOption({ label: 'Point spread function' })
  await page.getByTestId('entry-fwhm').fill('14 × 14 × 14')
  await page.getByTestId('entry-uncertainty').fill('6')
  await describeIt('NEMA spheres', '2024-01-06')
  await page.getByTestId('store-entry').click()
  await expect(page.getByTestId('calibration-table').getByRole('row')).toHaveCount(5)
  await page.getByLabel('Show', { exact: true }).selectOption({ label: 'Camera factor' })
  await expect(page.getByTestId('calibration-table').getByRole('row')).toHaveCount(3)
  // By keys: the first row is chosen with Enter.
  await page
    .getByTestId('calibration-table')
    .getByRole('row', { name: /Iodine/ })
    .focus()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('calibration-sheet')).toContainText('I-131')
  await page.keyboard.press('Escape')
})

test('a patient whose images hold counts takes the factor, and one of another nuclide is refused', async () => {
  const { page } = running
  await importCase(running)
  // Otherwise they would be a question of their own.
  await acceptAndOpenImported(running)
  await page.getByTestId('open-settings').click({ timeout: 60_000 })
  await page.getByRole('tab', { name: 'Quantification of this patient' }).click()
  const pane = page.getByTestId('quantification')
  const option = (name: string) =>
    page.getByTestId('choose-camera-factor').locator('option', { hasText: name }).getAttribute('value')
  await page.getByTestId('choose-camera-factor').selectOption(await option('Cylinder 2024'))
  await page.getByTestId('use-camera-factor').click()
  await expect(pane.getByTestId('used-calibration')).toContainText('Cylinder 2024')
  await expect(pane.getByTestId('used-calibration')).toContainText('9.40 ± 0.24 cps/MBq')
  // The nuclide of the images is known by now.
  await page.getByTestId('choose-camera-factor').selectOption(await option('Iodine'))
  await page.getByTestId('use-camera-factor').click()
  await expect(page.getByTestId('quantification-failure')).toContainText('measured with I-131')
  await look('refused')
  await expect(pane.getByTestId('used-calibration')).toContainText('Cylinder 2024')

  // A method that lacks what it needs cannot be saved; with the stored widths it can.
  await page.getByTestId('method-gtm').check()
  await expect(page.getByTestId('save-method')).toBeDisabled()
  const psf = page.getByTestId('choose-psf')
  await psf.selectOption(await psf.locator('option').nth(1).getAttribute('value'))
  await page.getByTestId('use-psf').click()
  await expect(page.getByTestId('save-method')).toBeEnabled()
  await page.getByTestId('save-method').click()
  await expect(pane).toContainText('Results made before are out of date')
  await look('applied')
  await page.getByTestId('method-none').check()
  await page.getByTestId('save-method').click()
  await expect(page.getByTestId('save-method')).toBeDisabled()
  await page.getByRole('tab', { name: 'Protocol of this patient' }).click()
  await expect(page.getByRole('dialog')).toContainText('From the stored factor “Cylinder 2024”')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('open-problems').filter({ hasText: 'question' })).toHaveCount(0)
})

test('the image of a phantom is analysed, its result looked at and thrown away', async () => {
  const { page } = running
  await page.getByTestId('open-calibrations').click()
  await page.getByTestId('phantom-calibration').click()
  await chooseInDialog(running, join(running.caseFolder, 'cycle1'))
  await page.getByTestId('phantom-folder').click()
  await expect(page.getByTestId('phantom-form')).toContainText('cycle1')
  for (const [field, text] of [
    ['phantom-activity', '520'],
    ['phantom-activity-uncertainty', '2'],
    ['phantom-assay', '1.5'],
    ['phantom-volume', '6900'],
    ['phantom-volume-uncertainty', '1'],
    ['phantom-radius', '40'],
    ['phantom-length', '60'],
  ] as const)
    await page.getByTestId(field).fill(text)
  await describeIt('Cylinder, by image', '2024-01-08')
  await look('phantom')
  await page.getByTestId('analyse-phantom').click()
  // Several images are in that folder: which one is meant is not guessed.
  await expect(page.getByText('Choose the image of the phantom.')).toBeVisible({ timeout: 60_000 })
  const first = readdirSync(join(running.caseFolder, 'cycle1')).sort()[0] ?? ''
  await chooseInDialog(running, join(running.caseFolder, 'cycle1', first))
  await page.getByTestId('phantom-folder').click()
  await expect(page.getByTestId('phantom-form')).toContainText(first)
  await page.getByTestId('analyse-phantom').click()
  const drafts = page.getByTestId('calibration-drafts')
  await expect(drafts).toContainText('Nothing is stored yet', { timeout: 60_000 })
  await expect(page.getByTestId('calibration-budget')).toContainText('counting statistics')
  // A patient is no uniform phantom, and the analysis says so.
  await expect(drafts).toContainText('The parts of the region differ')
  await look('drafts')
  await page.getByTestId('discard-drafts').click()
  await expect(page.getByTestId('calibration-table').getByRole('row')).toHaveCount(5)
})

test('one that is taken out of use is asked about once, and the patient keeps the copy', async () => {
  const { page } = running
  await page
    .getByTestId('calibration-table')
    .getByRole('row', { name: /Cylinder 2024/ })
    .click()
  await page.getByTestId('retire-calibration').click()
  await expect(page.getByRole('dialog')).toContainText('keep it')
  await look('retire')
  await page.getByTestId('confirm-retire').click()
  await expect(page.getByTestId('calibration-table')).not.toContainText('Cylinder 2024')
  await page.keyboard.press('Escape')
  await page.getByTestId('open-settings').click()
  await page.getByRole('tab', { name: 'Quantification of this patient' }).click()
  await expect(page.getByTestId('used-calibration').first()).toContainText('Cylinder 2024')
  await page.getByTestId('take-off').first().click()
  await expect(page.getByTestId('quantification')).not.toContainText('Cylinder 2024')
  expect(running.complaints).toEqual([])
})

test('it stays legible in the light theme, wide and with text at 150 %', async () => {
  const { page } = running
  await page.keyboard.press('Escape')
  await page.getByTestId('theme-toggle').click()
  await resizeWindow(running, 1920, 1080)
  await page.getByTestId('open-calibrations').click()
  await page
    .getByTestId('calibration-table')
    .getByRole('row', { name: /Recovery curve/ })
    .click()
  await expect(page.getByTestId('recovery-chart').locator('canvas')).toBeVisible()
  await look('light-wide')
  await page.getByTestId('enter-calibration').click()
  await look('light-entry')
  await page.keyboard.press('Escape')
  await page.getByTestId('open-settings').click()
  await page.getByRole('tab', { name: 'Display' }).click()
  await page.getByLabel('Text size').selectOption({ label: '150 %' })
  await page.keyboard.press('Escape')
  await resizeWindow(running, 1280, 800)
  await page.getByTestId('open-calibrations').click()
  await page
    .getByTestId('calibration-table')
    .getByRole('row', { name: /Recovery curve/ })
    .click()
  await look('light-large-text')
  expect(running.complaints).toEqual([])
})
