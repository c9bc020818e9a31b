/**
 * ESLint rule `theratwin/layers`: imports point one way (README.md, "Where things are"). Each layer lists what it may import;
 * everything else is an error. It reads static, dynamic and type imports, re-exports and `require`.
 */
import { isBuiltin } from 'node:module'
import path from 'node:path'

/**
 * @typedef {object} Layer
 * @property {string} name What the message calls it
 * @property {string} folder Folder from the project root, without a trailing slash
 * @property {readonly string[]} layers Folders of the project it may import from, besides itself
 * @property {'none' | 'all'} node Whether Node's own modules may be imported
 * @property {'all' | readonly string[]} packages Which packages may be imported
 * @property {readonly string[]} [never] Packages that are refused though `packages` is 'all'
 */

/** Packages that only work where Node is: the renderer has none. */
const NODE_ONLY = ['better-sqlite3', 'piscina', 'pino', 'pdfmake', 'yauzl', 'dcmjs', 'dicom-parser', 'node-addon-api']

/** The more special folder comes first: the first match is a file's layer. @type {readonly Layer[]} */
export const LAYERS = [
  { name: 'native-core/kernels', folder: 'native-core/kernels', layers: ['native-core'], node: 'all', packages: [] },
  { name: 'native-core', folder: 'native-core', layers: [], node: 'none', packages: [] },
  { name: 'contracts', folder: 'electron/contracts', layers: ['native-core'], node: 'none', packages: ['zod'] },
  {
    name: 'services',
    folder: 'electron/services',
    layers: ['electron/contracts', 'native-core', 'resources'],
    node: 'all',
    packages: 'all',
    never: ['better-sqlite3', 'dcmjs', 'dicom-parser', 'pdfmake', 'vue', 'pinia'],
  },
  {
    name: 'adapters',
    folder: 'electron/adapters',
    layers: [
      'electron/services/ports',
      'electron/workers/workerUrl.ts',
      'electron/workers/cancellablePool.ts',
      'electron/contracts',
      'native-core',
      'resources',
    ],
    node: 'all',
    packages: 'all',
    never: ['vue', 'pinia'],
  },
  {
    name: 'workers',
    folder: 'electron/workers',
    layers: ['electron/adapters', 'electron/services', 'electron/contracts', 'native-core', 'resources'],
    node: 'all',
    packages: 'all',
    never: ['vue', 'pinia'],
  },
  {
    name: 'backend',
    folder: 'electron/backend',
    layers: [
      'electron/services',
      'electron/adapters',
      'electron/workers',
      'electron/contracts',
      'native-core',
      'db',
      'resources',
      'package.json',
    ],
    node: 'all',
    packages: 'all',
    never: ['vue', 'pinia'],
  },
  {
    name: 'cli',
    folder: 'electron/cli',
    layers: [
      'electron/backend',
      'electron/services',
      'electron/adapters',
      'electron/contracts',
      'native-core',
      'db',
      'resources',
      'package.json',
    ],
    node: 'all',
    packages: 'all',
    never: ['vue', 'pinia'],
  },
  {
    name: 'main',
    folder: 'electron/main',
    layers: ['electron/backend', 'electron/contracts', 'native-core', 'resources', 'package.json'],
    node: 'all',
    packages: 'all',
    never: ['better-sqlite3', 'vue', 'pinia'],
  },
  { name: 'preload', folder: 'electron/preload', layers: ['electron/contracts'], node: 'none', packages: ['electron'] },
  {
    name: 'db',
    folder: 'db',
    layers: ['electron/services/ports', 'electron/adapters', 'electron/contracts', 'native-core'],
    node: 'all',
    packages: 'all',
    never: ['vue', 'pinia'],
  },
  {
    name: 'renderer',
    folder: 'renderer',
    layers: ['electron/contracts', 'native-core', 'resources'],
    node: 'none',
    packages: 'all',
    never: NODE_ONLY,
  },
]

/** Folders whose files alone may import a package. @type {Readonly<Record<string, readonly string[]>>} */
const RESERVED = {
  electron: ['electron/main', 'electron/preload', 'tests/e2e', 'build/bootstrap/electron-loader.mjs'],
  '@kitware/vtk.js': ['renderer/viewer'],
}

/** Where a folder has one entrance, what lies behind it is reached through these files only. */
const DB_ENTRANCES = new Set(['db/index.ts', 'db/repositories/index.ts'])
const FEATURE = /^renderer\/features\/([^/]+)\//
const TEST_FILE = /\.(test|test-d|spec|e2e)\.ts$/

/** @param {string} file @param {string} folder */
const inside = (file, folder) => file === folder || file.startsWith(`${folder}/`)

/** The package a bare specifier belongs to. @param {string} specifier */
const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

/**
 * Why `file` may not import `specifier`, or null when it may.
 * @param {string} file Path from the project root, with forward slashes
 * @param {string} specifier As written in the import
 * @returns {string | null}
 */
export function refusal(file, specifier) {
  const bare = !specifier.startsWith('.') && !specifier.startsWith('/')
  const name = bare ? packageOf(specifier) : null
  if (name !== null) {
    const reserved = RESERVED[name]
    if (reserved && !reserved.some((folder) => inside(file, folder)))
      return `Only ${reserved.join(', ')} may import '${name}'`
  }
  // A test may reach for anything of the project, built-in modules and test tools.
  if (TEST_FILE.test(file)) return null

  const layer = LAYERS.find((candidate) => inside(file, candidate.folder))
  const clean = specifier.replace(/[?#].*$/, '')
  if (name === null) {
    const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), clean))
    return refusalOfTarget(file, target, layer)
  }
  if (!layer) return null
  if (isBuiltin(specifier)) {
    return layer.node === 'all' ? null : `${layer.name} may not use Node's own modules ('${specifier}')`
  }
  const allowed = layer.packages === 'all' ? !(layer.never ?? []).includes(name) : layer.packages.includes(name)
  return allowed ? null : `${layer.name} may not import the package '${name}'`
}

/** @param {string} file @param {string} target @param {Layer | undefined} layer */
function refusalOfTarget(file, target, layer) {
  const feature = FEATURE.exec(target)
  if (feature && FEATURE.exec(file)?.[1] !== feature[1] && target !== `renderer/features/${feature[1]}/index.ts`)
    return `The feature '${feature[1]}' is entered only through its index.ts`
  if (inside(target, 'db') && !inside(file, 'db') && !inside(file, 'tests') && !DB_ENTRANCES.has(target))
    return 'db is reached only through db/repositories/index.ts (or db/index.ts)'
  if (!layer) return null
  if (layer.folder === 'renderer' && inside(target, 'native-core/kernels'))
    return 'renderer may import only pure native-core functions, not native-core/kernels'
  const ownOrAllowed = [layer.folder, ...layer.layers].some((folder) => inside(target, folder))
  // native-core/kernels is a layer of its own only for what it may import: its siblings may call it.
  return ownOrAllowed ? null : `${layer.name} may not import from '${target}'`
}

/** @type {import('eslint').Rule.RuleModule} */
export const layersRule = {
  meta: {
    type: 'problem',
    docs: { description: 'imports point one way between the layers of the project' },
    schema: [{ type: 'object', properties: { root: { type: 'string' } }, additionalProperties: false }],
    messages: { refused: '{{reason}} (README.md, "Where things are").' },
  },
  create(context) {
    const root = context.options[0]?.root ?? context.cwd
    const file = path.relative(root, context.filename).split(path.sep).join('/')

    /** @param {any} source */
    const check = (source) => {
      const specifier =
        source?.type === 'Literal'
          ? source.value
          : source?.type === 'TemplateLiteral' && source.expressions.length === 0
            ? source.quasis[0].value.cooked
            : null
      if (typeof specifier !== 'string') return
      const reason = refusal(file, specifier)
      if (reason) context.report({ node: source, messageId: 'refused', data: { reason } })
    }
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (/** @type {any} */ node) => check(node.source ?? node.argument?.literal),
      TSExternalModuleReference: (/** @type {any} */ node) => check(node.expression),
      CallExpression: (node) => {
        if (node.callee.type === 'Identifier' && node.callee.name === 'require') check(node.arguments[0])
      },
    }
  },
}
