/** Voxels of an image in physical values, from the stored values of its files. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { LoadedPixels, ReadFile } from '../dicom-files/index.ts'
import type { DicomFile, VoxelRecipe } from './types.ts'

/** Loads stored values of some files, in their order. */
export type ManyPixelLoader = (files: readonly ReadFile[]) => Promise<readonly LoadedPixels[]>

/**
 * Values of a recipe's grid, x fastest, on shared memory. Computed in double precision and rounded once to float32.
 *
 * @throws InputError `pixel.size` where a file's frames are not of the grid's size; what `load` throws.
 */
export async function assembleVoxels(
  recipe: VoxelRecipe,
  load: ManyPixelLoader,
): Promise<Float32Array<SharedArrayBuffer>> {
  const [columns, rows, slices] = recipe.grid.dimensions
  const perSlice = columns * rows
  const files: DicomFile[] = [...new Set(recipe.slices.map(({ file }) => file))]
  const loaded = await load(files.map(({ read }) => read))
  const pixelsOf = new Map(files.map((file, i) => [file, loaded[i]!]))
  const values = new Float32Array(new SharedArrayBuffer(perSlice * slices * Float32Array.BYTES_PER_ELEMENT))
  for (const [k, { file, frame, slope, intercept }] of recipe.slices.entries()) {
    const pixels = pixelsOf.get(file)!
    if (pixels.columns !== columns || pixels.rows !== rows || pixels.samplesPerPixel !== 1 || frame >= pixels.frames)
      throw new InputError(
        'pixel.size',
        `"${file.read.displayPath}" holds ${pixels.columns}×${pixels.rows}×${pixels.frames} values where its header announced ${columns}×${rows}.`,
        'Export the file again.',
      )
    const { data } = pixels
    const from = frame * perSlice
    const to = k * perSlice
    for (let i = 0; i < perSlice; i++) values[to + i] = data[from + i]! * slope + intercept
  }
  return values
}
