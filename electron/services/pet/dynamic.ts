/** Curves of structures through the frames of a dynamic scan, and frames summed. */
import { InputError } from '../../../native-core/errors/index.ts'
import { dynamicCurve, sumOfFrames } from '../../../native-core/imaging/pet/index.ts'
import type { DecayReference, DynamicCurve, FrameSum, FrameTime } from '../../../native-core/imaging/pet/index.ts'
import { isSameGrid } from '../../../native-core/imaging/index.ts'
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import { masksOn, meanIn } from './structureMeans.ts'
import type { PetStructure } from './structureMeans.ts'

/** A frame whose voxels are loaded when they are needed: a dynamic scan is large. */
export interface DynamicFrame extends FrameTime {
  readonly grid: ImageGrid
  readonly load: () => Promise<Float32Array>
}

export interface DynamicResult {
  readonly structures: readonly {
    readonly name: string
    readonly volumeMl: number
    readonly fractionOutside: number
    readonly curve: DynamicCurve
    /** Standard deviation of the voxels in each frame, in the unit and decay correction of the image. */
    readonly voxelSd: readonly number[]
  }[]
  readonly sum: (FrameSum & { readonly values: Float32Array }) | null
  readonly remarks: readonly string[]
}

/**
 * @param input.relativeUncertainty of each mean, where it is known; the spread of voxels is no uncertainty of a mean, for their noise is correlated
 * @param input.sum frames that lie wholly within these times are summed, null: none
 * @throws InputError `pet.frames-differ` for frames on several grids, `pet.sum` where no frame lies in the range, and those of the core.
 */
export async function dynamicStructures(input: {
  readonly frames: readonly DynamicFrame[]
  readonly reference: DecayReference
  readonly halfLifeS: number
  readonly structures: readonly PetStructure[]
  readonly relativeUncertainty: number
  readonly sum: { readonly fromS: number; readonly toS: number; readonly reference: DecayReference } | null
}): Promise<DynamicResult> {
  const { reference, halfLifeS, structures, relativeUncertainty } = input
  const frames = [...input.frames].sort((a, b) => a.startS - b.startS)
  const [first] = frames
  if (!first) throw new InputError('pet.frame', 'There are no frames.', 'Give the frames of a dynamic scan.')
  if (frames.some(({ grid }) => !isSameGrid(grid, first.grid)))
    throw new InputError('pet.frames-differ', 'The frames are on several grids.', 'Give the frames of one scan.')
  const masks = masksOn(first.grid, structures)
  const summed = sumPlan(frames, input.sum, reference, halfLifeS)
  const values = summed ? new Float32Array(first.grid.dimensions.reduce((n, d) => n * d, 1)) : null
  const means: ReturnType<typeof meanIn>[][] = masks.map(() => [])
  for (const frame of frames) {
    const voxels = await frame.load()
    masks.forEach((mask, i) => means[i]?.push(meanIn(mask, voxels)))
    const weight = summed?.weightOf.get(frame)
    if (values && weight !== undefined)
      for (let n = 0; n < values.length; n++) values[n] = (values[n] as number) + weight * (voxels[n] as number)
  }
  const curves = masks.map(({ name }, i) => {
    const own = means[i] ?? []
    const curve = dynamicCurve(
      frames.map(({ startS, durationS }, f) => {
        const value = own[f]?.mean ?? NaN
        return { startS, durationS, value: { value, standardUncertainty: Math.abs(value) * relativeUncertainty } }
      }),
      reference,
      halfLifeS,
    )
    return {
      name,
      volumeMl: own[0]?.volumeMl ?? NaN,
      fractionOutside: own[0]?.fractionOutside ?? NaN,
      curve,
      voxelSd: own.map(({ sd }) => sd),
    }
  })
  return {
    structures: curves,
    sum: summed && values ? { ...summed.sum, values } : null,
    remarks: [
      ...new Set([
        ...curves.flatMap(({ curve }) => curve.remarks),
        ...(summed?.sum.remarks ?? []),
        ...(relativeUncertainty === 0 ? ['No uncertainty of the frame means was given; none is stated.'] : []),
      ]),
    ],
  }
}

function sumPlan(
  frames: readonly DynamicFrame[],
  range: { readonly fromS: number; readonly toS: number; readonly reference: DecayReference } | null,
  reference: DecayReference,
  halfLifeS: number,
): { readonly sum: FrameSum; readonly weightOf: ReadonlyMap<DynamicFrame, number> } | null {
  if (range === null) return null
  // Clocks of frames are rounded to a second.
  const members = frames.filter(
    ({ startS, durationS }) => startS >= range.fromS - 1 && startS + durationS <= range.toS + 1,
  )
  if (members.length === 0)
    throw new InputError(
      'pet.sum',
      `No frame lies within ${range.fromS} to ${range.toS} s after the start.`,
      'Give a range that holds whole frames.',
    )
  const sum = sumOfFrames(members, reference, range.reference, halfLifeS)
  return { sum, weightOf: new Map(members.map((frame, i) => [frame, sum.weights[i] ?? 0])) }
}
