/** Voxel dose of one cycle: images → activity map → engine → statistics of the structures. */
import type { EngineParameterValues, VoxelDoseEngine } from '../../../native-core/dosimetry/engines/index.ts'
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import { applyMat4, isRigidTransform } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid, Mat4 } from '../../../native-core/imaging/index.ts'
import type { CycleAnalysis } from '../../contracts/analysis.ts'
import type { ActivityMapOptions, VoxelDoseStructure } from '../../contracts/doseMaps.ts'
import { structureRules } from '../analysis/index.ts'
import type { AnalysisPorts, PreparedAnalysis } from '../analysis/index.ts'
import type { CycleDraft, TimePointDraft } from '../course/index.ts'
import type { ActivityMap, Compute, ComputeOptions, VoxelDoseAnswer } from '../ports/compute.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import { activityTask } from './activityTask.ts'
import { doseOfRates } from './doseRateCurves.ts'
import type { DoseOfRates } from './doseRateCurves.ts'
import { fitRemarks, fittedActivity } from './fittedActivity.ts'
import type { FitCompute } from './fittedActivity.ts'
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
  readonly compute: Pick<Compute, 'activityMap' | 'structureDoses'> & FitCompute
  /** Runs an engine off the calling thread. */
  readonly runEngine: (request: EngineRunRequest, options: ComputeOptions) => Promise<VoxelDoseAnswer>
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
  /** Where the dose rates of the images were made a dose by a curve in each voxel. */
  readonly doseRates: DoseOfRates | null
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
  how(0, 0.1, 'Reading voxels')
  const { task, points, outlines } = await activityTask(request, ports, remarks)
  const { images, quantity } = task
  const ct = await ports.loadVoxels(anatomy.image, signal)
  const fit = quantity === 'dose' ? request.activityMap.fit : undefined
  const activityOptions = how(0.1, 0.3, 'Integrating activity in each voxel')
  const activity = fit
    ? await fittedActivity(task, fit, ports.compute, activityOptions)
    : await ports.compute.activityMap(task, activityOptions)
  const runEngine = (
    of: 'dose' | 'dose-rate',
    values: Float32Array,
    options: ComputeOptions,
  ): Promise<VoxelDoseAnswer> =>
    ports.runEngine(
      {
        engineId: engine.id,
        parameters: request.parameters,
        quantity: of,
        nuclide: prepared.course.nuclide,
        activity: { grid, values },
        ct: { grid: anatomy.grid, values: ct },
        structures: outlines.structures.flatMap(({ name }, at) => {
          const mask = activity.masks[at]
          return mask ? [{ name, mask }] : []
        }),
      },
      options,
    )
  let doseRates: DoseOfRates | null = null
  if (fit?.order === 'dose-rate-first') {
    const rates: VoxelDoseAnswer[] = []
    for (const [at, timePoint] of points.entries()) {
      const image = images[at]
      if (!image) throw new Error('an image for each time point')
      const [from, to] = [0.3 + (0.5 * at) / points.length, 0.3 + (0.5 * (at + 1)) / points.length]
      const { structures } = structuresOf({ ...request, timePoint })
      const middle = from + 0.2 * (to - from)
      const map = await ports.compute.activityMap(
        { ...task, quantity: 'dose-rate', images: [image], structures },
        how(from, middle, 'Activity of each image'),
      )
      rates.push(await runEngine('dose-rate', map.activityPerMl, how(middle, to, engine.name)))
    }
    doseRates = await doseOfRates(
      {
        grid,
        timesS: task.images.map(({ timeS }) => timeS),
        rates,
        masks: activity.masks,
        structures: outlines.structures,
        physicalRatePerS: task.physicalRatePerS,
        ...(task.administration ? { administration: task.administration } : {}),
        circulationRatePerS: task.circulationRatePerS ?? null,
        fit,
        negligibleShare: request.activityMap.negligibleShare,
      },
      ports.compute,
      how(0.8, 0.95, 'Dose-rate curve of each voxel'),
    )
  }
  const dose = doseRates?.dose ?? (await runEngine(quantity, activity.activityPerMl, how(0.3, 0.95, engine.name))).dose
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
  if (activity.fit) remarks.push(...fitRemarks(activity.fit))
  return {
    grid,
    dose,
    activity,
    doseRates,
    timePoints: points.length,
    structures,
    remarks: [...remarks, ...dose.remarks],
  }
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
