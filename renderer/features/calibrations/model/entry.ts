/** A calibration that is entered by hand: text in the units of the screen, and the object to store or what is wrong beside its field. */
import { storedCalibrationSchema, type StoredCalibration } from '../../../../electron/contracts/index.ts'
import { InputError } from '../../../../native-core/errors/index.ts'
import { fitRecovery } from '../../../../native-core/imaging/quantification/fitRecovery.ts'
import type { RecoveryForm } from '../../../../native-core/imaging/quantification/recoveryCurve.ts'
import { conditionsOf, emptyLabel, labelErrors, type LabelDraft } from './conditions.ts'
import type { CalibrationKind } from './describe.ts'
import { issuesByField, neededNumber, typedColumns, typedPercent, typedTriple } from './typed.ts'

export interface EntryDraft extends LabelDraft {
  kind: CalibrationKind
  sensitivity: string
  uncertaintyPercent: string
  fwhmMm: string
  lossModel: 'non-paralysable' | 'paralysable' | 'table'
  tauUs: string
  /** Two columns: observed and true rate, cps. */
  rates: string
  at: string
  form: RecoveryForm
  /** Three columns: volume in mL, coefficient, its standard uncertainty. */
  spheres: string
}

export type Errors = Readonly<Record<string, string>>
export type EntryResult =
  { readonly ok: true; readonly content: StoredCalibration } | { readonly ok: false; readonly errors: Errors }

export const emptyEntry = (kind: CalibrationKind = 'camera-factor'): EntryDraft => ({
  ...emptyLabel(),
  kind,
  sensitivity: '',
  uncertaintyPercent: '',
  fwhmMm: '',
  lossModel: 'non-paralysable',
  tauUs: '',
  rates: '',
  at: '',
  form: 'gear',
  spheres: '',
})

const MICROSECOND = 1e-6

/** Fields of errors: those of the stored object, "conditions.voxelMm" and "losses.tauS" among them. */
export function entryOf(draft: EntryDraft): EntryResult {
  const errors: Record<string, string> = labelErrors(draft)
  const own = ownFields(draft, errors)
  const candidate = {
    kind: draft.kind,
    name: draft.name.trim(),
    date: draft.date.trim(),
    note: draft.note.trim(),
    conditions: conditionsOf(draft.conditions),
    ...own,
  }
  const parsed = storedCalibrationSchema.safeParse(candidate)
  if (parsed.success && Object.keys(errors).length === 0) return { ok: true, content: parsed.data }
  if (!parsed.success)
    for (const [field, message] of Object.entries(issuesByField(parsed.error.issues, 2))) errors[field] ??= message
  return { ok: false, errors }
}

function ownFields(draft: EntryDraft, errors: Record<string, string>): Readonly<Record<string, unknown>> {
  const relativeUncertainty = typedPercent(draft.uncertaintyPercent)
  switch (draft.kind) {
    case 'camera-factor':
      return { sensitivityCpsPerMbq: neededNumber(draft.sensitivity), relativeUncertainty, source: 'entered' }
    case 'psf': {
      const fwhmMm = typedTriple(draft.fwhmMm)
      if (fwhmMm?.length !== 3) errors['fwhmMm'] = 'Three widths in mm: 12.5 × 12.5 × 12.0.'
      return { fwhmMm: fwhmMm ?? [], relativeUncertainty, source: 'entered' }
    }
    case 'dead-time':
      if (draft.at.trim() === '')
        errors['at'] = 'Say which rate it is for: without it nobody can give the rates of a patient’s images.'
      return { losses: lossesOf(draft, relativeUncertainty, errors), at: draft.at.trim() }
    case 'recovery-curve':
      return curveOf(draft, errors)
  }
}

function lossesOf(
  draft: EntryDraft,
  relativeUncertainty: number | undefined,
  errors: Record<string, string>,
): Readonly<Record<string, unknown>> {
  const { lossModel: model } = draft
  if (model !== 'table') return { model, tauS: neededNumber(draft.tauUs) * MICROSECOND, relativeUncertainty }
  const table = typedColumns(draft.rates, 2)
  const rows = table.ok ? table.rows : []
  if (!table.ok) errors['losses.rates'] = table.message
  else if (rows.length < 2) errors['losses.rates'] = 'At least two lines are needed, each with observed and true rate.'
  else if (!rows.every((row, at) => at === 0 || rises(rows[at - 1] ?? [], row)))
    errors['losses.rates'] = 'Both columns have to rise from line to line.'
  else if (rows.some(([observed = 0, actual = 0]) => observed > actual))
    errors['losses.rates'] = 'The observed rate, the first column, cannot be above the true one.'
  return {
    model,
    observedCps: rows.map(([observed]) => observed),
    trueCps: rows.map(([, actual]) => actual),
    relativeUncertainty,
  }
}

const rises = (before: readonly number[], after: readonly number[]): boolean =>
  after.every((value, column) => value > (before[column] ?? Infinity))

function curveOf(draft: EntryDraft, errors: Record<string, string>): Readonly<Record<string, unknown>> {
  const table = typedColumns(draft.spheres, 3)
  if (!table.ok) {
    errors['spheres'] = table.message
    return {}
  }
  const spheres = table.rows.map(([volumeMl = NaN, coefficient = NaN, standardUncertainty = NaN]) => ({
    volumeMl,
    coefficient,
    standardUncertainty,
  }))
  if (spheres.length === 0) {
    errors['spheres'] = 'One line a sphere: volume in mL, coefficient, its standard uncertainty.'
    return {}
  }
  try {
    const { form, parameters, covariance, volumeRangeMl, reducedChiSquare, remarks } = fitRecovery(spheres, draft.form)
    return { form, parameters, covariance, volumeRangeMl, reducedChiSquare, remarks, spheres }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    errors['spheres'] = `${error.message} ${error.hint}`
    return {}
  }
}
