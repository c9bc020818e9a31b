/**
 * Segmentation by a network against an independent implementation of the same steps in NumPy and SciPy: turning, window, cubic spline resampling, boxes with
 * Gaussian weights, softmax, linear interpolation back. The network is a formula on both sides. Skipped aloud where python3 has no scipy.
 */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { segmentByNetwork } from '../../native-core/imaging/segmentation/network/index.ts'
import type { Infer, NetworkDescription } from '../../native-core/imaging/segmentation/network/index.ts'
import { DESCRIPTION, imageOf, ranges } from '../../native-core/imaging/segmentation/network/testNetwork.ts'
import type { ImageGrid } from '../../native-core/imaging/index.ts'

const PYTHON = '/usr/bin/python3'
const hasScipy = spawnSync(PYTHON, ['-c', 'import scipy.ndimage']).status === 0

const PROGRAM = `
import json, sys
import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates, uniform_filter
case = json.load(sys.stdin)
image = np.array(case['values']).reshape(case['shape'])          # z, y, x growing to S, P, L
x = image[:, ::-1, ::-1]                                          # S, A, R
w = case['window']
x = (np.clip(x, w['lowest'], w['highest']) - w['mean']) / w['standardDeviation']
old, new = np.array(x.shape), np.round(np.array(x.shape) * case['imageSpacing'] / case['spacing']).astype(int)
places = lambda to, of: np.meshgrid(*[np.clip((np.arange(a) + .5) * b / a - .5, 0, b - 1) for a, b in zip(to, of)], indexing='ij')
x = map_coordinates(x, places(new, old), order=3, mode='mirror')
patch = case['patch']
weights = np.zeros(patch); weights[tuple(n // 2 for n in patch)] = 1
weights = gaussian_filter(weights, [n / 8 for n in patch], mode='constant'); weights /= weights.max()
logits, total = np.zeros([3, *new]), np.zeros(new)
starts = []
for n, p in zip(new, patch):
    count = int(np.ceil((n - p) / (p * case['step']))) + 1
    starts.append([int(np.floor((n - p) * i / max(count - 1, 1) + .5)) for i in range(count)])
for a in starts[0]:
    for b in starts[1]:
        for c in starts[2]:
            box = (slice(a, a + patch[0]), slice(b, b + patch[1]), slice(c, c + patch[2]))
            mean = uniform_filter(x[box], 3, mode='constant')
            mean[1:, 2:, :-3] += x[box][:-1, :-2, 3:] / 2
            for k in range(3): logits[(k, *box)] += weights * (case['gains'][k] * mean + case['offsets'][k])
            total[box] += weights
logits /= total
p = np.exp(logits - logits.max(0)); p /= p.sum(0)
out = []
for k in (1, 2):
    margin = p[k] - np.delete(p, k, 0).max(0)
    out.append(map_coordinates(margin, places(old, new), order=1, mode='nearest')[:, ::-1, ::-1].ravel().tolist())
json.dump({'margins': out, 'network': new.tolist(), 'boxes': int(np.prod([len(s) for s in starts]))}, sys.stdout)
`

interface Answer {
  /** Of both structures, at the voxels of the image. */
  readonly margins: readonly (readonly number[])[]
  readonly network: readonly number[]
  readonly boxes: number
}

const grid: ImageGrid = {
  dimensions: [30, 26, 19],
  spacingMm: [2.2, 2.5, 3.1],
  originMm: [-31, -30, -25],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const window = { kind: 'window', lowest: -80, highest: 90, mean: 12, standardDeviation: 40 } as const
const description: NetworkDescription = {
  ...DESCRIPTION,
  channels: [{ name: 'CT', modality: 'CT', normalisation: window }],
  spacingMm: [2.5, 2.4, 2.6],
  patchSize: [12, 14, 16],
}
const { gains, offsets } = ranges(-0.4, 0.9, 3)
const values = imageOf(
  grid,
  ([x, y, z]) =>
    100 * Math.cos(x / 9) * Math.cos(y / 11 + 0.4) * Math.cos(z / 12 - 0.3) + 30 * Math.sin(x / 5 + y / 6 + z / 7),
)

/** The logits of ranges of the mean over 3³ voxels and half a voxel aside, zeros beyond the box: not the same in a mirror. */
const blurred: Infer = (patch) => {
  const [nz, ny, nx] = description.patchSize
  const out = new Float32Array(3 * patch.length)
  for (let n = 0; n < patch.length; n++) {
    const [x, y, z] = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]
    let sum = 0
    for (let k = Math.max(0, z - 1); k <= Math.min(nz - 1, z + 1); k++)
      for (let j = Math.max(0, y - 1); j <= Math.min(ny - 1, y + 1); j++)
        for (let i = Math.max(0, x - 1); i <= Math.min(nx - 1, x + 1); i++) sum += patch[i + nx * (j + ny * k)]!
    const beside = z >= 1 && y >= 2 && x < nx - 3 ? patch[x + 3 + nx * (y - 2 + ny * (z - 1))]! / 2 : 0
    for (let c = 0; c < 3; c++) out[c * patch.length + n] = gains[c]! * (sum / 27 + beside) + offsets[c]!
  }
  return Promise.resolve(out)
}

describe.skipIf(!hasScipy)(`segmentation by a network${hasScipy ? '' : ' (skipped: no python3 with scipy)'}`, () => {
  it('has the same voxels as NumPy and SciPy, but for those whose margin is below 0.001', async () => {
    const [nx, ny, nz] = grid.dimensions
    const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', PROGRAM], {
      encoding: 'utf8',
      maxBuffer: 1e8,
      input: JSON.stringify({
        values: [...values],
        shape: [nz, ny, nx],
        imageSpacing: [...grid.spacingMm].reverse(),
        spacing: description.spacingMm,
        patch: description.patchSize,
        step: description.step,
        window,
        gains,
        offsets,
      }),
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const expected = JSON.parse(stdout) as Answer
    const found = await segmentByNetwork(
      { description, grid, images: [values], wanted: null, mirrors: false, memoryLimitBytes: 2 ** 30 },
      blurred,
    )
    expect(found.runs).toBe(expected.boxes)
    expect(found.structures).toHaveLength(2)
    found.structures.forEach(({ mask: { box, fractions } }, structure) => {
      const margins = expected.margins[structure]!
      const inside = new Float32Array(margins.length)
      let n = 0
      for (let k = 0; k < box.size[2]; k++)
        for (let j = 0; j < box.size[1]; j++)
          for (let i = 0; i < box.size[0]; i++)
            inside[i + box.start[0] + nx * (j + box.start[1] + ny * (k + box.start[2]))] = fractions[n++]!
      const clear = margins.filter((margin) => Math.abs(margin) > 1e-3).length
      expect(clear).toBeGreaterThan(0.98 * margins.length)
      const members = margins.filter((margin) => margin > 0).length
      expect(members).toBeGreaterThan(500)
      const others = margins.filter(
        (margin, voxel) => Math.abs(margin) > 1e-3 && margin > 0 !== inside[voxel]! > 0.5,
      ).length
      expect(others).toBe(0)
    })
  })
})
