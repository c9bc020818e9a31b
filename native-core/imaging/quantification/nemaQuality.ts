/** Contrast recovery, background variability and lung residual of the NEMA IEC body phantom. */
import { InputError } from '../../errors/index.ts'
import { indexToPatient, patientToIndexMatrix } from '../grid.ts'
import { applyMat4 } from '../transform.ts'
import type { ImageGrid, Vec3 } from '../types.ts'
import { NEMA_SPHERES } from './nemaPhantom.ts'
import type { FoundSpheres } from './nemaPhantom.ts'
import { discPart } from './regions.ts'

/**
 * NEMA NU 2: twelve regions in each of five slices, the middle one and those nearest to ±1 and ±2 cm; 15 mm from the phantom's edge.
 * Evidence: unverified (from memory, the standard was not at hand).
 */
const BACKGROUND_REGIONS = 12
const SLICES_MM = [-20, -10, 0, 10, 20] as const
const EDGE_MM = 15
/** Distance of a background region from the surface of a sphere. Designed: NEMA draws them in a figure and gives no number. */
const FROM_SPHERE_MM = 10
/** Radius around the axis that the lung insert may fill (outer diameter 50 mm: unverified), and of the region in it (designed). */
const LUNG_MM = { keepOut: 28, region: 15 } as const

export interface SphereQuality {
  readonly innerDiameterMm: number
  /** Hot: (C/B − 1)/(a/b − 1); cold: 1 − C/B. In parts of one. */
  readonly contrastRecovery: number
  /** Standard deviation of the background regions of the same size over their mean. */
  readonly backgroundVariability: number
}

export interface NemaQuality {
  readonly spheres: readonly SphereQuality[]
  /** Mean in the lung insert over that of the background; null where it was not asked for. */
  readonly lungResidual: number | null
  readonly backgroundRegions: number
  readonly remarks: readonly string[]
}

/**
 * Image quality after NEMA NU 2 (Daube-Witherspoon et al., J Nucl Med 43 (2002) 1398): means in discs of the inner diameter of
 * each sphere in the slice through the centres, and in background discs of the same size. The background discs are placed by the
 * program, as far from each other as the phantom lets them: at least 15 mm from its edge and 10 mm from a sphere, off the lung insert.
 *
 * @param concentrationRatio true concentration of the spheres over that of the background; 0 for cold spheres
 * @throws InputError `nema.background` where there is none, or no place for its regions; `recovery.contrast` for a ratio of one
 */
export function nemaQuality(
  grid: ImageGrid,
  values: Float32Array | Float64Array,
  found: FoundSpheres,
  concentrationRatio: number,
  options: { readonly lungInsert?: boolean } = {},
): NemaQuality {
  if (!(concentrationRatio >= 0) || concentrationRatio === 1)
    throw new InputError(
      'recovery.contrast',
      `A ratio of ${concentrationRatio} between spheres and background is no contrast.`,
      'Give the true ratio of the concentrations, 0 for cold spheres.',
    )
  const disc = discMean(grid, values)
  const middle = applyMat4(patientToIndexMatrix(grid), found.centreMm)
  const regions = backgroundPlaces(grid, values, found, middle)
  const largest = backgroundOf(disc, grid, regions, middle[2], NEMA_SPHERES.diametersMm[0])
  const spheres = found.spheres.map(({ centreMm, innerDiameterMm }): SphereQuality => {
    const centre = applyMat4(patientToIndexMatrix(grid), centreMm)
    const background = backgroundOf(disc, grid, regions, middle[2], innerDiameterMm)
    const ratio = disc([centre[0], centre[1], Math.round(middle[2])], innerDiameterMm / 2) / background.mean
    return {
      innerDiameterMm,
      contrastRecovery: concentrationRatio === 0 ? 1 - ratio : (ratio - 1) / (concentrationRatio - 1),
      backgroundVariability: background.sd / background.mean,
    }
  })
  const slice = Math.round(middle[2])
  return {
    spheres,
    lungResidual: options.lungInsert ? disc([middle[0], middle[1], slice], LUNG_MM.region) / largest.mean : null,
    backgroundRegions: largest.count,
    remarks:
      regions.length < BACKGROUND_REGIONS
        ? [
            `The phantom in the image has room for ${regions.length} background regions in a slice, not ${BACKGROUND_REGIONS}.`,
          ]
        : [],
  }
}

type DiscMean = (index: Vec3, radiusMm: number) => number

/** Mean in a disc of one slice; NaN where it leaves the image. */
function discMean({ dimensions, spacingMm }: ImageGrid, values: Float32Array | Float64Array): DiscMean {
  return ([x, y, slice], radiusMm) => {
    if (slice < 0 || slice >= dimensions[2]) return NaN
    const reach = [radiusMm / spacingMm[0], radiusMm / spacingMm[1]] as const
    let sum = 0
    let total = 0
    for (let j = Math.floor(y - reach[1]); j <= Math.ceil(y + reach[1]); j++)
      for (let i = Math.floor(x - reach[0]); i <= Math.ceil(x + reach[0]); i++) {
        const part = discPart([(i - x) * spacingMm[0], (j - y) * spacingMm[1]], spacingMm, radiusMm)
        if (part === 0) continue
        if (i < 0 || j < 0 || i >= dimensions[0] || j >= dimensions[1]) return NaN
        sum += part * values[(slice * dimensions[1] + j) * dimensions[0] + i]!
        total += part
      }
    return sum / total
  }
}

function backgroundOf(
  disc: DiscMean,
  { spacingMm }: ImageGrid,
  places: readonly (readonly [number, number])[],
  middleSlice: number,
  diameterMm: number,
): { readonly mean: number; readonly sd: number; readonly count: number } {
  const slices = SLICES_MM.map((offset) => Math.round(middleSlice + offset / spacingMm[2]))
  const means = slices.flatMap((slice) => places.map(([x, y]) => disc([x, y, slice], diameterMm / 2)))
  const usable = means.filter(Number.isFinite)
  const mean = usable.reduce((sum, value) => sum + value, 0) / usable.length
  if (usable.length < 2 || !(mean > 0))
    throw new InputError(
      'nema.background',
      'The background of the phantom cannot be measured: there is none, or the image ends beside the spheres.',
      'Contrast recovery needs a phantom with activity in its background; without it fit recovery coefficients only.',
    )
  const variance = usable.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (usable.length - 1)
  return { mean, sd: Math.sqrt(variance), count: usable.length }
}

/** Places of the background discs in index coordinates: each next one is the candidate farthest from those before it. */
function backgroundPlaces(
  grid: ImageGrid,
  values: Float32Array | Float64Array,
  { spheres, turnDegrees, sense }: FoundSpheres,
  middle: Vec3,
): (readonly [number, number])[] {
  const { spacingMm, dimensions } = grid
  const disc = discMean(grid, values)
  const slice = Math.round(middle[2])
  const ring = NEMA_SPHERES.circleDiameterMm / 2
  const between = NEMA_SPHERES.diametersMm.map((_, n) => {
    const angle = ((turnDegrees + sense * (n + 0.5) * NEMA_SPHERES.stepDegrees) * Math.PI) / 180
    return disc(
      [middle[0] + (ring * Math.cos(angle)) / spacingMm[0], middle[1] + (ring * Math.sin(angle)) / spacingMm[1], slice],
      6,
    )
  })
  const level = between.filter(Number.isFinite).reduce((sum, value, _, list) => sum + value / list.length, 0)
  const radius = NEMA_SPHERES.diametersMm[0] / 2
  const centres = spheres.map(({ centreMm, innerDiameterMm }) => ({
    at: applyMat4(patientToIndexMatrix(grid), centreMm),
    keepOut: innerDiameterMm / 2 + FROM_SPHERE_MM + radius,
  }))
  const distance = (x: number, y: number, to: readonly [number, number, ...number[]]): number =>
    Math.hypot((x - to[0]) * spacingMm[0], (y - to[1]) * spacingMm[1])
  const isInside = (x: number, y: number): boolean =>
    Array.from({ length: 16 }, (_, n) => (n * Math.PI) / 8).every((angle) => {
      const i = Math.round(x + ((radius + EDGE_MM) * Math.cos(angle)) / spacingMm[0])
      const j = Math.round(y + ((radius + EDGE_MM) * Math.sin(angle)) / spacingMm[1])
      if (i < 0 || j < 0 || i >= dimensions[0] || j >= dimensions[1]) return false
      return values[(slice * dimensions[1] + j) * dimensions[0] + i]! > level / 2
    })
  const candidates: (readonly [number, number])[] = []
  for (let j = 0; j < dimensions[1]; j++)
    for (let i = 0; i < dimensions[0]; i++)
      if (
        distance(i, j, [middle[0], middle[1]]) >= LUNG_MM.keepOut + radius &&
        centres.every(({ at, keepOut }) => distance(i, j, at) >= keepOut) &&
        isInside(i, j)
      )
        candidates.push([i, j])
  const chosen: (readonly [number, number])[] = []
  while (chosen.length < BACKGROUND_REGIONS && candidates.length > chosen.length) {
    const nearest = ([x, y]: readonly [number, number]): number =>
      Math.min(Infinity, ...chosen.map((other) => distance(x, y, other)))
    const next =
      chosen.length === 0 ? candidates[0]! : candidates.reduce((far, one) => (nearest(one) > nearest(far) ? one : far))
    if (chosen.length > 0 && nearest(next) === 0) break
    chosen.push(next)
  }
  if (chosen.length === 0)
    throw new InputError(
      'nema.background',
      `Around (${indexToPatient(grid, middle)
        .map((x) => x.toFixed(0))
        .join(', ')}) mm there is no place for a background region of 37 mm that keeps ${EDGE_MM} mm from the edge.`,
      'Check that the image shows the whole phantom with activity in its background.',
    )
  return chosen
}
