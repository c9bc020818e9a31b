/** Lesions of a stored time point: found as a set of structures to review, listed as candidates, accepted by a person. */
import { tumourBurden } from '../../../native-core/imaging/segmentation/lesions/index.ts'
import type {
  LesionAsk,
  LesionCandidate,
  LesionsFound,
  NamedRegion,
} from '../../../native-core/imaging/segmentation/lesions/index.ts'
import { bodyMidlineMm } from '../../../native-core/imaging/structurePolicy/index.ts'
import type { NuclideTable } from '../../../native-core/physics/index.ts'
import type { LesionsFind } from '../../contracts/lesions.ts'
import type { StructureMethod } from '../../contracts/structures.ts'
import { namedStructures } from '../analysis/index.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { Store } from '../ports/store.ts'
import { addComputedSet } from './computedStructures.ts'
import type { RegistrationHow } from './computeRegistration.ts'
import { imageQuantification } from './imageQuantification.ts'
import { parametersOf } from './lesionParameters.ts'
import { protocolOf } from './protocolOf.ts'
import { chosenOf, storedSet } from './storedSet.ts'
import { timePointOf } from './timePointOf.ts'

export interface LesionPorts {
  readonly compute: Pick<Compute, 'findLesions'>
  readonly nuclides: NuclideTable
}

export interface LesionsStored {
  /** null where nothing was found. */
  readonly setId: string | null
  readonly found: LesionsFound
}

/**
 * Looks for lesions in the emission image of a time point, in Bq/mL at the start of its acquisition, and stores the candidates as a set of
 * origin 'computed' with method 'lesion-finding', each to review.
 *
 * @throws InputError `time-point.unknown`, those of `quantification` and `findLesions`, `structures.unknown-set`, `structures.unknown`,
 * `structures.none-in-use` where structures are asked for and there are none; CancelledError.
 */
export async function findStoredLesions(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ask: LesionsFind,
  { compute, nuclides }: LesionPorts,
  { progress, signal }: RegistrationHow,
): Promise<LesionsStored> {
  const timePoint = timePointOf(course, ask.timePointId)
  progress(0, 'Reading the image')
  const { threshold, physiologic, landmarks } = structuresFor(store, patient, timePoint, ask)
  const values = await concentrationBqPerMl(store, patient, course, timePoint, nuclides)
  const found = await compute.findLesions(
    {
      image: { grid: timePoint.emission.grid, values },
      ask: {
        threshold,
        physiologic,
        landmarks,
        bodyMidlineXMm: await midlineOf(store, patient, timePoint),
        marginMm: ask.marginMm,
        physiologicShare: ask.physiologicShare,
        minimumVolumeMl: ask.minimumVolumeMl,
        splitDepth: ask.splitDepth,
        localPart: ask.localPart,
      },
    },
    { signal, progress: (fraction) => progress(0.05 + 0.9 * fraction, 'Looking for lesions') },
  )
  if (found.candidates.length === 0) return { setId: null, found }
  progress(0.96, 'Storing the candidates')
  const settings = settingsWords(ask, found, physiologic)
  const { setId } = await addComputedSet(store, patient.record.id, timePoint, {
    kind: 'lesions',
    action: 'lesions.find',
    label: ask.label,
    structures: found.candidates.map((candidate, position) => ({
      name: `Lesion ${position + 1}`,
      // Gross tumour volume: a lesion whatever its name.
      type: 'GTV',
      colourRgb: null,
      identity: null,
      method: methodOf(candidate, found, settings),
      shape: { kind: 'voxels', mask: candidate.mask },
    })),
  })
  return { setId, found }
}

/** What the search is told of the time point's structures: nothing where none are asked for and there are none. */
function structuresFor(
  store: Store,
  patient: StoredPatient,
  timePoint: TimePointDraft,
  ask: LesionsFind,
): Pick<LesionAsk, 'threshold' | 'physiologic'> & { readonly landmarks: readonly NamedRegion[] } {
  const { setId, physiologic } = ask
  const needsSet = ask.threshold.kind === 'reference' || (physiologic ?? []).length > 0 || setId !== null
  if (!needsSet && timePoint.structureSet === null)
    return { threshold: thresholdOf(ask.threshold, () => []), physiologic: [], landmarks: [] }
  const set = storedSet(store, patient, timePoint, setId)
  const chosen = (ids: readonly string[]): NamedRegion[] =>
    chosenOf(set, ids).map(({ record, shape }) => ({ name: record.name.trim(), shape }))
  const organs = namedStructures(set.set.structures, protocolOf(store, patient.record.id))
    .filter(({ kind }) => kind === 'organ')
    .map(({ name, structure }) => ({ name, shape: structure.shape }))
  return {
    threshold: thresholdOf(ask.threshold, chosen),
    physiologic: physiologic === null ? organs : chosen(physiologic),
    landmarks: organs,
  }
}

function thresholdOf(
  threshold: LesionsFind['threshold'],
  chosen: (ids: readonly string[]) => NamedRegion[],
): LesionAsk['threshold'] {
  if (threshold.kind === 'fixed') return { kind: 'fixed', value: threshold.valueBqPerMl }
  const { structureId, ...factors } = threshold
  const [region] = chosen([structureId])
  if (!region) throw new Error('one structure was chosen')
  return { ...factors, region }
}

/** The emission image in Bq/mL. @throws InputError of `imageQuantification`. */
export async function concentrationBqPerMl(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  timePoint: TimePointDraft,
  nuclides: NuclideTable,
): Promise<Float32Array> {
  const { factorToBqPerMl } = imageQuantification(store, patient, course, timePoint, nuclides)
  const values = await store.voxels.get(patient.voxelsOf.get(timePoint.emission.key) ?? '')
  return factorToBqPerMl === 1 ? values : values.map((value) => value * factorToBqPerMl)
}

async function midlineOf(store: Store, patient: StoredPatient, { ct }: TimePointDraft): Promise<number | null> {
  if (ct === null) return null
  return bodyMidlineMm(ct.grid, await store.voxels.get(patient.voxelsOf.get(ct.key) ?? ''))
}

function settingsWords(ask: LesionsFind, found: LesionsFound, physiologic: LesionAsk['physiologic']): string {
  const { threshold, reference } = found
  const kBq = (value: number): string => `${(value / 1000).toPrecision(4)} kBq/mL`
  const rule =
    ask.threshold.kind === 'reference' && reference !== null
      ? `${ask.threshold.meanFactor} · mean + ${ask.threshold.sdFactor} · sd of ${reference.name} (${kBq(reference.mean)} ± ${kBq(reference.sd)} in ${reference.volumeMl.toFixed(0)} mL, shrunk by ${ask.threshold.shrinkMm} mm)`
      : 'fixed'
  const organs =
    physiologic.length === 0
      ? 'no physiologic structures'
      : `physiologic: ${physiologic.map(({ name }) => name).join(', ')}, widened by ${ask.marginMm} mm, from ${(100 * ask.physiologicShare).toFixed(0)} % on`
  return [
    `Regions above ${kBq(threshold)} (${rule})`,
    ...(ask.localPart === null ? [] : [`each outlined at ${(100 * ask.localPart).toFixed(0)} % of its maximum`]),
    `parted where a saddle is more than ${(100 * ask.splitDepth).toFixed(0)} % below the lower peak`,
    `from ${ask.minimumVolumeMl} mL on`,
    organs,
  ].join('; ')
}

function methodOf(candidate: LesionCandidate, found: LesionsFound, settings: string): StructureMethod {
  return {
    kind: 'lesion-finding',
    description: settings.slice(0, 2000),
    parameters: parametersOf(candidate, found),
  }
}

/** Burden of structures that were judged and measured; see `tumourBurden`. */
export function burdenOf(
  lesions: readonly { readonly isAccepted: boolean; readonly volumeMl: number; readonly meanBqPerMl: number }[],
): { count: number; toReview: number; volumeMl: number; totalBq: number; largestMl: number } {
  const { count, toReview, volumeMl, total, largestMl } = tumourBurden(
    lesions.map(({ isAccepted, volumeMl: ml, meanBqPerMl }) => ({
      review: isAccepted ? 'accepted' : 'to-review',
      volumeMl: ml,
      mean: meanBqPerMl,
    })),
    'common',
  )
  return { count, toReview, volumeMl, totalBq: total, largestMl }
}
