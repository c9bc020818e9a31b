/** What the window shows of a patient, put together from the store. */
import type {
  CycleView,
  DiagnosticView,
  PatientSummary,
  PatientView,
  StepState,
  TimePointView,
  VolumeRef,
} from '../../contracts/patientView.ts'
import type { AnalysisPorts } from '../analysis/index.ts'
import { buildCourse, settleProblems } from '../course/index.ts'
import type { CourseDraft, CycleDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import { decayDataOf } from '../analysis/decayData.ts'
import { DEMONSTRATION_OPTIONS } from '../demonstration/index.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import type { Store } from '../ports/store.ts'
import { latestAnalysis, prepareStored } from './analysisOf.ts'
import { patientRef, protocolOf } from './protocolOf.ts'
import { voxelDoseSummaries } from './voxelDoses.ts'
import type { VoxelDosePorts } from './voxelDoses.ts'

type Ports = Pick<AnalysisPorts, 'nuclides' | 'huDensity' | 'hashOf' | 'populations'>
type ViewPorts = Ports & Pick<VoxelDosePorts, 'engines'>

export function courseOf(store: Store, patient: StoredPatient, ports: Ports): CourseDraft {
  return buildCourse(patient, {
    protocol: protocolOf(store, patient.record.id),
    importProblems: patient.problems,
    isPositronEmitter: (nuclide) => decayDataOf(nuclide, ports.nuclides, null)?.emitsPositrons ?? false,
  })
}

/** One line of the list of patients, from the tables alone. */
export function patientSummaries(store: Store): PatientSummary[] {
  const { read } = store
  return read.patients().map((record) => {
    const courses = read.coursesOfPatient(record.id)
    const cycles = courses.flatMap((course) => read.cyclesOfCourse(course.id))
    const timePoints = cycles.flatMap((cycle) => read.timePointsOfCycle(cycle.id))
    const last = timePoints
      .map((timePoint) => timePoint.acquisitionStart?.local ?? '')
      .sort()
      .at(-1)
    const { key, mrn, issuer, name, dicomName, birthDate, sex, weightKg, heightM } = record
    return {
      patientId: record.id,
      identity: { key, mrn, issuer, name, dicomName, birthDate, sex, weightKg, heightM },
      agent: courses.at(-1)?.agent ?? '',
      nuclide: courses.at(-1)?.nuclide ?? '',
      cycles: cycles.length,
      timePoints: timePoints.length,
      lastStudy: last === undefined || last === '' ? null : last.slice(0, 10),
      isDemonstration: mrn === DEMONSTRATION_OPTIONS.patientId,
    }
  })
}

export interface VolumeRange {
  readonly minimum: number
  readonly maximum: number
}

/** @param rangeOf smallest and largest voxel of a stored volume */
export async function patientView(
  store: Store,
  patient: StoredPatient,
  ports: ViewPorts,
  rangeOf: (volumeId: string) => Promise<VolumeRange>,
): Promise<PatientView> {
  const patientId = patient.record.id
  const course = courseOf(store, patient, ports)
  const { prepared, blockedBy } = prepareStored(store, patient, ports)
  const latest = latestAnalysis(store, patient, prepared)
  const state: StepState = latest
    ? latest.stale
      ? 'stale'
      : 'done'
    : prepared
      ? 'ready'
      : patient.images.length > 0
        ? 'problem'
        : 'empty'
  const cycles: CycleView[] = []
  for (const cycle of course.cycles) cycles.push(await cycleView(cycle, state, patient, rangeOf))
  const diagnostics: DiagnosticView[] = []
  for (const { nuclide, agent, ...cycle } of course.diagnostics)
    diagnostics.push({ ...(await cycleView(cycle, 'ready', patient, rangeOf)), nuclide, agent })
  const summary = patientSummaries(store).find((entry) => entry.patientId === patientId)
  if (!summary) throw new Error('the patient was read from this store')
  const report = store.read.latestArtifact('report', patientRef(patientId))
  return {
    summary,
    cycles,
    diagnostics,
    problems: settleProblems([...patient.problems, ...course.problems], protocolOf(store, patientId)),
    protocol: protocolOf(store, patientId),
    analysis: latest?.analysis ?? null,
    analysisState: state,
    analysisBlockedBy: blockedBy ? `${blockedBy.message} ${blockedBy.hint}` : '',
    voxelDoses: voxelDoseSummaries(store, patientId, latest, ports.engines),
    report: report
      ? {
          reportId: report.key,
          createdAt: (report.payload as { printedAt: string }).printedAt,
          stale:
            (latest?.stale ?? true) || store.read.staleness(report.key).stale || !madeFrom(report, latest?.artifactKey),
        }
      : null,
  }
}

function madeFrom(
  report: { readonly inputs: readonly { readonly ref: { readonly id: string } }[] },
  key: string | undefined,
): boolean {
  return report.inputs.some((input) => input.ref.id === key)
}

async function cycleView(
  { index, administration, reference, timePoints: drafts }: CycleDraft,
  state: StepState,
  patient: StoredPatient,
  rangeOf: (volumeId: string) => Promise<VolumeRange>,
): Promise<CycleView> {
  const timePoints: TimePointView[] = []
  for (const timePoint of drafts) timePoints.push(await timePointView(timePoint, patient, rangeOf))
  const { activityBq, start } = administration
  return { index, activityBq, start, state, referenceTimePointId: reference.id, timePoints }
}

async function timePointView(
  timePoint: TimePointDraft,
  patient: StoredPatient,
  rangeOf: (volumeId: string) => Promise<VolumeRange>,
): Promise<TimePointView> {
  return {
    id: timePoint.id,
    index: timePoint.index,
    label: `${timePoint.hoursAfterInjection.toFixed(0)} h`,
    acquisitionStart: timePoint.start,
    hoursAfterInjection: timePoint.hoursAfterInjection,
    ct: timePoint.ct ? await volumeRef(timePoint.ct, patient, rangeOf) : null,
    emission: await volumeRef(timePoint.emission, patient, rangeOf),
    toReference: timePoint.registration.toReference ? [...timePoint.registration.toReference] : null,
    registration: timePoint.registration.source || 'no registration',
  }
}

async function volumeRef(
  image: ScannedImage,
  patient: StoredPatient,
  rangeOf: (volumeId: string) => Promise<VolumeRange>,
): Promise<VolumeRef> {
  const id = patient.voxelsOf.get(image.key)
  if (id === undefined) throw new Error(`no stored voxels of ${image.key}`)
  const { dimensions } = image.grid
  return {
    id,
    grid: image.grid as VolumeRef['grid'],
    quantity: image.quantity,
    description: image.seriesDescription,
    modality: image.modality,
    ...(await rangeOf(id)),
    byteLength: 4 * dimensions[0] * dimensions[1] * dimensions[2],
  }
}
