import { InputError } from '../../../native-core/errors/index.ts'

export const cannotRead = (path: string, error: unknown): InputError =>
  new InputError(
    'network.no-file',
    `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    'Give an .onnx file, or a folder with one.',
  )

export const hashDiffers = (path: string, found: string, expected: string): InputError =>
  new InputError(
    'network.hash',
    `${path} is not the file that its description is of: its SHA-256 is ${found}, not ${expected}.`,
    'Get file and description from the same place again.',
  )
