/** Making image drafts: what every modality's image says of itself besides its values. */
import type { ImageQuantity, Radiopharmaceutical } from '../../contracts/domain.ts'
import type { ImageGrid } from '../../../native-core/imaging/types.ts'
import type { ScannedImage } from '../../services/ports/dicomSource.ts'
import { str } from '../dicom-files/index.ts'
import { cameraOf } from './camera.ts'
import { warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { TAG } from './tags.ts'
import type { Timing } from './timing.ts'
import type { DicomFile, DirectionDoubt, ImageDraft, ObjectBase, RecipeSlice } from './types.ts'

export interface DraftParts {
  readonly modality: ScannedImage['modality']
  readonly grid: ImageGrid
  readonly slices: readonly RecipeSlice[]
  readonly quantity: ImageQuantity
  readonly timing: Timing
  readonly radiopharmaceutical: Radiopharmaceutical | null
  /** What tells the volume from others of its series; '' for the only one. */
  readonly distinction: string
  readonly isOnlyVolume: boolean
  readonly findings: readonly Finding[]
  readonly directionDoubt: DirectionDoubt | null
}

/** What objects of all kinds say of themselves, from their first file. */
export function objectBase(file: DicomFile): ObjectBase {
  const { header } = file
  return {
    studyUid: file.studyUid,
    studyDescription: str(header, TAG.studyDescription) ?? '',
    seriesUid: file.seriesUid,
    seriesDescription: str(header, TAG.seriesDescription) ?? '',
    manufacturer: str(header, TAG.manufacturer) ?? '',
    frameOfReferenceUid: str(header, TAG.frameOfReferenceUid),
  }
}

/** An image of its parts, with the findings that do not depend on the modality (lossy compression, no frame of reference). */
export function makeDraft(parts: DraftParts): ImageDraft {
  const files = uniqueFiles(parts.slices)
  const first = files[0]!
  const base = objectBase(first)
  const findings = [...parts.findings, ...parts.timing.findings]
  const lossy = files.filter((file) => file.pixel?.lossy)
  if (lossy.length > 0)
    findings.push(
      warning(
        'pixel.lossy',
        `${lossy.length === files.length ? 'The series is' : `${lossy.length} of ${files.length} files are`} compressed with loss: voxel values are not those the scanner measured.`,
        'Use the uncompressed or losslessly compressed series for quantitative work.',
        lossy.map((file) => file.read.displayPath),
      ),
    )
  if (base.frameOfReferenceUid === null)
    findings.push(
      warning(
        'geometry.no-frame-of-reference',
        'The series has no Frame of Reference UID (0020,0052): its place relative to other images is not known.',
        'Export the series again, or register it to another image.',
      ),
    )
  return {
    image: {
      ...base,
      patientKey: '',
      key: parts.isOnlyVolume ? first.seriesUid : volumeKey(files, parts.distinction),
      seriesDescription: [base.seriesDescription, parts.distinction === '' ? '' : `[${parts.distinction}]`]
        .filter(Boolean)
        .join(' '),
      files: files.map((file) => file.source),
      modality: parts.modality,
      grid: parts.grid,
      quantity: parts.quantity,
      acquisitionStart: parts.timing.start,
      acquisitionDurationS: parts.timing.durationS,
      radiopharmaceutical: parts.radiopharmaceutical,
      lossyCompressed: lossy.length > 0,
      camera: parts.modality === 'NM' || parts.modality === 'PT' ? cameraOf(first.header) : null,
    },
    recipe: { grid: parts.grid, slices: parts.slices },
    findings,
    directionDoubt: parts.directionDoubt,
  }
}

/** The series and, within it, something of the volume that stays the same however its files are named or ordered. */
function volumeKey(files: readonly DicomFile[], distinction: string): string {
  const lowest = files.map(({ sopInstanceUid }) => sopInstanceUid).sort()[0]!
  return [files[0]!.seriesUid, lowest, distinction].filter((part) => part !== '').join('#')
}

function uniqueFiles(slices: readonly RecipeSlice[]): DicomFile[] {
  return [...new Set(slices.map(({ file }) => file))]
}
