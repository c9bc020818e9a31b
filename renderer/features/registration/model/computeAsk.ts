/** What a person sets before a registration is computed, and the request that it makes. */
import type { RequestOf, TimePointView } from '../../../../electron/contracts/index.ts'
import type { Mat4, Vec3 } from '../../../../native-core/imaging/types.ts'

type Ask = RequestOf<'registrations.compute'>

export interface ComputeForm {
  readonly kind: Ask['kind']
  readonly ct: boolean
  readonly emission: boolean
  readonly metric: Ask['metric']
  readonly initial: 'present' | 'centres-of-mass' | 'shown'
  readonly region: 'whole' | 'structure' | 'box'
  readonly structureId: string
  readonly marginMm: number
  readonly boxSideMm: number
  readonly controlSpacingMm: number
}

export const firstForm: ComputeForm = {
  kind: 'rigid',
  ct: true,
  emission: false,
  metric: 'mutual-information',
  initial: 'centres-of-mass',
  region: 'whole',
  structureId: '',
  marginMm: 20,
  boxSideMm: 120,
  controlSpacingMm: 40,
}

export interface FormPlace {
  readonly patientId: string
  readonly fixed: TimePointView
  readonly moving: TimePointView
  /** As the moving image is shown now; null where it is in its own coordinates. */
  readonly shown: Mat4 | null
  /** Whether the two are linked by registrations that count. */
  readonly isLinked: boolean
  readonly crosshairMm: Vec3
}

/** A cube around a point, for a registration of what lies in it. */
export function boxAround(centreMm: Vec3, sideMm: number): { readonly lowMm: Vec3; readonly highMm: Vec3 } {
  const shifted = (by: number): Vec3 => [centreMm[0] + by, centreMm[1] + by, centreMm[2] + by]
  return { lowMm: shifted(-sideMm / 2), highMm: shifted(sideMm / 2) }
}

/** What stands in the way of computing, in words; '' if nothing does. */
export function blockedBy(form: ComputeForm, { fixed, moving, shown, isLinked }: FormPlace): string {
  const usesCt = form.ct && fixed.ct !== null && moving.ct !== null
  const usesEmission = form.emission && fixed.emission !== null && moving.emission !== null
  if (!usesCt && !usesEmission) return 'Choose images that both time points have: CT, emission, or both.'
  if (form.initial === 'present' && !isLinked)
    return 'No registration links the two yet: begin from the centres of mass, or as shown.'
  if (form.initial === 'shown' && shown === null)
    return 'The moving image is in its own coordinates: move it by hand first, or begin from the centres of mass.'
  if (form.region === 'structure' && form.structureId === '')
    return 'Choose a structure of the fixed time point to register around.'
  return ''
}

/** The request; images that one of the two lacks are left out. */
export function askOf(form: ComputeForm, place: FormPlace): Ask {
  const { patientId, fixed, moving, shown, crosshairMm } = place
  const channels: Ask['channels'] = []
  if (form.ct && fixed.ct && moving.ct) channels.push('ct')
  if (form.emission && fixed.emission && moving.emission) channels.push('emission')
  const box = boxAround(crosshairMm, form.boxSideMm)
  return {
    patientId,
    fixedTimePointId: fixed.id,
    movingTimePointId: moving.id,
    kind: form.kind,
    channels,
    metric: form.metric,
    initial:
      form.initial === 'shown' && shown ? { kind: 'matrix', movingToFixed: [...shown] } : { kind: initialOf(form) },
    region:
      form.region === 'whole'
        ? null
        : form.region === 'box'
          ? { kind: 'box', lowMm: [...box.lowMm], highMm: [...box.highMm] }
          : { kind: 'structure', structureId: form.structureId, marginMm: form.marginMm },
    controlSpacingMm: form.controlSpacingMm,
  }
}

const initialOf = ({ initial }: ComputeForm): 'present' | 'centres-of-mass' =>
  initial === 'present' ? 'present' : 'centres-of-mass'
