/** A person judges biological effect: looks at limits and curves, tries other sensitivities, goes back, keeps a decision. */
import { expect, test } from '@playwright/test'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePhantomCase } from '../phantoms/index.ts'
import { PASSPHRASE, chooseInDialog, removeFolder, startApplication } from './support/application.ts'
import type { RunningApplication } from './support/application.ts'
import { lookingAt, resizeWindow } from './support/look.ts'

let running: RunningApplication
let caseFolder: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  caseFolder = mkdtempSync(join(tmpdir(), 'theratwin-e2e-case-'))
  await makePhantomCase({ seed: 23, sizes: 'tiny', outDir: caseFolder })
  running = await startApplication()
})

test.afterAll(async () => {
  await running.close()
  removeFolder(running.folder)
  removeFolder(caseFolder)
})

const picture = lookingAt('biology')
const look = (name: string): Promise<void> => picture(running, name)
const bar = () => running.page.getByTestId('tried-bar')
const kidney = () => running.page.getByTestId('effect-table').getByRole('row', { name: /KIDNEY_L/ })

test('before the analysis the step leads there; after it, every structure has its effect or says why not', async () => {
  const { page } = running
  await page.getByTestId('passphrase').fill(PASSPHRASE)
  await page.getByTestId('passphrase-repeat').fill(PASSPHRASE)
  await page.getByTestId('unlock').click()
  await chooseInDialog(running, caseFolder)
  await page.getByTestId('import-folder').first().click()
  await page.getByRole('button', { name: 'Open', exact: true }).click({ timeout: 120_000 })
  await resizeWindow(running, 1280, 800)
  await page.getByTestId('step-biology').click()
  await expect(page.getByText('Run the analysis first')).toBeVisible()
  await look('empty')
  await page.getByTestId('biology-to-kinetics').click()
  await page.getByTestId('run-analysis').click()
  await expect(page.getByTestId('step-biology')).toContainText('done', { timeout: 120_000 })
  await page.getByTestId('step-biology').click()
  await expect(kidney()).toContainText('±')
  await expect(kidney()).toContainText('NTCP')
  await expect(kidney().locator('.unverified')).toBeVisible()
  await expect(bar()).toContainText('as kept')
  await kidney().click()
  await expect(page.getByTestId('biology-course-chart').locator('canvas').first()).toBeVisible()
  await look('course')
})

test('limits, probabilities and the histogram of a structure are a page each', async () => {
  const { page } = running
  await page.getByTestId('biology-limits').click()
  await expect(page.getByTestId('limit-table')).toContainText('%')
  const further = page.getByTestId('further-cycle').getByRole('slider')
  await further.focus()
  await page.keyboard.press('End')
  await expect(page.getByTestId('further-adds')).toContainText('Gy of BED')
  await look('limits')
  await page.getByTestId('biology-outcome').click()
  await expect(page.getByTestId('outcome-chart-NTCP').locator('canvas').first()).toBeVisible()
  await look('outcome')
  await page.getByTestId('biology-bvh').click()
  await expect(page.getByTestId('no-bvh')).toContainText('Compute voxel doses')
})

test('a slider answers at once and is marked as tried; keys take it back and forth', async () => {
  const { page } = running
  const before = await page.getByTestId('effect-headline').innerText()
  const slider = page.getByTestId('slide-alphaBetaGy').getByRole('slider')
  await slider.focus()
  await page.keyboard.press('End')
  await expect(bar()).toContainText('tried, not kept')
  await expect(page.getByTestId('effect-headline')).not.toHaveText(before)
  await expect(kidney()).toContainText('kept:')
  await look('tried')
  await page.keyboard.press('Control+z')
  await expect(bar()).toContainText('as kept')
  await expect(page.getByTestId('effect-headline')).toHaveText(before)
  await page.keyboard.press('Control+Shift+z')
  await expect(bar()).toContainText('tried, not kept')
  await page.getByTestId('biology-back').click()
  await expect(page.getByTestId('effect-headline')).toHaveText(before)
})

test('a decision with its reason is kept, and is there when the patient is opened again', async () => {
  const { page } = running
  await page.getByTestId('biology-parameters').click()
  await expect(page.getByTestId('parameter-table').locator('.unverified').first()).toBeVisible()
  const field = page.getByTestId('parameter-alphaBetaGy').getByRole('textbox')
  await field.fill('3')
  await field.press('Enter')
  await expect(page.getByTestId('parameter-table')).toContainText('given')
  await page.getByTestId('biology-reason').fill('earlier nephropathy')
  await page.getByTestId('biology-reason').press('Enter')
  await page.getByTestId('biology-beam').click()
  await page.getByTestId('beam-fractions').getByRole('textbox').fill('10')
  await page.getByTestId('beam-dose').getByRole('textbox').fill('1.5')
  await page.getByTestId('beam-dose').getByRole('textbox').press('Tab')
  await page.getByTestId('add-beam').click()
  await expect(page.getByTestId('beam-page')).toContainText('10 × 1.50 Gy')
  await look('external-beam')
  await page.getByTestId('biology-keep').click()
  await expect(bar()).toContainText('as kept')
  const kept = await page.getByTestId('effect-headline').innerText()
  await page
    .getByRole('button', { name: /patients/i })
    .first()
    .click()
  await page.getByTestId('patient-table').locator('tbody tr').first().click()
  await page.getByTestId('step-biology').click()
  await kidney().click()
  await expect(page.getByTestId('effect-headline')).toHaveText(kept)
  await expect(bar()).toContainText('as kept')
})

test('it stays legible wide, in the light theme and with text at 150 %', async () => {
  const { page } = running
  const pages = ['course', 'limits', 'outcome', 'parameters'] as const
  await resizeWindow(running, 1920, 1080)
  await page.getByTestId('theme-toggle').click()
  for (const one of pages) {
    await page.getByTestId(`biology-${one}`).click()
    await look(`wide-light-${one}`)
  }
  await resizeWindow(running, 1280, 800)
  await page.getByTestId('open-settings').click()
  await page.getByRole('tab', { name: 'Display' }).click()
  await page.getByLabel('Text size').selectOption({ label: '150 %' })
  await page.keyboard.press('Escape')
  for (const one of pages) {
    await page.getByTestId(`biology-${one}`).click()
    await look(`light-large-text-${one}`)
  }
  expect(running.complaints).toEqual([])
})
