import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { backendRuntime } from './backendRuntime.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })))

/** The resources folder of a packaged application, with or without a Node in it. */
function resources(withNode: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), 'theratwin-resources-'))
  folders.push(folder)
  mkdirSync(join(folder, 'node'))
  if (withNode) writeFileSync(join(folder, 'node', process.platform === 'win32' ? 'node.exe' : 'node'), '')
  return folder
}

describe('from the sources', () => {
  const here = { packaged: false, resourcesPath: '/nowhere' }

  it('runs in the Node that the starter names', () => {
    const runtime = backendRuntime('/p/dist/backend/index.js', { ...here, environment: { THERATWIN_NODE: '/node' } })
    expect(runtime).toMatchObject({ entry: '/p/dist/backend/index.js', node: '/node' })
  })

  it("runs in the runtime's own where none is named", () => {
    expect(backendRuntime('/e', { ...here, environment: {} }).node).toBeUndefined()
    expect(backendRuntime('/e', { ...here, environment: { THERATWIN_NODE: '' } }).node).toBeUndefined()
  })

  it('hands the environment on, without what would turn an Electron into a Node', () => {
    const environment = { A: '1', NODE_OPTIONS: '--x', ELECTRON_RUN_AS_NODE: '1' }
    expect(backendRuntime('/e', { ...here, environment }).environment).toEqual({ A: '1', NODE_OPTIONS: '--x' })
  })
})

describe('packaged', () => {
  const entry = '/opt/theratwin/resources/app.asar/dist/backend/index.js'
  const environment = { THERATWIN_NODE: '/evil', NODE_OPTIONS: '--require /evil.js', A: '1' }

  it('takes no program and no option of one from the environment', () => {
    const runtime = backendRuntime(entry, { packaged: true, resourcesPath: resources(false), environment })
    expect(runtime.node).toBeUndefined()
    expect(runtime.environment).not.toHaveProperty('NODE_OPTIONS')
    expect(runtime.environment).toHaveProperty('A')
  })

  it('runs from the copy beside the archive, in the Node that was packaged with it', () => {
    const resourcesPath = resources(true)
    const runtime = backendRuntime(entry, { packaged: true, resourcesPath, environment })
    expect(runtime.entry).toBe('/opt/theratwin/resources/app.asar.unpacked/dist/backend/index.js')
    expect(runtime.node).toContain(resourcesPath)
  })
})
