/** What a registration is called, and what it means to accept or reject it. */
import type { RegistrationView } from '../../../../electron/contracts/index.ts'
import { formatMoment } from '../../../ui/index.ts'

export const typeNames: Readonly<Record<RegistrationView['type'], string>> = {
  RIGID: 'Rigid',
  RIGID_SCALE: 'Rigid with scale',
  AFFINE: 'Affine',
  DEFORMABLE: 'Deformable',
}

export const originNames: Readonly<Record<RegistrationView['origin'], string>> = {
  REG: 'imported',
  'same-frame-of-reference': 'same frame of reference',
  computed: 'computed here',
  manual: 'by hand',
}

/** Who judged it and when, or that nobody has. */
export function judgedBy({ status, decidedBy, decidedAt }: RegistrationView): string {
  if (status === 'proposed') return 'nobody has judged it: it counts once it is accepted'
  return `${status} by ${decidedBy ?? '?'}, ${formatMoment(decidedAt ?? '')}`
}

export const stateNames: Readonly<Record<RegistrationView['status'], string>> = {
  proposed: 'Proposed',
  accepted: 'Accepted',
  rejected: 'Rejected',
}

/** What will count once it is accepted. */
export function onAccept(
  view: RegistrationView,
  fixed: string,
  moving: string,
  inUse: RegistrationView | null,
): string {
  if (view.status === 'accepted' && view.inUse)
    return `It is in use: ${moving} is brought to ${fixed} by it, and the report names who accepted it.`
  if (view.status === 'accepted')
    return 'It was accepted, but another one counts since. Reject that one, and this one counts again.'
  const before =
    inUse && inUse !== view
      ? `, in place of the ${typeNames[inUse.type].toLowerCase()} one that is ${originNames[inUse.origin]}`
      : ''
  const chains =
    view.type === 'DEFORMABLE' ? ' So is every chain of registrations that leads over these two time points.' : ''
  return `Once accepted, ${moving} is brought to ${fixed} by it in every number that needs it${before}.${chains} Results made before become out of date, and the report names you and the day.`
}

/** What will count once it is rejected. */
export function onReject(view: RegistrationView): string {
  if (!view.inUse) return 'Rejected ones stay in the list and are never used.'
  return 'It is in use. Rejected, it counts no longer: results made with it become out of date, and the next one of the list counts, if there is any.'
}
