/** A person draws a region on planar images by mouse and keys, sees its activity at once, keeps it as a series and draws it further. */
import { expect, test } from '@playwright/test'
import type { Locator } from '@playwright/test'
import { join } from 'node:path'
import { writePlanar } from '../integration/support/planarFiles.ts'
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
const picture = lookingAt('planar')
const look = (name: string): Promise<void> => picture(running, name)

/** An organ of eight by eight pixels over an even background, the same from both sides, half as much a day later. */
const COLUMNS = 32
const ROWS = 40
const ORGAN = 4000
function view(isFromBehind: boolean, share: number): Uint16Array {
  return Uint16Array.from({ length: COLUMNS * ROWS }, (_, i) => {
    const [column, row] = [i % COLUMNS, Math.floor(i / COLUMNS)]
    const x = isFromBehind ? COLUMNS - 1 - column : column
    return 100 + (x >= 8 && x < 16 && row >= 12 && row < 20 ? ORGAN * share : 0)
  })
}
/** 64 pixels in 100 s, 8 counts/(s·MBq), e^(−0.1/cm · 20 cm / 2): MBq at the first scan, but for the decay in its 100 s. */
const EXPECTED_MBQ = (64 * ORGAN) / 100 / 8 / Math.exp(-1)

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  running = await startWithCase({ seed: 17 })
  for (const [name, day, share] of [
    ['first', '20260112', 1],
    ['second', '20260113', 0.5],
  ] as const)
    writePlanar(join(running.folder, 'planar'), `${name}.dcm`, {
      ...{ columns: COLUMNS, rows: ROWS, spacingMm: 8, durationS: 100, windowsKev: [[187.2, 228.8]] },
      acquired: [day, '130000'],
      views: [
        { name: 'Anterior', windows: [view(false, share)] },
        { name: 'Posterior', windows: [view(true, share)] },
      ],
    })
})

test.afterAll(() => endWithCase(running))

/** A place of a view, in shares of its width and height. */
async function placeOf(on: Locator, x: number, y: number): Promise<[number, number]> {
  const box = await on.boundingBox()
  if (!box) throw new Error('The view is not shown.')
  return [box.x + x * box.width, box.y + y * box.height]
}
const activities = async (): Promise<number[]> =>
  (
    await running.page
      .getByTestId('planar-row')
      .locator('td')
      .evaluateAll((cells) =>
        cells.filter((cell) => cell.classList.contains('activity')).map((cell) => cell.textContent),
      )
  ).map((text) => Number(/^[\d.]+/.exec(text.trim())?.[0]))
const measuresTheOrgan = (): Promise<void> =>
  expect(async () => {
    const [first = NaN, second = NaN] = await activities()
    expect(Math.abs(first / EXPECTED_MBQ - 1)).toBeLessThan(0.01)
    expect(Math.abs(second / first - 0.5)).toBeLessThan(0.01)
  }).toPass({ timeout: 15_000 })

test('regions drawn on planar images are measured at once, by mouse and by keys', async () => {
  const { page } = running
  await choosePassphrase(running)
  await importCase(running)
  await acceptAndOpenImported(running)
  await resizeWindow(running, 1280, 800)
  await page.getByTestId('step-kinetics').click()
  await page.getByTestId('run-analysis').click()
  await page.getByTestId('kinetics-series').click({ timeout: 120_000 })
  await page.getByTestId('add-series').click()
  await page.getByTestId('series-add-planar').click()
  await chooseInDialog(running, join(running.folder, 'planar'))
  await page.getByTestId('planar-add-images').click()
  await expect(page.getByTestId('planar-scan')).toHaveCount(2)
  await page.getByTestId('series-structure').fill('KIDNEY_L')
  await page.getByTestId('planar-add-region').click()
  await page.getByTestId('planar-sensitivityCpsPerMbq').fill('8 ± 0.4')
  await page.getByTestId('planar-attenuation.muPerCm').fill('0.1')
  await page.getByTestId('planar-attenuation.bodyThicknessMm').fill('200')

  const anterior = page.getByTestId('planar-view-anterior')
  await page.getByTestId('planar-tool-rectangle').click()
  await page.mouse.move(...(await placeOf(anterior, 0.2, 0.25)))
  await page.mouse.down()
  await page.mouse.move(...(await placeOf(anterior, 0.55, 0.55)), { steps: 4 })
  await page.mouse.up()
  await page.getByTestId('planar-background').click()
  await page.getByTestId('planar-tool-polygon').click()
  for (const [x, y] of [
    [0.65, 0.65],
    [0.9, 0.65],
    [0.9, 0.85],
    [0.65, 0.85],
  ] as const)
    await page.mouse.click(...(await placeOf(anterior, x, y)))
  await anterior.focus()
  await page.keyboard.press('Enter')
  await measuresTheOrgan()
  await look('measured')

  // A corner by keys: held, moved, let go without closing the page; the even background stays the same.
  await anterior.focus()
  await page.keyboard.press('PageDown')
  const held = anterior.getByRole('status')
  await expect(held).toContainText('Corner 1 of 4')
  const before = await held.innerText()
  await page.keyboard.press('Shift+ArrowLeft')
  await expect(held).not.toHaveText(before)
  await expect(held).toContainText('Corner 1 of 4')
  await page.keyboard.press('Insert')
  await expect(held).toContainText('Corner 2 of 5')
  await measuresTheOrgan()
  await look('corner')
  await page.keyboard.press('Escape')
  await expect(held).toHaveText('')
  await page.keyboard.press('Control+z')
  await page.keyboard.press('PageDown')
  await expect(held).toHaveText(before)
})

test('the series is kept with its drawing, which is opened and drawn further', async () => {
  const { page } = running
  await page.getByTestId('planar-draft').click()
  const draft = page.getByTestId('series-draft')
  await expect(draft.getByRole('row')).toHaveCount(3)
  await expect(draft).toContainText('planar images')
  await look('draft')
  await page.getByTestId('draft-keep').click()
  await expect(page.getByTestId('series-told')).toContainText('Stored')
  await page.getByTestId('draw-further').click()
  await expect(page.getByTestId('planar-part-background')).toBeVisible()
  await measuresTheOrgan()
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('planar-page')).toHaveCount(0)
  expect(running.complaints).toEqual([])
})
