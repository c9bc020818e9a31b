import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnvelope, type KeyEnvelope } from '../electron/adapters/keys/index.ts'
import { examineFolder, storePaths } from './layout.ts'

/**
 * How the store in `directory` can be opened, without opening it; null where there is no store yet. Throws InputError
 * 'store.not-a-store' for a folder of other files and 'key.damaged' for a key file that cannot be read.
 */
export function storeKeyKinds(directory: string): readonly KeyEnvelope['slots'][number]['kind'][] | null {
  const paths = storePaths(resolve(directory))
  if (examineFolder(paths) === 'new') return null
  return parseEnvelope(readFileSync(paths.key, 'utf8')).slots.map((slot) => slot.kind)
}
