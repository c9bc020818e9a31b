import { CancelledError, InputError } from '../../../errors/index.ts'
import { assertValidGrid, indexToPatient, indexToPatientMatrix } from '../../grid.ts'
import { maskStatistics } from '../../maskStatistics.ts'
import { maskCentroidMm } from '../../structurePolicy/centroid.ts'
import type { FractionalMask, ImageGrid } from '../../types.ts'
import { assertAsk, assertImage, thresholdOf } from './ask.ts'
import { peakIn } from '../semiautomatic/peak.ts'
import { onGrid, shareIn, widenedStructures, type Physiologic } from './physiologic.ts'
import { landmarkOf, placeOf, type Landmark } from './place.ts'
import { regionsOf, type Region } from './regions.ts'
import { hillsOf } from './watershed.ts'
import type { LesionAsk, LesionCandidate, LesionControl, LesionFlag, LesionsFound } from './types.ts'

/**
 * All regions of an image above a threshold, each a candidate for a person to accept or reject.
 *
 * Voxels that reach the threshold and share a face, an edge or a corner are one region; it is parted by watershed where a saddle lies deep enough
 * below the lower of two peaks (`watershed.ts`). The boundary lies between voxels, where the image, linear within a voxel, has the
 * threshold (`manual/levelCoverage.ts`). With `localPart` each region is outlined again at that part of its own maximum, inside its own
 * hill: hills are then followed below the threshold, but none is begun there. What lies in physiologic structures is flagged and stays in
 * the list. Regions smaller than the smallest volume are counted only.
 *
 * @param image One finite value a voxel, x fastest; all values of the answer are in its unit
 * @throws InputError `lesions.ask`, `lesions.threshold`, `lesions.reference-empty`, `image.not-finite`, `geometry.size-mismatch`,
 * `geometry.invalid-grid`, those of `rasteriseShape`; CancelledError.
 */
export function findLesions(
  image: { readonly grid: ImageGrid; readonly values: Float32Array },
  ask: LesionAsk,
  control: LesionControl = {},
): LesionsFound {
  const { grid, values } = image
  const step = (fraction: number): void => {
    if (control.progress?.(fraction) === false) throw new CancelledError('The search for lesions')
  }
  assertValidGrid(grid)
  assertAsk(ask)
  assertImage(grid, values)
  const { threshold, reference } = thresholdOf(grid, values, ask)
  step(0.05)
  const { localPart } = ask
  const floor = localPart === null ? threshold : localPart * threshold
  const rule = { floor, apartAt: threshold, splitDepth: ask.splitDepth }
  const hills = hillsOf(values, grid.dimensions, rule, (fraction) => step(0.05 + 0.5 * fraction))
  const levelOf = ({ height }: { readonly height: number }): number =>
    localPart === null ? threshold : localPart * height
  const regions = regionsOf(grid, values, hills, threshold, levelOf)
  step(0.6)
  const measured = regions.map((region) => ({ region, statistics: maskStatistics(region.mask, values) }))
  const kept = measured.filter(({ statistics }) => statistics.volumeMl >= ask.minimumVolumeMl)
  const small = measured.filter(({ statistics }) => statistics.volumeMl < ask.minimumVolumeMl)
  const masksOf = (structures: LesionAsk['physiologic']) =>
    structures.map((one) => ({ name: one.name, mask: onGrid(one, grid, ask.structuresToImage) }))
  const masks = masksOf(ask.physiologic)
  step(0.65)
  const physiologic = widenedStructures(grid, masks, ask.marginMm)
  const landmarks = (ask.landmarks === undefined ? masks : masksOf(ask.landmarks)).flatMap(
    ({ name, mask }) => landmarkOf(name, mask) ?? [],
  )
  const candidates = kept.map(({ region, statistics }, position) => {
    step(0.7 + (0.3 * position) / kept.length)
    return candidateOf(image, ask, { region, statistics, threshold }, physiologic, landmarks)
  })
  step(1)
  return {
    candidates: candidates.sort((a, b) => b.total - a.total),
    threshold,
    reference,
    tooSmall: { count: small.length, volumeMl: small.reduce((sum, { statistics }) => sum + statistics.volumeMl, 0) },
  }
}

/** null where no ball of 1 mL about a voxel of the region lies in the image. */
function oneMlPeak(grid: ImageGrid, values: Float32Array, { core, mask: { box } }: Region): number | null {
  const [nx, ny] = grid.dimensions
  const isCore = new Uint8Array(box.size[0] * box.size[1] * box.size[2])
  for (const n of core) {
    const x = (n % nx) - box.start[0]
    const y = (Math.floor(n / nx) % ny) - box.start[1]
    const z = Math.floor(n / (nx * ny)) - box.start[2]
    isCore[x + box.size[0] * (y + box.size[1] * z)] = 1
  }
  try {
    return peakIn({ grid, values, unit: '' }, box, (n) => isCore[n] === 1).value
  } catch (error) {
    if (error instanceof InputError && error.code === 'segmentation.peak') return null
    throw error
  }
}

interface Measured {
  readonly region: Region
  readonly statistics: ReturnType<typeof maskStatistics>
  readonly threshold: number
}

function candidateOf(
  { grid, values }: { readonly grid: ImageGrid; readonly values: Float32Array },
  ask: LesionAsk,
  measured: Measured,
  physiologic: Physiologic,
  landmarks: readonly Landmark[],
): LesionCandidate {
  const { region, statistics } = measured
  const { mask, level } = region
  const { volumeMl, mean, integral } = statistics
  const centreMm = maskCentroidMm(mask)
  if (centreMm === null) throw new Error('a region has its peak')
  const physiologicShare = shareIn(mask, physiologic.all)
  const flagged = flagsOf(grid, values, ask, measured, physiologic, physiologicShare)
  return {
    mask,
    volumeMl,
    maximum: region.hill.height,
    peak: oneMlPeak(grid, values, region),
    mean,
    total: integral,
    centreMm,
    threshold: level,
    physiologicShare,
    flags: flagged.map(([flag]) => flag),
    reasons: flagged.map(([, reason]) => reason),
    place: placeOf(centreMm, landmarks),
    side: ask.bodyMidlineXMm == null ? null : sideOf(mask, ask.bodyMidlineXMm),
    review: 'to-review',
  }
}

function flagsOf(
  grid: ImageGrid,
  values: Float32Array,
  ask: LesionAsk,
  { region, statistics: { volumeMl }, threshold }: Measured,
  physiologic: Physiologic,
  share: number,
): (readonly [LesionFlag, string])[] {
  const { hill, level, core, touches, atImageFace } = region
  const flags: (readonly [LesionFlag, string])[] = []
  if (share > ask.physiologicShare) {
    const names = physiologic.single
      .map(({ name, widened }) => ({ name, part: shareIn(region.mask, widened) }))
      .filter(({ part }) => part > 0)
      .sort((a, b) => b.part - a.part)
      .map(({ name, part }) => `${name} (${(100 * part).toFixed(0)} %)`)
    flags.push(['physiologic', `Physiologic by place: in ${names.join(', ')}, widened by ${ask.marginMm} mm.`])
    const outsideMl = (1 - share) * volumeMl
    if (outsideMl > 0 && outsideMl >= ask.minimumVolumeMl)
      flags.push([
        'beyond-physiologic',
        `${outsideMl.toFixed(1)} mL of it lie outside the physiologic structures: a lesion may join it there.`,
      ])
  }
  if (touches)
    flags.push(['split', 'It touches another candidate; they were parted at the saddle between their peaks.'])
  if (atImageFace) flags.push(['cut-by-image', 'It reaches the edge of the image: a part of it may not be imaged.'])
  if (level < threshold)
    flags.push([
      'local-below-threshold',
      `It is outlined at ${level.toPrecision(4)}, below the threshold of the search (${threshold.toPrecision(4)}): look whether background is in it.`,
    ])
  const inCore = hill.lesser.length > 0 ? new Set(core) : null
  const leftOut = hill.lesser.filter((peak) => values[peak]! >= threshold && inCore?.has(peak) === false)
  if (leftOut.length > 0) {
    const highest = leftOut.reduce((best, peak) => (values[peak]! > values[best]! ? peak : best))
    const [nx, ny] = grid.dimensions
    const at = indexToPatient(grid, [highest % nx, Math.floor(highest / nx) % ny, Math.floor(highest / (nx * ny))])
    flags.push([
      'shoulder-left-out',
      `A weaker peak of ${values[highest]!.toPrecision(4)} at ${at.map((mm) => mm.toFixed(0)).join(', ')} mm lies in the same region, but below its own threshold of ${level.toPrecision(4)}.`,
    ])
  }
  return flags
}

/** On both sides of the body's middle: 'middle'; LPS: x to the patient's left. */
function sideOf({ grid, box, fractions }: FractionalMask, midlineXMm: number): 'left' | 'right' | 'middle' {
  const m = indexToPatientMatrix(grid)
  let [low, high] = [Infinity, -Infinity]
  for (let k = 0, n = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++)
      for (let i = 0; i < box.size[0]; i++, n++) {
        if (!(fractions[n]! >= 0.5)) continue
        const x = m[0]! * (box.start[0] + i) + m[1]! * (box.start[1] + j) + m[2]! * (box.start[2] + k) + m[3]!
        low = Math.min(low, x)
        high = Math.max(high, x)
      }
  return low > midlineXMm ? 'left' : high < midlineXMm ? 'right' : 'middle'
}
