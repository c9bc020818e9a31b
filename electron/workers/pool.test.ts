import { existsSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { CancelledError } from '../../native-core/errors/index.ts'
import { resampleTrilinearReference } from '../../native-core/imaging/index.ts'
import { kernelsPath, sharedFloat32 } from '../../native-core/kernels/index.ts'
import { createKernelPool } from './pool.ts'
import type { ImageGrid, Mat4 } from '../../native-core/imaging/index.ts'

const isBuilt = ((): boolean => {
  try {
    return existsSync(kernelsPath())
  } catch {
    return false
  }
})()

const cube = (n: number, spacing: number): ImageGrid => ({
  dimensions: [n, n, n],
  spacingMm: [spacing, spacing, spacing],
  originMm: [(-n * spacing) / 2, (-n * spacing) / 2, (-n * spacing) / 2],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
})

const tilt: Mat4 = [0.8, -0.6, 0, 2, 0.6, 0.8, 0, -1, 0, 0, 1, 3, 0, 0, 0, 1]

describe.skipIf(!isBuilt)('kernel pool (skipped where the native kernels are not built)', () => {
  const pool = createKernelPool({ threads: 2 })
  afterAll(() => pool.close())

  const source = (n: number): { grid: ImageGrid; values: Float32Array } => {
    const grid = cube(n, 4)
    const values = sharedFloat32(n ** 3)
    for (let i = 0; i < values.length; i++) values[i] = Math.sin(i) + 2
    return { grid, values }
  }

  it('runs a task in a worker and gives what the reference gives, on shared memory', async () => {
    const volume = source(12)
    const target = cube(20, 2.5)
    const seen: number[] = []
    const result = await pool.run(
      'resampleTrilinear',
      { source: volume, targetGrid: target, transform: tilt, fill: -1 },
      { progress: (fraction) => seen.push(fraction) },
    )
    const expected = resampleTrilinearReference(volume, target, { transform: tilt, fill: -1 })
    expect(result.buffer).toBeInstanceOf(SharedArrayBuffer)
    result.forEach((value, n) => expect(value).toBeCloseTo(expected[n]!, 5))
    expect(seen.at(-1)).toBe(1)
  })

  it('cancels a long task by the shared flag, long before the grace time, and the worker lives on', async () => {
    // Hours of work if it were not cancelled: 16³ cells of each of 8 million voxels.
    const abort = new AbortController()
    const patient = createKernelPool({ threads: 1, graceMs: 600_000 })
    try {
      const work = patient.run(
        'resampleActivity',
        { source: source(200), targetGrid: cube(60, 0.5), transform: tilt, threads: 2 },
        { signal: abort.signal, progress: () => abort.abort() },
      )
      await expect(work).rejects.toBeInstanceOf(CancelledError)
      const after = await patient.run('resampleActivity', { source: source(4), targetGrid: cube(4, 4) })
      expect(after).toHaveLength(64)
    } finally {
      await patient.close()
    }
  })

  it('rejects at once where the signal is aborted already', async () => {
    const work = pool.run(
      'resampleActivity',
      { source: source(4), targetGrid: cube(4, 4) },
      { signal: AbortSignal.abort() },
    )
    await expect(work).rejects.toBeInstanceOf(CancelledError)
  })

  it('passes on what is wrong with the input', async () => {
    const bad = { grid: cube(4, 4), values: sharedFloat32(63) }
    await expect(pool.run('resampleActivity', { source: bad, targetGrid: cube(4, 4) })).rejects.toThrow(/63 voxels/)
  })
})
