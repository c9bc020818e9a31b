/** The lesions of one time point's structures in use with what its images and the analysis say of them. */
import { InputError } from '../../../native-core/errors/index.ts'
import { shapeVolumeMl } from '../../../native-core/imaging/index.ts'
import type { StructureShape } from '../../../native-core/imaging/index.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import type { LesionCell } from '../../contracts/lesions.ts'
import { namedStructures } from '../analysis/index.ts'
import type { AnalysisPorts } from '../analysis/index.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { Store } from '../ports/store.ts'
import { nameOf } from './acceptedRegistration.ts'
import type { MapTools } from './acceptedRegistration.ts'
import { latestAnalysis, prepareStored } from './analysisOf.ts'
import { imageQuantification } from './imageQuantification.ts'
import { protocolOf } from './protocolOf.ts'
import { storedSet } from './storedSet.ts'

export type FollowPorts = Pick<AnalysisPorts, 'nuclides' | 'huDensity' | 'hashOf' | 'populations'> & {
  readonly compute: Pick<Compute, 'warp' | 'measure'>
}

export interface MeasuredLesion {
  readonly identity: string | null
  readonly shape: StructureShape
  /** `event` is filled in by the follow-up. */
  readonly cell: Omit<LesionCell, 'event'> & { readonly event: LesionCell['event'] }
}

export interface LesionsOfTimePoint {
  /** null where the time point has no structures in use. */
  readonly set: { readonly setId: string; readonly label: string } | null
  readonly lesions: readonly MeasuredLesion[]
  readonly remarks: readonly string[]
}

/** @throws InputError of `imageQuantification` but for an unknown nuclide, which is each lesion's problem; CancelledError. */
export async function lesionsOf(
  tools: MapTools,
  timePoint: TimePointDraft,
  ports: FollowPorts,
): Promise<LesionsOfTimePoint> {
  const { store, patient, course } = tools
  if (timePoint.structureSet === null)
    return { set: null, lesions: [], remarks: [`${nameOf(course, timePoint)} has no structures in use.`] }
  const { record, set } = storedSet(store, patient, timePoint, null)
  const found = namedStructures(set.structures, protocolOf(store, patient.record.id)).filter(
    ({ kind }) => kind === 'lesion',
  )
  const sliceThicknessMm = (timePoint.ct ?? timePoint.emission).grid.spacingMm[2]
  const measured = await measure(tools, timePoint, found, ports, sliceThicknessMm)
  const { doseOf, remark } = dosesOf(store, tools, timePoint, ports)
  const remarks = [remark]
  const lesions = found.flatMap(({ name, structure }, position): MeasuredLesion[] => {
    const stored = record.structures.find(({ number }) => number === structure.number)
    if (!stored) return []
    const { meanBqPerMl = null, problem } = measured[position] ?? { problem: 'It was not measured.' }
    try {
      const volumeMl = shapeVolumeMl(structure.shape, { sliceThicknessMm })
      const cell = {
        structureId: stored.id,
        name,
        review: stored.review,
        volumeMl,
        meanBqPerMl,
        totalBq: meanBqPerMl === null ? null : meanBqPerMl * volumeMl,
        dose: doseOf(name),
        event: 'appeared' as const,
        problem,
      }
      if (problem !== '') remarks.push(`${nameOf(course, timePoint)}: ${problem} It is not in the burden.`)
      return [{ identity: stored.identity, shape: structure.shape, cell }]
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      remarks.push(`${nameOf(course, timePoint)}: "${name}" was left out: ${error.message}`)
      return []
    }
  })
  return { set: { setId: record.id, label: record.label }, lesions, remarks: remarks.filter((one) => one !== '') }
}

async function measure(
  { store, patient, course, signal }: MapTools,
  timePoint: TimePointDraft,
  found: ReturnType<typeof namedStructures>,
  { compute, nuclides, huDensity }: FollowPorts,
  sliceThicknessMm: number,
): Promise<readonly { readonly meanBqPerMl: number | null; readonly problem: string }[]> {
  if (found.length === 0) return []
  const { emission } = timePoint
  let factorToBqPerMl
  try {
    ;({ factorToBqPerMl } = imageQuantification(store, patient, course, timePoint, nuclides))
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'nuclide.not-in-table') throw error
    return found.map(() => ({ meanBqPerMl: null, problem: error.message }))
  }
  const values = await store.voxels.get(patient.voxelsOf.get(emission.key) ?? '')
  const measurements = await compute.measure(
    {
      emission: { grid: emission.grid, values, factorToBqPerMl },
      ct: null,
      structures: found.map(({ name, kind, structure }) => ({ name, kind, shape: structure.shape })),
      shapeToImage: null,
      lesionsInOrgans: 'include',
      huDensity,
      sliceThicknessMm,
    },
    { signal },
  )
  return measurements.map(({ meanBqPerMl, problem }) => ({ meanBqPerMl: problem === '' ? meanBqPerMl : null, problem }))
}

/** Doses of the present analysis by structure name, for the time point whose outlines it is made from. */
function dosesOf(
  store: Store,
  { patient }: MapTools,
  timePoint: TimePointDraft,
  ports: FollowPorts,
): { readonly doseOf: (name: string) => LesionCell['dose']; readonly remark: string } {
  const latest = latestAnalysis(store, patient, prepareStored(store, patient, ports).prepared)
  if (!latest) return { doseOf: () => null, remark: 'There are no doses: no analysis was made.' }
  if (latest.stale)
    return {
      doseOf: () => null,
      remark: 'Doses are not shown: the analysis is older than its images, structures or protocol.',
    }
  const cycle = latest.analysis.cycles.find(({ referenceTimePointId }) => referenceTimePointId === timePoint.id)
  return { doseOf: (name) => (cycle ? doseIn(cycle, name) : null), remark: '' }
}

function doseIn({ structures }: Analysis['cycles'][number], name: string): LesionCell['dose'] {
  const dose = structures.find((one) => one.name === name)?.doses[0]
  if (!dose) return null
  const { value, standardUncertainty } = dose.doseGy
  return { doseGy: value, standardUncertaintyGy: standardUncertainty, method: dose.method }
}
