/** Doses of several cycles in the store, added up on the reference of one of them. */
import { uncertaintyOfSum } from '../../../native-core/dosimetry/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import type { CycleAnalysis } from '../../contracts/analysis.ts'
import { doseAccumulationSchema } from '../../contracts/doseMaps.ts'
import type { DoseAccumulation, DoseAccumulationAsk, VoxelDoseResult } from '../../contracts/doseMaps.ts'
import { structureRules } from '../analysis/index.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import { structuresOf } from '../doseMaps/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { ProgressSink } from '../ports/dicomSource.ts'
import type { ArtifactSpec, Store } from '../ports/store.ts'
import { bytesOf, doseExtent } from './doseExtent.ts'
import type { DoseExtent } from './doseExtent.ts'
import { acceptedMap } from './acceptedRegistration.ts'
import type { AcceptedMap } from './acceptedRegistration.ts'
import { latestAnalysis, prepareStored } from './analysisOf.ts'
import { patientRef } from './protocolOf.ts'
import { voxelDoseResult } from './voxelDoses.ts'
import type { VoxelDosePorts } from './voxelDoses.ts'

/** Raised with every change that may change a number. */
export const DOSE_ACCUMULATION_VERSION = 'dose-accumulation/2'

/** Less of the grid than this reached by all parts is said. */
const WHOLE_SHARE = 0.99

export type DoseAccumulationPorts = Omit<VoxelDosePorts, 'compute'> & {
  readonly compute: Pick<Compute, 'warp' | 'structureDoses'>
}

/**
 * Adds up absorbed doses of one cycle each on the grid of `ask.referenceId`: each is brought there point by point, as a dose stays with its piece
 * of tissue, by an accepted registration (a deformable one before linear ones), or finds that it was done. Returns the id.
 *
 * @throws InputError `dose.unknown`, `dose.accumulate-*`, `registration.none-accepted` and others of `acceptedMap`; CancelledError.
 */
export async function accumulateStoredDoses(
  store: Store,
  patient: StoredPatient,
  ask: DoseAccumulationAsk,
  ports: DoseAccumulationPorts,
  {
    progress,
    signal = new AbortController().signal,
  }: { readonly progress: ProgressSink; readonly signal?: AbortSignal },
): Promise<string> {
  const doses = ask.doseIds.map((doseId) => voxelDoseResult(store, patient, doseId, ports))
  const reference = doses.find(({ summary }) => summary.doseId === ask.referenceId)
  refuseWrong(doses, reference)
  const { prepared, blockedBy } = prepareStored(store, patient, ports)
  const latest = prepared && latestAnalysis(store, patient, prepared)
  if (!prepared || !latest) throw blockedBy ?? new Error('present doses have an analysis')
  const { course } = prepared
  const target = referenceOf(course, reference)
  const tools = { store, patient, course, compute: ports.compute, signal }
  progress(0, 'Reading registrations')
  const maps: AcceptedMap[] = []
  for (const dose of doses) maps.push(await acceptedMap(tools, referenceOf(course, dose), target))
  const spec = specOf(store, ask, doses, maps)
  const key = store.read.artifactKey(spec)
  if (store.read.artifact(key)) return key

  const parts = []
  for (const [position, { summary, dose, statisticalSd }] of doses.entries())
    parts.push({
      label: `cycle ${summary.cycle}`,
      grid: dose.grid,
      values: await store.voxels.get(dose.id),
      sd: statisticalSd ? await store.voxels.get(statisticalSd.id) : null,
      fromReference: (maps[position] as AcceptedMap).toSource,
    })
  const { grid } = reference.dose
  progress(0.2, 'Adding up doses')
  const map = (maps[doses.indexOf(reference)] as AcceptedMap).toSource
  const sum = await ports.compute.warp({ kind: 'doses', map, grid, work: { parts } }, { signal })
  progress(0.7, 'Dose–volume histograms')
  const structures = await structuresOn(sum.values, sum.sd, doses, reference, target, {
    prepared,
    latest,
    ports,
    signal,
  })
  const payload: Stored = {
    referenceId: ask.referenceId,
    parts: doses.map(({ summary: { doseId, cycle } }, position) => ({
      doseId,
      cycle,
      registration: (maps[position] as AcceptedMap).description,
    })),
    dose: doseExtent(sum.values, grid),
    statisticalSd: sum.sd ? doseExtent(sum.sd, grid) : null,
    coveredShare: sum.coveredShare,
    structures,
    remarks:
      sum.coveredShare < WHOLE_SHARE
        ? [
            `All doses reach ${(sum.coveredShare * 100).toFixed(1)} % of the grid: elsewhere the sum lacks the dose of at least one cycle.`,
          ]
        : [],
  }
  const volumes: Record<string, string> = { dose: (await store.volumes.put(bytesOf(sum.values))).id }
  if (sum.sd) volumes['sd'] = (await store.volumes.put(bytesOf(sum.sd))).id
  store.transaction({ action: 'dose.accumulate' }, (write) =>
    write.putArtifact({ ...spec, subject: patientRef(patient.record.id), slot: key, payload, volumes }),
  )
  return key
}

function refuseWrong(
  doses: readonly VoxelDoseResult[],
  reference: VoxelDoseResult | undefined,
): asserts reference is VoxelDoseResult {
  const refuse = (code: string, message: string, hint: string): never => {
    throw new InputError(`dose.accumulate-${code}`, message, hint)
  }
  if (!reference)
    refuse('reference', 'The reference is not one of the doses that are to be added up.', 'Choose one of them.')
  const rate = doses.find(({ summary }) => summary.quantity === 'dose-rate')
  if (rate) refuse('quantity', 'A dose rate cannot be added to doses.', 'Choose absorbed doses of whole cycles.')
  const stale = doses.find(({ summary }) => summary.stale)
  if (stale)
    refuse(
      'stale',
      `The dose of cycle ${stale.summary.cycle} is no longer what images and protocol give.`,
      'Compute it again.',
    )
  const cycles = doses.map(({ summary }) => summary.cycle)
  const twice = cycles.find((cycle, position) => cycles.indexOf(cycle) !== position)
  if (twice !== undefined)
    refuse('twice', `Two of the doses are of cycle ${twice}: it would count twice.`, 'Choose one dose of each cycle.')
}

function referenceOf(course: CourseDraft, { summary }: VoxelDoseResult): TimePointDraft {
  const cycle = course.cycles.find(({ index }) => index === summary.cycle)
  if (!cycle) throw new Error(`a present dose has a cycle: ${summary.cycle}`)
  return cycle.reference
}

function specOf(
  store: Store,
  ask: DoseAccumulationAsk,
  doses: readonly VoxelDoseResult[],
  maps: readonly AcceptedMap[],
): ArtifactSpec {
  return {
    kind: 'dose-accumulation',
    algorithmVersion: DOSE_ACCUMULATION_VERSION,
    parameters: {
      referenceId: ask.referenceId,
      registrations: maps.map(({ kind, registrationId, description }) => ({ kind, registrationId, description })),
    },
    inputs: doses.map(({ summary }) =>
      store.read.inputOf(`dose of cycle ${summary.cycle}`, { entity: 'artifact', id: summary.doseId }),
    ),
  }
}

/** By the outlines of the reference cycle. */
async function structuresOn(
  doseGy: Float32Array,
  statisticalSdGy: Float32Array | null,
  doses: readonly VoxelDoseResult[],
  { summary, dose }: VoxelDoseResult,
  target: TimePointDraft,
  context: {
    readonly prepared: NonNullable<ReturnType<typeof prepareStored>['prepared']>
    readonly latest: NonNullable<ReturnType<typeof latestAnalysis>>
    readonly ports: DoseAccumulationPorts
    readonly signal: AbortSignal
  },
): Promise<Stored['structures']> {
  const { prepared, latest, ports, signal } = context
  const cycle = prepared.course.cycles.find(({ reference }) => reference === target)
  const analysis = latest.analysis.cycles.find(({ index }) => index === summary.cycle)
  if (!cycle || !analysis) return []
  const { structures, shapeToReference, sliceThicknessMm } = structuresOf({
    prepared,
    cycle,
    analysis,
    timePoint: null,
  })
  const budgets = new Map(structures.map(({ name }) => [name, sumUncertainty(name, doses, latest.analysis.cycles)]))
  const found = await ports.compute.structureDoses(
    {
      grid: dose.grid,
      doseGy,
      statisticalSdGy,
      structures: structures.map(({ name, kind, shape }) => ({
        name,
        kind,
        shape,
        relativeUncertainty: budgets.get(name)?.relative ?? null,
      })),
      shapeToReference,
      sliceThicknessMm,
      ...structureRules(prepared.protocol),
    },
    { signal },
  )
  return structures.flatMap(({ name, kind }, position) => {
    const one = found[position]
    if (!one) return []
    const budget = budgets.get(name)
    const meanStandardUncertaintyGy = budget ? Math.hypot(budget.relative * one.meanGy, budget.noiseGy) : null
    return [{ name, kind, ...one, meanStandardUncertaintyGy }]
  })
}

/**
 * Of one structure's mean in the sum: relative standard uncertainty by what the cycles' budgets share, and the engines' noise of the means, which is
 * independent from cycle to cycle. null where a cycle has no dose or no budget of it.
 */
export function sumUncertainty(
  name: string,
  doses: readonly VoxelDoseResult[],
  cycles: readonly CycleAnalysis[],
): { readonly relative: number; readonly noiseGy: number } | null {
  const parts = doses.flatMap(({ summary, structures }) => {
    const own = structures.find((one) => one.name === name)
    const cycle = cycles.find(({ index }) => index === summary.cycle)
    const loadings = cycle?.structures.find((one) => one.name === name)?.uncertainty?.loadings
    return own && loadings ? [{ value: own.meanGy, loadings, noiseGy: own.statisticalSdGy ?? 0 }] : []
  })
  const total = parts.reduce((sum, { value }) => sum + value, 0)
  if (parts.length !== doses.length || !(total > 0)) return null
  return {
    relative: uncertaintyOfSum(parts) / total,
    noiseGy: Math.hypot(...parts.map(({ noiseGy }) => noiseGy)),
  }
}

interface Stored extends Omit<DoseAccumulation, 'accumulationId' | 'dose' | 'statisticalSd'> {
  readonly dose: DoseExtent
  readonly statisticalSd: DoseExtent | null
}

/** @throws InputError `dose.accumulation-unknown`. */
export function doseAccumulation(store: Store, patientId: string, accumulationId: string): DoseAccumulation {
  const artifact = store.read.artifact(accumulationId)
  const [dose, sd] = [artifact?.volumes['dose'], artifact?.volumes['sd']]
  if (artifact?.kind !== 'dose-accumulation' || artifact.subject.id !== patientId || dose === undefined)
    throw new InputError('dose.accumulation-unknown', 'There is no such sum of doses.', 'Add the doses up again.')
  const stored = artifact.payload as Stored
  return doseAccumulationSchema.parse({
    ...stored,
    accumulationId,
    dose: { id: dose, ...stored.dose },
    statisticalSd: sd !== undefined && stored.statisticalSd ? { id: sd, ...stored.statisticalSd } : null,
  })
}
