/** Worker thread for DICOM files: reads headers and decodes pixels. Tasks carry a mark that says when this thread took them up. */
import { readFileHeader } from '../adapters/dicom-files/readFile.ts'
import type { FileReading } from '../adapters/dicom-files/readFile.ts'
import { loadPixelsOfFile } from '../adapters/dicom-files/loadPixels.ts'
import type { PixelAnswer } from '../adapters/dicom-files/dicomFiles.ts'
import type { PackedEntry } from '../adapters/dicom-files/unpackEntry.ts'
import type { StartMark } from '../adapters/dicom-files/workerPool.ts'

interface Task {
  readonly path: string
  readonly started: StartMark
}

/** The header, hash and kind of one file, or of one in an archive. */
export function readHeader(task: Task & { readonly packed: PackedEntry | null }): FileReading {
  task.started[0] = Date.now()
  return readFileHeader(task.path, task.packed)
}

/** The stored values of all frames of one file, which must have the given hash. */
export async function loadPixels(task: Task & { readonly sha256: string }): Promise<PixelAnswer> {
  task.started[0] = Date.now()
  return await loadPixelsOfFile(task.path, task.sha256)
}
