import { describe, expect, it } from 'vitest'
import { CancelledError } from '../../../errors/index.ts'
import { maskStatistics } from '../../maskStatistics.ts'
import { gridAround, rotation, sphereVolumeMl } from '../../testShapes.ts'
import type { FractionalMask, ImageGrid, Vec3 } from '../../types.ts'
import { segmentByNetwork } from './segment.ts'
import type { Infer, NetworkAnswer, NetworkTask } from './segment.ts'
import { cube, DESCRIPTION, imageOf, pointwise, ranges } from './testNetwork.ts'
import type { NetworkDescription } from './types.ts'

const GIB = 2 ** 30

const taskOf = (grid: ImageGrid, values: Float32Array, change: Partial<NetworkDescription> = {}): NetworkTask => ({
  description: { ...DESCRIPTION, ...change },
  grid,
  images: [values],
  wanted: null,
  mirrors: true,
  memoryLimitBytes: GIB,
})

const volumes = ({ structures }: NetworkAnswer): Record<string, number> =>
  Object.fromEntries(structures.map(({ label, volumeMl }) => [label.name, volumeMl]))

/** A network for which values between 0 and 10 are liver, and those above 10 bone. */
const byRange = (slope = 0.05, patch = DESCRIPTION.patchSize): Infer => {
  const { gains, offsets } = ranges(0, 10, slope)
  return pointwise(gains, offsets, patch[0] * patch[1] * patch[2])
}

/** Value 10 at a distance of 15 mm from the middle, 0 at 25 mm: bone is a ball of 15 mm, liver the shell to 25 mm. */
const shells = ([x, y, z]: Vec3): number => 25 - Math.hypot(x, y, z)

describe('segmentation by a network', () => {
  it.each([
    ['the spacing of the network', [2, 2, 2]],
    ['finer voxels', [1.3, 1.3, 1.3]],
    ['coarse, oblong voxels', [2.5, 2, 3]],
  ] as const)(
    'places boundaries between voxels: ball and shell of known volume, %s, within 1 %%',
    async (_, spacing) => {
      const grid = cube(30, spacing)
      const found = volumes(await segmentByNetwork(taskOf(grid, imageOf(grid, shells)), byRange()))
      const ball = sphereVolumeMl(15)
      const shell = sphereVolumeMl(25) - ball
      expect(Math.abs(found.bone! / ball - 1)).toBeLessThan(0.01)
      expect(Math.abs(found.liver! / shell - 1)).toBeLessThan(0.01)
    },
  )

  it('loses little where the network is sure on both sides of every boundary: within 2 %', async () => {
    const grid = gridAround(42, [1, 1, 5], [0.3, -0.2, 0.4], rotation(0.1, 0.05, 0.2))
    const answer = await segmentByNetwork(
      taskOf(grid, imageOf(grid, shells), { spacingMm: [1.5, 1.5, 1.5], patchSize: [32, 32, 32] }),
      byRange(10, [32, 32, 32]),
    )
    expect(Math.abs(volumes(answer).bone! / sphereVolumeMl(15) - 1)).toBeLessThan(0.02)
    expect(Math.abs(volumes(answer).liver! / (sphereVolumeMl(25) - sphereVolumeMl(15)) - 1)).toBeLessThan(0.02)
  })

  it('gives neighbours one boundary: their parts of a voxel do not add up to more than one', async () => {
    const grid = cube(30, [2.5, 2, 3])
    const { structures } = await segmentByNetwork(taskOf(grid, imageOf(grid, shells)), byRange())
    const sums = new Float64Array(grid.dimensions[0] * grid.dimensions[1] * grid.dimensions[2])
    for (const { mask } of structures) eachVoxel(mask, (voxel, fraction) => (sums[voxel]! += fraction))
    const inside = imageOf(grid, shells)
    sums.forEach((sum, n) => {
      expect(sum).toBeLessThan(1.02)
      if (inside[n]! > 4) expect(sum).toBeGreaterThan(0.98)
    })
  })

  it('answers the same whatever the orientation of the voxels', async () => {
    const off = (place: Vec3): number => shells([place[0] - 6, place[1] + 3, place[2] - 1])
    for (const direction of [rotation(0, 0, Math.PI / 2), rotation(Math.PI, Math.PI / 2, 0)]) {
      const grid = gridAround(36, [2, 2, 2], [0, 0, 0], direction)
      const { structures } = await segmentByNetwork(taskOf(grid, imageOf(grid, off)), byRange())
      const bone = structures.find(({ label }) => label.name === 'bone')!
      expect(Math.abs(bone.volumeMl / sphereVolumeMl(15) - 1)).toBeLessThan(0.01)
      ;([6, -3, 1] as const).forEach((centre, axis) => {
        const place = imageOf(grid, (p) => p[axis]!)
        expect(maskStatistics(bone.mask, place).mean).toBeCloseTo(centre, 1)
      })
    }
  })

  it('feeds the network the array in its own axes', async () => {
    // Only the first plane of the first tensor axis (the lowest index towards P) answers.
    const description = { axes: ['P', 'S', 'L'], patchSize: [16, 16, 16], step: 1 } as const
    const grid = gridAround(15, [2, 2, 2])
    const first: Infer = (patch) => {
      const out = new Float32Array(3 * patch.length)
      for (let n = 0; n < patch.length; n++) out[(n < 256 ? 1 : 0) * patch.length + n] = 20
      return Promise.resolve(out)
    }
    const { structures } = await segmentByNetwork(taskOf(grid, imageOf(grid, shells), description), first)
    expect(grid.dimensions).toEqual([16, 16, 16])
    const { minimum, maximum } = maskStatistics(
      structures[0]!.mask,
      imageOf(grid, ([, y]) => y),
    )
    expect([minimum, maximum]).toEqual([-15, -15])
    expect(structures[0]!.isCut).toBe(true)
  })

  it('sees boxes with overlap as it would see the whole image, away from the edge of what it looks at', async () => {
    // Each voxel answers with the mean of its 3³ neighbours inside the box; a box sees further than that but at its faces.
    const grid = cube(30, [2, 2, 2])
    const values = imageOf(grid, (p) => shells(p) + 3 * Math.sin(p[0]) * Math.cos(p[1] + p[2]))
    const whole = grid.dimensions
    const { gains, offsets } = ranges(0, 10, 0.05)
    const blur =
      (size: Vec3): Infer =>
      (patch) =>
        pointwise(gains, offsets, patch.length)(boxMean(patch, size))
    const one = await segmentByNetwork(taskOf(grid, values, { patchSize: [whole[2], whole[1], whole[0]] }), blur(whole))
    const many = await segmentByNetwork(taskOf(grid, values, { patchSize: [16, 16, 16] }), blur([16, 16, 16]))
    expect(one.runs).toBe(1)
    expect(many.runs).toBe(3 ** 3)
    // Faces of boxes weigh e^(−8) of their middle, so that what they miss there hardly counts.
    expect(Math.abs(volumes(many).bone! / volumes(one).bone! - 1)).toBeLessThan(1e-3)
    expect(Math.abs(volumes(many).liver! / volumes(one).liver! - 1)).toBeLessThan(1e-3)
  })

  it('pads an image that is smaller than a box, and says so', async () => {
    const grid = gridAround(3, [2, 2, 2])
    const { structures, remarks, runs } = await segmentByNetwork(
      taskOf(
        grid,
        imageOf(grid, () => 5),
      ),
      byRange(),
    )
    expect(runs).toBe(1)
    expect(structures).toHaveLength(1)
    expect(structures[0]!.volumeMl).toBeCloseTo((4 * 2) ** 3 / 1000, 6)
    expect(structures[0]!.isCut).toBe(true)
    expect(remarks.join()).toContain('smaller than what the network looks at')
    expect(remarks.join()).toContain('found nothing of: bone')
    expect(remarks.join()).toContain('Cut by the edge of the image')
  })

  it('averages mirror images', async () => {
    // A network that answers with the x index in the box alone: averaged over the mirror image it is the same everywhere.
    const grid = gridAround(7, [2, 2, 2])
    const ramp: Infer = (patch) => {
      const out = new Float32Array(3 * patch.length)
      for (let n = 0; n < patch.length; n++) out[patch.length + n] = (n % 8) - 3.4
      return Promise.resolve(out)
    }
    const values = imageOf(grid, () => 1)
    const plain = await segmentByNetwork(taskOf(grid, values), ramp)
    const mirrored = await segmentByNetwork(taskOf(grid, values, { mirrorAxes: [2] }), ramp)
    expect(mirrored.runs).toBe(2 * plain.runs)
    expect(volumes(plain).liver!).toBeLessThan(0.7 * (16 ** 3 / 1000))
    expect(volumes(mirrored).liver!).toBeCloseTo(16 ** 3 / 1000, 6)
    const off = await segmentByNetwork({ ...taskOf(grid, values, { mirrorAxes: [2] }), mirrors: false }, ramp)
    expect(off.runs).toBe(plain.runs)
  })

  it('keeps the largest piece where the label map says so', async () => {
    const grid = cube(30, [2, 2, 2])
    const two = (p: Vec3): number =>
      Math.max(8 - Math.hypot(p[0] - 12, p[1], p[2]), 5 - Math.hypot(p[0] + 12, p[1], p[2]))
    const largest = DESCRIPTION.labels.map((label) => ({ ...label, largestOnly: true }))
    const all = volumes(await segmentByNetwork(taskOf(grid, imageOf(grid, two)), byRange()))
    const one = volumes(await segmentByNetwork(taskOf(grid, imageOf(grid, two), { labels: largest }), byRange()))
    expect(Math.abs(one.liver! / sphereVolumeMl(8) - 1)).toBeLessThan(0.03)
    expect(all.liver! - one.liver!).toBeGreaterThan(0.9 * sphereVolumeMl(5))
  })

  it('lets regions overlap: each where it is above one half', async () => {
    const grid = cube(30, [2, 2, 2])
    const regions: Partial<NetworkDescription> = {
      output: { channels: 2, activation: 'sigmoid', decision: 'regions' },
      labels: DESCRIPTION.labels.map((label) => ({ ...label, channel: label.channel - 1 })),
    }
    const found = volumes(
      await segmentByNetwork(taskOf(grid, imageOf(grid, shells), regions), pointwise([0.1, 0.1], [0, -1], 512)),
    )
    expect(Math.abs(found.liver! / sphereVolumeMl(25) - 1)).toBeLessThan(0.01)
    expect(Math.abs(found.bone! / sphereVolumeMl(15) - 1)).toBeLessThan(0.01)
  })

  it('crops to what is not zero, and finds the same there', async () => {
    const grid = cube(40, [2, 2, 2])
    const inBox = (p: Vec3): number => (p.every((v) => Math.abs(v) <= 28) ? shells(p) : 0)
    const { structures } = await segmentByNetwork(
      taskOf(grid, imageOf(grid, inBox), { cropToNonzero: true }),
      byRange(),
    )
    const bone = structures.find(({ label }) => label.name === 'bone')!
    expect(Math.abs(bone.volumeMl / sphereVolumeMl(15) - 1)).toBeLessThan(0.01)
    expect(
      maskStatistics(
        bone.mask,
        imageOf(grid, ([x]) => x),
      ).mean,
    ).toBeCloseTo(0, 1)
  })

  it('only does what is wanted', async () => {
    const grid = cube(30, [2, 2, 2])
    const task = { ...taskOf(grid, imageOf(grid, shells)), wanted: [' BONE '] }
    expect(Object.keys(volumes(await segmentByNetwork(task, byRange())))).toEqual(['bone'])
    await expect(segmentByNetwork({ ...task, wanted: ['spleen'] }, byRange())).rejects.toMatchObject({
      code: 'network.unknown-structure',
      hint: expect.stringContaining('liver, bone') as string,
    })
  })
})

describe('what a network cannot be given or must not answer', () => {
  const grid = cube(12, [2, 2, 2])
  const values = imageOf(grid, shells)

  it.each<[string, Partial<NetworkTask>, Infer, string]>([
    ['another number of images', { images: [values, values] }, byRange(), 'network.channels'],
    ['an image of another size', { images: [values.slice(1)] }, byRange(), 'geometry.size-mismatch'],
    [
      'NaN in the image',
      { images: [values.map((v, n) => (n === 5 ? NaN : v))] },
      byRange(),
      'network.image-not-finite',
    ],
    ['too little memory', { memoryLimitBytes: 1e4 }, byRange(), 'network.memory'],
    ['an answer of another size', {}, pointwise([1, 1], [0, 0], 512), 'network.output-shape'],
    ['NaN in the answer', {}, pointwise([1, NaN, 1], [0, 0, 0], 512), 'network.not-finite'],
    ['infinity in the answer', {}, pointwise([1, 1, 1], [0, Infinity, 0], 512), 'network.not-finite'],
    [
      'no probabilities where they are promised',
      { description: { ...DESCRIPTION, output: { ...DESCRIPTION.output, activation: 'none' } } },
      pointwise([0, 0, 0], [3, 0, 0], 512),
      'network.not-probabilities',
    ],
    [
      'an empty image',
      { images: [values.map(() => 0)], description: { ...DESCRIPTION, cropToNonzero: true } },
      byRange(),
      'network.empty-image',
    ],
  ])('%s', async (_, change, infer, code) => {
    await expect(segmentByNetwork({ ...taskOf(grid, values), ...change }, infer)).rejects.toMatchObject({ code })
  })

  it('tells progress from 0 to 1 and stops between boxes', async () => {
    const seen: number[] = []
    await segmentByNetwork(taskOf(grid, values), byRange(), { progress: (fraction) => seen.push(fraction) > 0 })
    expect(seen[0]).toBe(0)
    expect(seen.at(-1)).toBe(1)
    expect([...seen].sort((a, b) => a - b)).toEqual(seen)
    let runs = 0
    const counted: Infer = (patch) => {
      runs++
      return byRange()(patch)
    }
    const stopped = segmentByNetwork(taskOf(grid, values), counted, { progress: () => runs < 3 })
    await expect(stopped).rejects.toBeInstanceOf(CancelledError)
    expect(runs).toBe(3)
  })
})

function eachVoxel({ grid, box, fractions }: FractionalMask, visit: (voxel: number, fraction: number) => void): void {
  let n = 0
  for (let k = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++)
      for (let i = 0; i < box.size[0]; i++, n++)
        visit(
          i + box.start[0] + grid.dimensions[0] * (j + box.start[1] + grid.dimensions[1] * (k + box.start[2])),
          fractions[n]!,
        )
}

/** Mean over 3³ voxels, zeros beyond the box. */
function boxMean(values: Float32Array, [nx, ny, nz]: Vec3): Float32Array {
  return values.map((_, n) => {
    const [x, y, z] = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]
    let sum = 0
    for (let k = Math.max(0, z - 1); k <= Math.min(nz - 1, z + 1); k++)
      for (let j = Math.max(0, y - 1); j <= Math.min(ny - 1, y + 1); j++)
        for (let i = Math.max(0, x - 1); i <= Math.min(nx - 1, x + 1); i++) sum += values[i + nx * (j + ny * k)]!
    return sum / 27
  })
}
