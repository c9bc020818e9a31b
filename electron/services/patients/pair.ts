/** Predictions from the diagnostic scans of a stored patient: settings are decisions of a person, results artifacts that can become stale. */
import { InputError } from '../../../native-core/errors/index.ts'
import { canonicalNuclideName } from '../../../native-core/physics/index.ts'
import { pairPredictionSchema } from '../../contracts/pair.ts'
import type { PairPrediction, PairSettings, PairSource, PairStored } from '../../contracts/pair.ts'
import { protocolSchema } from '../../contracts/protocol.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import { analyseCycle } from '../analysis/cycle.ts'
import { decayDataOf } from '../analysis/decayData.ts'
import type { DecayData } from '../analysis/decayData.ts'
import { hashesOf } from '../analysis/analyse.ts'
import { ANALYSIS_VERSION } from '../analysis/index.ts'
import type { AnalysisPorts } from '../analysis/index.ts'
import type { CourseDraft, CycleDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import { PAIR_VERSION, predictPair } from '../pair/index.ts'
import type { ProgressSink } from '../ports/dicomSource.ts'
import type { ArtifactInput, ArtifactSpec, Store } from '../ports/store.ts'
import { givenWith } from './givenWith.ts'
import { storedMeasurements } from './keptMeasurements.ts'
import { patientRef, protocolOf } from './protocolOf.ts'

const KIND = 'time-activity-curve'
const slotOf = (sourceId: string): string => `pair|${sourceId}`

interface Chosen {
  readonly cycle: CycleDraft
  readonly source: PairSource
}

/** Administrations whose scans a prediction can be made from: diagnostic ones, and cycles for a therapy with another nuclide. */
export function pairSources(course: CourseDraft): readonly PairSource[] {
  return chosenOf(course).map(({ source }) => source)
}

function chosenOf({ cycles, diagnostics, nuclide, agent }: CourseDraft): readonly Chosen[] {
  const of = (cycle: CycleDraft, given: { readonly nuclide: string; readonly agent: string }): Chosen => {
    const { activityBq, start } = cycle.administration
    return {
      cycle,
      source: {
        sourceId: `${given.nuclide}|${start.local}`,
        index: cycle.index,
        ...{ nuclide: given.nuclide, agent: given.agent, activityBq, startLocal: start.local },
        scanHours: cycle.timePoints.map(({ hoursAfterInjection }) => hoursAfterInjection),
      },
    }
  }
  return [...diagnostics.map((one) => of(one, one)), ...cycles.map((one) => of(one, { nuclide, agent }))]
}

/** What was predicted, newest settings of each source; none of sources that are not there any longer. */
export function pairPredictions(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ports: Pick<AnalysisPorts, 'nuclides' | 'huDensity'>,
): readonly PairStored[] {
  return chosenOf(course).flatMap((chosen): PairStored[] => {
    const artifact = store.read.latestArtifact(KIND, patientRef(patient.record.id), slotOf(chosen.source.sourceId))
    if (!artifact) return []
    const parsed = pairPredictionSchema.safeParse(artifact.payload)
    if (!parsed.success) return []
    const { settings } = parsed.data
    const key = keyOrNull(() => store.read.artifactKey(specOf(store, patient, course, chosen, settings, ports)))
    const stale = key !== artifact.key || store.read.staleness(artifact.key).stale
    return [{ computedAt: artifact.createdAt, stale, prediction: parsed.data }]
  })
}

function keyOrNull(find: () => string): string | null {
  try {
    return find()
  } catch (error) {
    if (error instanceof InputError) return null
    throw error
  }
}

export interface ReportedPair {
  readonly artifactKey: string
  readonly prediction: PairPrediction
}

/** Those that the report prints: asked for, and not stale. */
export function reportedPairs(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ports: Pick<AnalysisPorts, 'nuclides' | 'huDensity'>,
): readonly ReportedPair[] {
  return pairPredictions(store, patient, course, ports).flatMap(({ stale, prediction }): ReportedPair[] => {
    const slot = slotOf(prediction.source.sourceId)
    const artifact = store.read.latestArtifact(KIND, patientRef(patient.record.id), slot)
    return artifact && !stale && prediction.settings.isReported ? [{ artifactKey: artifact.key, prediction }] : []
  })
}

/**
 * Keeps the settings as a decision with their reason, measures the scans (what is measured already is not measured again) and stores the prediction.
 *
 * @throws InputError `pair.source`, `pair.same-nuclide`, `nuclide.not-in-table`, those of the analysis of one cycle; CancelledError.
 */
export async function runPair(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  { sourceId, settings }: { readonly sourceId: string; readonly settings: PairSettings },
  ports: AnalysisPorts,
  how: { readonly progress: ProgressSink; readonly signal?: AbortSignal },
): Promise<string> {
  const chosen = chosenOf(course).find(({ source }) => source.sourceId === sourceId)
  if (!chosen)
    throw new InputError(
      'pair.source',
      'The patient has no such diagnostic administration.',
      'Open the list of diagnostic scans again.',
    )
  const sides = sidesOf(chosen, settings, ports)
  const spec = specOf(store, patient, course, chosen, settings, ports)
  const key = store.read.artifactKey(spec)
  const place = { subject: patientRef(patient.record.id), slot: slotOf(sourceId) }
  const known = store.read.artifact(key)
  const kept = storedMeasurements(store, patient)
  const payload = known
    ? pairPredictionSchema.parse(known.payload)
    : await predict(
        course,
        chosen,
        settings,
        sides,
        { ...ports, kept },
        measuringWith(store, patient, course, chosen),
        how,
      )
  store.transaction({ action: 'pair.predict' }, (write) => {
    write.recordDecision({
      ...{ subject: place.subject, code: slotOf(sourceId), value: settings, reason: settings.reason },
    })
    kept.put(write)
    write.putArtifact({ ...spec, ...place, payload, volumes: {} })
  })
  return key
}

async function predict(
  course: CourseDraft,
  { cycle, source }: Chosen,
  settings: PairSettings,
  sides: ReturnType<typeof sidesOf>,
  ports: AnalysisPorts,
  protocol: Protocol,
  { progress, signal }: { readonly progress: ProgressSink; readonly signal?: AbortSignal },
): Promise<PairPrediction> {
  const assumptions: string[] = []
  const measured = await analyseCycle(cycle, {
    ...{ protocol, decay: sides.diagnostic.decay, course: { agent: source.agent, nuclide: source.nuclide } },
    ...{ earlierCycles: [], ports, problems: [], assumptions, progress },
    ...(signal ? { signal } : {}),
  })
  const structures = predictPair(measured, sides, settings)
  return pairPredictionSchema.parse({
    algorithm: { name: 'theratwin.theranostic-pair', version: PAIR_VERSION },
    source,
    settings: { ...settings, therapyNuclide: sides.therapy.nuclide },
    structures,
    remarks: [
      'Predicted from a diagnostic scan: nothing of it was measured with the therapy.',
      'Dose of each structure to itself (electrons, no photons); what others give it is not counted.',
      ...(course.diagnostics.some(({ index }) => index === cycle.index)
        ? [
            'Calibration, recovery and partial-volume corrections of the protocol are of the therapy’s nuclide, so that the diagnostic images are used as they are.',
          ]
        : []),
      ...sides.therapy.decay.assumptions,
    ],
  })
}

function sidesOf(
  { cycle, source }: Chosen,
  { therapyNuclide }: PairSettings,
  { nuclides }: Pick<AnalysisPorts, 'nuclides'>,
) {
  const side = (nuclide: string): { readonly nuclide: string; readonly decay: DecayData } => {
    const decay = decayDataOf(nuclide, nuclides, null)
    if (decay) return { nuclide: canonicalNuclideName(nuclide) ?? nuclide, decay }
    throw new InputError(
      'nuclide.not-in-table',
      `There are no decay data for the radionuclide "${nuclide}".`,
      'Write it like "Lu-177"; the page of decay data lists those known.',
    )
  }
  const [diagnostic, therapy] = [side(source.nuclide), side(therapyNuclide)]
  if (cycle.index > 0 && diagnostic.nuclide === therapy.nuclide)
    throw new InputError(
      'pair.same-nuclide',
      `Cycle ${cycle.index} is itself of ${therapy.nuclide}: its doses are measured, there is nothing to predict.`,
      'Choose the nuclide of the therapy that is planned, or a diagnostic scan.',
    )
  return { diagnostic, therapy }
}

/** The protocol as far as it measures: how curves of the therapy are fitted changes nothing here. */
function measuringWith(store: Store, patient: StoredPatient, course: CourseDraft, { cycle }: Chosen): Protocol {
  const { protocol } = givenWith(course, cycle, protocolOf(store, patient.record.id))
  const { measuredSeries: _apart, ...rest } = protocol
  const plain = protocolSchema.parse({})
  return {
    ...rest,
    ...{ name: plain.name, acceptedProblems: [], administrations: [], fewScans: plain.fewScans },
    ...{ timeActivityModel: plain.timeActivityModel, timeActivityModelByStructure: {} },
    ...{ timeActivityFit: plain.timeActivityFit, timeActivityFitByStructure: {} },
  }
}

function specOf(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  chosen: Chosen,
  settings: PairSettings,
  ports: Pick<AnalysisPorts, 'nuclides' | 'huDensity'>,
): ArtifactSpec {
  const { cycle, source } = chosen
  const { therapy } = sidesOf(chosen, settings, ports)
  const inputs: ArtifactInput[] = [store.read.inputOf('patient', patientRef(patient.record.id))]
  const add = (role: string, entity: 'image' | 'structure-set', key: string): void => {
    const id = patient.idOf.get(key)
    if (id !== undefined) inputs.push(store.read.inputOf(role, { entity, id }))
  }
  for (const { emission, ct, structureSet } of cycle.timePoints) {
    add('emission', 'image', emission.key)
    if (ct) add('anatomy', 'image', ct.key)
    if (structureSet) add('structures', 'structure-set', structureSet.key)
  }
  inputs.push(store.read.fixedInput('decay-data', 'nuclides', therapy.decay.version))
  return {
    kind: KIND,
    algorithmVersion: `${PAIR_VERSION} ${ANALYSIS_VERSION}`,
    parameters: {
      ...{ source, settings: { ...settings, therapyNuclide: therapy.nuclide } },
      protocol: measuringWith(store, patient, course, chosen),
      huDensity: ports.huDensity.version,
      scans: cycle.timePoints.map(({ id, hoursAfterInjection, emission, registration }) => ({
        ...{ id, hours: hoursAfterInjection, emission: hashesOf(emission), registration },
      })),
      reference: cycle.reference.id,
    },
    inputs,
  }
}
