/** A person judges biological effect: looks at limits and curves, tries other sensitivities, goes back, keeps a decision. */
import { expect, test } from '@playwright/test'
import { lookingAt, resizeWindow } from './support/look.ts'
import { choosePassphrase, endWithCase, importCase, openImported, startWithCase } from './support/simulatedCase.ts'
import type { RunningWithCase } from './support/simulatedCase.ts'

let running: RunningWithCase

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  running = await startWithCase({ seed: 17 })
})

test.afterAll(() => endWithCase(running))

const picture = lookingAt('biology')
const look = (name: string): Promise<void> => picture(running, name)
const bar = () => running.page.getByTestId('tried-bar')
const kidney = () => running.page.getByTestId('effect-table').getByRole('row', { name: /^KIDNEY_L/ })

test('before the analysis the step leads there; after it, every structure has its effect or says why not', async () => {
  const { page } = running
  await choosePassphrase(running)
  await importCase(running)
  await openImported(running)
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
  await page.keyboard.press('Home')
  await expect(bar()).toContainText('as kept')
  await page.getByTestId('biology-parts').click()
  await page.getByTestId('parts-page').getByRole('combobox').selectOption('kidney-cortex')
  await expect(page.getByTestId('parts-table')).toContainText('Medulla')
  await page.getByTestId('cross-dose').getByRole('checkbox').check()
  await expect(page.getByTestId('contribution-table')).toContainText('Own photons')
  await page.getByRole('button', { name: 'Parts of KIDNEY_L' }).click()
  await look('parts')
  await page.getByTestId('biology-back').click()
  await expect(bar()).toContainText('as kept')
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

test('a lesion’s response over time asks for what nobody knows, then shows curve, what-ifs and schedules', async () => {
  const { page } = running
  await page.getByTestId('biology-view-over-time').click()
  await expect(page.getByTestId('response-failure')).toContainText('Nothing is known of')
  await look('response-asks')
  const set = async (name: string, value: string): Promise<void> => {
    const field = page.getByTestId(`response-row-${name}`).getByRole('textbox').first()
    await field.fill(value)
    await field.press('Enter')
  }
  await set('doublingTimeS', '60')
  await set('clearanceHalfTimeS', '10')
  await expect(page.getByTestId('response-headline')).toContainText('Prediction')
  await page.getByTestId('fit-doublingTimeS').getByRole('checkbox').check()
  await expect(page.getByTestId('response-headline')).toContainText('Fitted to volumes')
  await expect(page.getByTestId('response-chart').locator('canvas').first()).toBeVisible()
  const activity = page.getByTestId('try-activity').getByRole('slider')
  await activity.focus()
  await page.keyboard.press('End')
  await expect(page.getByTestId('tried-end')).toContainText('instead of')
  await look('response')
  await page.getByTestId('add-cycle').click()
  await expect(page.getByTestId('response-page')).toContainText('Thought of: 15.0 GBq')
  await page.keyboard.press('Control+z')
  await expect(page.getByTestId('response-page')).not.toContainText('Thought of')
  await page.getByTestId('response-keep').click()
  await expect(page.getByTestId('response-bar')).toContainText('as kept')
  await page.getByTestId('response-marker').click()
  await expect(page.getByTestId('marker-page')).toContainText('No values of PSA')
  await page.getByTestId('response-schedules').click()
  await expect(page.getByTestId('compare-schedules')).toBeDisabled()
  const given = { cells: '100000', resistantShare: '0', mutation: '0', doublingTimeS: '60', cellLoss: '50' }
  for (const [name, value] of Object.entries({ ...given, resistantAlphaShare: '50', horizonS: '150' })) {
    const field = page.getByTestId(`clones-${name}`).getByRole('textbox')
    await field.fill(value)
    await field.press('Tab')
  }
  await page.getByTestId('add-schedule').click()
  await page.getByTestId('compare-schedules').click()
  await expect(page.getByTestId('schedule-table').locator('tbody tr')).toHaveCount(2)
  await look('schedules')
  await resizeWindow(running, 1920, 1080)
  await page.getByTestId('theme-toggle').click()
  await page.getByTestId('response-lesion').click()
  await look('response-wide-light')
  await page.getByTestId('theme-toggle').click()
  await page.getByTestId('biology-view-effect').click()
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
