/** BED maps of stored voxel doses: computed once for what they are made from, looked up afterwards, stale when that has changed. */
import { InputError } from '../../../native-core/errors/index.ts'
import { eqdOf } from '../../../native-core/radiobiology/index.ts'
import type { BiologySet } from '../../../native-core/radiobiology/index.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import { bedMapSchema } from '../../contracts/bedMaps.ts'
import type { BedMapAsk, BedMapResult, BedStructure, BedTissue } from '../../contracts/bedMaps.ts'
import type { VoxelDoseResult } from '../../contracts/doseMaps.ts'
import { structureRules } from '../analysis/index.ts'
import { bedMapRemarks, bedTissues, elsewhereTissue, voxelTissue } from '../bedMaps/index.ts'
import { formulaSets, storedFormulas } from '../biology/index.ts'
import { structuresOf } from '../doseMaps/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { BedMapAnswer, Compute } from '../ports/compute.ts'
import type { ProgressSink } from '../ports/dicomSource.ts'
import type { ArtifactSpec, Store } from '../ports/store.ts'
import { latestAnalysis, prepareStored } from './analysisOf.ts'
import { storedBedMap } from './bedMapRecords.ts'
import type { StoredBedMap } from './bedMapRecords.ts'
import { biologySettingsOf } from './biology.ts'
import type { EffectPorts } from './biology.ts'
import { bytesOf, doseExtent } from './doseExtent.ts'
import { patientRef } from './protocolOf.ts'
import { voxelCurveVolumes, voxelDoseResult } from './voxelDoses.ts'

/** Raised with every change of this file or of `services/bedMaps` that may change a number. */
export const BED_MAP_VERSION = 'bed-map/1'

export type BedMapPorts = EffectPorts & { readonly compute: Pick<Compute, 'bedMap'> }

/**
 * Computes and stores the BED maps of a dose by the settings of biology that are kept, or finds that they are there. Returns the id.
 *
 * @throws InputError `dose.unknown`, `bed-map.*`, `biology.set`; those of `bedMaps`; CancelledError.
 */
export async function runBedMap(
  store: Store,
  patient: StoredPatient,
  ask: BedMapAsk,
  ports: BedMapPorts,
  sets: readonly BiologySet[],
  { progress, signal }: { readonly progress: ProgressSink; readonly signal?: AbortSignal },
): Promise<string> {
  const dose = voxelDoseResult(store, patient, ask.doseId, ports)
  const { prepared, blockedBy } = prepareStored(store, patient, ports)
  if (!prepared) throw blockedBy ?? new Error('what is not prepared is blocked by something')
  const analysis = latestAnalysis(store, patient, prepared)?.analysis
  const cycle = prepared.course.cycles.find(({ index }) => index === dose.summary.cycle)
  const measured = analysis?.cycles.find(({ index }) => index === dose.summary.cycle)
  refuseWrong(dose)
  if (!analysis || !cycle || !measured) throw new Error('a present dose has an analysis with its cycle')
  const tissues = tissuesOf(store, patient, analysis, dose.summary.cycle, sets)
  const curves = ask.curves === 'voxel' && dose.kinetics?.keptTerms ? 'voxel' : 'structure'
  if (!ask.elsewhere && tissues.every((tissue) => voxelTissue(tissue) === null))
    throw new InputError(
      'bed-map.no-tissue',
      'No structure of this dose has a known α/β and repair half-time.',
      'Choose them in Biology, or give parameters for all other tissue.',
    )
  const spec = specOf(store, ask, curves, tissues)
  const key = store.read.artifactKey(spec)
  const place = { subject: patientRef(patient.record.id), slot: ask.doseId }
  const known = store.read.artifact(key)
  if (known) {
    if (storedBedMap(store, patient, ask.doseId)?.bedId !== key)
      store.transaction({ action: 'bed-map.compute' }, (write) =>
        write.putArtifact({ ...spec, ...place, payload: known.payload, volumes: known.volumes }),
      )
    return key
  }
  progress(0, 'Reading voxels')
  const terms = []
  for (const { amplitude, ratePerS } of curves === 'voxel' ? voxelCurveVolumes(store, dose) : [])
    terms.push({ rateGyPerS: await store.voxels.get(amplitude), decayPerS: await store.voxels.get(ratePerS) })
  const outlines = structuresOf({ prepared, cycle, analysis: measured, timePoint: null })
  const byName = new Map(tissues.map((tissue) => [tissue.structure, tissue]))
  const elsewhere = ask.elsewhere && elsewhereTissue(ask.elsewhere, prepared.decay.decayConstantPerS)
  const structures = outlines.structures.map(({ name, kind, shape, relativeUncertainty }) => {
    const tissue = byName.get(name)
    const alphaPerGy = tissue?.parameters.find((one) => one.name === 'alphaPerGy')?.value ?? null
    return { name, kind, shape, relativeUncertainty, alphaPerGy, tissue: tissue ? voxelTissue(tissue) : null }
  })
  const answer = await ports.compute.bedMap(
    {
      grid: dose.dose.grid,
      doseGy: await store.voxels.get(dose.dose.id),
      statisticalSdGy: dose.statisticalSd ? await store.voxels.get(dose.statisticalSd.id) : null,
      terms: terms.length > 0 ? terms : null,
      structures,
      elsewhere,
      shapeToReference: outlines.shapeToReference,
      sliceThicknessMm: outlines.sliceThicknessMm,
      ...structureRules(prepared.protocol),
    },
    { progress: (fraction) => progress(fraction, 'BED of each voxel'), ...(signal ? { signal } : {}) },
  )
  const made = { curves, elsewhere: ask.elsewhere, voxels: answer.voxels, tissues } as const
  const payload: StoredBedMap = {
    ...made,
    doseId: ask.doseId,
    cycle: dose.summary.cycle,
    version: BED_MAP_VERSION,
    bed: doseExtent(answer.bedGy, dose.dose.grid),
    eqd2: doseExtent(answer.eqd2Gy, dose.dose.grid),
    g: doseExtent(answer.g, dose.dose.grid),
    structures: structures.flatMap(({ name, kind, tissue }, at): BedStructure[] => {
      const found = answer.structures[at]
      const alphaBetaGy = tissue?.alphaBetaGy ?? elsewhere?.alphaBetaGy
      return found && alphaBetaGy !== undefined ? [structureOf(name, kind, found, alphaBetaGy, dose)] : []
    }),
    remarks: bedMapRemarks({
      ...made,
      areDoseRates: Boolean(dose.kinetics?.doseRate),
      isNoisy: dose.statisticalSd !== null,
      asElsewhere: elsewhere ? structures.flatMap(({ name, tissue }) => (tissue ? [] : [name])) : [],
    }),
  }
  const volumes = {
    bed: (await store.volumes.put(bytesOf(answer.bedGy))).id,
    eqd2: (await store.volumes.put(bytesOf(answer.eqd2Gy))).id,
    g: (await store.volumes.put(bytesOf(answer.g))).id,
  }
  store.transaction({ action: 'bed-map.compute' }, (write) =>
    write.putArtifact({ ...spec, ...place, payload, volumes }),
  )
  return key
}

function refuseWrong({ summary }: VoxelDoseResult): void {
  if (summary.quantity !== 'dose')
    throw new InputError(
      'bed-map.dose-rate',
      'A dose rate at one time has no BED: it needs the whole course.',
      'Choose an absorbed dose of the cycle.',
    )
  if (summary.stale)
    throw new InputError(
      'bed-map.stale',
      'The dose is no longer what images and protocol give.',
      'Compute the voxel dose again, then its BED.',
    )
}

/** With the sets of the program and the formulas of the store, as the Biology step has them. */
function tissuesOf(
  store: Store,
  patient: StoredPatient,
  analysis: Analysis,
  cycle: number,
  sets: readonly BiologySet[],
): BedTissue[] {
  const all = [...sets, ...formulaSets(storedFormulas(store.read))]
  return bedTissues(analysis, cycle, biologySettingsOf(store, patient.record.id), all)
}

function specOf(
  store: Store,
  { doseId, elsewhere }: BedMapAsk,
  curves: BedMapAsk['curves'],
  tissues: readonly BedTissue[],
): ArtifactSpec {
  return {
    kind: 'biological-effect',
    algorithmVersion: BED_MAP_VERSION,
    parameters: { curves, elsewhere, tissues },
    inputs: [store.read.inputOf('voxel-dose', { entity: 'artifact', id: doseId })],
  }
}

/** The uncertainty of the mean: that of the dose as a whole, and the engine's noise of the mean dose, each carried through. */
function structureOf(
  name: string,
  kind: BedTissue['kind'],
  found: NonNullable<BedMapAnswer['structures'][number]>,
  alphaBetaGy: number,
  { structures }: VoxelDoseResult,
): BedStructure {
  const { dependenceOnDose, ...numbers } = found
  const noiseGy = structures.find((one) => one.name === name)?.statisticalSdGy ?? 0
  const noise = found.meanDoseGy > 0 ? noiseGy * ((2 * found.meanGy) / found.meanDoseGy - 1) : 0
  return {
    name,
    kind,
    ...numbers,
    meanStandardUncertaintyGy: dependenceOnDose === null ? null : Math.hypot(dependenceOnDose, noise),
    meanEqd2Gy: eqdOf(found.meanGy, alphaBetaGy),
  }
}

/** What the structures of a dose would be judged by; empty without an analysis. @throws InputError `dose.unknown`, `biology.set`. */
export function storedBedTissues(
  store: Store,
  patient: StoredPatient,
  doseId: string,
  ports: EffectPorts,
  sets: readonly BiologySet[],
): BedTissue[] {
  return presentTissues(store, patient, voxelDoseResult(store, patient, doseId, ports).summary.cycle, ports, sets)
}

function presentTissues(
  store: Store,
  patient: StoredPatient,
  cycle: number,
  ports: EffectPorts,
  sets: readonly BiologySet[],
): BedTissue[] {
  const latest = latestAnalysis(store, patient, prepareStored(store, patient, ports).prepared)
  return latest ? tissuesOf(store, patient, latest.analysis, cycle, sets) : []
}

/** The latest BED maps of a dose; null where there are none. @throws InputError `dose.unknown`. */
export function bedMapOf(
  store: Store,
  patient: StoredPatient,
  doseId: string,
  ports: EffectPorts,
  sets: readonly BiologySet[],
): BedMapResult | null {
  const { summary } = voxelDoseResult(store, patient, doseId, ports)
  const kept = storedBedMap(store, patient, doseId)
  if (!kept) return null
  const staleBecause = summary.stale
    ? 'the dose is no longer the present one'
    : kept.version !== BED_MAP_VERSION
      ? 'this version of the program computes it anew'
      : otherParameters(kept.tissues, () => presentTissues(store, patient, summary.cycle, ports, sets), ports.hashOf)
  return bedMapSchema.parse({ ...kept, stale: staleBecause !== '', staleBecause })
}

/** Which structures have other parameters now, in words; '' for none. */
function otherParameters(
  used: readonly BedTissue[],
  present: () => readonly BedTissue[],
  hashOf: BedMapPorts['hashOf'],
): string {
  let now: ReadonlyMap<string, BedTissue>
  try {
    now = new Map(present().map((tissue) => [tissue.structure, tissue]))
  } catch (error) {
    if (error instanceof InputError) return `the settings of biology cannot be used: ${error.message}`
    throw error
  }
  const changed = used.filter((tissue) => hashOf([now.get(tissue.structure) ?? null]) !== hashOf([tissue]))
  return changed.length === 0
    ? ''
    : `the parameters of ${changed.map(({ structure }) => `"${structure}"`).join(', ')} are others now`
}
