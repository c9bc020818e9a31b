import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lockStore } from './lock.ts'
import { temporaryFolder } from './testing/index.ts'

/** Another process that takes the lock and keeps nothing of it, collects its garbage, says so, and waits. */
async function otherHolder(path: string) {
  const module = new URL('./lock.ts', import.meta.url).href
  const script = `const { lockStore } = await import(${JSON.stringify(module)})
    lockStore(${JSON.stringify(path)}, 'the other one'); setInterval(() => {}, 1000)
    setTimeout(() => { gc(); setTimeout(() => { gc(); console.log('locked') }) })`
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

describe('lockStore', () => {
  it('lets one in and tells the next who it is', () => {
    const path = join(temporaryFolder(), 'lock')
    const lock = lockStore(path, 'the first')
    expect(() => lockStore(path, 'the second')).toThrow(expect.objectContaining({ code: 'store.in-use' }))
    expect(() => lockStore(path, 'the second')).toThrow('the first')
    lock.release()
    lock.release()
    lockStore(path, 'the second').release()
  })

  it('is held against another process and let go when that is killed', async () => {
    const path = join(temporaryFolder(), 'lock')
    const child = await otherHolder(path)
    expect(() => lockStore(path, 'me')).toThrow('the other one')
    child.kill('SIGKILL')
    await once(child, 'exit')
    lockStore(path, 'me').release()
  })

  it('says so where the lock file is something else', () => {
    const path = join(temporaryFolder(), 'lock')
    writeFileSync(path, 'not a lock, but some text that is long enough to be looked at'.repeat(20))
    expect(() => lockStore(path, 'me')).toThrow(expect.objectContaining({ code: 'store.damaged' }))
  })
})
