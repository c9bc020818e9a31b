import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageConfig } from './config.mjs'
import { removeLoader } from './remove-loader.mjs'

const pinned = { version: '33.2.1', electron: '/cache/electron', node: '/node', env: { THERATWIN_NODE: '/node' } }
const official = { version: '45.4.1', electron: '/dist/electron', node: '/node', env: {} }

describe('the packaged application', () => {
  it('has every fuse closed that would let other code in', () => {
    expect(packageConfig(official, 'linux').electronFuses).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: false,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    })
  })

  it.each(['darwin', 'win32'] as const)('checks its archive on %s', (platform) => {
    expect(packageConfig(official, platform).electronFuses?.enableEmbeddedAsarIntegrityValidation).toBe(true)
  })

  it('is an archive; what Node or the linker loads lies beside it', () => {
    const { asar, asarUnpack, files } = packageConfig(official, 'linux')
    expect(asar).toBe(true)
    for (const pattern of [
      'native-core/kernels/build/Release/*.node',
      'dist/backend/**',
      'dist/workers/**',
      'resources/**',
    ])
      expect(asarUnpack).toContain(pattern)
    // Everything unpacked is packed in the first place; packages are added by electron-builder.
    expect(files).toEqual(
      expect.arrayContaining(['dist/**', 'resources/**', 'native-core/kernels/build/Release/*.node']),
    )
  })

  it('uses the runtime that was found and builds nothing again', () => {
    expect(packageConfig(official, 'linux')).toMatchObject({
      electronVersion: '45.4.1',
      electronDist: '/dist',
      npmRebuild: false,
      nodeGypRebuild: false,
      publish: null,
    })
  })

  it('brings a Node only for a runtime whose own is too old', () => {
    expect(packageConfig(pinned, 'linux').extraResources).toEqual([{ from: '/node', to: 'node/node' }])
    expect(packageConfig(official, 'linux').extraResources).toEqual([])
  })

  it("leaves the runtime's own applications behind", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'theratwin-package-'))
    try {
      mkdirSync(path.join(folder, 'resources', 'app'), { recursive: true })
      for (const name of ['app/index.mjs', 'app.asar', 'app-update.yml', 'default_app.asar'])
        writeFileSync(path.join(folder, 'resources', name), '')
      await removeLoader({ appOutDir: folder })
      const left = ['app', 'app-update.yml', 'default_app.asar'].filter((name) =>
        existsSync(path.join(folder, 'resources', name)),
      )
      expect(left).toEqual([])
      expect(existsSync(path.join(folder, 'resources', 'app.asar'))).toBe(true)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
