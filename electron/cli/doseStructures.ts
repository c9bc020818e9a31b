/** Structures for the commands that look at dose: RTSTRUCT and SEG objects, NIfTI masks. */
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { InputError } from '../../native-core/errors/index.ts'
import { isNiftiName, readNifti } from '../adapters/nifti/index.ts'
import { assertSameFrame } from './doseMaps.ts'
import type { NiftiImage } from '../adapters/nifti/index.ts'
import type { Workbench } from '../backend/compose.ts'
import type { NamedStructure } from '../services/doseEvaluation/index.ts'
import type { DoseMap } from './doseMaps.ts'

/** More labels than this in a NIfTI file: it is no mask. */
const MOST_LABELS = 500

/**
 * The structures at a path: those of structure sets in the frame of reference of `dose` (of all with `anyFrame`), and NIfTI masks, where
 * numbers from 0 to 1 are parts of voxels, and whole numbers above 1 labels of a structure each. Names are made distinct.
 *
 * @throws InputError `dose-structures.none`, `dose-structures.mask`, `dose-map.frames-differ`, and what the readers throw.
 */
export async function readStructures(
  path: string,
  dose: DoseMap,
  anyFrame: boolean,
  bench: Workbench,
  signal: AbortSignal,
): Promise<NamedStructure[]> {
  if (isNiftiName(path)) return masksOf(await readNifti(path), path)
  const scan = await bench.source.scan([path], { signal })
  const sets = scan.patients.flatMap((patient) => patient.structureSets)
  const fitting = sets.filter(
    ({ frameOfReferenceUid: uid }) =>
      anyFrame || uid === null || dose.frameOfReferenceUid === null || uid === dose.frameOfReferenceUid,
  )
  const stranger = sets[0]
  if (fitting.length === 0 && stranger !== undefined) {
    assertSameFrame(dose, {
      label: `The structure set "${stranger.label}"`,
      frameOfReferenceUid: stranger.frameOfReferenceUid,
    })
  }
  const structures = fitting.flatMap((set) =>
    set.structures.map(({ name, shape }) => ({ name: name.trim(), shape, set: `${set.origin} ${set.label}`.trim() })),
  )
  const masks = await niftiFilesIn(path)
  const ofMasks: NamedStructure[] = []
  for (const file of masks) ofMasks.push(...masksOf(await readNifti(file), file))
  if (structures.length + ofMasks.length === 0) {
    const refused = scan.problems.find(({ severity }) => severity === 'refused')
    throw new InputError(
      'dose-structures.none',
      `There is no structure in ${path}${refused === undefined ? '' : `: ${refused.message}`}.`,
      'Give an RTSTRUCT or SEG object, a NIfTI mask, or a folder with some.',
    )
  }
  return distinct([...structures, ...ofMasks])
}

/** Names that occur once: those of several sets get the name of their set, and what is still the same a number. */
function distinct(structures: readonly (NamedStructure & { readonly set?: string })[]): NamedStructure[] {
  const countOf = (names: readonly string[]): Map<string, number> =>
    names.reduce((count, name) => count.set(name, (count.get(name) ?? 0) + 1), new Map<string, number>())
  const plain = countOf(structures.map(({ name }) => name))
  const seen = new Map<string, number>()
  return structures.map(({ name, shape, set }) => {
    const full = plain.get(name)! > 1 && set !== undefined ? `${set}: ${name}` : name
    const number = (seen.get(full) ?? 0) + 1
    seen.set(full, number)
    return { name: number > 1 ? `${full} (${number})` : full, shape }
  })
}

async function niftiFilesIn(folder: string): Promise<string[]> {
  // A file or zip has been looked at as DICOM.
  const names = await readdir(folder).catch(() => [])
  return names
    .filter(isNiftiName)
    .sort()
    .map((name) => join(folder, name))
}

function masksOf({ grid, values }: NiftiImage, path: string): NamedStructure[] {
  const refuse = (why: string): InputError =>
    new InputError(
      'dose-structures.mask',
      `${path} is no mask: ${why}.`,
      'A mask holds parts of voxels from 0 to 1, or labels as whole numbers.',
    )
  const stem = basename(path).replace(/\.nii(\.gz)?$/i, '')
  const structure = (name: string, fractions: Float32Array): NamedStructure => ({
    name,
    shape: {
      kind: 'voxels',
      mask: { grid, box: { start: [0, 0, 0], size: grid.dimensions }, fractions, volumeOutsideMl: 0 },
    },
  })
  const odd = values.find((value) => !(value >= 0))
  if (odd !== undefined) throw refuse(`it holds ${odd}`)
  if (values.every((value) => value <= 1)) return [structure(stem, values)]
  const labels = new Set<number>()
  for (const value of values) {
    if (!Number.isInteger(value)) throw refuse(`it holds ${value} beside numbers above 1`)
    if (value > 0) labels.add(value)
    if (labels.size > MOST_LABELS) throw refuse(`it holds more than ${MOST_LABELS} different numbers`)
  }
  return [...labels]
    .sort((a, b) => a - b)
    .map((label) =>
      structure(
        `${stem}-${label}`,
        values.map((value) => (value === label ? 1 : 0)),
      ),
    )
}
