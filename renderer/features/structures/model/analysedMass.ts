import type { StructureResult } from '../../../../electron/contracts/index.ts'

/** Volumes of one outline on the images of a cycle differ by the raster. */
const SAME_VOLUME = 0.01

/**
 * The mass (kg) that the analysis gave to an outline of that volume; null where it measured another volume under the name: another set, or an
 * outline without the lesions inside. A mass beside a volume that is not its own would give a wrong density.
 */
export function analysedMassKg(result: StructureResult | undefined, volumeMl: number): number | null {
  if (!result || !(result.massKg.value > 0) || !(volumeMl > 0)) return null
  return Math.abs(result.volumeMl - volumeMl) <= SAME_VOLUME * volumeMl ? result.massKg.value : null
}
