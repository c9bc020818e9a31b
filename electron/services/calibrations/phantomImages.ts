/** Images that a calibration can be taken from: those of the store, or those below a folder, which are read and not imported. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { NamedCamera, PhantomImageRef, PhantomImageView } from '../../contracts/phantomImages.ts'
import type { DicomSource, ScannedFolder, ScannedImage } from '../ports/dicomSource.ts'
import type { Store } from '../ports/store.ts'
import { NEEDS_COUNTS } from './analysePhantom.ts'
import type { PhantomImage } from './drafts.ts'
import { refuseOpenQuestions } from './openQuestions.ts'

type Described = Pick<
  ScannedImage,
  | 'seriesUid'
  | 'seriesDescription'
  | 'manufacturer'
  | 'camera'
  | 'modality'
  | 'grid'
  | 'quantity'
  | 'acquisitionStart'
  | 'acquisitionDurationS'
  | 'radiopharmaceutical'
>

/** The emission images of the store, the newest first. */
export function storedPhantomImages({ read }: Pick<Store, 'read'>): PhantomImageView[] {
  const views = read.patients().flatMap(({ id, name, mrn }) => {
    const problems = read.problemsOfPatient(id)
    return read
      .imagesOfPatient(id)
      .flatMap((image) =>
        viewOf(image, { kind: 'stored', patientId: id, imageKey: image.key }, `${name} · ${mrn}`, problems),
      )
  })
  return views.sort(
    (a, b) =>
      (b.acquisitionStart?.local ?? '').localeCompare(a.acquisitionStart?.local ?? '') ||
      a.description.localeCompare(b.description),
  )
}

/** The emission images that a scan of one path found. */
export function scannedPhantomImages({ patients, problems }: ScannedFolder, path: string): PhantomImageView[] {
  return patients.flatMap(({ patient, images }) =>
    images.flatMap((image) =>
      viewOf(image, { kind: 'path', path, imageKey: image.key }, `${patient.name} · ${patient.mrn}`, problems),
    ),
  )
}

function viewOf(
  image: Described,
  ref: PhantomImageRef,
  patient: string,
  problems: readonly ImportProblem[],
): PhantomImageView[] {
  const { modality, grid } = image
  if (modality !== 'NM' && modality !== 'PT') return []
  const unit = unitOf(image)
  const refusal = refusalOf(image, problems)
  return [
    {
      image: ref,
      patient,
      description: image.seriesDescription,
      modality,
      unit,
      nuclide: image.radiopharmaceutical?.nuclide ?? null,
      acquisitionStart: image.acquisitionStart,
      durationS: collectedS(image),
      matrix: [...grid.dimensions],
      voxelMm: [...grid.spacingMm],
      camera: namedCamera(image),
      unusableFor: { factor: refusal || (unit === 'Bq/mL' ? NEEDS_COUNTS : ''), recovery: refusal },
    },
  ]
}

function refusalOf(image: Described, problems: readonly ImportProblem[]): string {
  try {
    refuseUnit(image)
    refuseOpenQuestions(problems, image.seriesUid)
    return ''
  } catch (error) {
    if (error instanceof InputError) return error.message
    throw error
  }
}

/** How a reading is followed and ended. */
export interface ReadingOptions {
  readonly signal?: AbortSignal
  readonly progress?: (fraction: number, what: string) => void
}

/**
 * The chosen image with its voxels.
 *
 * @throws InputError `calibration.image-choice` where it is not there or not the only one, `calibration.image-unit`, `calibration.open-question`;
 *   CancelledError
 */
export async function readPhantomImage(
  from: PhantomImageRef,
  { store, source }: { readonly store: Store; readonly source: DicomSource },
  { signal, progress }: ReadingOptions = {},
): Promise<PhantomImage> {
  const found = from.kind === 'path' ? await scanned(from, source, { signal, progress }) : stored(from, store)
  refuseUnit(found.image)
  refuseOpenQuestions(found.problems, found.image.seriesUid)
  const values = await found.load()
  if (signal?.aborted) throw new CancelledError('The analysis of the phantom')
  return {
    grid: found.image.grid,
    values,
    unit: found.image.quantity.kind === 'counts' ? 'counts' : 'Bq/mL',
    durationS: collectedS(found.image),
    camera: namedCamera(found.image),
  }
}

interface Found {
  readonly image: Described
  readonly problems: readonly ImportProblem[]
  readonly load: () => Promise<Float32Array>
}

async function scanned(
  { path, imageKey }: Extract<PhantomImageRef, { kind: 'path' }>,
  source: DicomSource,
  { signal, progress }: { readonly signal: AbortSignal | undefined; readonly progress: ReadingOptions['progress'] },
): Promise<Found> {
  const how = { ...(signal ? { signal } : {}), ...(progress ? { progress } : {}) }
  const { patients, problems } = await source.scan([path], how)
  const emissions = patients.flatMap(({ images }) => images.filter(isEmission))
  const wanted = imageKey === undefined ? emissions : emissions.filter(({ key }) => key === imageKey)
  const only = wanted[0]
  if (only && wanted.length === 1) return { image: only, problems, load: () => source.loadVoxels(only, signal) }
  throw new InputError(
    'calibration.image-choice',
    only
      ? `There are ${wanted.length} emission images in ${path}.`
      : `There is no ${imageKey === undefined ? '' : 'such '}emission image in ${path}.`,
    'Choose the one reconstruction of the phantom that is meant.',
  )
}

function stored({ patientId, imageKey }: Extract<PhantomImageRef, { kind: 'stored' }>, store: Store): Found {
  const image = store.read.imagesOfPatient(patientId).find(({ key }) => key === imageKey)
  if (!image)
    throw new InputError(
      'calibration.image-choice',
      'This image is not in the store.',
      'Open the patient that the phantom was imported as again.',
    )
  return {
    image,
    problems: store.read.problemsOfPatient(patientId),
    load: () => store.voxels.get(image.voxelsVolumeId),
  }
}

const isEmission = ({ modality }: Pick<ScannedImage, 'modality'>): boolean => modality === 'NM' || modality === 'PT'

/** The camera as the files name it, with its maker. */
export const namedCamera = ({
  manufacturer,
  camera,
}: Pick<ScannedImage, 'manufacturer' | 'camera'>): NamedCamera | null => camera && { manufacturer, ...camera }

const collectedS = ({ quantity, acquisitionDurationS }: Described): number | null =>
  quantity.kind === 'counts' ? (quantity.acquisitionDurationS ?? acquisitionDurationS) : acquisitionDurationS

function unitOf({ quantity }: Described): PhantomImageView['unit'] {
  if (quantity.kind === 'counts') return 'counts'
  return quantity.kind === 'activity-concentration' ? 'Bq/mL' : null
}

function refuseUnit(image: Described): void {
  if (isEmission(image) && unitOf(image) !== null) return
  const { quantity, modality, seriesDescription } = image
  throw new InputError(
    'calibration.image-unit',
    `The ${modality} series "${seriesDescription}" holds neither counts nor Bq/mL (${quantity.kind === 'arbitrary' ? quantity.unit || 'unit not stated' : quantity.kind}).`,
    'Choose the reconstructed emission image of the phantom.',
  )
}
