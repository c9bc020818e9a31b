/** Uptake of structures in one image. Pure and plain data in and out, so that a worker thread can run it. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import { maskStatistics, rasteriseShape } from '../../../native-core/imaging/index.ts'
import type { StructureUptake, UptakeTask } from '../ports/computeStructures.ts'
import { measureRegion } from '../segmentation/measureRegion.ts'

/**
 * Mean, maximum and peak of each structure as it is outlined (lesions stay in their organs), in Bq/mL; the peak is that of PERCIST
 * (`measureRegion`). A structure that cannot be measured says why in `problem`.
 *
 * @param progress called with 0 to 1; throws CancelledError where it returns false.
 */
export function measureUptake(
  { emission, structures, shapeToImage, sliceThicknessMm }: UptakeTask,
  progress: (fraction: number) => boolean = () => true,
): readonly StructureUptake[] {
  const { grid, values, factorToBqPerMl } = emission
  const scaled = factorToBqPerMl === 1 ? values : values.map((value) => value * factorToBqPerMl)
  return structures.map(({ name, kind, shape }, position): StructureUptake => {
    if (!progress(position / structures.length)) throw new CancelledError('The measurement')
    try {
      const mask = rasteriseShape(shape, grid, {
        sliceThicknessMm,
        ...(shapeToImage ? { transform: shapeToImage } : {}),
      })
      const { fractionOutside, weight } = maskStatistics(mask, scaled)
      if (!(weight > 0)) return unmeasured(name, kind, `No part of "${name}" lies in the image.`)
      const { volumeMl, mean, maximum, peak } = measureRegion({ grid, values: scaled, unit: 'Bq/mL' }, mask)
      return {
        ...{ name, kind, volumeMl, fractionOutside, meanBqPerMl: mean, maximumBqPerMl: maximum, peakBqPerMl: peak },
        problem: '',
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      return unmeasured(name, kind, `"${name}": ${error.message}`)
    }
  })
}

const unmeasured = (name: string, kind: StructureUptake['kind'], problem: string): StructureUptake => ({
  ...{ name, kind, volumeMl: 0, fractionOutside: 1, meanBqPerMl: 0, maximumBqPerMl: 0, peakBqPerMl: null },
  problem,
})
