/** Voxel dose of one cycle: images → activity map → engine → statistics of the structures. */
import type { EngineParameterValues, VoxelDoseEngine } from '../../../native-core/dosimetry/engines/index.ts'
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import { applyMat4, isRigidTransform } from '../../../native-core/imaging/index.ts'
import type { Deformation, FractionalMask, ImageGrid, Mat4 } from '../../../native-core/imaging/index.ts'
import type { CycleAnalysis } from '../../contracts/analysis.ts'
import type { ActivityMapOptions, VoxelDoseStructure } from '../../contracts/doseMaps.ts'
import { quantification } from '../analysis/quantify.ts'
import { imageCorrection, structureRules } from '../analysis/index.ts'
import type { AnalysisPorts, PreparedAnalysis } from '../analysis/index.ts'
import type { CycleDraft, TimePointDraft } from '../course/index.ts'
import type { ActivityMap, Compute, ComputeOptions, VoxelDoseAnswer } from '../ports/compute.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import { asDeformation } from '../registration/index.ts'
import { structuresOf } from './structures.ts'

/** What an engine is run on: all in the patient coordinates of the reference time point. */
export interface EngineRunRequest {
  readonly engineId: string
  readonly parameters: EngineParameterValues
  readonly quantity: 'dose' | 'dose-rate'
  readonly nuclide: string
  readonly activity: { readonly grid: ImageGrid; readonly values: Float32Array }
  readonly ct: { readonly grid: ImageGrid; readonly values: Float32Array }
  readonly structures: readonly { readonly name: string; readonly mask: FractionalMask }[]
}

export interface DoseMapPorts extends Pick<AnalysisPorts, 'loadVoxels' | 'deformable'> {
  readonly compute: Pick<Compute, 'activityMap' | 'structureDoses'>
  /** Runs an engine off the calling thread. */
  readonly runEngine: (request: EngineRunRequest, options: ComputeOptions) => Promise<VoxelDoseAnswer['dose']>
}

export interface DoseMapRequest {
  readonly prepared: PreparedAnalysis
  readonly cycle: CycleDraft
  readonly analysis: CycleAnalysis
  readonly engine: VoxelDoseEngine
  readonly parameters: EngineParameterValues
  /** null: the dose of the cycle; else the dose rate at that time. */
  readonly timePoint: TimePointDraft | null
  readonly activityMap: ActivityMapOptions
  readonly progress: (fraction: number, what: string) => void
  readonly signal?: AbortSignal
}

export interface DoseMap {
  readonly grid: ImageGrid
  readonly dose: VoxelDoseAnswer['dose']
  readonly activity: ActivityMap
  readonly timePoints: number
  readonly structures: readonly VoxelDoseStructure[]
  readonly remarks: readonly string[]
}

/**
 * Computes on the voxels of the reference time point's emission image. Time points without a registration or that could not be quantified
 * are left out and named in the remarks.
 *
 * @throws InputError `dose.no-ct` where no CT can be brought to the reference, `tia.*` and the engine's own; CancelledError.
 */
export async function computeDoseMap(request: DoseMapRequest, ports: DoseMapPorts): Promise<DoseMap> {
  const { prepared, cycle, engine, signal } = request
  const how = (from: number, to: number, what: string): ComputeOptions => {
    if (signal?.aborted) throw new CancelledError('The dose')
    request.progress(from, what)
    return {
      progress: (fraction) => request.progress(from + (to - from) * fraction, what),
      ...(signal ? { signal } : {}),
    }
  }
  const remarks: string[] = []
  const anatomy = anatomyOf(cycle)
  const grid = cycle.reference.emission.grid
  const points = usedPoints(request, remarks)
  const outlines = structuresOf(request)
  how(0, 0.1, 'Reading voxels')
  const ct = await ports.loadVoxels(anatomy.image, signal)
  const images = []
  for (const timePoint of points) {
    const { factorToBqPerMl } = quantification(timePoint.emission, prepared.protocol, prepared.decay.decayConstantPerS)
    const toImage = await deformationTo(timePoint, cycle, ports, signal)
    images.push({
      grid: timePoint.emission.grid,
      values: await ports.loadVoxels(timePoint.emission, signal),
      factorToBqPerMl,
      timeS: timePoint.hoursAfterInjection * 3600,
      toReference: toReference(timePoint, cycle),
      ...(toImage ? { toImage } : {}),
    })
  }
  const quantity = request.timePoint ? 'dose-rate' : 'dose'
  const activity = await ports.compute.activityMap(
    {
      grid,
      quantity,
      images,
      physicalRatePerS: prepared.decay.decayConstantPerS,
      voxelwise: request.activityMap,
      structures: outlines.structures,
      shapeToReference: outlines.shapeToReference,
      ...structureRules(prepared.protocol),
      sliceThicknessMm: outlines.sliceThicknessMm,
      correction: imageCorrection(prepared.protocol),
      matchStructures: request.activityMap.matchStructures,
    },
    how(0.1, 0.3, 'Integrating activity in each voxel'),
  )
  const masks = activity.masks
  const dose = await ports.runEngine(
    {
      engineId: engine.id,
      parameters: request.parameters,
      quantity,
      nuclide: prepared.course.nuclide,
      activity: { grid, values: activity.activityPerMl },
      ct: { grid: anatomy.grid, values: ct },
      structures: outlines.structures.flatMap(({ name }, at) => (masks[at] ? [{ name, mask: masks[at] }] : [])),
    },
    how(0.3, 0.95, engine.name),
  )
  const statistics = await ports.compute.structureDoses(
    {
      grid,
      doseGy: dose.doseGy,
      statisticalSdGy: dose.statisticalSdGy,
      structures: outlines.structures,
      shapeToReference: outlines.shapeToReference,
      ...structureRules(prepared.protocol),
      sliceThicknessMm: outlines.sliceThicknessMm,
    },
    how(0.95, 1, 'Dose–volume histograms'),
  )
  const structures = outlines.structures.flatMap(({ name, kind, relativeUncertainty }, at): VoxelDoseStructure[] => {
    const found = statistics[at]
    const mean = dose.structures.find((one) => one.name === name)
    if (!found || !mean) return []
    return [
      {
        name,
        kind,
        ...found,
        massKg: mean.massKg,
        meanGy: mean.doseGy,
        meanStandardUncertaintyGy:
          relativeUncertainty === null
            ? null
            : Math.hypot(relativeUncertainty * mean.doseGy, mean.statisticalSdGy ?? 0),
        statisticalSdGy: mean.statisticalSdGy,
      },
    ]
  })
  remarks.push(...hollowRemarks(request.analysis, grid), ...carriedRemarks(activity, points))
  return { grid, dose, activity, timePoints: points.length, structures, remarks: [...remarks, ...dose.remarks] }
}

/** A wall thinner than the voxels shares them with the content, whose dose is higher. */
function hollowRemarks({ structures }: CycleAnalysis, grid: ImageGrid): string[] {
  const widestMm = Math.max(...grid.spacingMm)
  return structures.flatMap(({ name, hollow }) =>
    hollow
      ? [
          `"${name}" is hollow (${hollow.source}): its dose and histogram are those of the wall, in voxels of up to ${widestMm.toFixed(1)} mm, which content and wall share where the wall is thinner.`,
        ]
      : [],
  )
}

/** The CT that gives densities and media, on its grid in the reference's coordinates: the reference's own, else one registered to it. */
function anatomyOf(cycle: CycleDraft): { readonly image: ScannedImage; readonly grid: ImageGrid } {
  for (const timePoint of [cycle.reference, ...cycle.timePoints]) {
    const { ct, registration } = timePoint
    if (!ct) continue
    if (timePoint === cycle.reference) return { image: ct, grid: ct.grid }
    if (registration.toReference && isRigidTransform(registration.toReference))
      return { image: ct, grid: movedGrid(ct.grid, registration.toReference) }
  }
  throw new InputError(
    'dose.no-ct',
    `Cycle ${cycle.index} has no CT that could be brought to the reference time point, and voxel doses need densities.`,
    'Import the CT of the reference time point, or a rigid registration to one that has a CT.',
  )
}

/** The same voxels after a rigid motion of patient space. */
export function movedGrid(grid: ImageGrid, motion: Mat4): ImageGrid {
  const { direction: d } = grid
  const turned = [0, 3, 6].flatMap((row) =>
    [0, 1, 2].map((column) =>
      [0, 1, 2].reduce((sum, k) => sum + (motion[(row / 3) * 4 + k] as number) * (d[3 * k + column] as number), 0),
    ),
  )
  return { ...grid, originMm: applyMat4(motion, grid.originMm), direction: turned as unknown as ImageGrid['direction'] }
}

function toReference(timePoint: TimePointDraft, cycle: CycleDraft): Mat4 | null {
  return timePoint === cycle.reference ? null : timePoint.registration.toReference
}

/** From the reference's coordinates to those of a time point, where an accepted deformable registration connects them; else null. */
async function deformationTo(
  timePoint: TimePointDraft,
  cycle: CycleDraft,
  { deformable }: DoseMapPorts,
  signal: AbortSignal | undefined,
): Promise<Deformation | null> {
  const use = timePoint === cycle.reference ? undefined : timePoint.registration.deformable
  if (!use) return null
  if (!deformable) throw new Error('a time point with a deformable registration comes with what reads it')
  return asDeformation(await deformable.mapTo(use.registrationId, timePoint, cycle.reference, signal))
}

/** Totals that differ by more are said. */
const SAME_TOTAL = 0.005

/** Which registration carried an image, and whether its activity is all there. */
function carriedRemarks({ carried = [] }: ActivityMap, points: readonly TimePointDraft[]): string[] {
  return carried.map(({ timeS, totalBefore, totalAfter }) => {
    const timePoint = points.find(({ hoursAfterInjection }) => hoursAfterInjection * 3600 === timeS)
    const change = totalAfter / totalBefore - 1
    const total =
      Math.abs(change) <= SAME_TOTAL
        ? `its total activity is kept (${(change * 100).toFixed(2)} %)`
        : `${(Math.abs(change) * 100).toFixed(1)} % of its total activity ${change < 0 ? 'comes to lie outside the grid of the reference time point' : 'were added'}`
    return `${(timeS / 3600).toFixed(1)} h p.i. was brought to the reference time point by a deformable registration (${timePoint?.registration.deformable?.source ?? ''}): ${total}.`
  })
}

/** The images that make the map: one for a dose rate, all that can be used for a dose. */
function usedPoints({ cycle, analysis, timePoint }: DoseMapRequest, remarks: string[]): readonly TimePointDraft[] {
  const whyNot = (candidate: TimePointDraft): string => {
    const result = analysis.timePoints.find(({ id }) => id === candidate.id)
    if (!result || result.emission.quantification === 'not used') return 'it could not be measured'
    return candidate === cycle.reference || candidate.registration.toReference
      ? ''
      : 'no registration brings it to the reference time point'
  }
  const words = (candidate: TimePointDraft): string => `${candidate.hoursAfterInjection.toFixed(1)} h p.i.`
  if (timePoint) {
    const why = whyNot(timePoint)
    if (why === '') return [timePoint]
    throw new InputError(
      'dose.time-point',
      `The dose rate at ${words(timePoint)} cannot be computed: ${why}.`,
      'Import a registration to the reference time point, or choose another time point.',
    )
  }
  const used = cycle.timePoints.filter((candidate) => {
    const why = whyNot(candidate)
    if (why !== '') remarks.push(`${words(candidate)} is not in the voxelwise activity: ${why}.`)
    return why === ''
  })
  if (used.length === 0)
    throw new InputError(
      'dose.no-time-points',
      `No time point of cycle ${cycle.index} can be used voxel by voxel.`,
      'Mend what the list of problems names for them.',
    )
  return used
}
