/** BED maps of several cycles in the store, added up on the reference time point of one of them. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { BiologySet } from '../../../native-core/radiobiology/index.ts'
import type { BedMapResult, BedStructure } from '../../contracts/bedMaps.ts'
import { bedSumSchema } from '../../contracts/bedSums.ts'
import type { BedSum, BedSumAsk } from '../../contracts/bedSums.ts'
import type { VoxelDoseResult } from '../../contracts/doseMaps.ts'
import { repairBetweenCycles, bedSumRemarks } from '../bedMaps/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { ProgressSink } from '../ports/dicomSource.ts'
import type { ArtifactRecord, ArtifactSpec, Store } from '../ports/store.ts'
import { acceptedMap } from './acceptedRegistration.ts'
import type { AcceptedMap } from './acceptedRegistration.ts'
import { latestAnalysis, prepareStored } from './analysisOf.ts'
import { bedMapOf } from './bedMaps.ts'
import { storedBedMap } from './bedMapRecords.ts'
import { addBed } from './bedSumParts.ts'
import type { BedPart } from './bedSumParts.ts'
import { biologySettingsOf } from './biology.ts'
import { bytesOf, doseExtent } from './doseExtent.ts'
import type { DoseExtent } from './doseExtent.ts'
import type { EffectPorts } from './biology.ts'
import { patientRef } from './protocolOf.ts'
import { presentVoxelDoses, voxelDoseResult } from './voxelDoses.ts'

/** Raised with every change of this file, of `bedSumParts` or of `services/bedMaps` that may change a number. */
export const BED_SUM_VERSION = 'bed-sum/1'

export type BedSumPorts = EffectPorts & { readonly compute: Pick<Compute, 'bedMap' | 'warp' | 'structureDoses'> }

interface Stored extends Omit<BedSum, 'bedId' | 'createdAt' | 'stale' | 'staleBecause' | 'bed' | 'eqd2'> {
  readonly bed: DoseExtent
  readonly eqd2: DoseExtent
}

const slotOf = (referenceId: string): string => `sum of ${referenceId}`

/**
 * Adds up BED of one cycle each on the grid of `ask.referenceId`: the BED of a cycle stays with its piece of tissue and is brought there point by point by an accepted
 * registration. Each voxel has the parameters of the structure of the reference cycle that holds most of it, in all cycles. BED of courses that repair completely in
 * between add (Dale 1985); what incomplete repair between cycles would add is told of each structure. Returns the id.
 *
 * @throws InputError `bed-sum.*`, `dose.unknown`, `registration.none-accepted` and others of `acceptedMap`; CancelledError.
 */
export async function runBedSum(
  store: Store,
  patient: StoredPatient,
  ask: BedSumAsk,
  ports: BedSumPorts,
  sets: readonly BiologySet[],
  {
    progress,
    signal = new AbortController().signal,
  }: { readonly progress: ProgressSink; readonly signal?: AbortSignal },
): Promise<string> {
  const pairs = ask.doseIds.map((doseId) => ({
    dose: voxelDoseResult(store, patient, doseId, ports),
    bed: bedMapOf(store, patient, doseId, ports, sets),
  }))
  const { parts, reference } = checked(pairs, ask.referenceId)
  const { prepared, blockedBy } = prepareStored(store, patient, ports)
  const latest = prepared && latestAnalysis(store, patient, prepared)
  if (!prepared || !latest) throw blockedBy ?? new Error('present doses have an analysis')
  const referenceOf = (cycle: number) => {
    const found = prepared.course.cycles.find(({ index }) => index === cycle)
    if (!found) throw new Error(`a present dose has a cycle: ${cycle}`)
    return found.reference
  }
  progress(0, 'Reading registrations')
  const tools = { store, patient, course: prepared.course, compute: ports.compute, signal }
  const maps: AcceptedMap[] = []
  for (const { bed } of parts)
    maps.push(await acceptedMap(tools, referenceOf(bed.cycle), referenceOf(reference.bed.cycle)))
  const spec = specOf(store, ask, parts, maps)
  const key = store.read.artifactKey(spec)
  const place = { subject: patientRef(patient.record.id), slot: slotOf(ask.referenceId) }
  const known = store.read.artifact(key)
  if (known) {
    if (latestSum(store, patient, ask.referenceId)?.key !== key)
      store.transaction({ action: 'bed-map.accumulate' }, (write) =>
        write.putArtifact({ ...spec, ...place, payload: known.payload, volumes: known.volumes }),
      )
    return key
  }
  const sum = await addBed({
    ...{ store, prepared, analysis: latest.analysis, ports, signal, progress },
    ...{ parts: parts.map((part, at) => ({ ...part, map: maps[at] as AcceptedMap })), reference },
  })
  const { grid } = reference.dose.dose
  const payload: Stored = {
    referenceId: ask.referenceId,
    parts: parts.map(({ bed }, at) => ({
      ...{ doseId: bed.doseId, bedId: bed.bedId, cycle: bed.cycle },
      registration: (maps[at] as AcceptedMap).description,
    })),
    version: BED_SUM_VERSION,
    ...{ tissues: reference.bed.tissues, elsewhere: reference.bed.elsewhere },
    bed: doseExtent(sum.bedGy, grid),
    eqd2: doseExtent(sum.eqd2Gy, grid),
    coveredShare: sum.coveredShare,
    structures: sum.structures as BedStructure[],
    remarks: bedSumRemarks({
      ...{ coveredShare: sum.coveredShare, leftOut: sum.leftOut },
      cycles: parts.map(({ bed }) => bed.cycle),
      allCycles: latest.analysis.cycles.map(({ index }) => index),
      between: repairBetweenCycles(
        latest.analysis,
        reference.bed.tissues,
        parts.map(({ bed }) => bed.cycle),
      ),
      externalBeam: biologySettingsOf(store, patient.record.id).externalBeam.map(({ structure }) => structure),
    }),
  }
  const volumes = {
    bed: (await store.volumes.put(bytesOf(sum.bedGy))).id,
    eqd2: (await store.volumes.put(bytesOf(sum.eqd2Gy))).id,
  }
  store.transaction({ action: 'bed-map.accumulate' }, (write) =>
    write.putArtifact({ ...spec, ...place, payload, volumes }),
  )
  return key
}

/** Maps that may be added up. @throws InputError `bed-sum.*` */
function checked(
  pairs: readonly { readonly dose: VoxelDoseResult; readonly bed: BedMapResult | null }[],
  referenceId: string,
): { readonly parts: readonly BedPart[]; readonly reference: BedPart } {
  const refuse = (code: string, message: string, hint: string): never => {
    throw new InputError(`bed-sum.${code}`, message, hint)
  }
  const parts = pairs.map(({ dose, bed }): BedPart => {
    const { cycle } = dose.summary
    if (!bed) return refuse('no-map', `The dose of cycle ${cycle} has no BED map.`, 'Compute it (Dose, page “Voxels”).')
    if (bed.stale)
      refuse('stale', `The BED map of cycle ${cycle} is out of date: ${bed.staleBecause}.`, 'Compute it again.')
    return { dose, bed }
  })
  const reference =
    parts.find(({ bed }) => bed.doseId === referenceId) ??
    refuse('reference', 'The reference is not one of the maps that are to be added up.', 'Choose one of them.')
  const cycles = parts.map(({ bed }) => bed.cycle)
  const twice = cycles.find((cycle, at) => cycles.indexOf(cycle) !== at)
  if (twice !== undefined)
    refuse('twice', `Two of the maps are of cycle ${twice}: it would count twice.`, 'Choose one of each cycle.')
  const other = parts.find(({ bed }) => JSON.stringify(bed.elsewhere) !== JSON.stringify(reference.bed.elsewhere))
  if (other)
    refuse(
      'elsewhere',
      `The BED maps of cycles ${reference.bed.cycle} and ${other.bed.cycle} have other parameters for all other tissue.`,
      'Compute one of them again with those of the other.',
    )
  return { parts, reference }
}

const specOf = (
  store: Store,
  { referenceId }: BedSumAsk,
  parts: readonly BedPart[],
  maps: readonly AcceptedMap[],
): ArtifactSpec => ({
  kind: 'biological-effect',
  algorithmVersion: BED_SUM_VERSION,
  parameters: {
    referenceId,
    registrations: maps.map(({ kind, registrationId, description }) => ({ kind, registrationId, description })),
  },
  inputs: parts.map(({ bed }) =>
    store.read.inputOf(`BED map of cycle ${bed.cycle}`, { entity: 'artifact', id: bed.bedId }),
  ),
})

const latestSum = (store: Store, patient: StoredPatient, referenceId: string): ArtifactRecord | null =>
  store.read.latestArtifact('biological-effect', patientRef(patient.record.id), slotOf(referenceId))

/** The latest sum on the grid of a dose; null where there is none. @throws InputError `dose.unknown`. */
export function bedSumOf(
  store: Store,
  patient: StoredPatient,
  referenceId: string,
  ports: EffectPorts,
  sets: readonly BiologySet[],
): BedSum | null {
  const artifact = latestSum(store, patient, referenceId)
  if (!artifact) return null
  const stored = artifact.payload as Stored
  const staleBecause = staleWords(store, patient, stored, ports, sets)
  const volume = (name: 'bed' | 'eqd2') => {
    const id = artifact.volumes[name]
    if (id === undefined) throw new Error(`BED sum ${artifact.key} has no volume ${name}`)
    return { id, ...stored[name] }
  }
  return bedSumSchema.parse({
    ...stored,
    ...{ bedId: artifact.key, createdAt: artifact.createdAt, stale: staleBecause !== '', staleBecause },
    ...{ bed: volume('bed'), eqd2: volume('eqd2') },
  })
}

function staleWords(
  store: Store,
  patient: StoredPatient,
  { parts, version }: Stored,
  ports: EffectPorts,
  sets: readonly BiologySet[],
): string {
  if (version !== BED_SUM_VERSION) return 'this version of the program adds up anew'
  for (const { doseId, bedId, cycle } of parts) {
    const now = bedMapOf(store, patient, doseId, ports, sets)
    if (now?.bedId !== bedId) return `the BED map of cycle ${cycle} was computed anew`
    if (now.stale) return `the BED map of cycle ${cycle} is out of date: ${now.staleBecause}`
  }
  return ''
}

/** Of each cycle the present dose that has BED maps, that of the dose's own engine first; for the dose's own cycle the dose itself. */
export function bedSumChoices(
  store: Store,
  patient: StoredPatient,
  doseId: string,
  ports: EffectPorts,
): { readonly doseId: string; readonly cycle: number; readonly engine: string }[] {
  const own = voxelDoseResult(store, patient, doseId, ports).summary
  const doses = presentVoxelDoses(store, patient, ports)
    .map(({ summary }) => summary)
    .filter((one) => one.quantity === 'dose' && storedBedMap(store, patient, one.doseId) !== null)
  return [...new Set(doses.map(({ cycle }) => cycle))].flatMap((cycle) => {
    const ofCycle = doses.filter((one) => one.cycle === cycle)
    const found =
      cycle === own.cycle
        ? ofCycle.find((one) => one.doseId === doseId)
        : (ofCycle.find(({ engine }) => engine.id === own.engine.id) ?? ofCycle[0])
    return found ? [{ doseId: found.doseId, cycle, engine: found.engine.name }] : []
  })
}
