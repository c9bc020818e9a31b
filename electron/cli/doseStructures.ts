/** Structures for the commands that look at dose: RTSTRUCT and SEG objects, NIfTI masks. */
import { basename } from 'node:path'
import { InputError } from '../../native-core/errors/index.ts'
import { isNiftiName, readNifti } from '../adapters/nifti/index.ts'
import { masksOf, niftiFiles } from './doseInputs.ts'
import { assertSameFrame } from './doseMaps.ts'
import type { Workbench } from '../backend/compose.ts'
import type { NamedStructure } from '../services/doseEvaluation/index.ts'
import type { DoseMap } from './doseMaps.ts'

/**
 * The structures at a path: those of structure sets in the frame of reference of `dose` (of all with `anyFrame`), and NIfTI masks, where
 * numbers from 0 to 1 are parts of voxels, and whole numbers above 1 labels of a structure each. Names are made distinct.
 *
 * @throws InputError `dose-structures.none`, `dose.mask`, `dose-map.frames-differ`, and what the readers throw.
 */
export async function readStructures(
  path: string,
  dose: DoseMap,
  anyFrame: boolean,
  bench: Workbench,
  signal: AbortSignal,
): Promise<NamedStructure[]> {
  const ofMasks: NamedStructure[] = []
  for (const file of await niftiFiles(path)) {
    const { grid, values } = await readNifti(file)
    ofMasks.push(...masksOf({ name: basename(file), grid, values }))
  }
  if (isNiftiName(path)) return ofMasks
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
