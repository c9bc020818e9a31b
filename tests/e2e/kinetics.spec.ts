/** A person judges curves: compares models, takes one and takes it back, leaves a point out, reads the budget, asks when to scan. */
import { expect, test } from '@playwright/test'
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

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  running = await startWithCase({ seed: 17 })
})

test.afterAll(() => endWithCase(running))

const picture = lookingAt('kinetics')
const look = (name: string): Promise<void> => picture(running, name)
const comparison = () => running.page.getByTestId('model-comparison')
const chosen = () => comparison().locator('tr[aria-current="true"]')
/** The analysis was made with the protocol as it stands. */
const settled = () => expect(running.page.getByTestId('step-kinetics')).toContainText('done', { timeout: 60_000 })

test('before the analysis the step says what to do; after it, every model that was tried is compared', async () => {
  const { page } = running
  await choosePassphrase(running)
  await importCase(running)
  await acceptAndOpenImported(running)
  await page.getByTestId('step-kinetics').click()
  await expect(page.getByText('No time–activity curves yet')).toBeVisible()
  await look('empty')
  await resizeWindow(running, 1280, 800)
  await page.getByTestId('run-analysis').click()
  await expect(comparison()).toBeVisible({ timeout: 120_000 })
  await settled()
  await page.getByRole('row', { name: /KIDNEY_L/ }).click()
  await expect(chosen()).toHaveCount(1)
  await expect(chosen()).toContainText('±')
  await expect(comparison().getByRole('row')).not.toHaveCount(2)
  await expect(comparison()).toContainText('average over models')
  await expect(page.getByTestId('model-choice')).toContainText('automatic')
  await expect(page.getByTestId('kinetics-chart')).toBeVisible()
  await look('models')
})

test('taking another model is one click; the numbers follow, and it is taken back and forth by keys', async () => {
  const { page } = running
  const before = (await chosen().innerText()).trim()
  await comparison().getByRole('button', { name: 'Take mono-exponential', exact: true }).click()
  await expect(chosen()).toContainText('mono-exponential')
  await expect(page.getByTestId('model-choice')).toContainText('mono-exponential, chosen for this structure')
  await settled()
  // The others stay to be compared with.
  await expect(comparison().getByRole('button', { name: 'Take bi-exponential', exact: true })).toBeVisible()
  await page.getByTestId('step-kinetics').focus()
  await page.keyboard.press('Control+z')
  await expect(page.getByTestId('model-choice')).toContainText('automatic')
  await settled()
  await expect.poll(async () => (await chosen().innerText()).trim()).toBe(before)
  await page.keyboard.press('Control+Shift+z')
  await expect(chosen()).toContainText('mono-exponential')
  await settled()
  await page.getByTestId('model-automatic').click()
  await expect(page.getByTestId('model-automatic')).toHaveCount(0)
  await settled()
  await expect.poll(async () => (await chosen().innerText()).trim()).toBe(before)
})

test('a model that the points cannot carry says so, and one click goes back', async () => {
  const { page } = running
  await page.getByLabel('Not tried').selectOption({ label: 'tri-exponential' })
  await expect(page.getByText(/cannot determine/).first()).toBeVisible({ timeout: 30_000 })
  await settled()
  await look('refused')
  await page.getByTestId('undo').click()
  await expect(chosen()).toHaveCount(1)
  await settled()
})

test('a point is left out for a reason and taken in again', async () => {
  const { page } = running
  await page.getByTestId('kinetics-points').click()
  await page.getByTestId('leave-out').last().click()
  await expect(page.getByTestId('left-out')).toContainText('Left out by a person', { timeout: 30_000 })
  await settled()
  await page.getByTestId('left-out-reason').fill('patient moved')
  await page.getByTestId('left-out-reason').press('Enter')
  await expect(page.getByTestId('left-out')).toContainText('patient moved', { timeout: 30_000 })
  await settled()
  await look('point-left-out')
  await page.getByTestId('take-in').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('left-out')).toHaveCount(0)
  await settled()
})

test('the budget names what dominates, and an uncertainty can be tried', async () => {
  const { page } = running
  await page.getByTestId('kinetics-uncertainty').click()
  await expect(page.getByTestId('budget-dominant')).toContainText(/Largest: .* of the variance/)
  const slider = page.getByTestId('budget-terms').getByRole('slider').first()
  await slider.focus()
  await page.keyboard.press('Home')
  await expect(page.getByTestId('budget-tried')).toContainText('%')
  await look('budget')
  await page.getByRole('button', { name: 'As it is' }).click()
  await expect(page.getByTestId('budget-tried')).toHaveCount(0)
})

test('the best time to scan is advised for the agent and the structure, marked with its evidence', async () => {
  const { page } = running
  await page.getByTestId('kinetics-scan-time').click()
  await expect(page.getByTestId('scan-advice')).toContainText(/h p\.i\.; nearly as good from/, { timeout: 60_000 })
  await expect(page.getByTestId('scan-time-chart').locator('canvas').first()).toBeVisible()
  await expect(page.locator('.unverified').first()).toBeVisible()
  await look('scan-time')
  await page.getByLabel('With').selectOption({ label: 'two scans' })
  await expect(page.getByTestId('scan-pairs')).toBeVisible({ timeout: 60_000 })
  await look('scan-pairs')
})

test('a population is fitted to stored curves, used for the patient, carried as a file, and taken out of use', async () => {
  const { page } = running
  const told = page.getByTestId('population-told')
  await page.getByTestId('open-populations').click()
  await page.getByTestId('fit-population').click()
  await page.getByTestId('population-name').fill('Every curve')
  await page.getByTestId('population-structure').fill('.')
  await page.getByTestId('population-cycles').selectOption('all')
  await page.getByRole('checkbox', { name: 'Two wash-out phases (4)', exact: true }).uncheck()
  await expect(page.getByTestId('gathered-words')).toContainText('of 1 patient', { timeout: 30_000 })
  await look('population-form')
  await page.getByTestId('start-population-fit').click()
  await expect(told).toContainText('Fitted and stored', { timeout: 60_000 })
  await expect(page.getByTestId('population-sheet')).toContainText('Mono-exponential wash-out')
  await look('population')
  await page.getByTestId('use-population').click()
  await expect(page.getByTestId('population-here')).toContainText('KIDNEY_L')
  await page.getByTestId('retire-population').click()
  await expect(page.getByTestId('population-sheet')).toContainText('name it: their present results stay')
  await page.getByRole('button', { name: 'Keep it' }).click()
  await page.getByTestId('stop-population').click()
  await expect(page.getByTestId('population-here')).toHaveCount(0)
  await chooseInDialog(running, running.folder)
  await page.getByTestId('export-population').click()
  await expect(told).toContainText('Saved: ')
  await page.getByTestId('retire-population').click()
  await page.getByTestId('confirm-retire-population').click()
  await expect(page.getByText('No populations of your own yet')).toBeVisible()
  const file = join(running.folder, 'theratwin-population-Every_curve-v1.json')
  await page.getByTestId('population-file').setInputFiles(file)
  await expect(told).toContainText('Imported as version 2')
  await page.keyboard.press('Escape')
  await settled()
})

test('curves are fitted in the voxels, and the maps that they leave are seen with their units', async () => {
  const { page } = running
  await page.getByTestId('step-dose').click()
  await page.getByTestId('dose-voxels').click()
  await page.getByTestId('compute-dose').click()
  await page.getByTestId('engine-local-energy').check()
  await page.getByTestId('voxel-curve').selectOption('bi-exponential')
  await page.getByTestId('voxel-regularisation').selectOption('designed')
  await page.getByText('Spread and noise', { exact: true }).click()
  await page.getByTestId('voxel-slowRate').fill('0.5')
  await page.getByTestId('voxel-slowRate').press('Tab')
  await expect(page.getByText('A factor of 1 or more.')).toBeVisible()
  await expect(page.getByTestId('start-dose')).toBeDisabled()
  await look('voxel-fit-form')
  await page.getByTestId('voxel-slowRate').fill('1.3')
  await page.getByTestId('voxel-slowRate').press('Tab')
  await page.getByTestId('start-dose').click()
  await page.getByLabel('Map', { exact: true }).selectOption('half-life', { timeout: 120_000 })
  await expect(page.getByTestId('voxel-map-words')).toContainText('never above the physical half-life')
  const axial = page.getByTestId('dose-axial')
  await axial.hover()
  await expect(axial).toContainText(/\d h/, { timeout: 30_000 })
  await expect(page.getByTestId('voxel-kinetics')).toContainText('KIDNEY_L')
  await look('half-life-map')
  await page.getByTestId('step-kinetics').click()
})

test('it stays legible wide, in the light theme and with text at 150 %', async () => {
  const { page } = running
  const pages = ['models', 'fit', 'points', 'uncertainty', 'scan-time'] as const
  await resizeWindow(running, 1920, 1080)
  for (const one of pages) {
    await page.getByTestId(`kinetics-${one}`).click()
    await look(`wide-${one}`)
  }
  await page.getByTestId('theme-toggle').click()
  await page.getByLabel('Axis').selectOption({ label: 'Log' })
  for (const one of pages) {
    await page.getByTestId(`kinetics-${one}`).click()
    await look(`wide-light-${one}`)
  }
  await resizeWindow(running, 1280, 800)
  await page.getByTestId('kinetics-models').click()
  await page.getByRole('button', { name: 'All structures' }).click()
  await look('light-all')
  await page.getByRole('button', { name: 'All structures' }).click()
  await page.getByTestId('open-settings').click()
  await page.getByRole('tab', { name: 'Display' }).click()
  await page.getByLabel('Text size').selectOption({ label: '150 %' })
  await page.keyboard.press('Escape')
  for (const one of pages) {
    await page.getByTestId(`kinetics-${one}`).click()
    await look(`light-large-text-${one}`)
  }
  expect(running.complaints).toEqual([])
})
