/** The data files of `resources/`, read from beside the program. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InputError } from '../../../native-core/errors/index.ts'
import type { Resources } from '../../services/ports/resources.ts'

const NUCLIDES = join('nuclides', 'endf-b-viii.1.json')
const EMISSIONS = join('nuclides', 'endf-b-viii.1-emissions.json')
const HU_DENSITY = join('materials', 'hu-density.json')
const KINETICS = join('models', 'kinetics')
const BIOLOGY = join('models', 'biology')
const SUBORGAN = join('models', 'suborgan')
/** What a table may be called: no path, no capital letters (file systems differ on them). */
const TABLE_NAME = /^[a-z0-9.-]+$/

/** Resources from a folder, by default the one nearest above this file (the project's, or that of the packaged program). */
export function fileResources(folder?: string): Resources {
  const cache = new Map<string, unknown>()
  let root = folder
  const read = (path: string): unknown => {
    root ??= findFolder()
    if (!cache.has(path)) cache.set(path, parse(join(root, path)))
    return cache.get(path)
  }
  const namesIn = (path: string): string[] => {
    root ??= findFolder()
    return listed(join(root, path))
  }
  return {
    nuclideTable: () => read(NUCLIDES),
    nuclideEmissions: () => read(EMISSIONS),
    huDensityTable: () => read(HU_DENSITY),
    dosimetryTable: (name) => read(join('dosimetry', `${tableName(name)}.json`)),
    materialTable: (name) => read(join('materials', `${tableName(name)}.json`)),
    biologySets: () => namesIn(BIOLOGY).map((name) => read(join(BIOLOGY, name))),
    suborganModels: () => namesIn(SUBORGAN).map((name) => read(join(SUBORGAN, name))),
    kineticPopulations: () => namesIn(KINETICS).map((name) => read(join(KINETICS, name))),
  }
}

/** The names of the tables in a folder, sorted. */
function listed(path: string): string[] {
  try {
    return readdirSync(path)
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch (error) {
    throw new InputError(
      'resources.missing',
      `The data folder ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      'Install the program again; its folder is incomplete.',
    )
  }
}

function tableName(name: string): string {
  if (TABLE_NAME.test(name)) return name
  throw new InputError(
    'resources.name',
    `"${name}" is no name of a data table.`,
    'Names have small letters, digits, dots and hyphens, without folder and ending.',
  )
}

function findFolder(): string {
  let here = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    const candidate = join(here, 'resources')
    if (existsSync(join(candidate, NUCLIDES))) return candidate
    const above = dirname(here)
    if (above === here) {
      throw new InputError(
        'resources.missing',
        'The data files of the program (resources/nuclides) are not beside it.',
        'Install the program again; its folder is incomplete.',
      )
    }
    here = above
  }
}

function parse(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new InputError(
      'resources.missing',
      `The data file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      'Install the program again; its folder is incomplete.',
    )
  }
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new InputError(
      'resources.damaged',
      `The data file ${path} is damaged: ${error instanceof Error ? error.message : String(error)}.`,
      'Install the program again.',
    )
  }
}
