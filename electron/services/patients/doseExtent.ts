/** What is kept of a dose map in an artifact beside its voxels. */
import type { DoseVolume } from '../../contracts/doseMaps.ts'

export type DoseExtent = Omit<DoseVolume, 'id'>

export function doseExtent(values: Float32Array, grid: DoseVolume['grid']): DoseExtent {
  let [minimum, maximum] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
  }
  return { grid, minimum, maximum, byteLength: values.byteLength }
}

/** The bytes of voxels, not copied. */
export const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
