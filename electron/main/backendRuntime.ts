/** In what the backend runs, and from which file. Knows nothing of Electron, so that it can be tested without. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface Surroundings {
  /** `app.isPackaged` */
  readonly packaged: boolean
  /** `process.resourcesPath` */
  readonly resourcesPath: string
  readonly environment: NodeJS.ProcessEnv
}

export interface BackendRuntime {
  readonly entry: string
  /** The Node to run it in; undefined for the runtime's own (a utilityProcess). */
  readonly node: string | undefined
  readonly environment: NodeJS.ProcessEnv
}

/**
 * Where the runtime's own Node can run the store (Electron 36 and newer), the backend is a utilityProcess. For an older runtime, the
 * starter names a Node in THERATWIN_NODE, and packaging puts one at resources/node/node. A packaged application takes no
 * program, and no option of one, from the environment: its fuses refuse the same to Electron.
 */
export function backendRuntime(entry: string, { packaged, resourcesPath, environment }: Surroundings): BackendRuntime {
  const { ELECTRON_RUN_AS_NODE: _asNode, ...inherited } = environment
  if (!packaged) return { entry, node: environment['THERATWIN_NODE'] || undefined, environment: inherited }
  const { NODE_OPTIONS: _options, ...clean } = inherited
  const brought = join(resourcesPath, 'node', process.platform === 'win32' ? 'node.exe' : 'node')
  return {
    // Only Electron reads archives: a Node of its own is given the copy beside it.
    entry: entry.replace(/([\\/])app\.asar([\\/])/, '$1app.asar.unpacked$2'),
    node: existsSync(brought) ? brought : undefined,
    environment: clean,
  }
}
