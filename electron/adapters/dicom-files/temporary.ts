/** Temporary folders for unpacked archives. They hold patients' data: only we may read them, and they do not outlive us. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PREFIX = 'theratwin-unpacked-'

/** A new folder (mode 0700), named by this process so that a later one can remove it if we do not get to it. */
export async function makeTemporaryFolder(root: string = tmpdir()): Promise<string> {
  await removeLeftovers(root)
  return await mkdtemp(join(root, `${PREFIX}${process.pid}-`))
}

/** Removes folders of processes that ended without doing so. */
async function removeLeftovers(root: string): Promise<void> {
  const names = await readdir(root).catch((): string[] => [])
  for (const name of names) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-\\w+$`).exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH'
  }
}
