/** What an activity map of a cycle is made from: its images, with how they come to the reference time point, and its structures. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { Deformation, Mat4 } from '../../../native-core/imaging/index.ts'
import type { CycleAnalysis } from '../../contracts/analysis.ts'
import type { ActivityMapOptions } from '../../contracts/doseMaps.ts'
import { quantification } from '../analysis/quantify.ts'
import { imageCorrection, structureRules } from '../analysis/index.ts'
import type { AnalysisPorts, PreparedAnalysis } from '../analysis/index.ts'
import { refuseAwaiting } from '../course/index.ts'
import type { CycleDraft, TimePointDraft } from '../course/index.ts'
import type { ActivityMapTask } from '../ports/compute.ts'
import { asDeformation } from '../registration/index.ts'
import { structuresOf } from './structures.ts'
import type { Outlines } from './structures.ts'

export interface ActivityTaskRequest {
  readonly prepared: PreparedAnalysis
  readonly cycle: CycleDraft
  readonly analysis: CycleAnalysis
  /** null: the whole cycle, to be integrated; else the activity at that time. */
  readonly timePoint: TimePointDraft | null
  readonly activityMap: ActivityMapOptions
  readonly signal?: AbortSignal
}

type Ports = Pick<AnalysisPorts, 'loadVoxels' | 'deformable'>

export interface ActivityTask {
  readonly task: ActivityMapTask
  /** Of the task's images. */
  readonly points: readonly TimePointDraft[]
  readonly outlines: Outlines
}

/**
 * Reads the images. On the voxels of the reference time point's emission image. Time points that cannot be used are named in `remarks`.
 *
 * @throws InputError `dose.time-point`, `dose.no-time-points`, `registration.not-accepted`; those of the deformations; CancelledError.
 */
export async function activityTask(
  request: ActivityTaskRequest,
  ports: Ports,
  remarks: string[],
): Promise<ActivityTask> {
  const { prepared, cycle, signal } = request
  const { protocol, decay } = prepared
  const points = usedPoints(request, remarks)
  const outlines = structuresOf(request)
  const images: ActivityMapTask['images'][number][] = []
  for (const timePoint of points) {
    const { factorToBqPerMl } = quantification(timePoint.emission, protocol, decay.decayConstantPerS)
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
  const task: ActivityMapTask = {
    grid: cycle.reference.emission.grid,
    quantity: request.timePoint ? 'dose-rate' : 'dose',
    images,
    physicalRatePerS: decay.decayConstantPerS,
    ...(protocol.timeActivityFit.administration ? { administration: protocol.timeActivityFit.administration } : {}),
    circulationRatePerS: protocol.timeActivityFit.circulationRatePerS,
    voxelwise: request.activityMap,
    structures: outlines.structures,
    shapeToReference: outlines.shapeToReference,
    ...structureRules(protocol),
    sliceThicknessMm: outlines.sliceThicknessMm,
    correction: imageCorrection(protocol),
    matchStructures: request.activityMap.matchStructures,
  }
  return { task, points, outlines }
}

function toReference(timePoint: TimePointDraft, cycle: CycleDraft): Mat4 | null {
  return timePoint === cycle.reference ? null : timePoint.registration.toReference
}

/** From the reference's coordinates to those of a time point, where an accepted deformable registration connects them; else null. */
async function deformationTo(
  timePoint: TimePointDraft,
  cycle: CycleDraft,
  { deformable }: Ports,
  signal: AbortSignal | undefined,
): Promise<Deformation | null> {
  const use = timePoint === cycle.reference ? undefined : timePoint.registration.deformable
  if (!use) return null
  if (!deformable) throw new Error('a time point with a deformable registration comes with what reads it')
  return asDeformation(await deformable.mapTo(use, timePoint, cycle.reference, signal))
}

/** The images that make the map: one for a dose rate, all that can be used for a dose. */
function usedPoints({ cycle, analysis, timePoint }: ActivityTaskRequest, remarks: string[]): readonly TimePointDraft[] {
  const whyNot = (candidate: TimePointDraft): string => {
    const result = analysis.timePoints.find(({ id }) => id === candidate.id)
    if (!result || result.emission.quantification === 'not used') return 'it could not be measured'
    return candidate === cycle.reference || candidate.registration.toReference
      ? ''
      : 'no registration brings it to the reference time point'
  }
  refuseAwaiting(cycle.index, timePoint ? [timePoint] : cycle.timePoints)
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
