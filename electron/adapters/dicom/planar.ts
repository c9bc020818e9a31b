/** The source of planar NM images: reading of files (../dicom-files) and their meaning (../dicom-objects) behind one port. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import { parseNuclideTable } from '../../../native-core/physics/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { PlanarImage, PlanarSource } from '../../services/ports/planarSource.ts'
import { createDicomFiles } from '../dicom-files/index.ts'
import type { DicomFilesOptions } from '../dicom-files/index.ts'
import { planarFilesOf, planarImages, planarProblem } from '../dicom-objects/index.ts'
import { fileResources } from '../resources/index.ts'

/** Makes a source with worker threads of its own; `close()` ends them. */
export function createPlanarSource(options: DicomFilesOptions = {}): PlanarSource {
  const files = createDicomFiles(options)
  const { nuclides } = parseNuclideTable(fileResources().nuclideTable())
  const knownHalfLifeS = (nuclide: string): number | null => nuclides.get(nuclide)?.halfLifeS ?? null
  return {
    async readPlanar(paths, signal) {
      const found = await planarFilesOf(await files.scanFiles(paths, signal ? { signal } : {}), (file) =>
        files.loadPixels(file, signal),
      )
      const images: PlanarImage[] = []
      const problems: ImportProblem[] = [...found.problems]
      for (const file of found.files) {
        if (signal?.aborted) throw new CancelledError('Reading of planar images')
        try {
          const reading = planarImages(file, await files.loadPixels(file.read, signal), knownHalfLifeS)
          images.push(...reading.images)
          problems.push(...reading.findings.map((finding) => planarProblem(finding, file)))
        } catch (error) {
          // A file that cannot be decoded does not stop the others.
          if (!(error instanceof InputError)) throw error
          const { code, message, hint } = error
          problems.push(planarProblem({ severity: 'refused', code, message, hint }, file))
        }
      }
      return { images: images.sort(inOrder), problems }
    },
    close: () => files.close(),
  }
}

function inOrder(a: PlanarImage, b: PlanarImage): number {
  const key = ({ start, source }: PlanarImage): string => `${start?.local ?? '9999'} ${source.sopInstanceUid}`
  const [first, second] = [key(a), key(b)]
  return first === second ? a.frameNumber - b.frameNumber : first < second ? -1 : 1
}
