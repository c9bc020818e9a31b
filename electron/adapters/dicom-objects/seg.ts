/** Segmentation and Label Map Segmentation (PS3.3 A.51, C.8.20): segments as voxels of a grid, cropped to where they are. */
import type { FractionalMask, ImageGrid } from '../../../native-core/imaging/types.ts'
import { num, nums, seq, str } from '../dicom-files/index.ts'
import type { LoadedPixels, ReadFile } from '../dicom-files/index.ts'
import type { ScannedStructure } from '../../services/ports/dicomSource.ts'
import { cieLabToRgb } from './cieLab.ts'
import { codeOf } from './codes.ts'
import { isFinding } from './planes.ts'
import { note, refused, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { segLayout } from './segGrid.ts'
import type { SegFrame, SegLayout } from './segGrid.ts'
import { distinguishNames } from './structureNames.ts'
import { TAG } from './tags.ts'
import type { DicomFile } from './types.ts'

export type PixelLoader = (file: ReadFile) => Promise<LoadedPixels>

export interface SegmentationReading {
  readonly label: string
  readonly structures: readonly ScannedStructure[]
  readonly referencedSeriesUids: readonly string[]
  readonly findings: readonly Finding[]
}

interface Segment {
  readonly number: number
  readonly name: string
  readonly type: string
  readonly colourRgb: readonly [number, number, number] | null
}

/** Reads a segmentation with its voxels. Fractions are 0 to 1; `loadPixels` throws InputError where they cannot be decoded. */
export async function readSegmentation(file: DicomFile, loadPixels: PixelLoader): Promise<SegmentationReading> {
  const { header } = file
  const label = str(header, TAG.contentLabel) ?? str(header, TAG.seriesDescription) ?? ''
  const referencedSeriesUids = seq(header, TAG.referencedSeriesSequence).flatMap(
    (item) => str(item, TAG.seriesInstanceUid) ?? [],
  )
  const nothing = (finding: Finding): SegmentationReading => ({
    label,
    structures: [],
    referencedSeriesUids,
    findings: [finding],
  })

  if (!file.pixel)
    return nothing(refused('pixel.missing', 'The segmentation has no pixel data.', 'Export the file again.'))
  const kind = str(header, TAG.segmentationType)?.toUpperCase() ?? ''
  if (kind !== 'BINARY' && kind !== 'FRACTIONAL' && kind !== 'LABELMAP')
    return nothing(
      refused(
        'segmentation.type',
        `The kind of segmentation is not known: Segmentation Type (0062,0001) is "${kind}".`,
        'Export it as binary, fractional or label map.',
      ),
    )
  const layout = segLayout(file, kind === 'LABELMAP')
  if (isFinding(layout)) return nothing(layout)

  const findings: Finding[] = []
  const scale = fractionScale(file, kind, findings)
  if (typeof scale === 'object') return nothing(scale)
  const pixels = await loadPixels(file.read)
  const isLabelMap = kind === 'LABELMAP'
  const boxes = boundsOf(layout, pixels)
  const structures = segmentsOf(file).flatMap((segment) => {
    if (isLabelMap && segment.number === 0) return []
    const frames = layout.frames.filter((frame) => isLabelMap || frame.segment === segment.number)
    if (new Set(frames.map(({ slice }) => slice)).size < frames.length) {
      findings.push(
        refused(
          'segmentation.repeated-frame',
          `The segment "${segment.name}" (${segment.number}) has two frames in one plane; it was left out.`,
          'Export the segmentation again.',
        ),
      )
      return []
    }
    const box = boxes.get(segment.number)
    if (!box) {
      findings.push(
        note('structure.empty', `The segment "${segment.name}" (${segment.number}) has no voxels; it was left out.`),
      )
      return []
    }
    const mask = crop(layout.grid, frames, box, pixels, isLabelMap ? segment.number : null, scale)
    return [{ structure: { ...segment, shape: { kind: 'voxels', mask } } satisfies ScannedStructure }]
  })
  return {
    label,
    structures: distinguishNames(structures, 'segment', findings).map(({ structure }) => structure),
    referencedSeriesUids,
    findings,
  }
}

function segmentsOf(file: DicomFile): Segment[] {
  return seq(file.header, TAG.segmentSequence).flatMap((item) => {
    const number = num(item, TAG.segmentNumber)
    if (number === null) return []
    const property = codeOf(item, TAG.segmentedPropertyTypeCodeSequence)
    return [
      {
        number,
        name: str(item, TAG.segmentLabel) ?? property?.meaning ?? `Segment ${number}`,
        type: property?.meaning ?? '',
        colourRgb: cieLabToRgb(nums(item, TAG.recommendedCieLab)),
      },
    ]
  })
}

/** What one stored value is worth. */
function fractionScale(file: DicomFile, kind: string, findings: Finding[]): number | Finding {
  if (kind !== 'FRACTIONAL') return 1
  const maximum = num(file.header, TAG.maximumFractionalValue)
  if (maximum === null || !(maximum > 0))
    return refused(
      'segmentation.maximum',
      'The fractional segmentation has no Maximum Fractional Value (0062,000E).',
      'Export the segmentation again.',
    )
  if (str(file.header, TAG.segmentationFractionalType)?.toUpperCase() !== 'OCCUPANCY')
    findings.push(
      warning(
        'segmentation.probability',
        'The segmentation holds probabilities, not parts of voxels; they are used as parts of voxels.',
        'Export it as binary or as occupancy if volumes matter.',
      ),
    )
  return 1 / maximum
}

/** Lowest and highest index of a segment's voxels along x, y and slice. */
interface Bounds {
  readonly low: [number, number, number]
  readonly high: [number, number, number]
}

/** Where each segment has voxels, in one pass over all frames. */
function boundsOf(layout: SegLayout, pixels: LoadedPixels): Map<number, Bounds> {
  const [columns, rows] = layout.grid.dimensions
  const { data } = pixels
  const bounds = new Map<number, Bounds>()
  for (const { frame, slice, segment } of layout.frames)
    for (let y = 0, at = frame * rows * columns; y < rows; y++)
      for (let x = 0; x < columns; x++, at++) {
        const stored = data[at]!
        if (stored === 0) continue
        const number = segment ?? stored
        const known = bounds.get(number)
        if (known) widen(known, x, y, slice)
        else bounds.set(number, { low: [x, y, slice], high: [x, y, slice] })
      }
  return bounds
}

function widen({ low, high }: Bounds, x: number, y: number, slice: number): void {
  if (x < low[0]) low[0] = x
  else if (x > high[0]) high[0] = x
  if (y < low[1]) low[1] = y
  else if (y > high[1]) high[1] = y
  if (slice < low[2]) low[2] = slice
  else if (slice > high[2]) high[2] = slice
}

/** The segment's voxels in the box that holds them. `label` is the stored value of a label map; null where every value counts. */
function crop(
  grid: ImageGrid,
  frames: readonly SegFrame[],
  { low, high }: Bounds,
  pixels: LoadedPixels,
  label: number | null,
  scale: number,
): FractionalMask {
  const [columns, rows] = grid.dimensions
  const size: [number, number, number] = [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1]
  const fractions = new Float32Array(size[0] * size[1] * size[2])
  for (const { frame, slice } of frames) {
    if (slice < low[2] || slice > high[2]) continue
    for (let y = 0; y < size[1]; y++) {
      const from = (frame * rows + low[1] + y) * columns + low[0]
      const to = ((slice - low[2]) * size[1] + y) * size[0]
      for (let x = 0; x < size[0]; x++) {
        const stored = pixels.data[from + x]!
        fractions[to + x] = label === null ? Math.min(1, stored * scale) : stored === label ? 1 : 0
      }
    }
  }
  return { grid, box: { start: low, size }, fractions, volumeOutsideMl: 0 }
}
