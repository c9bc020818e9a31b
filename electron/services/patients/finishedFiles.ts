/** Files written into a folder that a person chose, each there only when it is complete. */
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../../native-core/errors/index.ts'

/** Has `write` write a file under a temporary name in the folder, and gives it its own. */
export type Finish = (name: string, write: (temporary: string) => Promise<unknown>) => Promise<void>

/**
 * Answers with the paths of the files that `work` finished.
 *
 * @param refusal Code and subject of what is told where the folder cannot be written to
 * @throws InputError with that code, and those of `work`.
 */
export async function finishedFiles(
  folder: string,
  refusal: { readonly code: string; readonly subject: string },
  work: (finish: Finish) => Promise<void>,
): Promise<string[]> {
  const savedTo: string[] = []
  try {
    await work(async (name, write) => {
      await write(`${name}.part`)
      await rename(join(folder, `${name}.part`), join(folder, name))
      savedTo.push(join(folder, name))
    })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || error instanceof InputError || error instanceof RangeError) throw error
    throw new InputError(
      refusal.code,
      `${refusal.subject} cannot be written to ${folder} (${code}).`,
      'Choose a folder that you may write to and that has space.',
    )
  }
  return savedTo
}

/** A part of a file's name: letters, digits, dots and dashes only. */
export const namePart = (text: string): string => text.replace(/[^A-Za-z0-9._-]+/g, '_')
