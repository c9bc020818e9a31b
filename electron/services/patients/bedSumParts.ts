/** The BED of several cycles on one grid: each voxel and each structure by one tissue in all of them. */
import { eqdOf, eubed } from '../../../native-core/radiobiology/index.ts'
import type { VoxelTissue } from '../../../native-core/radiobiology/index.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import type { BedMapResult, BedStructure } from '../../contracts/bedMaps.ts'
import type { VoxelDoseResult } from '../../contracts/doseMaps.ts'
import { structureRules } from '../analysis/index.ts'
import { elsewhereTissue, voxelTissue } from '../bedMaps/index.ts'
import { histogramDistribution } from '../biology/index.ts'
import { structuresOf } from '../doseMaps/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { BedMapTask } from '../ports/computeBed.ts'
import type { ProgressSink } from '../ports/dicomSource.ts'
import type { Store } from '../ports/store.ts'
import type { AcceptedMap } from './acceptedRegistration.ts'
import type { prepareStored } from './analysisOf.ts'
import { sumUncertainty } from './doseAccumulation.ts'
import { voxelCurveVolumes } from './voxelDoses.ts'

/** A BED map with the dose that it is of. */
export interface BedPart {
  readonly dose: VoxelDoseResult
  readonly bed: BedMapResult
}

export interface BedSumWork {
  readonly store: Store
  readonly prepared: NonNullable<ReturnType<typeof prepareStored>['prepared']>
  readonly analysis: Analysis
  readonly ports: { readonly compute: Pick<Compute, 'bedMap' | 'warp' | 'structureDoses'> }
  readonly signal: AbortSignal
  readonly progress: ProgressSink
  readonly parts: readonly (BedPart & { readonly map: AcceptedMap })[]
  readonly reference: BedPart
}

export interface AddedBed {
  readonly bedGy: Float32Array
  readonly eqd2Gy: Float32Array
  readonly coveredShare: number
  readonly structures: readonly BedStructure[]
  /** Structures without parameters or a curve in one of the cycles, or with others there. */
  readonly leftOut: readonly string[]
}

type Read = BedSumWork['parts'][number] & Pick<BedMapTask, 'doseGy' | 'terms'>

/**
 * The dose of each cycle as BED of one tissue throughout, carried to the reference and added up, for every tissue that there is. A voxel takes the sum of the tissue
 * of its structure in the reference cycle, so that edges of other cycles leave no gap in it.
 *
 * @throws InputError of `bedMap`, `warp` and `structureDoses`; CancelledError.
 */
export async function addBed(work: BedSumWork): Promise<AddedBed> {
  const { prepared, analysis, ports, signal, progress, reference } = work
  const cycle = prepared.course.cycles.find(({ index }) => index === reference.bed.cycle)
  const measured = analysis.cycles.find(({ index }) => index === reference.bed.cycle)
  if (!cycle || !measured) throw new Error('a present dose has an analysis with its cycle')
  const { grid } = reference.dose.dose
  const outlines = structuresOf({ prepared, cycle, analysis: measured, timePoint: null })
  const common = {
    ...{ grid, shapeToReference: outlines.shapeToReference, sliceThicknessMm: outlines.sliceThicknessMm },
    ...structureRules(prepared.protocol),
  }
  const parts: Read[] = []
  for (const part of work.parts) parts.push({ ...part, ...(await voxelsOf(work.store, part)) })
  const judged = outlines.structures.map(({ name, kind, shape }) => ({
    ...{ name, kind, shape },
    tissues: sameTissues(name, work),
  }))
  const elsewhere = reference.bed.elsewhere
    ? elsewhereTissue(reference.bed.elsewhere, prepared.decay.decayConstantPerS)
    : null
  const own = parts.find(({ bed }) => bed === reference.bed) as Read
  progress(0.1, 'Tissue of each voxel')
  const { labels } = await ports.compute.bedMap(
    {
      ...common,
      ...{ doseGy: own.doseGy, statisticalSdGy: null, terms: null, elsewhere: null },
      structures: judged.map(({ name, kind, shape, tissues }) => ({
        ...{ name, kind, shape, tissue: tissues?.[0] ?? null, alphaPerGy: null, relativeUncertainty: null },
      })),
    },
    { signal },
  )
  const absorbed = await carried(
    work,
    parts.map(({ doseGy }) => doseGy),
  )
  const means = await structureMeans(work, common, judged, absorbed.values)
  const bedGy = new Float32Array(labels.length)
  const eqd2Gy = new Float32Array(labels.length)
  const put = (sum: Float32Array, alphaBetaGy: number, isOwn: (label: number) => boolean): void =>
    labels.forEach((label, voxel) => {
      if (!isOwn(label)) return
      bedGy[voxel] = sum[voxel] as number
      eqd2Gy[voxel] = eqdOf(sum[voxel] as number, alphaBetaGy)
    })
  const sums = new Map<string, Float32Array>()
  const sumOf = async (tissues: readonly VoxelTissue[]): Promise<Float32Array> => {
    const key = JSON.stringify(tissues)
    const found = sums.get(key) ?? (await carried(work, await bedOfParts(work, parts, tissues))).values
    sums.set(key, found)
    return found
  }
  const structures: BedStructure[] = []
  const others = new Set([0])
  for (const [at, one] of judged.entries()) {
    progress(0.2 + (0.7 * at) / judged.length, `BED of ${one.name}`)
    const tissues = one.tissues ?? (elsewhere && parts.map(() => elsewhere))
    if (!one.tissues) others.add(at + 1)
    const [tissue] = tissues ?? []
    if (!tissues || !tissue) continue
    const sum = await sumOf(tissues)
    if (one.tissues) put(sum, tissue.alphaBetaGy, (label) => label === at + 1)
    const [found] = await ports.compute.structureDoses(
      {
        ...common,
        doseGy: sum,
        statisticalSdGy: null,
        structures: [{ name: one.name, kind: one.kind, shape: one.shape, relativeUncertainty: null }],
      },
      { signal },
    )
    const mean = means[at]
    if (!found || !mean) continue
    const budget = sumUncertainty(
      one.name,
      parts.map(({ dose }) => dose),
      analysis.cycles,
    )
    // d/dr of Σ r·D + r²·Q/(α/β) at r = 1, by the law of propagation; the engines' noise likewise.
    const steepness = mean.meanGy > 0 ? (2 * found.meanGy) / mean.meanGy - 1 : 1
    const alphaPerGy = tissueOf(reference, one.name)?.parameters.find(({ name }) => name === 'alphaPerGy')?.value
    structures.push({
      ...{ name: one.name, kind: one.kind, ...found, meanDoseGy: mean.meanGy },
      meanStandardUncertaintyGy: budget ? steepness * Math.hypot(budget.relative * mean.meanGy, budget.noiseGy) : null,
      meanEqd2Gy: eqdOf(found.meanGy, tissue.alphaBetaGy),
      eubedGy: alphaPerGy ? eubed(histogramDistribution(found.histogram), alphaPerGy) : null,
    })
  }
  if (elsewhere) put(await sumOf(parts.map(() => elsewhere)), elsewhere.alphaBetaGy, (label) => others.has(label))
  return {
    ...{ bedGy, eqd2Gy, coveredShare: absorbed.coveredShare, structures },
    leftOut: judged.filter(({ name }) => !structures.some((one) => one.name === name)).map(({ name }) => name),
  }
}

const tissueOf = ({ bed }: BedPart, name: string) => bed.tissues.find(({ structure }) => structure === name)

/** Of a structure in each cycle; null where one has none with a curve, or α/β or repair differ between them. */
function sameTissues(name: string, { parts }: BedSumWork): VoxelTissue[] | null {
  const found = parts.flatMap((part) => {
    const stored = tissueOf(part, name)
    const tissue = stored ? voxelTissue(stored) : null
    return tissue && tissue.g !== null ? [tissue] : []
  })
  const same = new Set(found.map(({ alphaBetaGy, repair }) => JSON.stringify([alphaBetaGy, repair])))
  return found.length === parts.length && same.size === 1 ? found : null
}

async function voxelsOf(store: Store, { dose, bed }: BedPart): Promise<Pick<BedMapTask, 'doseGy' | 'terms'>> {
  const terms = []
  for (const { amplitude, ratePerS } of bed.curves === 'voxel' ? voxelCurveVolumes(store, dose) : [])
    terms.push({ rateGyPerS: await store.voxels.get(amplitude), decayPerS: await store.voxels.get(ratePerS) })
  return { doseGy: await store.voxels.get(dose.dose.id), terms: terms.length > 0 ? terms : null }
}

/** BED of each part as if all of it were of one tissue. */
async function bedOfParts(
  { ports, signal }: BedSumWork,
  parts: readonly Read[],
  tissues: readonly VoxelTissue[],
): Promise<Float32Array[]> {
  const found = []
  for (const [at, { doseGy, terms, dose }] of parts.entries()) {
    const { bedGy } = await ports.compute.bedMap(
      {
        ...{ grid: dose.dose.grid, doseGy, terms, statisticalSdGy: null, structures: [] },
        ...{ elsewhere: tissues[at] as VoxelTissue, shapeToReference: null, sliceThicknessMm: 1 },
        lesionsInOrgans: 'exclude',
      },
      { signal },
    )
    found.push(bedGy)
  }
  return found
}

/** Values of each part brought to the reference and added up. */
async function carried({ ports, signal, parts, reference }: BedSumWork, values: readonly Float32Array[]) {
  const map = parts.find(({ bed }) => bed === reference.bed)?.map.toSource
  if (map === undefined) throw new Error('the reference is one of the parts')
  return ports.compute.warp(
    {
      ...{ kind: 'doses', map, grid: reference.dose.dose.grid },
      work: {
        parts: parts.map((part, at) => ({
          label: `cycle ${part.bed.cycle}`,
          grid: part.dose.dose.grid,
          values: values[at] as Float32Array,
          fromReference: part.map.toSource,
        })),
      },
    },
    { signal },
  )
}

const structureMeans = (
  { ports, signal }: BedSumWork,
  common: Omit<Parameters<Compute['structureDoses']>[0], 'doseGy' | 'statisticalSdGy' | 'structures'>,
  structures: readonly Omit<Parameters<Compute['structureDoses']>[0]['structures'][number], 'relativeUncertainty'>[],
  doseGy: Float32Array,
) =>
  ports.compute.structureDoses(
    {
      ...{ ...common, doseGy, statisticalSdGy: null },
      structures: structures.map(({ name, kind, shape }) => ({ name, kind, shape, relativeUncertainty: null })),
    },
    { signal },
  )
