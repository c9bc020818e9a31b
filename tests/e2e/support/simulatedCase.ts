/** The application beside a simulated patient whose files a person imports. */
import { expect } from '@playwright/test'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PhantomOptions, PhantomTruth } from '../../phantoms/index.ts'
import { sharedPhantomCase } from '../../phantoms/shared.ts'
import { PASSPHRASE, chooseInDialog, removeFolder, startApplication } from './application.ts'
import type { RunningApplication } from './application.ts'

export interface RunningWithCase extends RunningApplication {
  readonly caseFolder: string
  readonly truth: PhantomTruth
}

/** Starts on an empty store; `tiny` where no other sizes are asked for. */
export async function startWithCase(
  request: Partial<PhantomOptions> & { readonly seed: number },
): Promise<RunningWithCase> {
  const caseFolder = mkdtempSync(join(tmpdir(), 'theratwin-e2e-case-'))
  const { truth } = await sharedPhantomCase({ sizes: 'tiny', ...request, outDir: caseFolder })
  return { ...(await startApplication()), caseFolder, truth }
}

/** Closes the window and removes store and case. */
export async function endWithCase(running: RunningWithCase): Promise<void> {
  await running.close()
  removeFolder(running.folder)
  removeFolder(running.caseFolder)
}

/** Answers the first question of an empty store. */
export async function choosePassphrase({ page }: RunningApplication): Promise<void> {
  await page.getByTestId('passphrase').fill(PASSPHRASE)
  await page.getByTestId('passphrase-repeat').fill(PASSPHRASE)
  await page.getByTestId('unlock').click()
}

/** Has the files of the case imported; what follows is the summary of the import. */
export async function importCase(running: RunningWithCase): Promise<void> {
  await chooseInDialog(running, running.caseFolder)
  await running.page.getByTestId('import-folder').first().click()
}

/** Opens the patient from the summary of the import. */
export async function openImported({ page }: RunningApplication): Promise<void> {
  await page.getByRole('button', { name: 'Open', exact: true }).click({ timeout: 120_000 })
}

/** Accepts the registrations that came with the files, on the summary of the import, and opens the patient. */
export async function acceptAndOpenImported(running: RunningApplication): Promise<void> {
  const { page } = running
  await page.getByTestId('accept-imported').click({ timeout: 120_000 })
  await expect(page.getByRole('dialog')).toContainText('registrations accepted')
  await openImported(running)
}
