/** A person looks for lesions, judges them, carries them to the next time point, follows them, and exports what was found. */
import { expect, test } from '@playwright/test'
import type { Locator } from '@playwright/test'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chooseInDialog, removeFolder } from './support/application.ts'
import { lookingAt } from './support/look.ts'
import { choosePassphrase, endWithCase, importCase, openImported, startWithCase } from './support/simulatedCase.ts'
import type { RunningWithCase } from './support/simulatedCase.ts'

let running: RunningWithCase
let exportFolder: string
let thresholdKbqPerMl: number

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  exportFolder = mkdtempSync(join(tmpdir(), 'theratwin-e2e-export-'))
  running = await startWithCase({
    seed: 41,
    psfFwhmMm: 8,
    timesH: [24, 96],
    referenceSession: 1,
    noise: 0.3,
    lesions: [
      { site: 'liver', diameterMm: 50, contrast: 10 },
      { site: 'abdomen', diameterMm: 44, contrast: 10 },
    ],
  })
  const { regions } = running.truth.cycles[0]!.sessions[0]!
  // Above the liver, which has a tenth of the lesions' concentration, and below the kidneys.
  thresholdKbqPerMl = (0.2 * Math.min(regions['TUMOUR_1']!.conc_bq_ml, regions['TUMOUR_2']!.conc_bq_ml)) / 1000
})

test.afterAll(async () => {
  await endWithCase(running)
  removeFolder(exportFolder)
})

const picture = lookingAt('lesions')
const look = (name: string): Promise<void> => picture(running, name)
const numberIn = (text: string): number => Number(/([\d.]+)/.exec(text.replaceAll('\u202f', ''))?.[1] ?? NaN)

test('lesions are found above a threshold, told by their place, and accepted by keys', async () => {
  const { page } = running
  await choosePassphrase(running)
  await importCase(running)
  await openImported(running)
  await page.getByTestId('images-registration').click()
  await page.getByTestId('accept-registration').click({ timeout: 60_000 })
  await expect(page.getByTestId('registration-list')).toContainText('accepted by', { timeout: 30_000 })

  await page.getByTestId('step-structures').click()
  await page.getByTestId('structures-page-lesions').click()
  await expect(page.getByText('Nothing looked for yet')).toBeVisible()
  await expect(page.getByLabel('LIVER', { exact: true })).toBeVisible({ timeout: 60_000 })
  await look('empty')
  // Without a threshold nothing is looked for, and the form says why.
  await page.getByTestId('find-lesions').click()
  await expect(page.getByText('Enter a number.')).toBeVisible()
  await page.getByTestId('threshold-value').fill(thresholdKbqPerMl.toFixed(2))
  await page.getByLabel('LIVER', { exact: true }).uncheck()
  await page.getByTestId('find-lesions').click()

  const table = page.getByTestId('candidate-table')
  const lesions = table.locator('tbody tr').filter({ hasNotText: 'physiologic?' })
  await expect(lesions.nth(1)).toBeVisible({ timeout: 120_000 })
  await expect(table.locator('tbody tr').filter({ hasText: 'physiologic?' }).first()).toBeVisible()
  await look('candidates')
  for (const at of [0, 1]) {
    await lesions.nth(at).focus()
    await page.keyboard.press('a')
  }
  await expect(page.getByTestId('burden')).toContainText('2 accepted')
  const volumes = await Promise.all(
    [0, 1].map(async (at) => numberIn(await lesions.nth(at).locator('td').nth(2).innerText())),
  )
  const told = /volume\s+([\d.]+)/.exec((await page.getByTestId('burden').innerText()).replace(/\s+/g, ' '))
  expect(Math.abs(Number(told?.[1]) / (volumes[0]! + volumes[1]!) - 1)).toBeLessThan(0.02)
  // Rejected by its key and taken back by the same one; renamed by F2.
  const other = table.locator('tbody tr').filter({ hasText: 'physiologic?' }).first()
  await other.focus()
  await page.keyboard.press('r')
  await expect(other).toContainText('rejected')
  await lesions.first().focus()
  await page.keyboard.press('F2')
  await page.keyboard.type('Large one')
  await page.keyboard.press('Enter')
  await expect(table.getByRole('row', { name: /Large one/ })).toContainText('accepted')
  await look('accepted')
})

test('the accepted ones are saved as a new set that the time point is measured with', async () => {
  const { page } = running
  await page.getByTestId('save-lesions').click()
  await page.getByTestId('lesions-label').fill('Accepted lesions')
  await expect(page.getByRole('dialog')).toContainText('count twice')
  await look('save')
  await page.getByTestId('lesions-with').selectOption('')
  await page.getByTestId('accept-lesions').click()
  await expect(page.getByTestId('lesions-message')).toContainText('2 lesions saved as "Accepted lesions"', {
    timeout: 60_000,
  })
  await page.getByTestId('structures-page-draw').click()
  await expect(
    page.getByLabel('Set', { exact: true }).locator('option', { hasText: 'Accepted lesions (in use)' }),
  ).toHaveCount(1)
})

test('they are carried to the other time point by the accepted registration, to be reviewed', async () => {
  const { page } = running
  const points = page.getByLabel('Time point', { exact: true })
  const later = points.locator('option').filter({ hasText: /^9\d/ })
  await points.selectOption(await later.getAttribute('value'))
  await expect(page.getByTestId('structure-LIVER')).toBeVisible({ timeout: 60_000 })
  await page.getByTestId('carry-structures').click()
  await expect(page.getByTestId('carry-route')).toContainText(/linear registration accepted by .+ on \d{4}-/)
  await expect(page.getByRole('dialog').getByLabel('Large one')).toBeChecked({ timeout: 60_000 })
  await look('carry')
  await page.getByTestId('carry-run').click()
  const carried = page.getByTestId('carried-table')
  await expect(carried.locator('tbody tr')).toHaveCount(2, { timeout: 120_000 })
  // A rigid motion keeps the volume.
  for (const row of await carried.locator('tbody tr').all()) await expectKept(row)
  await look('carried')
  await page.getByRole('button', { name: 'Close', exact: true }).last().click()
  await expect(page.getByTestId('structure-Large one')).toContainText('to review', { timeout: 60_000 })
  await page.getByTestId('use-set').click()
  await expect(page.getByLabel('Set', { exact: true }).locator('option:checked')).toContainText('(in use)')
  await look('to-review')
})

async function expectKept(row: Locator): Promise<void> {
  const [before, after] = (await row.locator('td').allInnerTexts()).map(numberIn)
  expect(Math.abs(after! / before! - 1)).toBeLessThan(0.1)
}

test('they are followed, and a person confirms which is which', async () => {
  const { page } = running
  await page.getByTestId('structures-page-lesions').click()
  await page.getByTestId('lesions-follow').click()
  await page.getByTestId('follow-lesions').click()
  const table = page.getByTestId('follow-up-table')
  await expect(table.locator('tbody tr')).toHaveCount(2, { timeout: 120_000 })
  await expect(table.locator('tbody')).toContainText('same')
  await expect(table.locator('tbody')).toContainText('proposed')
  await look('follow-up')
  await page.getByTestId('confirm-identities').click()
  await expect(table.locator('tbody').getByText('confirmed')).toHaveCount(2, { timeout: 120_000 })
  await look('confirmed')
})

test('the set is exported as DICOM into the folder that was chosen; without a network the dialog says how one is added', async () => {
  const { page } = running
  await page.getByTestId('structures-page-draw').click()
  await page.getByTestId('export-structures').click()
  await chooseInDialog(running, exportFolder)
  await look('export')
  await page.getByTestId('export-run').click()
  await expect(page.getByTestId('export-done')).toContainText('Saved 2 files', { timeout: 60_000 })
  expect(
    readdirSync(exportFolder)
      .map((name) => /(seg-fractional|rtstruct)\.dcm$/.exec(name)?.[1])
      .sort(),
  ).toEqual(['rtstruct', 'seg-fractional'])
  await page.keyboard.press('Escape')
  await page.getByTestId('network-structures').click()
  await expect(page.getByText('No network is installed')).toBeVisible()
  await look('no-network')
  await page.keyboard.press('Escape')
  expect(running.complaints).toEqual([])
})
