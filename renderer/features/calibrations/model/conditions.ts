/** What a calibration holds for, as it is typed. */
import { isoDate } from '../../../ui/index.ts'
import { typedTriple, typedWindows } from './typed.ts'

export interface ConditionsDraft {
  camera: string
  collimator: string
  nuclide: string
  energyWindows: string
  reconstruction: string
  matrix: string
  voxelMm: string
}

/** What every calibration has beside its numbers. */
export interface LabelDraft {
  name: string
  date: string
  note: string
  conditions: ConditionsDraft
}

export const emptyLabel = (): LabelDraft => ({
  name: '',
  date: '',
  note: '',
  conditions: {
    camera: '',
    collimator: '',
    nuclide: '',
    energyWindows: '',
    reconstruction: '',
    matrix: '',
    voxelMm: '',
  },
})

/** For the schema: `calibrationConditionsSchema`. */
export function conditionsOf(draft: ConditionsDraft): Readonly<Record<string, unknown>> {
  return {
    camera: draft.camera.trim(),
    collimator: draft.collimator.trim(),
    nuclide: draft.nuclide.trim(),
    energyWindows: typedWindows(draft.energyWindows),
    reconstruction: draft.reconstruction.trim(),
    matrix: typedTriple(draft.matrix),
    voxelMm: typedTriple(draft.voxelMm),
  }
}

/** What no schema says, by field. */
export function labelErrors({ name, date, conditions }: LabelDraft): Record<string, string> {
  const errors: Record<string, string> = {}
  if (name.trim() === '') errors['name'] = 'A name is needed: it tells this one from others.'
  if (isoDate(date) === null) errors['date'] = 'A day that exists, as 2024-01-31.'
  const isTriple = (text: string): boolean => {
    const numbers = typedTriple(text)
    return numbers === null || (numbers.length === 3 && numbers.every((value) => value > 0))
  }
  if (!isTriple(conditions.matrix)) errors['conditions.matrix'] = 'Three whole numbers: 128 × 128 × 90.'
  if (!isTriple(conditions.voxelMm)) errors['conditions.voxelMm'] = 'Three numbers in mm: 4.8 × 4.8 × 4.8.'
  if (typedWindows(conditions.energyWindows).some(({ lowKev, highKev }) => !(lowKev > 0 && highKev > lowKev)))
    errors['conditions.energyWindows'] = 'From–to in keV, several with a semicolon between them: 187–229; 101–124.'
  return errors
}
