/** A picture of what a person sees, and no serious accessibility finding about it. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RunningApplication } from './application.ts'

const FOLDER = 'test-results/screens'

/** Pictures are numbered in the order they are taken, after the name of the path: `first-light-03-images.png`. */
export function lookingAt(path: string): (running: RunningApplication, name: string) => Promise<void> {
  let step = 0
  return async ({ page }, name) => {
    mkdirSync(FOLDER, { recursive: true })
    step++
    await page.screenshot({ path: join(FOLDER, `${path}-${String(step).padStart(2, '0')}-${name}.png`) })
    const found = await new AxeBuilder({ page })
      .setLegacyMode(true)
      // Only what is wrong is worked out in full: what passes is most of a page.
      .options({ resultTypes: ['violations'] })
      .analyze()
    const serious = found.violations
      .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
      .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join('; ')}`)
    expect(serious, `accessibility of ${name}`).toEqual([])
  }
}

/** The window's content at a size, in CSS pixels. */
export async function resizeWindow({ app }: RunningApplication, width: number, height: number): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w as number, h as number),
    [width, height],
  )
}
