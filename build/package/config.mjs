/** How the application is packaged, as data: electron-builder's configuration for the runtime that was found. */
import path from 'node:path'
import { removeLoader } from './remove-loader.mjs'

/** Run by Node or loaded by the system's linker: these lie beside the archive, not in it. */
export const UNPACKED = [
  'package.json',
  'dist/backend/**',
  'dist/workers/**',
  'dist/chunks/**',
  'resources/**',
  'native-core/kernels/build/Release/*.node',
  'node_modules/**',
]

/**
 * Where Electron checks the archive against the hash in its own executable. On Linux it does not yet.
 * @param {NodeJS.Platform} platform
 */
export const checksArchive = (platform) => platform === 'darwin' || platform === 'win32'

/**
 * @param {Pick<import('../bootstrap/electron-runtime.mjs').ElectronRuntime, 'version' | 'electron' | 'node' | 'env'>} runtime
 * @param {NodeJS.Platform} [platform]
 * @returns {import('electron-builder').Configuration}
 */
export function packageConfig(runtime, platform = process.platform) {
  const bringsNode = 'THERATWIN_NODE' in runtime.env
  return {
    appId: 'org.theratwin.workstation',
    productName: 'Theratwin',
    copyright: 'Theratwin contributors, Apache-2.0',
    directories: { output: 'release', buildResources: 'build/package' },
    // The runtime is the one that was found and tested with: nothing is downloaded.
    electronVersion: runtime.version,
    electronDist: path.dirname(runtime.electron),
    // Native packages bring Node-API binaries, and the kernels are built by the bootstrap.
    npmRebuild: false,
    nodeGypRebuild: false,
    buildDependenciesFromSource: false,
    files: [
      'package.json',
      'LICENSE',
      'dist/**',
      'resources/**',
      'native-core/kernels/build/Release/*.node',
      '!**/*.map',
      '!**/node_modules/**/*.{md,markdown,flow,ts,mts,cts}',
      '!**/node_modules/better-sqlite3/{deps,src}/**',
      // Of ONNX Runtime only what Node loads: the builds for browsers are ten times as large.
      '!**/node_modules/onnxruntime-web/{lib,docs}/**',
      '!**/node_modules/onnxruntime-web/dist/!(ort.node.min.mjs|ort-wasm-simd-threaded.mjs|ort-wasm-simd-threaded.wasm)',
    ],
    asar: true,
    asarUnpack: UNPACKED,
    // A runtime whose own Node is too old for the store needs one beside it (resources/node/node).
    extraResources: bringsNode ? [{ from: runtime.node, to: 'node/node' }] : [],
    afterPack: removeLoader,
    electronFuses: {
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: checksArchive(platform),
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    },
    linux: { target: ['dir'], executableName: 'theratwin', category: 'Science;MedicalSoftware' },
    win: { target: ['nsis'] },
    mac: { target: ['dmg'], category: 'public.app-category.medical', hardenedRuntime: true },
    publish: null,
  }
}
