/** The real application in the real Electron, on a store of its own, watched for policy violations and errors. */
import { _electron } from '@playwright/test'
import type { ElectronApplication, Page } from '@playwright/test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../../../', import.meta.url))

interface Runtime {
  readonly electron: string
  readonly args: readonly string[]
  readonly playwrightArgs: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export interface RunningApplication {
  readonly app: ElectronApplication
  readonly page: Page
  /** Console errors, uncaught exceptions and policy violations so far. */
  readonly complaints: string[]
  readonly folder: string
  close(): Promise<void>
}

export const PASSPHRASE = 'correct horse battery staple'

/** Starts on an empty store in a temporary folder; the passphrase is asked for, as on a system without a keychain. */
export async function startApplication(
  folder = mkdtempSync(join(tmpdir(), 'theratwin-e2e-')),
): Promise<RunningApplication> {
  const runtime = JSON.parse(
    readFileSync(join(project, 'node_modules/.cache/theratwin/runtime.json'), 'utf8'),
  ) as Runtime
  const environment = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  delete environment['THERATWIN_PASSPHRASE']
  delete environment['ELECTRON_RUN_AS_NODE']
  const app = await _electron.launch({
    executablePath: runtime.electron,
    args: [
      ...runtime.playwrightArgs,
      ...runtime.args,
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      `--user-data-dir=${join(folder, 'profile')}`,
      project,
    ],
    env: {
      ...environment,
      ...runtime.env,
      THERATWIN_STORE: join(folder, 'store'),
      THERATWIN_NO_KEYCHAIN: '1',
      THERATWIN_LOG: 'warn',
    },
  })
  const page = await app.firstWindow()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || /content security policy|trusted/i.test(message.text()))
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return {
    app,
    page,
    complaints,
    folder,
    close: async () => {
      await app.close()
    },
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

/** The next system dialog answers with this folder, as if a person had chosen it. */
export async function chooseInDialog({ app }: RunningApplication, folder: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, folder)
}
