/** Attenuation along the anterior–posterior direction through a CT, and its mean over a planar region. */
import { InputError } from '../../errors/index.ts'
import { assertValidGrid, voxelCount } from '../grid.ts'
import { attenuationOfHu } from './huToMu.ts'
import { roiMask } from './frame.ts'
import type { ImageGrid } from '../types.ts'
import type { Measured } from '../../statistics/index.ts'
import type { BilinearAttenuation } from './huToMu.ts'
import type { PlanarFrame, PlanarRoi } from './types.ts'

/** Axes may be off those of the patient by this much (cosine, about 2.6°). */
const ALONG_COSINE = 0.999

/** CT number above which a voxel counts for the thickness of the body: between air and lung. */
const BODY_HU = -900

/**
 * ∫μ dl and thickness of what is denser than air along the anterior–posterior direction, as a frame in the anterior view: x towards the
 * patient's left, y towards the feet. `originMm` is the patient's position (LPS x and z) of the first pixel's centre.
 */
export interface AttenuationMap {
  readonly columns: number
  readonly rows: number
  readonly pixelSpacingMm: readonly [number, number]
  readonly originMm: readonly [number, number]
  readonly lineIntegral: Float32Array
  readonly thicknessMm: Float32Array
}

/**
 * Sums μ of a CT along the anterior–posterior axis. The table is in it where it is in the CT.
 *
 * @param hu CT numbers, x fastest
 * @throws InputError `planar.ct-oblique` where the CT's axes are not those of the patient, `geometry.size-mismatch`.
 */
export function attenuationMap(grid: ImageGrid, hu: Float32Array, relation: BilinearAttenuation): AttenuationMap {
  assertValidGrid(grid, 'The CT')
  if (hu.length !== voxelCount(grid))
    throw new InputError(
      'geometry.size-mismatch',
      `The CT has ${hu.length} values for ${grid.dimensions.join(' × ')} voxels.`,
      'Load the CT again.',
    )
  const axes = patientAxes(grid)
  const [x, y, z] = axes
  const columns = grid.dimensions[x.index]
  const rows = grid.dimensions[z.index]
  const depth = grid.dimensions[y.index]
  const stepMm = grid.spacingMm[y.index]
  const stride = [1, grid.dimensions[0], grid.dimensions[0] * grid.dimensions[1]] as const
  const lineIntegral = new Float32Array(columns * rows)
  const thicknessMm = new Float32Array(columns * rows)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const i = x.sign > 0 ? column : columns - 1 - column
      const k = z.sign < 0 ? row : rows - 1 - row
      const start = i * stride[x.index] + k * stride[z.index]
      let integral = 0
      let thickness = 0
      for (let j = 0; j < depth; j++) {
        const value = hu[start + j * stride[y.index]] as number
        integral += attenuationOfHu(value, relation)
        if (value > BODY_HU) thickness++
      }
      lineIntegral[row * columns + column] = integral * stepMm
      thicknessMm[row * columns + column] = thickness * stepMm
    }
  const end = (axis: PatientAxis, along: 0 | 2, wantsHigh: boolean): number => {
    const first = grid.originMm[along]
    const span = axis.sign * (grid.dimensions[axis.index] - 1) * grid.spacingMm[axis.index]
    return wantsHigh ? Math.max(first, first + span) : Math.min(first, first + span)
  }
  return {
    columns,
    rows,
    pixelSpacingMm: [grid.spacingMm[x.index], grid.spacingMm[z.index]],
    originMm: [end(x, 0, false), end(z, 2, true)],
    lineIntegral,
    thicknessMm,
  }
}

/** Attenuation over a region of an anterior view. */
export interface RegionAttenuation {
  /** (mean of e^(−½∫μ dl))²: what makes a uniform region's geometric mean right where its thickness varies. */
  readonly transmission: Measured
  readonly meanThicknessMm: number
  /** Standard deviation of ∫μ dl over the region. */
  readonly lineIntegralSd: number
}

/**
 * The transmission over a region of an anterior view whose first pixel's centre lies at the patient's x and z (LPS) given.
 *
 * @param lineIntegralRelativeUncertainty of ∫μ dl, common to the region: relation of HU and μ, table, breathing
 * @throws InputError `planar.ct-region` where part of the region lies outside the CT, and what `roiMask` throws.
 */
export function attenuationOfRegion(
  map: AttenuationMap,
  roi: PlanarRoi,
  firstPixelMm: readonly [number, number],
  lineIntegralRelativeUncertainty: number,
): RegionAttenuation {
  const onMap: PlanarRoi = {
    name: roi.name,
    polygonsMm: roi.polygonsMm.map((polygon) =>
      polygon.map(
        ([x, y]) => [firstPixelMm[0] + x - map.originMm[0], map.originMm[1] - (firstPixelMm[1] - y)] as const,
      ),
    ),
  }
  const frame: PlanarFrame = { ...map, counts: map.lineIntegral }
  const mask = roiMask(frame, onMap)
  if (mask.fractionOutside > 1e-6)
    throw new InputError(
      'planar.ct-region',
      `${(mask.fractionOutside * 100).toFixed(0)} % of the region "${roi.name}" lie outside the CT.`,
      'Check the position of the planar image in the CT, or take the attenuation from a thickness.',
    )
  let [weight, half, thickness, sum, squares] = [0, 0, 0, 0, 0]
  for (let i = 0; i < mask.fractions.length; i++) {
    const f = mask.fractions[i] as number
    if (f === 0) continue
    const tau = map.lineIntegral[i] as number
    weight += f
    half += f * Math.exp(-tau / 2)
    thickness += f * (map.thicknessMm[i] as number)
    sum += f * tau
    squares += f * tau * tau
  }
  const value = (half / weight) ** 2
  const mean = sum / weight
  return {
    transmission: { value, standardUncertainty: value * mean * lineIntegralRelativeUncertainty },
    meanThicknessMm: thickness / weight,
    lineIntegralSd: Math.sqrt(Math.max(0, squares / weight - mean * mean)),
  }
}

interface PatientAxis {
  readonly index: 0 | 1 | 2
  readonly sign: 1 | -1
}

/** Which index axis runs along patient x, y and z, and in which sense. */
function patientAxes({ direction }: ImageGrid): readonly [PatientAxis, PatientAxis, PatientAxis] {
  const axis = (patient: 0 | 1 | 2): PatientAxis => {
    for (const index of [0, 1, 2] as const) {
      const cosine = direction[3 * patient + index] as number
      if (Math.abs(cosine) > ALONG_COSINE) return { index, sign: cosine > 0 ? 1 : -1 }
    }
    throw new InputError(
      'planar.ct-oblique',
      "The CT's axes are not those of the patient: attenuation from front to back cannot be summed along them.",
      'Resample the CT to straight axes first.',
    )
  }
  return [axis(0), axis(1), axis(2)]
}
