/** The two time points that are looked at, and the registrations between them. */
import type { CycleView, PatientView, RegistrationView, TimePointView } from '../../../../electron/contracts/index.ts'
import { invertAffine } from '../../../../native-core/imaging/transform.ts'
import type { Mat4 } from '../../../../native-core/imaging/types.ts'
import { timePointTitle } from '../../images/index.ts'

export interface Place {
  readonly cycle: CycleView
  readonly point: TimePointView
  /** "4.2 h p.i.", with the cycle before it where there are several. */
  readonly title: string
}

/** Every time point of the patient that has an image, in order. */
export function placesOf(view: PatientView | null): Place[] {
  const cycles = view?.cycles ?? []
  return cycles.flatMap((cycle) =>
    cycle.timePoints
      .filter(({ ct, emission }) => ct !== null || emission !== null)
      .map((point) => ({
        cycle,
        point,
        title: cycles.length > 1 ? `Cycle ${cycle.index}, ${timePointTitle(point)}` : timePointTitle(point),
      })),
  )
}

/** To begin with: the reference of the cycle, and the time point that is chosen or else the first other one. Null where there are not two. */
export function firstPair(
  places: readonly Place[],
  cycleIndex: number,
  chosenId: string | null,
): { readonly fixedId: string; readonly movingId: string } | null {
  const here = places.filter(({ cycle }) => cycle.index === cycleIndex)
  const pool = here.length > 1 ? here : places
  const fixed = pool.find(({ cycle, point }) => point.id === cycle.referenceTimePointId) ?? pool[0]
  const others = pool.filter(({ point }) => point.id !== fixed?.point.id)
  const moving = others.find(({ point }) => point.id === chosenId) ?? others[0]
  return fixed && moving ? { fixedId: fixed.point.id, movingId: moving.point.id } : null
}

const links = (view: RegistrationView, fixedId: string, movingId: string): boolean =>
  view.fixedTimePointIds.includes(fixedId) && view.movingTimePointIds.includes(movingId)

/** Those between the two, whichever of them is the fixed one; in the order of the list. */
export function between(views: readonly RegistrationView[], fixedId: string, movingId: string): RegistrationView[] {
  return views.filter((view) => links(view, fixedId, movingId) || links(view, movingId, fixedId))
}

/** Its linear part from the moving to the fixed time point, turned round where it was made the other way. */
export function matrixOf(view: RegistrationView, fixedId: string, movingId: string): Mat4 {
  return links(view, fixedId, movingId) ? view.movingToFixed : invertAffine(view.movingToFixed)
}

/** True where it was made with the other one of the two as the fixed image. */
export const isTurnedRound = (view: RegistrationView, fixedId: string, movingId: string): boolean =>
  !links(view, fixedId, movingId)
