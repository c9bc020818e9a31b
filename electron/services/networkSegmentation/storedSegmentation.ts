/** A network run on an image of a stored time point; what it finds is a structure set for a person to review. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { NetworkRunAsk } from '../../contracts/networks.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import { addComputedSet } from '../patients/computedStructures.ts'
import { timePointOf } from '../patients/timePointOf.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import type { NetworkFile, OrganNetworks } from '../ports/organNetwork.ts'
import type { Store } from '../ports/store.ts'
import { segmentImage } from './segmentImage.ts'
import type { NetworkSegmentation } from './segmentImage.ts'

export interface StoredSegmentation extends NetworkSegmentation {
  readonly setId: string
}

/** The RT ROI interpreted type by which a lesion is told from an organ. */
const TYPES = { organ: 'ORGAN', lesion: 'GTV', other: '' } as const

/**
 * Segments the image and stores the structures as a set of origin "computed", each to be reviewed; sets that are there stay as they are, and the new one counts only where
 * the protocol names it.
 *
 * @throws InputError as `segmentImage`, `time-point.unknown`, `network.no-image` where the time point lacks the image, `network.nothing-found`; CancelledError.
 */
export async function runStoredNetwork(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ask: NetworkRunAsk,
  file: NetworkFile,
  networks: OrganNetworks,
  { progress, signal }: { readonly progress: (fraction: number, what: string) => void; readonly signal: AbortSignal },
): Promise<StoredSegmentation> {
  const timePoint = timePointOf(course, ask.timePointId)
  const image = imageOf(timePoint, ask.image)
  progress(0, 'Reading the image')
  const values = await store.voxels.get(patient.voxelsOf.get(image.key) ?? '')
  const found = await segmentImage(
    {
      file,
      image: { grid: image.grid, values, modality: image.modality },
      wanted: ask.structures,
      mirrors: ask.mirrors,
    },
    networks,
    { signal, progress: (fraction) => progress(0.95 * fraction, 'Segmenting') },
  )
  if (found.structures.length === 0)
    throw new InputError(
      'network.nothing-found',
      `The network "${file.description.name}" found none of its structures in the image.`,
      found.remarks.join(' '),
    )
  progress(0.95, 'Storing the structures')
  return { ...found, setId: await stored(store, patient, timePoint, image, ask, file, found) }
}

async function stored(
  store: Store,
  patient: StoredPatient,
  timePoint: TimePointDraft,
  image: ScannedImage,
  ask: NetworkRunAsk,
  { description }: NetworkFile,
  found: NetworkSegmentation,
): Promise<string> {
  const { setId } = await addComputedSet(store, patient.record.id, timePoint, {
    kind: 'network',
    action: 'networks.run',
    label: ask.label === '' ? `${description.name} ${description.version}` : ask.label,
    referencedSeriesUid: image.seriesUid,
    structures: found.structures.map(({ name, kind, colourRgb, mask, method }) => ({
      name,
      type: TYPES[kind],
      colourRgb,
      method,
      identity: null,
      shape: { kind: 'voxels', mask },
    })),
  })
  return setId
}

function imageOf(timePoint: TimePointDraft, which: 'ct' | 'emission'): ScannedImage {
  const image = which === 'ct' ? timePoint.ct : timePoint.emission
  if (image) return image
  throw new InputError(
    'network.no-image',
    `The time point at ${timePoint.hoursAfterInjection.toFixed(0)} h p.i. has no CT.`,
    'Choose a network for the emission image, or another time point.',
  )
}
