/** The DICOM source of the program: reading of files (../dicom-files) and their meaning (../dicom-objects) behind one port. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import { parseNuclideTable } from '../../../native-core/physics/index.ts'
import type { NuclideTable } from '../../../native-core/physics/index.ts'
import type { DicomSource, ScannedImage } from '../../services/ports/dicomSource.ts'
import { createDicomFiles } from '../dicom-files/index.ts'
import type { DicomFilesOptions } from '../dicom-files/index.ts'
import { assembleVoxels, interpret } from '../dicom-objects/index.ts'
import type { VoxelRecipe } from '../dicom-objects/index.ts'
import { fileResources } from '../resources/index.ts'

export interface DicomSourceOptions extends DicomFilesOptions {
  /** Decay data for half-lives; those of the program if left out. */
  readonly nuclides?: NuclideTable
  /** Whether the time frames of a dynamic PET become images, one each; else the series is kept unchanged. */
  readonly dynamicFrames?: boolean
}

/** Share of a scan's progress that reading headers takes; segmentations and cross-checks are the rest. */
const READING = 0.9

/** Makes a source with worker threads of its own; `close()` ends them. */
export function createDicomSource(options: DicomSourceOptions = {}): DicomSource {
  const files = createDicomFiles(options)
  const { nuclides } = options.nuclides ?? parseNuclideTable(fileResources().nuclideTable())
  const byImage = new WeakMap<ScannedImage, VoxelRecipe>()
  let byKey: ReadonlyMap<string, VoxelRecipe> = new Map()

  return {
    async scan(paths, { progress, signal }) {
      const read = await files.scanFiles(paths, {
        progress: (fraction, what) => progress?.(fraction * READING, what),
        ...(signal ? { signal } : {}),
      })
      const { folder, recipes } = await interpret(read, {
        knownHalfLifeS: (nuclide) => nuclides.get(nuclide)?.halfLifeS ?? null,
        loadPixels: (file) => files.loadPixels(file, signal),
        dynamicFrames: options.dynamicFrames ?? false,
        progress: (fraction) => {
          if (signal?.aborted) throw new CancelledError('The import')
          progress?.(READING + fraction * (1 - READING), 'Putting images together')
        },
      })
      byKey = recipes
      for (const { images } of folder.patients)
        for (const image of images) {
          const recipe = recipes.get(image.key)
          if (recipe) byImage.set(image, recipe)
        }
      progress?.(1, 'Putting images together')
      return { ...folder, filesSeen: read.length, bytesSeen: read.reduce((sum, file) => sum + file.sizeBytes, 0) }
    },

    async loadVoxels(image, signal) {
      const recipe = byImage.get(image) ?? byKey.get(image.key)
      if (!recipe)
        throw new InputError(
          'volume.not-scanned',
          `The image "${image.seriesDescription}" is not part of the last scan.`,
          'Scan its folder again.',
        )
      return await assembleVoxels(recipe, (members) => files.loadManyPixels(members, signal ? { signal } : {}))
    },

    close: () => files.close(),
  }
}
