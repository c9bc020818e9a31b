/** The store's key as the system's keychain keeps it. */
import { safeStorage } from 'electron'
import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Whether the system really protects secrets; the 'basic_text' backend of Linux only hides them, so it does not count. */
export function systemKeepsKeys(): boolean {
  if (process.env['THERATWIN_NO_KEYCHAIN'] === '1' || !safeStorage.isEncryptionAvailable()) return false
  return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'
}

/**
 * The 32-byte system key kept in `file`, protected by the keychain; made on first use. The file is written beside and renamed, so
 * that a crash cannot leave half a key.
 */
export async function systemKey(file: string): Promise<Uint8Array> {
  try {
    return Buffer.from(safeStorage.decryptString(await readFile(file)), 'base64')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const key = randomBytes(32)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.new`
  const handle = await open(temporary, 'w', 0o600)
  await handle.writeFile(safeStorage.encryptString(key.toString('base64')))
  await handle.sync()
  await handle.close()
  await rename(temporary, file)
  return key
}
