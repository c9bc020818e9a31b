/** The one entrance to semi-automatic segmentation. */
import { InputError } from '../../../errors/index.ts'
import { assertValidGrid, voxelCount } from '../../grid.ts'
import type { Vec3 } from '../../types.ts'
import { cropped, maskOfCoverage, reachesFace, widenedBox } from '../manual/boxes.ts'
import { islandAt } from '../manual/islands.ts'
import type { CoverageBox } from '../manual/types.ts'
import { adaptiveThreshold } from './adaptiveThreshold.ts'
import { contrastThreshold } from './contrastThreshold.ts'
import { gradientEdge } from './gradientEdge.ts'
import { levelSet } from './levelSet.ts'
import { randomWalker } from './randomWalker.ts'
import { regionGrowing } from './regionGrowing.ts'
import { relativeThreshold } from './relativeThreshold.ts'
import { resolutionFindings } from './resolutionRemarks.ts'
import { step } from './step.ts'
import { threshold } from './threshold.ts'
import type { Found, SegmentationAsk, SegmentationControl, SegmentationImage, SegmentedRegion } from './types.ts'

/** Voxels around the box that interpolation at its faces looks at. */
const REACH: Vec3 = [2, 2, 2]

/**
 * A structure found in a box of an image, by the method of the ask (each file of this folder gives its theory), as
 * parts of voxels on the image's grid, with what the image's resolution does to its volume (`resolution.ts`). `control.progress` answering false stops it (CancelledError). The same ask gives
 * the same bits.
 *
 * Throws InputError `geometry.size-mismatch`, `segmentation.empty-box`, `image.not-finite` (in or beside the box),
 * `segmentation.nothing-found`, and those of the methods.
 */
export function segmentRegion(
  image: SegmentationImage,
  ask: SegmentationAsk,
  control: SegmentationControl = {},
): SegmentedRegion {
  assertUsable(image, ask)
  step(control, 0)
  const found = find(image, ask, control)
  const { box } = ask
  const all: CoverageBox = { box, coverage: found.coverage }
  const content = found.pieceAt === null ? cropped(all) : islandAt(image.grid, all, found.pieceAt)
  if (content.coverage.length === 0)
    throw new InputError(
      'segmentation.nothing-found',
      `Nothing ${found.pieceAt === null ? 'in the box' : 'at the seed'} was found: ${found.description}.`,
      'Choose another place, box or threshold.',
    )
  const isCut = reachesFace(image.grid, box, content.box)
  const atEdge = ([0, 1, 2] as const).some((axis) => {
    const { start, size } = content.box
    const count = image.grid.dimensions[axis]
    return count > 1 && (start[axis] === 0 || start[axis] + size[axis] === count)
  })
  // What was found of a body that goes on says nothing about the whole.
  const { effect, remarks } = resolutionFindings(image, content, isCut || atEdge ? undefined : fwhmOf(image, ask))
  step(control, 1)
  return {
    mask: maskOfCoverage(image.grid, content),
    isCut,
    resolution: effect,
    parameters: { method: ask.method, ...found.parameters },
    description: found.description,
    remarks: [
      ...found.remarks,
      ...remarks,
      ...(isCut ? ['It reaches the face of the box and is cut off there.'] : []),
      ...(atEdge ? ['It reaches the edge of the image: only a part of it was imaged.'] : []),
    ],
  }
}

const fwhmOf = (image: SegmentationImage, ask: SegmentationAsk): number | null | undefined =>
  'fwhmMm' in ask && ask.fwhmMm !== null ? ask.fwhmMm : image.fwhmMm

function find(image: SegmentationImage, ask: SegmentationAsk, control: SegmentationControl): Found {
  switch (ask.method) {
    case 'threshold':
      return threshold(image, ask)
    case 'relative-threshold':
      return relativeThreshold(image, ask)
    case 'adaptive-threshold':
      return adaptiveThreshold(image, ask, control)
    case 'contrast-threshold':
      return contrastThreshold(image, ask)
    case 'gradient':
      return gradientEdge(image, ask, control)
    case 'region-growing':
      return regionGrowing(image, ask, control)
    case 'random-walker':
      return randomWalker(image, ask, control)
    case 'level-set':
      return levelSet(image, ask, control)
  }
}

function assertUsable({ grid, values }: SegmentationImage, { box }: SegmentationAsk): void {
  assertValidGrid(grid)
  if (values.length !== voxelCount(grid))
    throw new InputError(
      'geometry.size-mismatch',
      `The image has ${values.length} values for ${voxelCount(grid)} voxels.`,
      'Read the image again.',
    )
  const isInside = ([0, 1, 2] as const).every((axis) => {
    const [first, count] = [box.start[axis], box.size[axis]]
    return Number.isInteger(first) && first >= 0 && count >= 1 && first + count <= grid.dimensions[axis]
  })
  if (!isInside)
    throw new InputError(
      'segmentation.empty-box',
      'The box has no voxels, or lies outside the image.',
      'Give a box inside the image.',
    )
  const { start, size } = widenedBox(grid, box, REACH)
  const [nx, ny] = grid.dimensions
  for (let z = start[2]; z < start[2] + size[2]; z++)
    for (let y = start[1]; y < start[1] + size[1]; y++) {
      const line = nx * (y + ny * z)
      for (let n = line + start[0]; n < line + start[0] + size[0]; n++)
        if (!Number.isFinite(values[n]!))
          throw new InputError(
            'image.not-finite',
            `The image has a voxel in or beside the box that is not a finite number (${n - line}, ${y}, ${z}).`,
            'Choose a box without such voxels, or mend the image.',
          )
    }
}
