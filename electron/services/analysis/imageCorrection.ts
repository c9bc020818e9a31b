/** Partial-volume corrections that need the voxels: geometric transfer matrix, Richardson–Lucy, and what lies around a structure. */
import { CancelledError } from '../../../native-core/errors/index.ts'
import { maskStatistics, maskVolumeMl, wholeFractions } from '../../../native-core/imaging/index.ts'
import type { FractionalMask } from '../../../native-core/imaging/index.ts'
import { gtmPartialVolume, richardsonLucy } from '../../../native-core/imaging/quantification/index.ts'
import { coverageOfMask, grow, maskOfCoverage } from '../../../native-core/imaging/segmentation/manual/index.ts'
import type { ImageCorrection, MeasuredCorrection, MeasureTask, StructureMeasurement } from '../ports/compute.ts'
import { lesionsToLeaveOut } from './lesionPolicy.ts'
import type { StructureKind } from './structures.ts'

type Image = Pick<MeasureTask['emission'], 'grid' | 'values'>
type RichardsonLucy = Extract<ImageCorrection, { method: 'richardson-lucy' }>

/** The image deconvolved by a correction; as it is for other methods. @throws InputError `rl.*`, CancelledError. */
export function sharpened(
  { grid, values }: Image,
  correction: ImageCorrection | null | undefined,
  progress: (fraction: number) => boolean = () => true,
): Float32Array {
  if (correction?.method !== 'richardson-lucy') return values
  return richardsonLucy(grid, values, { fwhmMm: correction.fwhmMm }, correction.iterations, { progress }).values
}

/**
 * What the resolution does to the mean of each structure, by a correction in the image; a text where that mean cannot be corrected, null for a
 * structure without voxels, and for all where the method is another. The uncertainty is that of the width of the point spread function: by the method itself (geometric
 * transfer matrix), or by the mean's change when all widths are larger by one standard uncertainty (Richardson–Lucy).
 *
 * @param masks on the image's grid, after the rules on structures
 * @throws InputError `gtm.*`, `rl.*`; CancelledError.
 */
export function measuredCorrections(
  image: Image,
  structures: readonly { readonly name: string }[],
  masks: readonly FractionalMask[],
  correction: ImageCorrection | null | undefined,
  progress: (fraction: number) => boolean,
): readonly (MeasuredCorrection | string | null)[] {
  const seen = masks.map((mask) => maskVolumeMl(mask) > 0)
  switch (correction?.method) {
    case 'gtm': {
      const at = seen.flatMap((is, position) => (is ? [position] : []))
      if (at.length === 0) return structures.map(() => null)
      const { fwhmMm, fwhmRelativeUncertainty } = correction
      const regions = at.map((position) => ({
        name: structures[position]?.name ?? '',
        mask: masks[position] as FractionalMask,
      }))
      if (!progress(0)) throw new CancelledError('The partial-volume correction')
      const found = gtmPartialVolume(image.grid, regions, image.values, { fwhmMm }, { fwhmRelativeUncertainty })
      return structures.map((_, position) => {
        const row = at.indexOf(position)
        if (row < 0) return null
        const { mean } = maskStatistics(masks[position] as FractionalMask, image.values)
        const standardUncertainty = Math.hypot(
          found.psfStandardUncertainty[row] ?? 0,
          found.edgeStandardUncertainty[row] ?? 0,
        )
        return correctionOf(mean, found.corrected[row] as number, standardUncertainty, found.remarks)
      })
    }
    case 'richardson-lucy': {
      const share = correction.fwhmRelativeUncertainty > 0 ? 0.5 : 1
      const one = deconvolved(image, correction, 1, (fraction) => progress(share * fraction))
      const wider = 1 + correction.fwhmRelativeUncertainty
      const other =
        wider > 1 ? deconvolved(image, correction, wider, (fraction) => progress(0.5 + 0.5 * fraction)) : one
      return masks.map((mask, position) => {
        if (!seen[position]) return null
        const [raw, sharp, more] = [image.values, one.values, other.values].map((of) => maskStatistics(mask, of).mean)
        return correctionOf(raw as number, sharp as number, Math.abs((more as number) - (sharp as number)), one.remarks)
      })
    }
    default:
      return structures.map(() => null)
  }
}

function deconvolved(
  { grid, values }: Image,
  { fwhmMm: [x, y, z], iterations }: RichardsonLucy,
  scale: number,
  progress: (fraction: number) => boolean,
) {
  return richardsonLucy(grid, values, { fwhmMm: [x * scale, y * scale, z * scale] }, iterations, { progress })
}

/** A mean that is not positive after it has no coefficient: it is not left uncorrected silently. */
function correctionOf(
  measured: number,
  corrected: number,
  standardUncertainty: number,
  remarks: readonly string[],
): MeasuredCorrection | string {
  return corrected > 0 && measured > 0
    ? { coefficient: measured / corrected, relativeUncertainty: standardUncertainty / corrected, remarks }
    : `The partial-volume correction leaves no activity: it makes ${corrected.toPrecision(3)} of a mean of ${measured.toPrecision(3)}. Outline what spills into it as a structure of its own, or use another method.`
}

/** A place of fewer voxels says nothing of a mean. */
const FEWEST_VOXELS = 10

/**
 * Mean of the image around each structure, at one to two widths of the point spread function (its largest) from the outline: nearer the structure
 * itself spills out. The same distance is kept from other structures, but not from the organ that a lesion lies in, which is what spills
 * into it. (Designed for this program.) null where there is no such place, undefined where it was not asked for.
 *
 * @param whole masks of the structures as outlined, @param masks those after the rules; both on the image's grid
 */
export function surroundings(
  { grid, values, factorToBqPerMl }: MeasureTask['emission'],
  structures: readonly { readonly kind: StructureKind }[],
  whole: readonly FractionalMask[],
  masks: readonly FractionalMask[],
  correction: ImageCorrection | null | undefined,
): readonly (StructureMeasurement['surroundings'] | undefined)[] {
  if (correction?.method !== 'surroundings') return masks.map(() => undefined)
  const widthMm = Math.max(...correction.fwhmMm)
  const grown = (mask: FractionalMask, byMm: number): Float32Array =>
    wholeFractions(maskOfCoverage(grid, grow(grid, coverageOfMask(mask), byMm)))
  const near = masks.map((mask) => grown(mask, widthMm))
  const taken = new Uint16Array(values.length)
  for (const each of near) each.forEach((part, voxel) => (taken[voxel] = (taken[voxel] as number) + (part > 0 ? 1 : 0)))
  const lesionsIn = lesionsToLeaveOut(structures, whole, 'exclude')
  return masks.map((mask, position) => {
    const hosts = near.filter((_, organ) => lesionsIn[organ]?.includes(position))
    let [count, sum, squares] = [0, 0, 0]
    grown(mask, 2 * widthMm).forEach((part, voxel) => {
      if (part < 0.5) return
      const ofHosts = hosts.reduce((number, host) => number + ((host[voxel] as number) > 0 ? 1 : 0), 0)
      if ((taken[voxel] as number) > ofHosts) return
      const value = (values[voxel] as number) * factorToBqPerMl
      count++
      sum += value
      squares += value * value
    })
    if (count < FEWEST_VOXELS) return null
    const mean = sum / count
    const variance = Math.max(0, squares / count - mean * mean)
    return { meanBqPerMl: mean, standardUncertaintyBqPerMl: Math.sqrt(variance / (count - 1)) }
  })
}
