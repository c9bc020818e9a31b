/** What becomes of structures in a binary segmentation, whose voxels are in or out. */
import { maskVolumeMl, voxelVolumeMl } from '../../../native-core/imaging/index.ts'
import type { FractionalMask } from '../../../native-core/imaging/types.ts'

/** From this part on a voxel is in, as the writer of segmentations has it. */
const WHOLE_FROM = 0.5

/** Smaller relative changes of a volume are not worth a remark. */
const TOLD_CHANGE = 0.01

/** Volume in mL of the voxels that the mask fills by half or more. */
function wholeVolumeMl({ grid, fractions }: Pick<FractionalMask, 'grid' | 'fractions'>): number {
  let count = 0
  for (const part of fractions) if (part >= WHOLE_FROM) count++
  return count * voxelVolumeMl(grid)
}

/** Structures that whole voxels lose or change by more than 1 % of their volume, a sentence each. */
export function wholeVoxelRemarks(
  structures: readonly { readonly name: string; readonly mask: FractionalMask }[],
): string[] {
  return structures.flatMap(({ name, mask }) => {
    const [part, whole] = [maskVolumeMl(mask), wholeVolumeMl(mask)]
    if (whole === 0)
      return [`"${name}" (${shown(part)}) fills no voxel by half: the binary segmentation has nothing of it.`]
    if (Math.abs(whole / part - 1) <= TOLD_CHANGE) return []
    const change = (100 * (whole / part - 1)).toFixed(1)
    return [
      `"${name}" has ${shown(whole)} in whole voxels instead of ${shown(part)} (${change.startsWith('-') ? '−' : '+'}${change.replace('-', '')} %); a fractional segmentation keeps its volume.`,
    ]
  })
}

const shown = (volumeMl: number): string => `${Number(volumeMl.toPrecision(3))} mL`
