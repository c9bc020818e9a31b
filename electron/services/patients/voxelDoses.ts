/** Voxel doses in the store: computed once for what they are made from, looked up afterwards, stale when that has changed. */
import { engineParameters, findVoxelEngine } from '../../../native-core/dosimetry/engines/index.ts'
import type { EngineParameterValues, VoxelDoseEngine } from '../../../native-core/dosimetry/engines/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import { VOXELWISE_VERSION } from '../../../native-core/kinetics/index.ts'
import { VOXEL_FIT_VERSION } from '../../../native-core/kinetics/voxelwise/index.ts'
import { voxelDoseSchema } from '../../contracts/doseMaps.ts'
import type {
  DoseVolume,
  VoxelDoseAsk,
  VoxelDoseResult,
  VoxelDoseSummary,
  VoxelKinetics,
} from '../../contracts/doseMaps.ts'
import { ACTIVITY_MAP_VERSION, computeDoseMap, voxelKineticsOf } from '../doseMaps/index.ts'
import type { DoseMap, DoseMapPorts } from '../doseMaps/index.ts'
import type { AnalysisPorts, PreparedAnalysis } from '../analysis/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { ProgressSink } from '../ports/dicomSource.ts'
import type { ArtifactRecord, ArtifactSpec, Store } from '../ports/store.ts'
import { bytesOf, doseExtent } from './doseExtent.ts'
import type { DoseExtent } from './doseExtent.ts'
import { latestAnalysis, prepareStored } from './analysisOf.ts'
import { patientRef } from './protocolOf.ts'

/** Raised with every change of this file or of `services/doseMaps` that may change a number. */
export const VOXEL_DOSE_VERSION = 'voxel-dose/1'

export type VoxelDosePorts = DoseMapPorts &
  Pick<AnalysisPorts, 'nuclides' | 'huDensity' | 'hashOf' | 'populations'> & {
    readonly compute: Pick<Compute, 'compareDoses'>
    readonly engines: readonly VoxelDoseEngine[]
    /** Version of the data that the engines read besides decay data. */
    readonly dataVersion: string
  }

/**
 * Computes and stores a voxel dose of the patient's present analysis, or finds that it is there. Returns its id.
 *
 * @throws InputError `dose.no-analysis`, `dose.analysis-stale`, `dose.cycle`, `dose.engine`, `dose.parameter`, those of `computeDoseMap`;
 * CancelledError.
 */
export async function runVoxelDose(
  store: Store,
  patient: StoredPatient,
  ask: VoxelDoseAsk,
  ports: VoxelDosePorts,
  options: { readonly progress: ProgressSink; readonly signal?: AbortSignal },
): Promise<string> {
  const { prepared, blockedBy } = prepareStored(store, patient, ports)
  if (!prepared) throw blockedBy ?? new Error('what is not prepared is blocked by something')
  const latest = latestAnalysis(store, patient, prepared)
  if (!latest)
    throw new InputError(
      'dose.no-analysis',
      'There is no analysis yet, and voxel doses start from one.',
      'Run the analysis first.',
    )
  if (latest.stale)
    throw new InputError(
      'dose.analysis-stale',
      'Images or protocol changed after the analysis was made.',
      'Run the analysis again, then compute the voxel dose.',
    )
  const cycle = prepared.course.cycles.find(({ index }) => index === ask.cycle)
  const analysis = latest.analysis.cycles.find(({ index }) => index === ask.cycle)
  if (!cycle || !analysis)
    throw new InputError('dose.cycle', `The analysis has no cycle ${ask.cycle}.`, 'Choose one of the analysed cycles.')
  const timePoint = ask.timePointId === null ? null : cycle.timePoints.find(({ id }) => id === ask.timePointId)
  if (timePoint === undefined)
    throw new InputError('dose.time-point', 'This time point is not in the cycle.', 'Choose one of its time points.')
  const engine = findVoxelEngine(ask.engineId)
  const parameters = engineParameters(engine, ask.parameters)
  const spec = specOf(store, ask, engine, parameters, prepared, latest.artifactKey, ports)
  const key = store.read.artifactKey(spec)
  const slot = ports.hashOf([ask.cycle, ask.timePointId, engine.id, parameters, ask.activityMap])
  const known = store.read.artifact(key)
  if (known) {
    if (store.read.latestArtifact('dose-result', patientRef(patient.record.id), slot)?.key === key) return key
    const { payload, volumes } = known
    store.transaction({ action: 'dose.compute' }, (write) =>
      write.putArtifact({ ...spec, subject: patientRef(patient.record.id), slot, payload, volumes }),
    )
    return key
  }
  const map = await computeDoseMap(
    { prepared, cycle, analysis, engine, parameters, timePoint, activityMap: ask.activityMap, ...options },
    ports,
  )
  const summary: Stored['summary'] = {
    doseId: key,
    cycle: ask.cycle,
    quantity: timePoint ? 'dose-rate' : 'dose',
    timePointId: ask.timePointId,
    hoursAfterInjection: timePoint?.hoursAfterInjection ?? null,
    engine: { id: engine.id, name: engine.name, version: engine.version, parameters },
    activityMap: ask.activityMap,
  }
  const payload = payloadOf(map, summary, prepared, cycle.reference.emission.key)
  const volumes: Record<string, string> = {
    dose: (await store.volumes.put(bytesOf(map.dose.doseGy))).id,
    activity: (await store.volumes.put(bytesOf(map.activity.activityPerMl))).id,
  }
  if (map.dose.statisticalSdGy) volumes['sd'] = (await store.volumes.put(bytesOf(map.dose.statisticalSdGy))).id
  for (const [name, values] of kineticsMaps(map)) volumes[name] = (await store.volumes.put(bytesOf(values))).id
  store.transaction({ action: 'dose.compute' }, (write) =>
    write.putArtifact({ ...spec, subject: patientRef(patient.record.id), slot, payload, volumes }),
  )
  return key
}

function specOf(
  store: Store,
  ask: VoxelDoseAsk,
  engine: VoxelDoseEngine,
  parameters: EngineParameterValues,
  prepared: PreparedAnalysis,
  analysisKey: string,
  ports: VoxelDosePorts,
): ArtifactSpec {
  return {
    kind: 'dose-result',
    algorithmVersion: VOXEL_DOSE_VERSION,
    parameters: {
      cycle: ask.cycle,
      timePointId: ask.timePointId,
      engine: { id: engine.id, version: engine.version, parameters },
      activityMap: {
        ...ask.activityMap,
        version: [ACTIVITY_MAP_VERSION, VOXELWISE_VERSION, ...(ask.activityMap.fit ? [VOXEL_FIT_VERSION] : [])],
      },
    },
    inputs: [
      store.read.inputOf('analysis', { entity: 'artifact', id: analysisKey }),
      store.read.fixedInput('decay-data', 'nuclides', prepared.decay.version),
      store.read.fixedInput('density', 'hu-density', ports.huDensity.version),
      store.read.fixedInput('dosimetry-data', 'tables', ports.dataVersion),
    ],
  }
}

/** What an artifact keeps; ids, time and staleness are added when it is read. */
interface Stored extends Omit<VoxelDoseResult, 'summary' | 'dose' | 'statisticalSd' | 'kinetics'> {
  readonly summary: Omit<VoxelDoseSummary, 'createdAt' | 'stale'>
  readonly dose: DoseExtent
  readonly statisticalSd: DoseExtent | null
  readonly kinetics?: StoredKinetics
}

interface StoredKinetics {
  readonly activity: VoxelKinetics
  readonly tiaUncertainty: DoseExtent
  readonly halfLife: DoseExtent
  readonly keptTerms?: number
  readonly doseRate: { readonly fit: VoxelKinetics; readonly uncertainty: DoseExtent } | null
}

/** The maps that belong to curves in the voxels, by the names of their volumes. */
function kineticsMaps({ activity, doseRates }: DoseMap): (readonly [string, Float32Array])[] {
  return [
    ...(activity.fit
      ? ([
          ['tiaUncertainty', activity.fit.uncertaintyPerMl],
          ['halfLife', activity.fit.halfLifeS],
        ] as const)
      : []),
    ...(doseRates ? ([['doseUncertainty', doseRates.uncertaintyGy]] as const) : []),
    ...keptTerms({ activity, doseRates }).flatMap(
      ({ amplitude, ratePerS }, at) =>
        [
          [amplitudeVolume(at), amplitude],
          [rateVolume(at), ratePerS],
        ] as const,
    ),
  ]
}

/**
 * The curve of each voxel that its dose follows: of the dose rates where there are some, else of the activity. None after an infusion: there the terms are not
 * the whole curve.
 */
function keptTerms({ activity, doseRates }: Pick<DoseMap, 'activity' | 'doseRates'>) {
  const fit = doseRates ?? activity.fit
  return fit?.terms && fit.plan.administration === null ? fit.terms : []
}
const amplitudeVolume = (term: number): string => `amplitude${term + 1}`
const rateVolume = (term: number): string => `rate${term + 1}`

/** Volumes with the curve of each voxel of a stored dose: of each term amplitude and rate, 1/s. Empty where none are kept. */
export function voxelCurveVolumes(
  store: Store,
  { summary, kinetics }: VoxelDoseResult,
): readonly { readonly amplitude: string; readonly ratePerS: string }[] {
  const volumes = store.read.artifact(summary.doseId)?.volumes ?? {}
  return Array.from({ length: kinetics?.keptTerms ?? 0 }, (_, term) => {
    const [amplitude, ratePerS] = [volumes[amplitudeVolume(term)], volumes[rateVolume(term)]]
    if (amplitude === undefined || ratePerS === undefined) throw new Error(`dose ${summary.doseId} lacks term ${term}`)
    return { amplitude, ratePerS }
  })
}

function payloadOf(map: DoseMap, summary: Stored['summary'], prepared: PreparedAnalysis, gridOfImage: string): Stored {
  const volume = (values: Float32Array): DoseExtent => doseExtent(values, map.grid as DoseExtent['grid'])
  const { dose, activity } = map
  return {
    summary,
    nuclide: prepared.course.nuclide,
    gridOfImage,
    dose: volume(dose.doseGy),
    statisticalSd: dose.statisticalSdGy ? volume(dose.statisticalSdGy) : null,
    emittedJ: dose.emittedJ,
    depositedJ: dose.depositedJ,
    activity: {
      version: ACTIVITY_MAP_VERSION,
      totalOfImages: activity.totalBeforeMatching,
      total: activity.total,
      timePoints: map.timePoints,
      negligibleVoxels: activity.voxels.negligible,
      unseenVoxels: activity.voxels.unseen,
      negativeVoxels: activity.voxels.negative,
      voxels: activity.voxels.all,
      shareBefore: activity.shareBefore,
      shareAfter: activity.shareAfter,
      structures: [...activity.structures],
    },
    ...(activity.fit
      ? {
          kinetics: {
            activity: voxelKineticsOf(activity.fit),
            tiaUncertainty: volume(activity.fit.uncertaintyPerMl),
            halfLife: volume(activity.fit.halfLifeS),
            ...(keptTerms(map).length > 0 ? { keptTerms: keptTerms(map).length } : {}),
            doseRate: map.doseRates
              ? { fit: voxelKineticsOf(map.doseRates), uncertainty: volume(map.doseRates.uncertaintyGy) }
              : null,
          },
        }
      : {}),
    structures: [...map.structures],
    facts: { ...dose.facts },
    remarks: [...map.remarks],
  }
}

/** What is there of a patient, newest first. */
export function voxelDoseSummaries(
  store: Store,
  patientId: string,
  latest: { readonly artifactKey: string; readonly stale: boolean } | null,
  engines: readonly VoxelDoseEngine[],
): VoxelDoseSummary[] {
  return store.read
    .latestArtifacts('dose-result', patientRef(patientId))
    .map((artifact) => summaryOf(store, artifact, latest, engines))
    .sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1))
}

function summaryOf(
  store: Store,
  artifact: ArtifactRecord,
  latest: { readonly artifactKey: string; readonly stale: boolean } | null,
  engines: readonly VoxelDoseEngine[],
): VoxelDoseSummary {
  const { summary } = artifact.payload as Stored
  const engine = engines.find((one) => one.id === summary.engine.id)
  const stale =
    (latest?.stale ?? true) ||
    !artifact.inputs.some((input) => input.ref.id === latest?.artifactKey) ||
    artifact.algorithmVersion !== VOXEL_DOSE_VERSION ||
    engine?.version !== summary.engine.version ||
    store.read.staleness(artifact.key).stale
  return { ...summary, createdAt: artifact.createdAt, stale }
}

/** One result with all its numbers. @throws InputError `dose.unknown`. */
export function voxelDoseResult(
  store: Store,
  patient: StoredPatient,
  doseId: string,
  ports: Pick<VoxelDosePorts, 'nuclides' | 'huDensity' | 'hashOf' | 'populations' | 'engines'>,
): VoxelDoseResult {
  const artifact = store.read.artifact(doseId)
  if (artifact?.kind !== 'dose-result' || artifact.subject.id !== patient.record.id)
    throw new InputError('dose.unknown', 'There is no such dose of this patient.', 'Compute the dose again.')
  const latest = latestAnalysis(store, patient, prepareStored(store, patient, ports).prepared)
  return resultOf(artifact, summaryOf(store, artifact, latest, ports.engines))
}

/** The results that the patient's present analysis, data and engines would give again, in a fixed order: none where the analysis is stale. */
export function presentVoxelDoses(
  store: Store,
  patient: StoredPatient,
  ports: Pick<VoxelDosePorts, 'nuclides' | 'huDensity' | 'hashOf' | 'populations' | 'engines'>,
): VoxelDoseResult[] {
  const latest = latestAnalysis(store, patient, prepareStored(store, patient, ports).prepared)
  const orderOf = ({ summary }: VoxelDoseResult): (number | string)[] => [
    summary.cycle,
    summary.hoursAfterInjection ?? -Infinity,
    ports.engines.findIndex(({ id }) => id === summary.engine.id),
    summary.doseId,
  ]
  return store.read
    .latestArtifacts('dose-result', patientRef(patient.record.id))
    .map((artifact) => ({ artifact, summary: summaryOf(store, artifact, latest, ports.engines) }))
    .filter(({ summary }) => !summary.stale)
    .map(({ artifact, summary }) => resultOf(artifact, summary))
    .sort((one, other) => {
      const [a, b] = [orderOf(one), orderOf(other)]
      const at = a.findIndex((part, position) => part !== b[position])
      return at < 0 ? 0 : (a[at] as number | string) < (b[at] as number | string) ? -1 : 1
    })
}

function resultOf(artifact: ArtifactRecord, summary: VoxelDoseSummary): VoxelDoseResult {
  const [dose, sd] = [artifact.volumes['dose'], artifact.volumes['sd']]
  if (dose === undefined) throw new Error(`dose result ${artifact.key} has no map`)
  const stored = artifact.payload as Stored
  return voxelDoseSchema.parse({
    ...stored,
    summary,
    dose: { id: dose, ...stored.dose },
    statisticalSd: sd !== undefined && stored.statisticalSd ? { id: sd, ...stored.statisticalSd } : null,
    ...(stored.kinetics ? { kinetics: kineticsOf(stored.kinetics, artifact) } : {}),
  })
}

function kineticsOf(stored: StoredKinetics, { key, volumes }: ArtifactRecord): VoxelDoseResult['kinetics'] {
  const volume = (name: string, extent: DoseExtent): DoseVolume => {
    const id = volumes[name]
    if (id === undefined) throw new Error(`dose result ${key} has no volume ${name}`)
    return { id, ...extent }
  }
  const { activity, doseRate, keptTerms } = stored
  return {
    activity,
    ...(keptTerms ? { keptTerms } : {}),
    tiaUncertainty: volume('tiaUncertainty', stored.tiaUncertainty),
    halfLife: volume('halfLife', stored.halfLife),
    doseRate: doseRate ? { fit: doseRate.fit, uncertainty: volume('doseUncertainty', doseRate.uncertainty) } : null,
  }
}
