/** Outlines of one time point carried to another by an accepted deformable registration. */
import { InputError } from '../../../native-core/errors/index.ts'
import { finerGrid } from '../../../native-core/imaging/index.ts'
import type { StructureShape } from '../../../native-core/imaging/index.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { AnalysisPorts } from './ports.ts'
import type { NamedStructure } from './structures.ts'

/** Without a CT, carried outlines are kept on parts of the emission image's voxels no wider than this. */
const WIDEST_MM = 2.5

/**
 * The structures of `source` as voxels on the grid of the CT of `target` (else on its emission image in finer voxels), by name. Their volumes are
 * those of the tissue as it lies there.
 *
 * @throws InputError of the registration and the kernels (`warpStructure`); CancelledError.
 */
export async function deformedShapes(
  structures: readonly NamedStructure[],
  source: TimePointDraft,
  target: TimePointDraft,
  { deformable }: Pick<AnalysisPorts, 'deformable'>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, StructureShape>> {
  const use = [target, source].find(({ registration }) => registration.deformable)?.registration.deformable
  if (!use || !deformable) throw new Error('a time point with a deformable registration comes with what reads it')
  const map = await deformable.mapTo(use, source, target, signal)
  const grid = target.ct?.grid ?? finerGrid(target.emission.grid, WIDEST_MM)
  const sliceThicknessMm = (source.ct ?? source.emission).grid.spacingMm[2]
  const shapes = new Map<string, StructureShape>()
  for (const { name, structure } of structures) {
    const work = { structures: [{ name, shape: structure.shape }], sliceThicknessMm }
    try {
      const [carried] = await deformable.warp({ kind: 'structures', map, grid, work }, signal ? { signal } : {})
      if (carried) shapes.set(name, { kind: 'voxels', mask: carried.mask })
    } catch (error) {
      // An outline that is no body is named where it is measured, as it would be without a registration.
      if (!(error instanceof InputError && error.code.startsWith('structure.'))) throw error
    }
  }
  return shapes
}
