/** One bootstrap at a time for a checkout: a second one waits until the first has prepared everything. */
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './project.mjs'
import { say } from './report.mjs'

const file = path.join(
  tmpdir(),
  `theratwin-bootstrap-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`,
)

/** Runs `work` while no other bootstrap of this checkout does. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export async function withLock(work) {
  await take()
  const giveBack = () => rmSync(file, { force: true })
  process.once('exit', giveBack)
  try {
    return await work()
  } finally {
    process.off('exit', giveBack)
    giveBack()
  }
}

async function take() {
  for (let waited = 0; ; waited++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    }
    if (!isHeld()) {
      rmSync(file, { force: true })
      continue
    }
    if (waited === 10) say('waiting for another Theratwin command to finish its preparations')
    await sleep(100)
  }
}

/** Whether the process that took the lock still lives. */
function isHeld() {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    // A file that was made this moment may not hold its number yet.
    if (pid === 0) return true
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
