/** A person registers two time points: compute, look, measure by landmarks, move by hand, accept. */
import { expect, test } from '@playwright/test'
import { lookingAt } from './support/look.ts'
import { choosePassphrase, endWithCase, importCase, openImported, startWithCase } from './support/simulatedCase.ts'
import type { RunningWithCase } from './support/simulatedCase.ts'

let running: RunningWithCase

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  running = await startWithCase({ seed: 17 })
})

test.afterAll(() => endWithCase(running))

const picture = lookingAt('registration')
const look = (name: string): Promise<void> => picture(running, name)

test('the registrations that came with the images are listed, and one is computed and measured', async () => {
  const { page } = running
  await choosePassphrase(running)
  await importCase(running)
  await openImported(running)
  // Nobody has accepted them yet: the question leads to the workbench, and is answered by one click.
  await page.getByTestId('open-problems').click({ timeout: 60_000 })
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Nobody has accepted the 3 registrations that came with the images')
  await look('question')
  await page.getByTestId('look-at-registrations').click()
  const list = page.getByTestId('registration-list')
  await expect(list.getByRole('listitem')).toHaveCount(1, { timeout: 60_000 })
  await expect(list).toContainText('imported')
  await expect(list).toContainText('counts once it is accepted')
  await look('to-judge')
  await page.getByTestId('open-problems').click()
  await page.getByTestId('accept-registrations').click()
  await expect(page.getByTestId('accept-registrations')).toHaveCount(0, { timeout: 30_000 })
  await page.keyboard.press('Escape')
  await expect(list).toContainText('in use', { timeout: 30_000 })
  await expect(list).toContainText(/accepted by .+, \d{4}-\d{2}-\d{2}/)
  await expect(page.getByTestId('registration-axial')).toContainText(/fixed −?\d+ HU, moving/, { timeout: 30_000 })
  await page.getByTestId('measure-registration').click()
  const quality = page.getByTestId('registration-quality')
  await expect(quality.getByRole('row', { name: /LIVER/ })).toContainText(/0\.9\d/, { timeout: 120_000 })
  await look('imported')

  await page.getByRole('tab', { name: 'Compute' }).click()
  await look('compute')
  await page.getByTestId('compute-registration').click()
  await expect(list.getByRole('listitem')).toHaveCount(2, { timeout: 120_000 })
  const chosen = list.getByRole('button', { pressed: true })
  await expect(chosen).toContainText('Rigid, computed here')
  await expect(chosen).toContainText('Proposed')
  await expect(quality.getByRole('row', { name: /LIVER/ })).toContainText(/0\.9\d/)
  await expect(quality).toContainText('nats')
})

test('the match is looked at in every way, also by keys alone', async () => {
  const { page } = running
  await page.getByTestId('look-checkerboard').click()
  await page.getByTestId('look-cell').getByRole('slider').focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByTestId('look-cell')).toContainText('45 mm')
  await look('checkerboard')
  await page.getByTestId('look-difference').click()
  await expect(page.getByTestId('registration-axial')).toContainText(/difference −?\d+ HU/)
  await look('difference')
  // Nothing deforms: there is no Jacobian.
  await expect(page.getByTestId('look-jacobian')).toBeDisabled()
  await page.getByTestId('registration-axial').focus()
  await page.keyboard.press('f')
  await expect(page.getByTestId('look-flicker')).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('f')
  const now = (await page.getByTestId('flicker-toggle').innerText()).trim()
  await page.keyboard.press('f')
  await expect(page.getByTestId('flicker-toggle')).not.toHaveText(now)
  await page.getByTestId('look-blend').click()
})

test('a landmark is marked in both images by keys, and measures the registration', async () => {
  const { page } = running
  await page.getByRole('tab', { name: 'Landmarks' }).click()
  await page.getByTestId('registration-axial').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('landmark-step')).toContainText('Moving image')
  for (let n = 0; n < 2; n++) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('row', { name: /L1/ })).toBeVisible()
  await expect(page.getByTestId('landmark-error')).toContainText(/Mean \d/)
  const box = (await page.getByTestId('registration-coronal').boundingBox())!
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.click(box.x + box.width / 2 + 4, box.y + box.height / 2)
  await expect(page.getByRole('row', { name: /L2/ })).toBeVisible()
  await look('landmarks')
  await page.getByRole('tab', { name: 'Judge' }).click()
  await expect(page.getByTestId('registration-quality')).toContainText('2 landmarks')
})

test('the moving image is moved and turned by hand, by mouse, keys and numbers, step by step back', async () => {
  const { page } = running
  await page.getByRole('tab', { name: 'By hand' }).click()
  const left = page.getByTestId('hand-shift-0').getByRole('spinbutton')
  const before = Number(await left.inputValue())
  await page.getByTestId('registration-axial').focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(left).toHaveValue((before + 4).toFixed(1))
  await page.keyboard.press('PageDown')
  await page.getByTestId('hand-undo').click()
  await expect(left).toHaveValue((before + 4).toFixed(1))
  const box = (await page.getByTestId('registration-axial').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 40, box.y + box.height / 2, { steps: 8 })
  await page.mouse.up()
  expect(Number(await left.inputValue())).toBeGreaterThan(before + 4)
  await look('by-hand')
  await page.getByTestId('hand-undo').click()
  await expect(left).toHaveValue((before + 4).toFixed(1))
  await left.fill((before + 6).toFixed(1))
  await left.press('Enter')
  await page.getByTestId('hand-save').click()
  await expect(page.getByTestId('registration-list').getByRole('button', { pressed: true })).toContainText('by hand', {
    timeout: 120_000,
  })
})

test('the computed one is accepted by a person and counts, and is named', async () => {
  const { page } = running
  const list = page.getByTestId('registration-list')
  await list.getByRole('button', { name: /computed here/ }).click()
  await expect(page.getByTestId('registration-judge')).toContainText('in place of the rigid one that is imported')
  await page.getByTestId('accept-registration').click()
  const accepted = list.getByRole('button', { name: /computed here/ })
  await expect(accepted).toContainText('Accepted')
  await expect(accepted).toContainText('in use')
  await expect(accepted).toContainText(/accepted by .+, \d{4}-\d{2}-\d{2}/)
  await expect(list.getByRole('button', { name: /imported/ })).not.toContainText('in use')
  await look('accepted')
  // Rejecting what is in use is asked once more.
  await page.getByTestId('reject-registration').click()
  await expect(page.getByTestId('registration-judge')).toContainText('counts no longer')
  await page.getByRole('button', { name: 'Keep it' }).click()
  expect(running.complaints).toEqual([])
})

test('a deformable registration shows its grid and its Jacobian', async () => {
  const { page } = running
  await page.getByRole('tab', { name: 'Compute' }).click()
  await page.getByLabel('Kind').selectOption({ index: 2 })
  await page.getByTestId('compute-registration').click()
  await expect(page.getByTestId('registration-list').getByRole('button', { pressed: true })).toContainText(
    'Deformable',
    {
      timeout: 240_000,
    },
  )
  await expect(page.getByTestId('look-jacobian')).toBeEnabled({ timeout: 120_000 })
  await page.getByTestId('look-jacobian').click()
  await page.getByLabel('Grid', { exact: true }).check()
  await expect(page.getByTestId('registration-axial')).toContainText(/Jacobian/, { timeout: 30_000 })
  await look('jacobian')
  await expect(page.getByTestId('registration-judge')).toContainText('every chain of registrations')
  expect(running.complaints).toEqual([])
})
