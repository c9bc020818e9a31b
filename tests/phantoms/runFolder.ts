/** Global set-up of vitest and Playwright: the folder of the simulated cases that files of this run share (`shared.ts`). */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'theratwin-shared-phantoms-'))
  process.env['THERATWIN_SHARED_PHANTOMS'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
