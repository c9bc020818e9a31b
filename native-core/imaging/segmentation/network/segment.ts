/** An image segmented by a network, whatever runs it. */
import { CancelledError, InputError } from '../../../errors/index.ts'
import { maskVolumeMl } from '../../maskStatistics.ts'
import type { FractionalMask, ImageGrid, Vec3 } from '../../types.ts'
import { TileAccumulator } from './accumulator.ts'
import { MarginStore } from './margins.ts'
import { reversed } from './orientation.ts'
import { prepareImages } from './prepare.ts'
import { toProbabilities } from './probability.ts'
import { geometryRemarks } from './remarks.ts'
import { structureMask } from './structureMask.ts'
import { cutPatch, mirroredPatch, mirrorings, paddedSize, tileLayers } from './tiles.ts'
import type { NetworkDescription, NetworkLabel } from './types.ts'

export interface NetworkTask {
  readonly description: NetworkDescription
  /** Of all images. */
  readonly grid: ImageGrid
  /** One for each channel of the network, in its order. */
  readonly images: readonly Float32Array[]
  /** Names of the structures that are wanted; null: all. */
  readonly wanted: readonly string[] | null
  /** Average the answers for mirror images, where the network was trained with them: 2ⁿ times the work for n axes. */
  readonly mirrors: boolean
  readonly memoryLimitBytes: number
}

/**
 * Runs the network on one box: channels × patch, x (the last tensor axis) fastest; answers output channels × patch. The patch is only good during the call.
 */
export type Infer = (patch: Float32Array) => Promise<Float32Array>

export interface NetworkStructure {
  readonly label: NetworkLabel
  readonly mask: FractionalMask
  readonly volumeMl: number
  /** It reaches the edge of the image: only a part of it was imaged. */
  readonly isCut: boolean
}

export interface NetworkAnswer {
  /** In the order of the label map. */
  readonly structures: readonly NetworkStructure[]
  readonly remarks: readonly string[]
  /** How often the network ran. */
  readonly runs: number
}

/** Part of the progress that preparing and outlining take. */
const PREPARED = 0.05
const PREDICTED = 0.95

/**
 * Segments images by a network: they are brought to its axes, spacing and intensities (`prepareImages`), it looks at overlapping boxes (padded with zeros where the image is
 * smaller than one), answers are averaged with Gaussian weights (Isensee et al. 2021, Nat. Methods 18, 203), made probabilities, and each structure's boundary is
 * placed between voxels on the grid of the image where it is as probable as the most probable other one (regions: 1/2).
 *
 * @param control `progress` is told 0 to 1 after each box; when it answers false the work ends.
 * @throws InputError of `prepareImages`, `network.output-shape`, `network.not-finite`, `network.not-probabilities`, `network.unknown-structure`,
 * `network.memory`; CancelledError.
 */
export async function segmentByNetwork(
  task: NetworkTask,
  infer: Infer,
  control: { readonly progress?: (fraction: number) => boolean } = {},
): Promise<NetworkAnswer> {
  const tell = (fraction: number): void => {
    if (control.progress?.(fraction) === false) throw new CancelledError('The segmentation')
  }
  const { description } = task
  const labels = wantedLabels(description, task.wanted)
  tell(0)
  const prepared = prepareImages(task.images, task.grid, description)
  const patch = reversed(description.patchSize)
  const { size, before } = paddedSize(prepared.grid.dimensions, patch)
  assertFits(task, prepared.grid, size, patch)
  tell(PREPARED)

  const layers = tileLayers(size, patch, description.step)
  const mirrors = mirrorings(task.mirrors ? description.mirrorAxes.map((axis) => 2 - axis) : [])
  const runs = layers.reduce((sum, layer) => sum + layer.starts.length, 0) * mirrors.length
  const accumulator = new TileAccumulator(size, patch, description.output.channels)
  const store = new MarginStore(prepared.grid.dimensions, labels, description.output)
  let run = 0
  for (const [n, layer] of layers.entries()) {
    for (const start of layer.starts) {
      for (const axes of mirrors) {
        const answer = await inferred(infer, prepared.channels, prepared.grid.dimensions, before, start, patch, axes)
        assertAnswer(answer, description, patch)
        accumulator.add(start, mirroredPatch(answer, patch, axes))
        run++
        tell(PREPARED + ((PREDICTED - PREPARED) * run) / runs)
      }
    }
    accumulator.finish(layers[n + 1]?.z ?? size[2], (z, means) => {
      const plane = z - before[2]
      if (plane < 0 || plane >= prepared.grid.dimensions[2]) return
      toProbabilities(means, size[0] * size[1], description.output)
      store.add(plane, means, size[0], size[1], [before[0], before[1]])
    })
  }

  const structures: NetworkStructure[] = []
  for (const [n, label] of labels.entries()) {
    const field = store.field(label)
    const mask = field && structureMask(field, prepared.grid, task.grid, label.largestOnly)
    if (mask) structures.push({ label, mask, volumeMl: maskVolumeMl(mask), isCut: reachesEdge(mask) })
    tell(PREDICTED + ((1 - PREDICTED) * (n + 1)) / labels.length)
  }
  const found = new Set(structures.map(({ label }) => label))
  const missing = labels.filter((label) => !found.has(label)).map(({ name }) => name)
  const cut = structures.filter(({ isCut }) => isCut).map(({ label }) => label.name)
  return {
    structures,
    runs,
    remarks: [
      ...geometryRemarks(task.grid, prepared, description),
      ...(missing.length > 0 ? [`The network found nothing of: ${missing.join(', ')}.`] : []),
      ...(cut.length > 0
        ? [`Cut by the edge of the image, so that their volumes are of a part only: ${cut.join(', ')}.`]
        : []),
    ],
  }
}

async function inferred(
  infer: Infer,
  channels: readonly Float32Array[],
  size: Vec3,
  before: Vec3,
  start: Vec3,
  patch: Vec3,
  axes: readonly number[],
): Promise<Float32Array> {
  const voxels = patch[0] * patch[1] * patch[2]
  const input = new Float32Array(channels.length * voxels)
  channels.forEach((values, n) =>
    cutPatch(values, size, before, start, patch, input.subarray(n * voxels, (n + 1) * voxels)),
  )
  return await infer(mirroredPatch(input, patch, axes))
}

/** @throws InputError `network.output-shape`, `network.not-finite`. */
function assertAnswer(answer: Float32Array, { name, output }: NetworkDescription, patch: Vec3): void {
  const expected = output.channels * patch[0] * patch[1] * patch[2]
  if (answer.length !== expected)
    throw new InputError(
      'network.output-shape',
      `The network "${name}" answered ${answer.length} numbers for a box; its description says ${expected} (${output.channels} channels).`,
      'Check "output.channels" and "patchSize" in its description.',
    )
  for (let n = 0; n < answer.length; n++)
    if (!Number.isFinite(answer[n]))
      throw new InputError(
        'network.not-finite',
        `The network "${name}" answered ${answer[n]}, no finite number.`,
        'Its file is damaged or was exported wrongly; export it again.',
      )
}

/** @throws InputError `network.unknown-structure`. */
function wantedLabels({ name, labels }: NetworkDescription, wanted: readonly string[] | null): readonly NetworkLabel[] {
  if (wanted === null) return labels
  const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase()
  const unknown = wanted.find((asked) => !labels.some((label) => same(label.name, asked)))
  if (unknown !== undefined)
    throw new InputError(
      'network.unknown-structure',
      `The network "${name}" knows no structure "${unknown}".`,
      `It knows: ${labels.map((label) => label.name).join(', ')}.`,
    )
  return labels.filter((label) => wanted.some((asked) => same(label.name, asked)))
}

/** Bytes that averaging the answers takes, beside the network itself. */
export function averagingBytes(channels: number, size: Vec3, patch: Vec3): number {
  const box = patch[0] * patch[1] * patch[2]
  return 4 * (size[0] * size[1] * patch[2] * (channels + 1) + 2 * channels * box)
}

/** @throws InputError `network.memory`. */
function assertFits(task: NetworkTask, grid: ImageGrid, size: Vec3, patch: Vec3): void {
  const { description, memoryLimitBytes } = task
  const image = grid.dimensions[0] * grid.dimensions[1] * grid.dimensions[2]
  const bytes = 4 * image * description.channels.length + averagingBytes(description.output.channels, size, patch)
  if (bytes <= memoryLimitBytes) return
  const gib = (value: number): string => (value / 2 ** 30).toFixed(1)
  throw new InputError(
    'network.memory',
    `At the network's spacing the image has ${grid.dimensions.join(' × ')} voxels; averaging ${description.output.channels} channels needs ${gib(bytes)} GiB, ${gib(memoryLimitBytes)} GiB are allowed.`,
    'Use a network of coarser spacing, or crop the image.',
  )
}

function reachesEdge({ grid, box, fractions }: FractionalMask): boolean {
  const [nx, ny, nz] = box.size
  const isAtEdge = (index: number, axis: 0 | 1 | 2): boolean => {
    const place = index + box.start[axis]
    return place === 0 || place === grid.dimensions[axis] - 1
  }
  for (let k = 0, n = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, n++)
        if (fractions[n]! > 0 && (isAtEdge(i, 0) || isAtEdge(j, 1) || isAtEdge(k, 2))) return true
  return false
}
