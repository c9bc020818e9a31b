/** The pixels of one file on disk. Runs in a worker thread. */
import { hash } from 'node:crypto'
import { InputError } from '../../../native-core/errors/index.ts'
import { decodePixels } from './decode/index.ts'
import type { PixelAnswer } from './dicomFiles.ts'
import { brokenOutcome, readBytes } from './readFile.ts'
import { readDicom } from './readDicom.ts'

/** Reads a file again, makes sure that it is the one that was scanned, and decodes its pixels. */
export async function loadPixelsOfFile(path: string, sha256: string): Promise<PixelAnswer> {
  try {
    const { content } = readBytes(path, false)
    if (hash('sha256', content, 'hex') !== sha256) {
      throw new InputError('file.changed', 'The file has changed since it was scanned.', 'Import the folder again.')
    }
    const read = readDicom(content)
    if (!read || read === 'dicomdir')
      throw new InputError('pixel.none', 'The file has no pixel data.', 'Choose an image.')
    return { ok: true, pixels: await decodePixels(read) }
  } catch (error) {
    const { code, message, hint } = brokenOutcome(error)
    return { ok: false, code, message, hint }
  }
}
