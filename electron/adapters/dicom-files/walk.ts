/** Finding files below what the user chose, without running in circles and without opening what is no file. */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { InputError } from '../../../native-core/errors/index.ts'
import type { ReadFile, ReadOutcome } from './types.ts'

export interface FoundFile {
  readonly path: string
  readonly displayPath: string
  readonly sizeBytes: number
}

export interface Walked {
  readonly files: readonly FoundFile[]
  /** What was found and is no file that could be read. */
  readonly refused: readonly ReadFile[]
}

/**
 * All files below the given paths, in the order of their names. Links are followed; a folder is entered once, whatever ways lead to it.
 * Throws InputError where a given path does not exist.
 */
export async function walk(paths: readonly string[], checkCancelled: () => void): Promise<Walked> {
  const files: FoundFile[] = []
  const refused: ReadFile[] = []
  const entered = new Set<string>()
  const seen = new Set<string>()
  for (const given of paths) {
    const root = resolve(given)
    const prefix = paths.length > 1 ? basename(root) : ''
    const top = await stat(root).catch((error: unknown) => {
      throw new InputError(
        'import.no-such-path',
        `"${given}" cannot be opened (${errorCode(error)}).`,
        'Check the name, the medium and the permission to read it.',
      )
    })
    const pending: { path: string; display: string; info: Awaited<ReturnType<typeof stat>> }[] = [
      { path: root, display: top.isDirectory() ? prefix : basename(root), info: top },
    ]
    for (let next = pending.pop(); next; next = pending.pop()) {
      checkCancelled()
      const { path, display, info } = next
      if (info.isDirectory()) {
        const identity = `${info.dev}:${info.ino}`
        if (entered.has(identity)) continue
        entered.add(identity)
        const children = await listFolder(path, display, refused)
        // Taken from the end: the last name goes in first.
        for (const child of children.reverse()) {
          const childPath = join(path, child.name)
          const childDisplay = display === '' ? child.name : `${display}/${child.name}`
          const childInfo = await stat(childPath).catch((error: unknown) => {
            refused.push(refusal(childPath, childDisplay, unreadable(errorCode(error))))
            return null
          })
          if (childInfo) pending.push({ path: childPath, display: childDisplay, info: childInfo })
        }
      } else if (!seen.has(path)) {
        seen.add(path)
        if (info.isFile()) files.push({ path, displayPath: display, sizeBytes: Number(info.size) })
        else {
          const outcome: ReadOutcome = {
            kind: 'not-dicom',
            what: 'special',
            message: 'This is a device, pipe or socket, not a file.',
          }
          refused.push(refusal(path, display, outcome))
        }
      }
    }
  }
  return { files, refused }
}

async function listFolder(path: string, display: string, refused: ReadFile[]): Promise<Dirent[]> {
  try {
    const children = await readdir(path, { withFileTypes: true })
    return children.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  } catch (error) {
    refused.push(
      refusal(path, display, {
        kind: 'broken',
        code: 'folder.unreadable',
        message: `The folder cannot be read (${errorCode(error)}).`,
        hint: 'Check the medium and the permission to read it.',
      }),
    )
    return []
  }
}

function unreadable(code: string): ReadOutcome {
  return {
    kind: 'broken',
    code: 'file.unreadable',
    message: `The file cannot be read (${code}).`,
    hint: 'Check the medium and the permission to read it; a link may lead nowhere.',
  }
}

function refusal(path: string, displayPath: string, outcome: ReadOutcome): ReadFile {
  return { path, displayPath, sizeBytes: 0, sha256: '', outcome }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
