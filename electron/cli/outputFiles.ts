/** Files of a command's answer: each appears when it is complete. */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../native-core/errors/index.ts'

/** @throws InputError `output.cannot-write` where the folder or a file in it cannot be made. */
export async function writeOutputFiles(
  folder: string,
  files: readonly (readonly [name: string, content: string | Uint8Array])[],
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    for (const [name, content] of files) {
      const target = join(folder, name)
      await writeFile(`${target}.part`, content)
      await rename(`${target}.part`, target)
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new InputError(
      'output.cannot-write',
      `The results cannot be written to ${folder} (${code}).`,
      'Choose a folder that you may write to, on a medium with space, with --out.',
    )
  }
}
