/** Response over time of a stored patient: lesions with their volumes and dose rates, markers, and the settings as decisions of a person. */
import { InputError } from '../../../native-core/errors/index.ts'
import { shapeVolumeMl } from '../../../native-core/imaging/index.ts'
import type { BiologySet } from '../../../native-core/radiobiology/index.ts'
import { lesionResponseSettingsSchema, responseSettingsSchema } from '../../contracts/biologyResponse.ts'
import type {
  ClonesResult,
  ClonesSettings,
  LesionResponse,
  LesionResponseSettings,
  MarkerResponse,
  MarkerSettings,
  ResponseLesion,
  ResponsePatient,
  ResponseSettings,
} from '../../contracts/biologyResponse.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import type { BiologySettings } from '../../contracts/biology.ts'
import type { Instant } from '../../contracts/domain.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import { namedStructures } from '../analysis/index.ts'
import type { AnalysisPorts } from '../analysis/index.ts'
import { drawnPixelMm, relativeVolumeUncertainty } from '../analysis/mass.ts'
import { crossTools, lesionActivity, responseLesions, runResponseTask, storedFormulas } from '../biology/index.ts'
import type { BiologyDosimetry, LesionOutline } from '../biology/index.ts'
import { earliest, secondsBetween } from '../course/index.ts'
import type { CourseDraft, CycleDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { ReportedResponse } from '../ports/reportWriter.ts'
import type { Store } from '../ports/store.ts'
import { latestAnalysis, prepareStored } from './analysisOf.ts'
import { biologySettingsOf } from './biology.ts'
import { patientRef, protocolOf } from './protocolOf.ts'
import { markerOf, markersOf } from './responseMarkers.ts'
import { storedSet } from './storedSet.ts'

const CODE = 'biology-response'

export type ResponsePorts = Pick<AnalysisPorts, 'nuclides' | 'huDensity' | 'hashOf' | 'populations'> & {
  /** For doses from other organs; without it they are left out, which is told. */
  readonly dosimetry?: BiologyDosimetry
}

/** The settings that count; none where nobody has kept any. */
export function responseSettingsOf(store: Store, patientId: string): ResponseSettings {
  return responseSettingsSchema.parse(store.read.decision(patientRef(patientId), CODE)?.value ?? {})
}

/** Keeps settings as a decision of a person; earlier ones stay in the history. */
export function saveResponseSettings(store: Store, patientId: string, settings: ResponseSettings): ResponseSettings {
  const reasons = Object.entries(settings.byLesion).flatMap(([name, { reason }]) =>
    reason ? [`${name}: ${reason}`] : [],
  )
  store.transaction({ action: 'biology.response' }, (write) =>
    write.recordDecision({
      subject: patientRef(patientId),
      code: CODE,
      value: settings,
      reason: reasons.join('; ').slice(0, 500),
    }),
  )
  return settings
}

/**
 * Lesions of all time points with outlines of their own. Outlines that were carried from another time point are no measurement, and those that nobody has reviewed yet
 * do not count; both are told of.
 *
 * @throws InputError `biology.response-course` where there is no course yet.
 */
export function responseOf(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ports: ResponsePorts,
  sets: readonly BiologySet[],
): ResponsePatient & { readonly analysis: Analysis | null } {
  const first = firstAdministration(course)
  const latest = latestAnalysis(store, patient, prepareStored(store, patient, ports).prepared)
  const remarks: string[] = []
  const protocol = protocolOf(store, patient.record.id)
  const outlines = course.cycles.flatMap((cycle) =>
    cycle.timePoints.flatMap((timePoint) => outlinesOf({ store, patient, protocol }, cycle, timePoint, remarks)),
  )
  const biology = biologySettingsOf(store, patient.record.id)
  const analysis = latest?.analysis ?? null
  const cross = crossOf(analysis, biology, ports, remarks)
  const { markers, remarks: ofMarkers } = markersOf(store, patient.record.id, first)
  return {
    analysis,
    analysisKey: analysis?.key ?? null,
    stale: latest?.stale ?? false,
    firstAdministration: first,
    lesions: responseLesions(outlines, analysis, first, biology, sets, cross),
    markers,
    settings: responseSettingsOf(store, patient.record.id),
    formulas: storedFormulas(store.read).filter(({ formula }) => formula.kind === 'growth'),
    remarks: [
      ...(latest ? [] : ['There is no analysis yet: volumes are shown without doses.']),
      ...(latest?.stale
        ? ['Doses are those of an analysis that is older than its images, structures or protocol.']
        : []),
      ...remarks,
      ...ofMarkers,
    ],
  }
}

/** What cannot be counted from other organs is told, and the lesion has its own dose. */
function crossOf(
  analysis: Analysis | null,
  biology: BiologySettings,
  { dosimetry }: ResponsePorts,
  remarks: string[],
): ReturnType<typeof crossTools> {
  if (!analysis || !dosimetry || biology.crossDose === 'none') return null
  try {
    return crossTools(analysis, biology, () => dosimetry)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    remarks.push(`Dose from other organs is left out: ${error.message} ${error.hint}`)
    return null
  }
}

function firstAdministration({ cycles }: CourseDraft): Instant {
  const first = earliest(cycles.map(({ administration }) => administration.start))
  if (first) return first
  throw new InputError('biology.response-course', 'The patient has no cycle yet.', 'Import the images of a cycle.')
}

function outlinesOf(
  { store, patient, protocol }: { readonly store: Store; readonly patient: StoredPatient; readonly protocol: Protocol },
  { index, reference }: CycleDraft,
  timePoint: TimePointDraft,
  remarks: string[],
): LesionOutline[] {
  if (timePoint.structureSet === null) return []
  const { record, set } = storedSet(store, patient, timePoint, null)
  const sliceThicknessMm = (timePoint.ct ?? timePoint.emission).grid.spacingMm[2]
  const where = `cycle ${index}, ${timePoint.hoursAfterInjection.toFixed(0)} h p.i.`
  return namedStructures(set.structures, protocol).flatMap(({ name, kind, structure }): LesionOutline[] => {
    const stored = record.structures.find(({ number }) => number === structure.number)
    if (kind !== 'lesion' || !stored) return []
    if (stored.method?.kind === 'propagated' || stored.review === 'to-review') {
      remarks.push(
        `"${name}" of ${where} is ${stored.review === 'to-review' ? 'not reviewed' : 'carried from another time point'}: its volume does not count.`,
      )
      return []
    }
    try {
      const volumeMl = shapeVolumeMl(structure.shape, { sliceThicknessMm })
      if (!(volumeMl > 0)) return []
      return [
        {
          id: `${timePoint.id} ${name}`,
          identity: stored.identity,
          name,
          cycle: index,
          isReference: timePoint.id === reference.id,
          start: timePoint.start,
          volumeMl,
          relativeUncertainty: relativeVolumeUncertainty(
            volumeMl,
            drawnPixelMm(timePoint),
            protocol.uncertainty.outlineFwhmMm,
          ),
          what: `${where}, "${record.label}"`,
        },
      ]
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      remarks.push(`"${name}" of ${where} was left out: ${error.message}`)
      return []
    }
  })
}

/** @throws InputError `biology.response-lesion` */
function lesionOf({ lesions }: ResponsePatient, identity: string): ResponseLesion {
  const found = lesions.find((one) => one.identity === identity)
  if (found) return found
  throw new InputError(
    'biology.response-lesion',
    `There is no lesion "${identity}".`,
    lesions.length > 0
      ? `Choose one of: ${lesions.map((one) => one.identity).join(', ')}.`
      : 'Find or draw lesions, accept them, and use the set.',
  )
}

type Responding = Pick<Compute, 'computeResponse'>

/** What has settings that a person kept, for the report: lesions, a marker, schedules. What cannot be computed says why. @throws CancelledError */
export async function reportedResponses(
  response: ResponsePatient & { readonly analysis: Analysis | null },
  compute: Responding | null,
  signal?: AbortSignal,
): Promise<ReportedResponse[]> {
  const { byLesion, marker, clones } = response.settings
  const reported: ReportedResponse[] = []
  for (const [identity, settings] of Object.entries(byLesion))
    reported.push({
      ...{ kind: 'lesion', identity, settings },
      ...(await orProblem(() => storedLesionResponse(response, identity, settings, compute, signal))),
    })
  if (marker)
    reported.push({
      ...{ kind: 'marker', identity: marker.marker, settings: marker },
      ...(await orProblem(() => storedMarkerResponse(response, marker, compute, signal))),
    })
  if (clones)
    reported.push({
      ...{ kind: 'clones', identity: clones.lesion, settings: clones },
      ...(await orProblem(() => storedClones(response, clones, compute, signal))),
    })
  return reported
}

async function orProblem<Response>(
  computing: () => Promise<Response>,
): Promise<{ readonly response: Response | null; readonly problem: string }> {
  try {
    return { response: await computing(), problem: '' }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { response: null, problem: `${error.message} ${error.hint}` }
  }
}

/** @throws InputError `biology.response-lesion` and those of `lesionResponse`; CancelledError */
export async function storedLesionResponse(
  response: ResponsePatient,
  identity: string,
  settings: LesionResponseSettings | null,
  compute: Responding | null,
  signal?: AbortSignal,
): Promise<LesionResponse> {
  const lesion = lesionOf(response, identity)
  const kept = response.settings.byLesion[identity] ?? lesionResponseSettingsSchema.parse({})
  const task = {
    lesion,
    settings: settings ?? kept,
    first: response.firstAdministration,
    analysisKey: response.analysisKey,
    formulas: response.formulas,
  }
  return (await answer({ kind: 'lesion', task }, compute, signal)) as LesionResponse
}

/** @throws InputError those of `markerOf` and `markerResponseOf`; CancelledError */
export async function storedMarkerResponse(
  response: ResponsePatient & { readonly analysis: Analysis | null },
  settings: MarkerSettings,
  compute: Responding | null,
  signal?: AbortSignal,
): Promise<MarkerResponse> {
  const { analysis, firstAdministration: first, markers } = response
  const task = {
    settings,
    series: markerOf(markers, settings),
    activity: analysis ? lesionActivity(analysis, first) : [],
    cycleStartsS: (analysis?.cycles ?? []).map(({ administration }) => secondsBetween(first, administration.start)),
  }
  return (await answer({ kind: 'marker', task }, compute, signal)) as MarkerResponse
}

/** @throws InputError `biology.response-lesion` and those of `clonesOf`; CancelledError */
export async function storedClones(
  response: ResponsePatient,
  settings: ClonesSettings,
  compute: Responding | null,
  signal?: AbortSignal,
): Promise<ClonesResult> {
  const lesion = lesionOf(response, settings.lesion)
  return (await answer(
    { kind: 'clones', task: { lesion, settings, formulas: response.formulas } },
    compute,
    signal,
  )) as ClonesResult
}

const answer = (task: Parameters<typeof runResponseTask>[0], compute: Responding | null, signal?: AbortSignal) =>
  compute ? compute.computeResponse(task, signal ? { signal } : {}) : Promise.resolve(runResponseTask(task))
