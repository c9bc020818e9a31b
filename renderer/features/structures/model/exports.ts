/** What can be written as files from the Structures step, and the request that a person's choice makes. */
import type { ExportAsk, RegistrationView, StructureForm } from '../../../../electron/contracts/index.ts'
import { formatDate } from '../../../ui/index.ts'
import type { TimePointChoice } from './carry.ts'

export interface ExportForm {
  readonly what: 'structures' | 'registration' | 'activity'
  readonly forms: readonly StructureForm[]
  readonly image: 'ct' | 'emission'
  readonly registrationId: string
}

export const firstExport: ExportForm = {
  what: 'structures',
  forms: ['seg-fractional', 'rtstruct'],
  image: 'ct',
  registrationId: '',
}

export const formWords: readonly { readonly value: StructureForm; readonly label: string; readonly hint: string }[] = [
  { value: 'seg-fractional', label: 'DICOM SEG, fractional', hint: 'the part of each voxel that lies inside' },
  { value: 'seg-binary', label: 'DICOM SEG, binary', hint: 'whole voxels, for readers that know no parts' },
  { value: 'rtstruct', label: 'DICOM RTSTRUCT', hint: 'contours in each slice' },
  { value: 'masks', label: 'NIfTI masks', hint: 'a file of each structure' },
]

const typeWords: Readonly<Record<RegistrationView['type'], string>> = {
  RIGID: 'rigid',
  RIGID_SCALE: 'rigid with scale',
  AFFINE: 'affine',
  DEFORMABLE: 'deformable',
}

/** Registrations that can be exported: rejected ones are not. In words, with the time points and who accepted them. */
export function registrationChoices(
  views: readonly RegistrationView[],
  points: readonly TimePointChoice[],
): { readonly value: string; readonly label: string }[] {
  const titleOf = (id: string | null) => points.find((one) => one.id === id)?.title ?? 'another image'
  return views
    .filter(({ status, origin }) => status !== 'rejected' && origin !== 'same-frame-of-reference')
    .map(({ registrationId, movingTimePointId, fixedTimePointId, type, status, decidedBy, decidedAt }) => ({
      value: registrationId,
      label: `${titleOf(movingTimePointId)} → ${titleOf(fixedTimePointId)}, ${typeWords[type]}, ${
        status === 'accepted' ? `accepted by ${decidedBy ?? '?'} ${formatDate(decidedAt)}` : 'not accepted'
      }`,
    }))
}

/** The request; null where the choice is not complete. */
export function exportAsk(
  form: ExportForm,
  place: { readonly patientId: string; readonly timePointId: string; readonly setId: string | null },
): ExportAsk | null {
  const { patientId, timePointId, setId } = place
  if (form.what === 'activity') return { kind: 'activity', patientId, timePointId }
  if (form.what === 'registration')
    return form.registrationId === '' ? null : { kind: 'registration', patientId, registrationId: form.registrationId }
  if (setId === null || form.forms.length === 0) return null
  return { kind: 'structures', patientId, timePointId, setId, image: form.image, forms: [...form.forms] }
}
