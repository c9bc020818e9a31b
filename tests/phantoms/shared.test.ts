import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { makePhantomCase } from './index.ts'
import { SHARED_PHANTOMS, sharedPhantomCase } from './shared.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-shared-'))
const options = { seed: 3, sizes: 'tiny', timesH: [24], structuresAt: 'reference', noise: 0 } as const
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

describe('a shared case', () => {
  it('has the bytes, the truth and the files of one that is made, and is not changed by who has a copy', async () => {
    const alone = await makePhantomCase({ ...options, outDir: join(root, 'alone') })
    vi.stubEnv(SHARED_PHANTOMS, root)
    const first = await sharedPhantomCase({ ...options, outDir: join(root, 'first') })
    for (const file of first.files) writeFileSync(file, '')
    const second = await sharedPhantomCase({ ...options, outDir: join(root, 'second') })
    expect(second.truth).toEqual(alone.truth)
    expect(second.files.map((file) => file.replace('second', 'alone'))).toEqual(alone.files)
    second.files.forEach((file, n) => expect(readFileSync(file)).toEqual(readFileSync(alone.files[n]!)))
  })
})
