/** Semi-automatic tools: what the core finds in an image, brought onto the voxels that are drawn on. */
import type { StructureMethodKind } from '../../../../electron/contracts/index.ts'
import { indexToPatient, isSameGrid, patientToIndex, resampleMask } from '../../../../native-core/imaging/index.ts'
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
  resolutionFindings,
  SEGMENTATION_DEFAULTS as DEFAULTS,
  segmentRegion,
  valuesIn,
  type SegmentationAsk,
  type SegmentedRegion,
} from '../../../../native-core/imaging/segmentation/semiautomatic/index.ts'
import type { FractionalMask, ImageGrid, Vec3, VoxelBox } from '../../../../native-core/imaging/types.ts'
import type { FindMethod, ImageFwhm, ImageSource, Operation, SearchTask } from './protocol.ts'

/** What the methods look at beyond the box: the ball of 1 mL around a peak at its face; with the resolution known, what lies around the body. */
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

/** What a method looks for from a point on, inside a box around it. Throws InputError where the point lies outside the image. */
export function findTask(
  image: FindImage,
  { pointMm, halfSideMm, method, fwhmMm }: Extract<Operation, { kind: 'find' }>,
): SearchTask {
  const box = boxAroundPoint(image.grid, pointMm, halfSideMm)
  return taskIn(image, box, fwhmMm, (local) => askOf(method, { box: local, seedMm: pointMm }, image.grid))
}

/**
 * What a random walker looks for between marks: voxels that lie by half and more in `inside` and in `outside` (on the drawn grid).
 */
export function walkTask(
  drawnOn: ImageGrid,
  image: FindImage,
  inside: CoverageBox,
  outside: CoverageBox,
  { beta, fwhmMm }: Extract<Operation, { kind: 'walk' }>,
): SearchTask {
  const [within, beyond] = [broughtTo(image.grid, drawnOn, inside), broughtTo(image.grid, drawnOn, outside)]
  const box = widenedBox(image.grid, boxAround(within.box, beyond.box), [2, 2, 2])
  return taskIn(image, box, fwhmMm, (local, cut) => ({
    method: 'random-walker',
    box: local,
    seedMm: null,
    inside: marked(within, cut),
    outside: marked(beyond, cut),
    beta,
    edgeLengthMm: null,
  }))
}

/** Looks for it. Throws InputError of `segmentRegion`. */
export const search = ({ image, ask }: SearchTask, progress?: (fraction: number) => boolean): SegmentedRegion =>
  segmentRegion(image, ask, progress ? { progress } : {})

/** What was found in a part of an image of grid `imageGrid`, on the grid that is drawn on. */
export function placed(drawnOn: ImageGrid, imageGrid: ImageGrid, region: SegmentedRegion): FoundRegion {
  const first = patientToIndex(imageGrid, region.mask.grid.originMm).map(Math.round)
  const mask: FractionalMask = {
    ...region.mask,
    grid: imageGrid,
    box: {
      start: region.mask.box.start.map((start, axis) => start + first[axis]!) as unknown as Vec3,
      size: region.mask.box.size,
    },
  }
  const onDrawn = isSameGrid(drawnOn, imageGrid) ? mask : resampleMask(mask, drawnOn)
  return { content: coverageOfMask(onDrawn), region }
}

/** What the resolution of the image does to a region that was taken on the drawn grid, in words. */
export function resolutionNotes(
  drawnOn: ImageGrid,
  { grid, values, unit }: FindImage,
  content: CoverageBox,
  fwhmMm: ImageFwhm | undefined,
): readonly string[] {
  return resolutionFindings({ grid, values, unit }, broughtTo(grid, drawnOn, content), fwhmMm).remarks
}

const broughtTo = (grid: ImageGrid, from: ImageGrid, content: CoverageBox): CoverageBox =>
  isSameGrid(from, grid) ? content : coverageOfMask(resampleMask(maskOfCoverage(from, content), grid))

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

/** The part of the image around the box, in the unit that is shown, so that what is said has it too. */
function taskIn(
  image: FindImage,
  box: VoxelBox,
  fwhmMm: ImageFwhm | undefined,
  ask: (box: VoxelBox, cut: VoxelBox) => SegmentationAsk,
): SearchTask {
  const { grid } = image
  const marginMm = Math.max(MARGIN_MM, DEFAULTS.shellToFwhm.value * (fwhmMm ?? 0))
  const reach = grid.spacingMm.map((mm) => 3 + Math.ceil(marginMm / mm)) as unknown as Vec3
  const cut = widenedBox(grid, box, reach)
  const part: ImageGrid = { ...grid, dimensions: cut.size, originMm: indexToPatient(grid, cut.start) }
  const local: VoxelBox = {
    start: box.start.map((first, axis) => first - cut.start[axis]!) as unknown as Vec3,
    size: box.size,
  }
  const values = valuesIn(image, cut).map((value) => value / image.perUnit)
  return { image: { grid: part, values, unit: image.unit, fwhmMm }, ask: ask(local, cut) }
}

/** Places among the voxels of a box of what lies in the marks by half and more. */
function marked(marks: CoverageBox, box: VoxelBox): number[] {
  const coverage = inBox(marks, box)
  const places: number[] = []
  for (let n = 0; n < coverage.length; n++) if (coverage[n]! >= HALF) places.push(n)
  return places
}
