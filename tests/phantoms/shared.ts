/** Simulated cases that several files of one run ask for: made once, and copied to each. */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { resolvePhantomOptions } from '../../electron/services/demonstration/options.ts'
import { makePhantomCase } from './index.ts'
import type { MadeCase, PhantomOptions } from './index.ts'

/** Names the folder that keeps the cases of a run (`runFolder.ts` makes it and takes it away). */
export const SHARED_PHANTOMS = 'THERATWIN_SHARED_PHANTOMS'

/**
 * As `makePhantomCase`, with the same bytes below `outDir`, which the caller may change: the case is made by the first one that asks for it in
 * this run. Not for tests of the making itself.
 */
export async function sharedPhantomCase(
  request: Partial<PhantomOptions> & { readonly seed: number; readonly outDir: string },
): Promise<MadeCase> {
  const { outDir, ...options } = request
  const folder = process.env[SHARED_PHANTOMS]
  if (folder === undefined) return await makePhantomCase(request)
  const wanted = JSON.stringify(Object.entries(resolvePhantomOptions(options)).sort())
  const kept = join(folder, createHash('sha256').update(wanted).digest('hex').slice(0, 24))
  if (!existsSync(kept)) await keep(kept, folder, options)
  mkdirSync(outDir, { recursive: true })
  cpSync(join(kept, 'case'), outDir, { recursive: true })
  const read = <T>(path: string): T => JSON.parse(readFileSync(join(kept, path), 'utf8')) as T
  const files = read<readonly string[]>('files.json').map((path) => join(outDir, path))
  return { truth: read<MadeCase['truth']>('case/truth.json'), files }
}

/** Makes it beside and moves it there whole: another process may be doing the same, and the first one counts. */
async function keep(
  kept: string,
  folder: string,
  options: Partial<PhantomOptions> & { readonly seed: number },
): Promise<void> {
  const making = mkdtempSync(join(folder, 'making-'))
  const { files } = await makePhantomCase({ ...options, outDir: join(making, 'case') })
  writeFileSync(join(making, 'files.json'), JSON.stringify(files.map((file) => relative(join(making, 'case'), file))))
  try {
    renameSync(making, kept)
  } catch (error) {
    if (!existsSync(kept)) throw error
    rmSync(making, { recursive: true })
  }
}
