/** Semi-automatic tools: what the core finds in an image, brought onto the voxels that are drawn on. */
import type { StructureMethodKind } from '../../../../electron/contracts/index.ts'
import { indexToPatient, isSameGrid, resampleMask } from '../../../../native-core/imaging/index.ts'
import {
  boxAround,
  coverageOfMask,
  HALF,
  inBox,
  maskOfCoverage,
  widenedBox,
  type CoverageBox,
} from '../../../../native-core/imaging/segmentation/manual/index.ts'
import {
  boxAroundPoint,
  SEGMENTATION_DEFAULTS as DEFAULTS,
  segmentRegion,
  valuesIn,
  type SegmentationAsk,
  type SegmentedRegion,
} from '../../../../native-core/imaging/segmentation/semiautomatic/index.ts'
import type { FractionalMask, ImageGrid, Vec3, VoxelBox } from '../../../../native-core/imaging/types.ts'
import type { FindMethod, ImageSource, Operation } from './protocol.ts'

/** What the methods look at beyond the box: the ball of 1 mL around a peak at its face. */
const MARGIN_MM = 10

export interface FindImage extends Pick<ImageSource, 'grid' | 'unit' | 'perUnit'> {
  readonly values: Float32Array
}

export interface FoundRegion {
  /** On the grid that is drawn on. */
  readonly content: CoverageBox
  readonly region: SegmentedRegion
}

export const methodKindOf: Readonly<Record<FindMethod['kind'] | 'random-walker', StructureMethodKind>> = {
  'adaptive-threshold': 'adaptive-threshold',
  gradient: 'gradient',
  statistics: 'region-growing',
  'level-set': 'level-set',
  'random-walker': 'random-walker',
}

/** What a method finds from a point on, inside a box around it. Throws InputError of `segmentRegion`. */
export function findRegion(
  drawnOn: ImageGrid,
  image: FindImage,
  { pointMm, halfSideMm, method }: Extract<Operation, { kind: 'find' }>,
): FoundRegion {
  const box = boxAroundPoint(image.grid, pointMm, halfSideMm)
  return found(drawnOn, image, box, (local) => askOf(method, { box: local, seedMm: pointMm }, image.grid))
}

/**
 * What a random walker finds between marks: voxels that lie by half and more in `inside` and in `outside` (on the drawn grid). Throws
 * InputError of `segmentRegion`.
 */
export function walkRegion(
  drawnOn: ImageGrid,
  image: FindImage,
  inside: CoverageBox,
  outside: CoverageBox,
  beta: number,
): FoundRegion {
  const onImage = (marks: CoverageBox): CoverageBox =>
    isSameGrid(drawnOn, image.grid) ? marks : coverageOfMask(resampleMask(maskOfCoverage(drawnOn, marks), image.grid))
  const [within, beyond] = [onImage(inside), onImage(outside)]
  const box = widenedBox(image.grid, boxAround(within.box, beyond.box), [2, 2, 2])
  return found(drawnOn, image, box, (local, cut) => ({
    method: 'random-walker',
    box: local,
    seedMm: null,
    inside: marked(within, cut),
    outside: marked(beyond, cut),
    beta,
    edgeLengthMm: null,
  }))
}

function askOf(
  method: FindMethod,
  place: { readonly box: VoxelBox; readonly seedMm: Vec3 },
  grid: ImageGrid,
): SegmentationAsk {
  const largestMm = Math.max(...grid.spacingMm)
  switch (method.kind) {
    case 'adaptive-threshold': {
      const { fwhmMm } = method
      const background = {
        kind: 'shell',
        fromMm: DEFAULTS.shellFromFwhm.value * fwhmMm,
        toMm: DEFAULTS.shellToFwhm.value * fwhmMm,
      } as const
      return { method: 'adaptive-threshold', ...place, fwhmMm, of: 'peak', background }
    }
    case 'gradient':
      return {
        method: 'gradient',
        ...place,
        smoothingSdMm: DEFAULTS.smoothingVoxels.value * largestMm,
        fwhmMm: method.fwhmMm,
      }
    case 'statistics': {
      const { standardDeviations, startRadiusMm } = method
      return { method: 'region-growing', ...place, rule: { kind: 'statistics', standardDeviations, startRadiusMm } }
    }
    case 'level-set': {
      const { startRadiusMm } = method
      const curvatureMm = DEFAULTS.curvatureVoxels.value * largestMm
      return { method: 'level-set', ...place, startRadiusMm, curvatureMm, data: { kind: 'two-means' } }
    }
  }
}

/** Runs the core on the part of the image around the box, in the unit that is shown, so that its words have it too. */
function found(
  drawnOn: ImageGrid,
  image: FindImage,
  box: VoxelBox,
  ask: (box: VoxelBox, cut: VoxelBox) => SegmentationAsk,
): FoundRegion {
  const { grid } = image
  const reach = grid.spacingMm.map((mm) => 3 + Math.ceil(MARGIN_MM / mm)) as unknown as Vec3
  const cut = widenedBox(grid, box, reach)
  const part: ImageGrid = { ...grid, dimensions: cut.size, originMm: indexToPatient(grid, cut.start) }
  const local: VoxelBox = {
    start: box.start.map((first, axis) => first - cut.start[axis]!) as unknown as Vec3,
    size: box.size,
  }
  const values = valuesIn(image, cut).map((value) => value / image.perUnit)
  const region = segmentRegion({ grid: part, values, unit: image.unit }, ask(local, cut))
  const mask: FractionalMask = {
    ...region.mask,
    grid,
    box: {
      start: region.mask.box.start.map((first, axis) => first + cut.start[axis]!) as unknown as Vec3,
      size: region.mask.box.size,
    },
  }
  const onDrawn = isSameGrid(drawnOn, grid) ? mask : resampleMask(mask, drawnOn)
  return { content: coverageOfMask(onDrawn), region }
}

/** Places among the voxels of a box of what lies in the marks by half and more. */
function marked(marks: CoverageBox, box: VoxelBox): number[] {
  const coverage = inBox(marks, box)
  const places: number[] = []
  for (let n = 0; n < coverage.length; n++) if (coverage[n]! >= HALF) places.push(n)
  return places
}
