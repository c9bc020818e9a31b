/** The form for a phantom: text in the units of the screen, and the request or what is wrong beside its field. */
import {
  calibrationAnalyseSchema,
  type CalibrationAnalyse,
  type Phantom,
  type PhantomImageView,
} from '../../../../electron/contracts/index.ts'
import type { RecoveryForm } from '../../../../native-core/imaging/quantification/recoveryCurve.ts'
import { conditionsOf, emptyLabel, labelErrors, type LabelDraft } from './conditions.ts'
import type { Errors } from './entry.ts'
import { whyNot } from './phantomImages.ts'
import { issuesByField, neededNumber, typedColumns, typedNumber, typedPercent, typedTriple } from './typed.ts'

export interface PhantomDraft extends LabelDraft {
  source: Phantom['source']
  imageFrom: 'path' | 'stored'
  /** The folder whose images are listed; '' before one is chosen. */
  path: string
  /** The chosen one, of the folder or of the store. */
  image: PhantomImageView | null
  activityMbq: string
  activityUncertaintyPercent: string
  assayToStartH: string
  durationS: string
  repeatabilityPercent: string
  volumeMl: string
  volumeUncertaintyPercent: string
  region: 'inside' | 'whole'
  radiusMm: string
  lengthMm: string
  centreMm: string
  shellOuterMm: string
  concentrationMbqPerMl: string
  backgroundMbqPerMl: string
  /** nema: the six spheres of the NEMA IEC body phantom, found in the image; table: places and diameters that are given. */
  spheresFrom: 'nema' | 'table'
  /** Four columns: x, y, z in mm (LPS) and inner diameter in mm. */
  spheres: string
  form: RecoveryForm
  sensitivity: string
  sensitivityUncertaintyPercent: string
}

export type PhantomResult =
  { readonly ok: true; readonly ask: CalibrationAnalyse } | { readonly ok: false; readonly errors: Errors }

/** Empty, but for what stands for "nothing": no background, one filling. */
export const emptyPhantom = (): PhantomDraft => ({
  ...emptyLabel(),
  source: 'uniform',
  imageFrom: 'path',
  path: '',
  image: null,
  activityMbq: '',
  activityUncertaintyPercent: '',
  assayToStartH: '',
  durationS: '',
  repeatabilityPercent: '0',
  volumeMl: '',
  volumeUncertaintyPercent: '',
  region: 'inside',
  radiusMm: '',
  lengthMm: '',
  centreMm: '',
  shellOuterMm: '',
  concentrationMbqPerMl: '',
  backgroundMbqPerMl: '0',
  spheresFrom: 'nema',
  spheres: '',
  form: 'gear',
  sensitivity: '',
  sensitivityUncertaintyPercent: '',
})

/** Fields of errors: those of the request, "phantom.volumeMl" and "conditions.voxelMm" among them. */
export function phantomAskOf(draft: PhantomDraft): PhantomResult {
  const errors: Record<string, string> = labelErrors(draft)
  const { image } = draft
  const isChosen = image?.image.kind === draft.imageFrom
  if (!image || !isChosen) errors['image'] = 'Choose the image of the phantom.'
  else if (whyNot(image, draft.source) !== '') errors['image'] = whyNot(image, draft.source)
  if (draft.conditions.nuclide.trim() === '')
    errors['conditions.nuclide'] = 'Needed for the decay: Lu-177, for instance.'
  const candidate = {
    image: isChosen ? image.image : undefined,
    phantom: phantomOf(draft, errors),
    name: draft.name.trim(),
    date: draft.date.trim(),
    conditions: conditionsOf(draft.conditions),
  }
  const parsed = calibrationAnalyseSchema.safeParse(candidate)
  if (parsed.success && Object.keys(errors).length === 0) return { ok: true, ask: parsed.data }
  if (!parsed.success)
    for (const [field, message] of Object.entries(issuesByField(parsed.error.issues, 2))) errors[field] ??= message
  return { ok: false, errors }
}

function phantomOf(draft: PhantomDraft, errors: Record<string, string>): Readonly<Record<string, unknown>> {
  const activity = {
    source: draft.source,
    nuclide: draft.conditions.nuclide.trim(),
    activityRelativeUncertainty: typedPercent(draft.activityUncertaintyPercent),
    assayToStartH: neededNumber(draft.assayToStartH),
    acquisitionDurationS: typedNumber(draft.durationS),
    repeatabilityRelative: typedPercent(draft.repeatabilityPercent),
  }
  const ball = { radiusMm: neededNumber(draft.radiusMm), centreMm: centreOf(draft.centreMm, errors) }
  const volumeRelativeUncertainty = typedPercent(draft.volumeUncertaintyPercent)
  switch (draft.source) {
    case 'uniform':
      return {
        ...activity,
        ...ball,
        activityMbq: neededNumber(draft.activityMbq),
        volumeMl: neededNumber(draft.volumeMl),
        volumeRelativeUncertainty,
        region: draft.region,
        lengthMm: neededNumber(draft.lengthMm),
      }
    case 'point': {
      const shellOuterMm = typedNumber(draft.shellOuterMm)
      if (shellOuterMm !== undefined && !(shellOuterMm > ball.radiusMm))
        errors['phantom.shellOuterMm'] = 'The shell has to be larger than the sphere.'
      return { ...activity, ...ball, activityMbq: neededNumber(draft.activityMbq), shellOuterMm }
    }
    case 'sphere': {
      const sensitivityCpsPerMbq = typedNumber(draft.sensitivity)
      return {
        ...activity,
        concentrationMbqPerMl: neededNumber(draft.concentrationMbqPerMl),
        backgroundMbqPerMl: typedNumber(draft.backgroundMbqPerMl),
        volumeRelativeUncertainty,
        spheres: draft.spheresFrom === 'nema' ? undefined : spheresOf(draft.spheres, errors),
        form: draft.form,
        sensitivityCpsPerMbq,
        // A factor that is given has an uncertainty; without a factor there is none to give.
        sensitivityRelativeUncertainty:
          sensitivityCpsPerMbq === undefined ? undefined : (typedPercent(draft.sensitivityUncertaintyPercent) ?? NaN),
      }
    }
  }
}

function centreOf(text: string, errors: Record<string, string>): readonly number[] | undefined {
  const centre = typedTriple(text)
  if (centre === null) return undefined
  if (centre.length !== 3 || centre.some((value) => !Number.isFinite(value)))
    errors['phantom.centreMm'] = 'Three numbers in mm with spaces between them: 0 −12.5 140.'
  return centre
}

function spheresOf(text: string, errors: Record<string, string>): readonly unknown[] {
  const table = typedColumns(text, 4)
  if (!table.ok) errors['phantom.spheres'] = table.message
  else if (table.rows.length === 0) errors['phantom.spheres'] = 'One line a sphere: x, y, z and inner diameter in mm.'
  return (table.ok ? table.rows : []).map(([x, y, z, innerDiameterMm]) => ({ centreMm: [x, y, z], innerDiameterMm }))
}
